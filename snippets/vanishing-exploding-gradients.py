# ---
# title:
#   en: Vanishing and exploding gradients, measured
#   zh: 实测梯度消失与梯度爆炸
# summary:
#   en: How much of a gradient is left after 60 steps, with and without tanh, for recurrent weights of several sizes.
#   zh: 循环权重大小不同时，梯度走过 60 步还剩多少？有 tanh 和没有 tanh 各测一遍。
# runtime: numpy
# minutes: 25
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Norm of the product of Jacobians over 0 to 60 steps back, on a logarithmic axis. Without tanh the lines are
#         almost straight: radius 0.5 falls from 1 to about 1e-18, radius 1.1 rises to about 500, radius 2.0 to about
#         1e18. With tanh each lies lower: radius 0.5 ends at about 1e-19, radius 1.1 at about 0.01, and radius 2.0
#         climbs unsteadily to about 8000.
#       zh: >-
#         雅可比矩阵连乘积的范数随往回走的步数（0 到 60）变化，纵轴为对数。没有 tanh 时几乎是直线：谱半径 0.5 从 1 降到约 1e-18，
#         1.1 升到约 500，2.0 升到约 1e18。有 tanh 时都更低：0.5 止于约 1e-19，1.1 止于约 0.01，2.0 起伏着升到约 8000。
#     caption:
#       en: Solid without tanh, dashed with it. On a logarithmic axis a product of equal factors is a straight line.
#       zh: 实线没有 tanh，虚线有 tanh。在对数坐标轴上，相同因子的连乘积是一条直线。
# sabotage:
#   find: return W_hh * (1 - h_new**2)
#   replace: return W_hh * (1 - h_new)
# ---

# %% [markdown] lang="en"
# How does a state that lies $k$ steps back act on the state now? Each step multiplies by the derivative of the new
# state for the old one, so the answer is a **product of $k$ Jacobians**, and the gradient that comes back is
# multiplied by the same product.
#
# One unit first, without tanh: $h_t = w\, h_{t-1}$. Each factor is $w$, and after 60 steps
#
# - $0.9^{60} = 0.0018$: the gradient has **vanished**,
# - $1.1^{60} = 304.5$: it has **exploded**.
#
# With tanh each factor is $w\,(1 - h^2)$, which is never larger than $w$. If the state stays at $h = 0.5$, a weight
# of 1.1 gives the factor $1.1 \cdot 0.75 = 0.825$, and $0.825^{60} = 0.00001$. Growth has become decay.

# %% [markdown] lang="zh"
# $k$ 步之前的状态，对现在的状态有多大影响？每走一步，就乘上新状态对旧状态的导数，所以答案是 **$k$ 个雅可比矩阵的连乘积**；
# 往回传的梯度，乘的也是这个连乘积。
#
# 先看一个单元，没有 tanh：$h_t = w\, h_{t-1}$。每个因子都是 $w$，60 步之后
#
# - $0.9^{60} = 0.0018$：梯度**消失**了；
# - $1.1^{60} = 304.5$：梯度**爆炸**了。
#
# 有 tanh 时，每个因子是 $w\,(1 - h^2)$，绝不会比 $w$ 更大。如果状态停在 $h = 0.5$，权重 1.1 给出的因子是 $1.1 \cdot 0.75 = 0.825$，
# 而 $0.825^{60} = 0.00001$。增长变成了衰减。

# %%
import numpy as np

for factor in (0.9, 1.1, 1.1 * (1 - 0.5**2)):
    print(f"{factor:.3f} to the power of 60: {factor**60:.7f}")

# %% [markdown] lang="en"
# With several units the factors are matrices. Row by row, as in code, $h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh})$, and
# the Jacobian is $W_{hh}$ with its columns multiplied by $1 - h_t^2$. We measure the norm of the product, which is
# the largest factor by which it stretches any vector.
#
# What takes the place of $w$ is the **spectral radius** of $W_{hh}$, the largest absolute value of an eigenvalue.
# Here a random matrix is scaled to five radii, and the network reads weak random inputs.

# %% [markdown] lang="zh"
# 有多个单元时，因子是矩阵。按代码的写法，一个状态占一行：$h_t = \tanh(x_t W_{xh} + h_{t-1} W_{hh})$，雅可比矩阵就是 $W_{hh}$
# 的各列乘上 $1 - h_t^2$。我们测量连乘积的范数，也就是它把任意向量拉长的最大倍数。
#
# 代替 $w$ 的是 $W_{hh}$ 的**谱半径**，即特征值绝对值的最大者。这里把一个随机矩阵缩放到五种谱半径，让网络读入微弱的随机输入。


# %% name="jacobians"
def run(x, h, W_xh, W_hh):
    """x (steps, inputs), h (units,) or (n, units); returns all states, the first one too."""
    states = [h]
    for x_t in x:
        states.append(np.tanh(x_t @ W_xh + states[-1] @ W_hh))
    return np.array(states)


def jacobian(h_new, W_hh):
    """How the new state answers to the old one: entry i, j is dh_new[j] / dh_old[i]."""
    return W_hh * (1 - h_new**2)  # (units, units), the columns are scaled


def norms(factors):
    """The norm of the product of the last k factors, for k = 0, 1, ..."""
    product = np.eye(len(factors[0]))
    found = [1.0]
    for factor in reversed(factors):
        product = factor @ product
        found.append(np.linalg.norm(product, 2))
    return np.array(found)


steps, inputs, units = 60, 3, 20
rng = np.random.default_rng(0)
W_one = rng.normal(size=(units, units))
W_one /= np.abs(np.linalg.eigvals(W_one)).max()  # now the spectral radius is 1
W_xh = rng.normal(size=(inputs, units))
x = rng.normal(0, 0.1, (steps, inputs))
h_0 = rng.normal(0, 0.5, units)

linear, with_tanh = {}, {}
print("         norm of the product of Jacobians")
print("         without tanh, over           with tanh, over")
print("radius   1 step  10 steps  60 steps   10 steps  60 steps")
radii = (0.5, 0.9, 1.0, 1.1, 2.0)
for radius in radii:
    W_hh = radius * W_one
    states = run(x, h_0, W_xh, W_hh)  # (61, 20)
    linear[radius] = norms([W_hh] * steps)
    with_tanh[radius] = norms([jacobian(h, W_hh) for h in states[1:]])
    one, ten, _ = linear[radius][[1, 10, 60]]
    print(f"{radius:6}   {one:6.2f}  {ten:8.2g}  {linear[radius][60]:8.1e}", end="")
    print(f"   {with_tanh[radius][10]:8.2g}  {with_tanh[radius][60]:8.1e}")


# %% [markdown] lang="en"
# Read the columns with care.
#
# - One step tells little. With radius 0.9 the norm is 1.60 after one step, and only then does it fall: how far one
#   step can stretch is the largest singular value, the trend of many steps is the spectral radius. (Pascanu, Mikolov
#   and Bengio, 2013: below 1, the largest singular value makes gradients vanish for certain; for them to explode it
#   must be above 1, which is not yet enough.)
# - Radius 1 keeps the size, but only without tanh.
# - tanh does not rule out explosion. With radius 2 the norm is in the thousands.

# %% [markdown] lang="zh"
# 这几列要仔细看。
#
# - 只看一步说明不了什么。谱半径为 0.9 时，一步之后范数是 1.60，后来才下降：一步最多能拉长多少，由最大奇异值决定；许多步的趋势，
#   由谱半径决定。（Pascanu、Mikolov 和 Bengio，2013：最大奇异值小于 1，梯度一定消失；要爆炸，它必须大于 1，但这还不够。）
# - 谱半径为 1 能保持大小，但只在没有 tanh 时成立。
# - 有 tanh 也不能排除爆炸。谱半径为 2 时，范数有几千。

# %% name="figure"
import matplotlib.pyplot as plt

for radius, colour, place, place_tanh in (
    (0.5, "C0", "bottom", "top"),
    (1.1, "C1", "top", "top"),
    (2.0, "C3", "center", "bottom"),
):
    plt.plot(linear[radius], colour)
    plt.plot(with_tanh[radius], colour, linestyle="--")
    plt.text(61, linear[radius][60], f"radius {radius}", color=colour, va=place)
    plt.text(61, with_tanh[radius][60], f"{radius}, tanh", color=colour, va=place_tanh)
plt.yscale("log")
plt.xlim(0, 74)
plt.xlabel("steps back")
plt.ylabel("norm of the product of Jacobians")
plt.show()

# %% [markdown] lang="en"
# With tanh the inputs have a say. Strong ones push the units to where tanh is flat, and the same weights that explode
# on weak inputs let gradients vanish. So the weights alone do not tell; measure on your own data.

# %% [markdown] lang="zh"
# 有 tanh 时，输入也起作用。强输入把单元推到 tanh 平坦的地方：同样的权重，输入弱时梯度爆炸，输入强时梯度消失。
# 所以只看权重下不了结论，要在自己的数据上测量。

# %% name="inputs"
at_radius_2 = {}
for strength in (1, 10, 30):
    states = run(strength * x, h_0, W_xh, 2.0 * W_one)
    at_radius_2[strength] = norms([jacobian(h, 2.0 * W_one) for h in states[1:]])[60]
    flat = (np.abs(states[1:]) > 0.95).mean()
    print(f"radius 2.0, inputs times {strength:2}: norm after 60 steps", end=" ")
    print(f"{at_radius_2[strength]:7.1e}, {flat:3.0%} of the states beyond 0.95")

# %% [markdown] lang="en"
# Can one trust products of matrices with values like $10^{-19}$? The answer can be measured without any Jacobian:
# nudge a state, run on, and see how the last state moves. Ordinary finite differences are too coarse here; numbers
# near 1 have 16 digits, so a change of $10^{-19}$ is lost. A nudge in the **imaginary** direction is not added to
# anything large, and the imaginary part of the result, divided by the nudge, is the derivative (Squire and Trapp,
# 1998).

# %% [markdown] lang="zh"
# 值小到 $10^{-19}$ 的矩阵乘积可信吗？可以完全不用雅可比矩阵来测：轻轻推一下某个状态，继续往下算，看最后的状态动了多少。
# 普通的有限差分在这里太粗：1 附近的数只有 16 位，$10^{-19}$ 的变化就丢了。沿**虚数**方向推，就不会与大数相加；
# 结果的虚部除以推的幅度，就是导数（Squire 和 Trapp，1998）。


# %% name="measured"
def measured(t, states, W_hh, nudge=1e-100):
    """Norm of the derivative of the last state for state t, from one run for each unit."""
    nudged = states[t] + 1j * nudge * np.eye(units)  # (units, units): row i nudges unit i
    last = run(x[t:], nudged, W_xh, W_hh)[-1]
    return np.linalg.norm(last.imag / nudge, 2)


results = {}
for radius in radii:
    states = run(x, h_0, W_xh, radius * W_one)
    results[radius] = [measured(steps - k, states, radius * W_one) for k in range(steps + 1)]
    print(f"radius {radius}: over 60 steps {results[radius][60]:.1e}, measured")

# %% [markdown] lang="en"
# [Clipping](concept:gradient-clipping) tames explosion, for a long vector can be shortened. Nothing so simple helps a
# gradient that has vanished: what is $10^{-19}$ of the rest drowns in it. For that the network itself must change, as
# in the [LSTM](concept:lstm).
#
# **Check.** With tanh: the products of Jacobians are equal to what was measured, over every number of steps. Without:
# to the closed form $V \Lambda^k V^{-1}$ from the eigenvalues, and the growth per step is the spectral radius.

# %% [markdown] lang="zh"
# [梯度裁剪](concept:gradient-clipping)能制服爆炸，因为太长的向量可以缩短。消失的梯度却没有这么简单的办法：
# 只占其余部分 $10^{-19}$ 的东西，会被淹没。这就要改变网络本身，例如 [LSTM](concept:lstm)。
#
# **检验。** 有 tanh 时，不论走多少步，雅可比矩阵的连乘积都应与实测相等。没有 tanh 时，应与由特征值得到的闭式解
# $V \Lambda^k V^{-1}$ 相等，并且每步的增长倍数就是谱半径。

# %% name="check"
eigenvalues, V = np.linalg.eig(W_one)
V_inverse = np.linalg.inv(V)
for radius in radii:
    wrong = np.abs(with_tanh[radius] / results[radius] - 1).max()
    assert wrong < 1e-6, f"radius {radius}: product and measurement differ by {wrong:.1e}"
    closed = [
        np.linalg.norm(V * (radius * eigenvalues) ** k @ V_inverse, 2) for k in range(steps + 1)
    ]
    wrong = np.abs(linear[radius] / closed - 1).max()
    assert wrong < 1e-6, f"radius {radius}: product and closed form differ by {wrong:.1e}"
    growth = (linear[radius][60] / linear[radius][30]) ** (1 / 30)
    assert abs(growth / radius - 1) < 0.05, f"without tanh it grows by {growth} a step"
    assert with_tanh[radius][60] < linear[radius][60], "tanh only shrinks here"
assert with_tanh[2.0][60] > 100 > 1e-2 > at_radius_2[30], "strong inputs must reverse it"
