# ---
# title:
#   en: Three optimisers on one valley
#   zh: 一条峡谷上的三种优化器
# summary:
#   en: >-
#     Gradient descent, momentum and Adam by hand on a long narrow valley, equal to Keras step for step and to the
#     closed form.
#   zh: 在一条狭长的峡谷上手写梯度下降、动量法和 Adam，每一步都与 Keras 一致，也与解析解一致。
# runtime: numpy
# minutes: 25
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Three panels with the same elliptical contours and the minimum at (0, 0), each with 40 steps from (10, 1).
#         Gradient descent jumps from wall to wall for some twenty steps, then creeps along the floor and ends at
#         2.4. Momentum draws a wave of four swings that runs past the minimum and ends near -1.4. Adam draws a
#         smoother wave of two swings and ends near -1.2.
#       zh: >-
#         三幅图画着相同的椭圆等高线，最小值在 (0, 0)，各从 (10, 1) 出发走 40 步。梯度下降先在两壁之间来回跳约二十步，
#         然后沿谷底缓慢前进，停在 2.4 处；动量法画出一条摆动约四次的波浪，冲过最小值，停在 -1.4 附近；
#         Adam 的波浪更平滑，只摆动约两次，停在 -1.2 附近。
#     caption:
#       en: The vertical axis is stretched about twice. The valley is narrower than it looks.
#       zh: 纵轴放大了约两倍，峡谷其实比看上去更窄。
#   - alt:
#       en: >-
#         Steps needed against the learning rate, on a logarithmic axis. Gradient descent falls from 280 steps at
#         0.012 to about 80 and ends there, just below 0.04. Momentum falls to 52 steps at 0.005 and stays between 50
#         and 80 up to 0.07, where it ends. Adam falls to 53 steps at 0.26 and stays between 50 and 70 up to 3.
#       zh: >-
#         所需步数随学习率变化的曲线，横轴为对数刻度。梯度下降从学习率 0.012 处的 280 步降到约 80 步，到略低于 0.04 处中断；
#         动量法在 0.005 处降到 52 步，此后一直在 50 到 80 步之间，到 0.07 处中断；Adam 在 0.26 处降到 53 步，
#         直到学习率为 3 都在 50 到 70 步之间。
# sabotage:
#   find: m_hat = m / (1 - beta_1**t)
#   replace: m_hat = m
# ---

# %% [markdown] lang="en"
# A loss often bends much more in one direction than in another. The simplest such valley is
#
# $$L(w) = \tfrac12\,(w_1^2 + 50\,w_2^2) \qquad \nabla L(w) = (w_1,\ 50\,w_2)$$
#
# The walls are 50 times as curved as the floor: the *condition number* is 50. There is no noise here, so stochastic
# gradient descent is plain gradient descent.
#
# One step by hand, from $w = (10, 1)$, where the gradient is $(10, 50)$:
#
# - **Gradient descent**, learning rate $\eta = 0.03$: $w = (10 - 0.3,\ 1 - 1.5) = (9.7, -0.5)$. It moves five times as
#   far across the valley as along it, although the minimum lies ten times as far along it.
# - **Momentum** takes the same first step, $v = (-0.3, -1.5)$. At the second it keeps 0.9 of that speed:
#   $v = 0.9 \cdot (-0.3, -1.5) - 0.03 \cdot (9.7, -25) = (-0.561, -0.6)$. The parts across cancel, the parts along add up.
# - **Adam**, $\eta = 0.5$, divides each coordinate by the size of its own gradient. What is left of the first gradient is
#   its sign: $w = (10 - 0.5,\ 1 - 0.5) = (9.5, 0.5)$.

# %% [markdown] lang="zh"
# 损失函数常常在某个方向上弯得厉害，在另一个方向上却很平缓。最简单的这种“峡谷”是
#
# $$L(w) = \tfrac12\,(w_1^2 + 50\,w_2^2) \qquad \nabla L(w) = (w_1,\ 50\,w_2)$$
#
# 谷壁的曲率是谷底的 50 倍，也就是说*条件数*为 50。这里没有噪声，所以随机梯度下降就是普通的梯度下降。
#
# 从 $w = (10, 1)$ 出发手算一步，此处梯度为 $(10, 50)$：
#
# - **梯度下降**，学习率 $\eta = 0.03$：$w = (10 - 0.3,\ 1 - 1.5) = (9.7, -0.5)$。横穿峡谷的位移是沿谷底位移的五倍，
#   可最小值在沿谷底的方向上反而远十倍。
# - **动量法**的第一步相同，$v = (-0.3, -1.5)$。第二步保留 0.9 的速度：
#   $v = 0.9 \cdot (-0.3, -1.5) - 0.03 \cdot (9.7, -25) = (-0.561, -0.6)$。横穿峡谷的分量相互抵消，沿谷底的分量不断累加。
# - **Adam**，$\eta = 0.5$，让每个坐标除以自身梯度的大小。第一步里梯度只剩下符号：
#   $w = (10 - 0.5,\ 1 - 0.5) = (9.5, 0.5)$。

# %% name="optimizers"
import numpy as np


def gradient_descent(H, w, eta, steps):
    path = [w]
    for _ in range(steps):
        w = w - eta * H @ w  # the gradient of w.H.w / 2 is H w
        path.append(w)
    return np.array(path)  # (steps + 1, 2)


def momentum(H, w, eta, steps, beta=0.9):
    v, path = np.zeros(2), [w]
    for _ in range(steps):
        v = beta * v - eta * H @ w
        w = w + v
        path.append(w)
    return np.array(path)


def adam(H, w, eta, steps, beta_1=0.9, beta_2=0.999, epsilon=1e-7):
    m, s, path = np.zeros(2), np.zeros(2), [w]
    for t in range(1, steps + 1):
        gradient = H @ w
        m = beta_1 * m + (1 - beta_1) * gradient  # average of the gradients
        s = beta_2 * s + (1 - beta_2) * gradient**2  # average of their squares
        m_hat = m / (1 - beta_1**t)  # both start at zero and are too small at first
        s_hat = s / (1 - beta_2**t)
        w = w - eta * m_hat / (np.sqrt(s_hat) + epsilon)
        path.append(w)
    return np.array(path)


H = np.diag([1.0, 50.0])
start = np.array([10.0, 1.0])
print("gradient descent, step 1:", gradient_descent(H, start, 0.03, 1)[1].round(4))
print("momentum, step 2:        ", momentum(H, start, 0.03, 2)[2].round(4))
print("Adam, step 1:            ", adam(H, start, 0.5, 1)[1].round(4))

# %% [markdown] lang="en"
# Forty steps of each, on the contours of the loss.

# %% [markdown] lang="zh"
# 各走四十步，画在损失的等高线上。

# %% name="paths"
import matplotlib.pyplot as plt

etas = {gradient_descent: 0.035, momentum: 0.01, adam: 0.5}
names = {gradient_descent: "gradient descent", momentum: "momentum 0.9", adam: "Adam"}
along, across = np.meshgrid(np.linspace(-3, 11, 40), np.linspace(-1.2, 1.2, 30))
figure, panels = plt.subplots(3, 1, figsize=(7, 5), sharex=True)
for panel, (method, eta) in zip(panels, etas.items(), strict=True):
    path = method(H, start, eta, 40)
    panel.contour(along, across, (along**2 + 50 * across**2) / 2, [2, 10, 30, 60], colors="0.7")
    panel.plot(*path.T, ".-", linewidth=0.8, markersize=4)
    panel.plot(0, 0, "k+", markersize=12)
    panel.set(title=f"{names[method]}, rate {eta}", ylabel="$w_2$ (across)", aspect=1.8)
    print(f"{names[method]:16}  w after 40 steps: ({path[-1, 0]:6.3f}, {path[-1, 1]:6.3f})")
plt.xlabel("$w_1$ (along)")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# For gradient descent the answer is known without running it: each coordinate is multiplied by the same factor at
# every step,
#
# $$w_{i,t} = (1 - \eta \lambda_i)^t\, w_{i,0} \qquad \lambda = (1, 50).$$
#
# Across the valley the factor is $1 - 50\eta$. Its size exceeds 1 as soon as $\eta > 2/50 = 0.04$, and the run
# diverges. So the steepest direction sets the learning rate, and the flattest one waits: with $\eta = 0.035$ each
# step covers only 3.5 % of the way that is left along the floor.
#
# A comparison at one learning rate says little, because the three do not mean the same by it. So each gets its own
# best one from the same grid. We count the steps until the loss stays below a thousandth of its first value.

# %% [markdown] lang="zh"
# 对梯度下降来说，不运行也知道答案：每个坐标每一步都乘以同一个因子，
#
# $$w_{i,t} = (1 - \eta \lambda_i)^t\, w_{i,0} \qquad \lambda = (1, 50).$$
#
# 横向的因子是 $1 - 50\eta$。只要 $\eta > 2/50 = 0.04$，它的绝对值就超过 1，迭代随即发散。
# 也就是说，最陡的方向限制了学习率，最平的方向只能慢慢等：$\eta = 0.035$ 时，沿谷底每步只走完剩余路程的 3.5%。
#
# 只在一个学习率下比较没有多大意义，因为同一个学习率对三者的含义并不相同。所以让它们在同一组候选值里各取最好的，
# 数一数要多少步，损失才会一直低于初始值的千分之一。


# %%
def steps_needed(method, H, eta, start, limit=300):
    with np.errstate(all="ignore"):  # too large a rate overflows
        path = method(H, start, eta, limit)
        loss = np.einsum("ti,ij,tj->t", path, H, path) / 2  # (limit + 1,)
    too_high = np.flatnonzero(~(loss < loss[0] / 1000))  # "not below" also catches nan
    return too_high[-1] + 1 if too_high[-1] < limit else np.nan


angle = np.pi / 4
R = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
valleys = {"along axes": (H, start), "turned 45": (R @ H @ R.T, R @ start)}
rates = np.geomspace(1e-3, 3, 80)
best = {}
print("                  valley      best rate  steps")
for (method, name), style in zip(names.items(), ("-", "--", ":"), strict=True):
    for valley, (matrix, w) in valleys.items():
        steps = np.array([steps_needed(method, matrix, eta, w) for eta in rates])
        best[method, valley] = np.nanmin(steps)
        print(f"{name:16}  {valley:10}  {rates[np.nanargmin(steps)]:9.3f}  {np.nanmin(steps):5.0f}")
        if valley == "along axes":
            plt.semilogx(rates, steps, style, label=name)
plt.xlabel("learning rate")
plt.ylabel("steps until the loss stays\nbelow 1/1000")
plt.ylim(0, 310)
plt.legend()
plt.show()

# %% [markdown] lang="en"
# Momentum and Adam need less than two thirds of the steps of gradient descent; between the two there is no winner
# here. The useful difference is in the second figure: gradient descent is best just before it diverges, while the
# other two have a wide range of rates that do well. That range lies elsewhere for each of them, so a learning rate
# cannot be carried over from one optimiser to another.
#
# Turn the valley by 45 degrees and nothing changes for gradient descent and momentum, since their formulas know
# nothing of axes. Adam scales coordinate by coordinate and takes another path, although a good rate brings it down as
# fast. And on a quadratic without noise none of the three is the right tool: Newton's method needs one step. What
# speaks for them is that they need nothing but gradients.
#
# Do Keras' optimisers walk the same paths?

# %% [markdown] lang="zh"
# 动量法和 Adam 所需的步数不到梯度下降的三分之二；这两者之间在这里分不出胜负。更有用的差别在第二幅图里：
# 梯度下降最好的学习率紧挨着发散的边缘，另外两种方法则有一大段学习率都效果不错。这一段的位置各不相同，
# 所以学习率不能从一种优化器照搬到另一种。
#
# 把峡谷旋转 45 度，梯度下降和动量法毫无变化，因为它们的公式与坐标轴无关。Adam 逐坐标缩放，走的路线就不同了，
# 不过选好学习率后下降得一样快。另外，对没有噪声的二次函数来说，这三种方法都不是最合适的工具：牛顿法一步就到。
# 它们的好处是只需要梯度。
#
# Keras 的优化器走的是同样的路吗？

# %%
keras_difference = {}  # filled by the next cell, where Keras is at hand

# %% tags=["tensorflow"]
import keras

optimizers = {
    gradient_descent: keras.optimizers.SGD(etas[gradient_descent]),
    momentum: keras.optimizers.SGD(etas[momentum], momentum=0.9),
    adam: keras.optimizers.Adam(etas[adam]),
}
for method, optimizer in optimizers.items():
    w, path = keras.Variable(start), [start]
    for _ in range(40):
        gradient = H @ path[-1]
        optimizer.apply([keras.ops.convert_to_tensor(gradient, "float32")], [w])
        path.append(w.numpy())
    keras_difference[method] = np.abs(method(H, start, etas[method], 40) - path).max()
    print(f"{names[method]:16}  equal to Keras: {keras_difference[method] < 1e-4}")

# %% [markdown] lang="en"
# **Check.** Gradient descent against its closed form; momentum against powers of the matrix that takes $(w, v)$ one
# step further; Adam's two averages against weighted averages of all gradients so far.

# %% [markdown] lang="zh"
# **检验。** 梯度下降与解析解比较；动量法与“把 $(w, v)$ 推进一步的矩阵”的幂比较；Adam 的两个均值与此前全部梯度的加权平均比较。

# %% name="check"
time = np.arange(41)[:, None]
closed = (1 - etas[gradient_descent] * np.diag(H)) ** time * start
assert np.allclose(gradient_descent(H, start, etas[gradient_descent], 40), closed), "closed form"
assert np.isnan(steps_needed(gradient_descent, H, 0.0401, start)), "it must diverge above 2 / 50"

path = momentum(H, start, etas[momentum], 40)
for i, curvature in enumerate(np.diag(H)):
    pull = -etas[momentum] * curvature
    matrix = np.array([[1 + pull, 0.9], [pull, 0.9]])  # (w, v) -> (w + v', v')
    powers = [(np.linalg.matrix_power(matrix, t) @ [start[i], 0])[0] for t in range(41)]
    assert np.allclose(path[:, i], powers), "momentum differs from the powers of its matrix"

path = adam(H, start, etas[adam], 40)
gradients = path @ H  # (41, 2)
for t in range(40):
    age = np.arange(t, -1, -1)
    mean = np.average(gradients[: t + 1], axis=0, weights=0.9**age)
    square = np.average(gradients[: t + 1] ** 2, axis=0, weights=0.999**age)
    expected = -etas[adam] * mean / np.sqrt(square)
    assert np.allclose(path[t + 1] - path[t], expected, atol=1e-5), f"Adam's step {t + 1} is wrong"

for method in (momentum, adam):
    assert best[method, "along axes"] < 0.8 * best[gradient_descent, "along axes"], "not faster"
for method, same in ((gradient_descent, True), (momentum, True), (adam, False)):
    turned = method(R @ H @ R.T, R @ start, etas[method], 40)
    error = np.abs(turned - method(H, start, etas[method], 40) @ R.T).max()
    assert error < 1e-9 if same else error > 0.1, f"{names[method]} in the turned valley: {error}"
for method, difference in keras_difference.items():
    assert difference < 1e-4, f"{names[method]} and Keras differ by {difference}"
