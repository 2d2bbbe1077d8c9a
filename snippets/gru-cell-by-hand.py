# ---
# title:
#   en: A GRU cell by hand
#   zh: 手写一个 GRU 单元
# summary:
#   en: Two gates and one state in NumPy, in both variants that Keras offers, equal to what it computes.
#   zh: 用 NumPy 写出两个门、一个状态，两种写法都与 Keras 的结果一致。
# runtime: numpy
# minutes: 20
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Line chart over 80 steps. The candidates, dotted, are noisy around -0.45 and from step 40 on around 0.45.
#         The state with z = 0.50 follows them closely, noise included. The state with z = 0.95 is smooth, but passes
#         zero only 17 steps after the jump and has not caught up by the end.
#       zh: >-
#         80 个时间步的折线图。点线是候选值，在 -0.45 附近带噪声波动，从第 40 步起在 0.45 附近。z = 0.50 的状态紧跟其后，噪声也跟着走；
#         z = 0.95 的状态很平滑，但跳变之后过了 17 步才越过零，到末尾仍未追上。
#     caption:
#       en: The update gate is a trade between calm and speed.
#       zh: 更新门要在平稳与灵敏之间取舍。
# sabotage:
#   find: return z * h + (1 - z) * n
#   replace: return (1 - z) * h + z * n
# ---

# %% [markdown] lang="en"
# A **gated recurrent unit** (Cho et al., 2014) does with one state and two gates what the [LSTM](concept:lstm) does
# with two states and three gates. The update gate $z$ says what share of the old state stays; the rest comes from the
# candidate $n$. The reset gate $r$ says how much of the old state the candidate may see.
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$$
#
# One number first. With $h_{t-1} = 0.8$, $z = 0.75$ and $n = -0.4$ the new state is
# $0.75 \cdot 0.8 + 0.25 \cdot (-0.4) = 0.5$.
#
# The LSTM forgets and writes with two gates; here one gate does both, so a GRU cannot keep all of the old **and** add
# the new. And beware: some texts swap $z$ and $1 - z$, as Chung et al. (2014) do. Keras and PyTorch keep the old with
# $z$.

# %% [markdown] lang="zh"
# **门控循环单元**（Cho 等，2014）只用一个状态、两个门，做 [LSTM](concept:lstm) 用两个状态、三个门做的事。更新门 $z$ 决定旧状态留下多少，
# 其余来自候选值 $n$；重置门 $r$ 决定候选值能看到多少旧状态。
#
# $$h_t = z_t \odot h_{t-1} + (1 - z_t) \odot n_t$$
#
# 先算一个数。若 $h_{t-1} = 0.8$，$z = 0.75$，$n = -0.4$，则新状态为 $0.75 \cdot 0.8 + 0.25 \cdot (-0.4) = 0.5$。
#
# LSTM 的遗忘和写入各有一个门，这里一个门管两件事，所以 GRU 不能既全部保留旧值，**又**加上新值。还要当心：有的文献把 $z$ 与 $1 - z$
# 对调，例如 Chung 等（2014）。Keras 和 PyTorch 都是用 $z$ 保留旧值。

# %% [markdown] lang="en"
# There are two forms of the candidate. In the paper the reset gate multiplies the old state **before** the matrix,
# $n = \tanh(x W_n + (r \odot h)\, U_n + b_n)$. In the form that Keras uses by default, `reset_after=True`, it
# multiplies **after** it, and the product has a bias of its own: $n = \tanh(x W_n + b_n + r \odot (h\, U_n + c_n))$.
# Why? All of $h\,U$ can then be computed in one product, without waiting for $r$; NVIDIA's cuDNN does it like that.

# %% [markdown] lang="zh"
# 候选值有两种写法。论文里，重置门在矩阵乘法**之前**作用于旧状态：$n = \tanh(x W_n + (r \odot h)\, U_n + b_n)$。
# Keras 默认的写法 `reset_after=True` 则在**之后**相乘，而且这个乘积有自己的偏置：$n = \tanh(x W_n + b_n + r \odot (h\, U_n + c_n))$。
# 为什么？这样整个 $h\,U$ 可以一次算完，不必等 $r$；英伟达的 cuDNN 就是这样做的。

# %% name="cell" lines="14 24"
import numpy as np


def sigmoid(a):
    return 1 / (1 + np.exp(-a))


def gru_step(x, h, W, U, b, c):
    """One step, reset after: x (batch, inputs), h (batch, units); b and c (3 * units,)."""
    from_x = np.split(x @ W + b, 3, axis=1)  # Keras' order: z, r, n, each (batch, units)
    from_h = np.split(h @ U + c, 3, axis=1)
    z = sigmoid(from_x[0] + from_h[0])
    r = sigmoid(from_x[1] + from_h[1])
    n = np.tanh(from_x[2] + r * from_h[2])  # the candidate
    return z * h + (1 - z) * n  # (batch, units)


def gru_step_before(x, h, W, U, b):
    """One step as in the paper, reset before: only one bias."""
    units = h.shape[1]
    from_x = np.split(x @ W + b, 3, axis=1)
    z = sigmoid(from_x[0] + h @ U[:, :units])
    r = sigmoid(from_x[1] + h @ U[:, units : 2 * units])
    n = np.tanh(from_x[2] + (r * h) @ U[:, 2 * units :])
    return n + z * (h - n)  # the same as z * h + (1 - z) * n


# %% [markdown] lang="en"
# Two sequences of six steps, three inputs, five units.

# %% [markdown] lang="zh"
# 两个序列，各六步，输入三维，五个单元。

# %%
batch, steps, inputs, units = 2, 6, 3, 5
rng = np.random.default_rng(0)
W = rng.normal(0, 0.5, (inputs, 3 * units))  # (3, 15)
U = rng.normal(0, 0.5, (units, 3 * units))  # (5, 15)
b, c = rng.normal(0, 0.5, (2, 3 * units))  # (15,) each
x = rng.normal(0, 1, (batch, steps, inputs))  # (2, 6, 3)

h = h_alike = h_before = np.zeros((batch, units))
for t in range(steps):
    h = gru_step(x[:, t], h, W, U, b, c)
    h_alike = gru_step(x[:, t], h_alike, W, U, b, 0 * c)
    h_before = gru_step_before(x[:, t], h_before, W, U, b)
print("h after 6 steps, reset after:       ", h[0].round(4))
print("h after 6 steps, reset after, c = 0:", h_alike[0].round(4))
print("h after 6 steps, reset before:      ", h_before[0].round(4))

each_block = inputs * units + units * units  # what one gate or candidate needs, but for its biases
parameters = {
    "plain RNN": each_block + units,
    "GRU, reset before": 3 * (each_block + units),
    "GRU, reset after": 3 * (each_block + 2 * units),
    "LSTM": 4 * (each_block + units),
}
for name, number in parameters.items():
    print(f"{name:17}  {number:3} parameters")

# %% [markdown] lang="en"
# With the same weights, and no second bias, the two forms still give different states (the last two lines), so weights
# trained in one cannot be used in the other. With a **single** unit and $c_n = 0$ they are the same, since numbers may be multiplied in any order; with several,
# $r$ before the matrix scales what each unit gives, after it what each unit receives.
#
# A GRU has three quarters of the parameters of an LSTM with as many units, but for the second bias. When the two are
# compared, give them equally many parameters, not equally many units.
#
# What does the update gate do over time? If $z$ stays constant, the state is the exponential moving average of the
# candidates. Here the candidates are a noisy step from -0.5 to 0.5.

# %% [markdown] lang="zh"
# 权重相同，第二个偏置也取零，两种写法得到的状态仍然不同（上面后两行），所以按一种写法训练的权重不能用于另一种。只有**一个**单元且 $c_n = 0$ 时两者相同，因为数的乘法可以交换；
# 单元多了，$r$ 在矩阵之前缩放的是每个单元给出什么，在矩阵之后缩放的是每个单元收到什么。
#
# 单元数相同时，若不计第二个偏置，GRU 的参数是 LSTM 的四分之三。比较两者时，应当让参数个数相同，而不是单元数相同。
#
# 随着时间推移，更新门起什么作用？如果 $z$ 保持不变，状态就是候选值的指数移动平均。下面的候选值是一个带噪声的台阶，从 -0.5 跳到 0.5。

# %% name="average"
import matplotlib.pyplot as plt

signal = np.repeat([-0.5, 0.5], 40) + rng.normal(0, 0.3, 80)  # (80,)
z_biases = (0.0, 3.0)
W_two = np.array([[0.0, 0, 0, 0, 1, 1]])  # two units; the input reaches the candidates only
b_two = np.array([*z_biases, 0, 0, 0, 0])
state, track = np.zeros((1, 2)), []
for value in signal:
    state = gru_step(np.array([[value]]), state, W_two, np.zeros((2, 6)), b_two, np.zeros(6))
    track.append(state[0])
track = np.array(track)  # (80, 2)

plt.plot(np.tanh(signal), ":", color="gray", label="candidate")
for k, style in ((0, "--"), (1, "-")):
    z = sigmoid(z_biases[k])
    plt.plot(track[:, k], style, label=f"state with z = {z:.2f}")
    waiting = np.argmax(track[40:, k] > 0) + 1
    print(
        f"z = {z:.3f}: standard deviation in steps 20 to 39 is {track[20:40, k].std():.3f},", end=""
    )
    print(f" above zero {waiting} step(s) after the jump")
plt.xlabel("step")
plt.ylabel("value")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# A larger $z$ is calmer and slower. Trained, $z$ depends on the input, so that the unit can be slow for a hundred
# steps and quick at the right one.
#
# Does Keras compute the same? Its bias has two rows if the reset comes after, ours `b` and `c`, and one row if before.

# %% [markdown] lang="zh"
# $z$ 越大，越平稳，也越迟钝。训练之后 $z$ 取决于输入，所以这个单元可以先迟钝一百步，到了该变的那一步再迅速改变。
#
# Keras 算出来的一样吗？重置在后时它的偏置有两行，就是这里的 `b` 和 `c`；重置在前时只有一行。

# %%
differences = {}  # filled by what the states are compared with

# %% tags=["tensorflow"]
import keras

for after, weights, ours in ((True, [W, U, np.stack([b, c])], h), (False, [W, U, b], h_before)):
    layer = keras.layers.GRU(units, reset_after=after)
    layer.build((batch, steps, inputs))
    layer.set_weights(weights)
    name = f"Keras, reset_after={after}"
    differences[name] = np.abs(ours - np.array(layer(x.astype("float32")))).max()
    print(f"{name}: {layer.count_params()} parameters,", end=" ")
    print("equal to five decimals:", differences[name] < 1e-5)

# %% [markdown] lang="en"
# **Check.** The number by hand; the moving average in closed form, $h_T = \sum_t (1 - z)\, z^{T - t}\, n_t$; both
# forms equal for a single unit; and the whole sequences against Keras where it is there.

# %% [markdown] lang="zh"
# **检验。** 核对手算的那个数；核对移动平均的闭式解 $h_T = \sum_t (1 - z)\, z^{T - t}\, n_t$；只有一个单元时两种写法相等；
# 有 Keras 时，再拿整个序列与它比较。

# %% name="check"
import math

by_hand = np.array([math.log(3), 0.0, math.atanh(-0.4)])  # the biases that give z = 0.75, n = -0.4
zeros = np.zeros((1, 3))
one = gru_step(np.zeros((1, 1)), np.array([[0.8]]), zeros, zeros, by_hand, np.zeros(3))
differences["the number by hand"] = abs(one.item() - 0.5)

for k, z_bias in enumerate(z_biases):
    z = 1 / (1 + math.exp(-z_bias))
    average = sum((1 - z) * z ** (79 - t) * math.tanh(signal[t]) for t in range(80))
    differences[f"the moving average, z = {z:.2f}"] = abs(track[-1, k] - average)

single = rng.normal(0, 1, (2, 1, 3)), rng.normal(0, 1, 3)
old = np.array([[0.6]])
differences["reset before, one unit"] = np.abs(
    gru_step(np.ones((1, 1)), old, *single[0], single[1], np.zeros(3))
    - gru_step_before(np.ones((1, 1)), old, *single[0], single[1])
).max()
for name, difference in differences.items():
    assert difference < 1e-5, f"the state differs from {name} by {difference}"
assert np.abs(h - h_before).max() > 0.01, "with several units the two forms must differ"
