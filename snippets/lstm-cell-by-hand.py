# ---
# title:
#   en: An LSTM cell by hand
#   zh: 手写一个 LSTM 单元
# summary:
#   en: Four gates and two states in NumPy, computed step by step and equal to what Keras computes.
#   zh: 用 NumPy 写出四个门和两个状态，逐步计算，结果与 Keras 一致。
# runtime: numpy
# minutes: 20
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Line chart of the cell state over 40 steps for two forget-gate biases. With bias 5 it stays close to the
#         value written at step 0; with bias 0 it has halved after one step and is near zero after eight.
#       zh: 细胞状态随 40 个时间步变化的折线图，对应两种遗忘门偏置。偏置为 5 时，状态基本保持第 0 步写入的值；偏置为 0 时，一步就减半，八步之后接近零。
#     caption:
#       en: The forget gate decides how long a value lives.
#       zh: 遗忘门决定一个值能保留多久。
# keeps:
#   half-life: |
#     gates = [(bias, sigmoid(bias)) for bias in (0, 1, 2, 3, 4, 5)]
#     halves = [np.log(0.5) / np.log(gate) for _, gate in gates]
#     {"rows": [
#         [bias, f"{gate:.3f}", f"{gate**10:.3f}", f"{half:.1f}"]
#         for (bias, gate), half in zip(gates, halves)
#     ]}
# sabotage:
#   find: c = f * c + i * g
#   replace: c = f * c + g
# ---

# %% [markdown] lang="en"
# A plain RNN overwrites its state at every step. An LSTM has a second state, the **cell state** $c$, that is changed
# by *adding*: the forget gate $f$ says what share of the old value stays, the input gate $i$ what share of the new
# candidate $g$ comes in. The output gate $o$ says how much of it the rest of the network sees.
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)$$
#
# One number first. With $c_{t-1} = 2$, $f = 0.9$, $i = 0.5$ and $g = -1$ the new value is
# $0.9 \cdot 2 + 0.5 \cdot (-1) = 1.3$.

# %% [markdown] lang="zh"
# 普通循环神经网络每一步都会改写自己的状态。LSTM 另有一个**细胞状态** $c$，它靠*相加*来更新：遗忘门 $f$ 决定旧值留下多少，
# 输入门 $i$ 决定候选值 $g$ 写入多少，输出门 $o$ 决定网络的其余部分能看到多少。
#
# $$c_t = f_t \odot c_{t-1} + i_t \odot g_t \qquad h_t = o_t \odot \tanh(c_t)$$
#
# 先算一个数。若 $c_{t-1} = 2$，$f = 0.9$，$i = 0.5$，$g = -1$，则新值为 $0.9 \cdot 2 + 0.5 \cdot (-1) = 1.3$。

# %% name="cell" lines="13-14"
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def lstm_step(x, h, c, W, U, b):
    """One step for a batch: x (batch, inputs), h and c (batch, units)."""
    z = x @ W + h @ U + b  # (batch, 4 * units)
    i, f, g, o = np.split(z, 4, axis=1)  # Keras' order of the gates, each (batch, units)
    i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
    c = f * c + i * g  # (batch, units)
    h = o * np.tanh(c)  # (batch, units)
    return h, c


# %% [markdown] lang="en"
# All four gates come from **one** matrix product: `W` has four blocks side by side, one for each gate. That is why an
# LSTM has four times the parameters of a plain RNN with as many units: $4 \cdot (3 \cdot 5 + 5 \cdot 5 + 5) = 180$ here.

# %% [markdown] lang="zh"
# 四个门出自**同一次**矩阵乘法：`W` 由四块并排组成，每个门一块。所以单元数相同时，LSTM 的参数是普通循环神经网络的四倍：
# 这里是 $4 \cdot (3 \cdot 5 + 5 \cdot 5 + 5) = 180$。

# %%
batch, steps, inputs, units = 2, 6, 3, 5
rng = np.random.default_rng(0)
W = rng.normal(0, 0.5, (inputs, 4 * units))  # (3, 20)
U = rng.normal(0, 0.5, (units, 4 * units))  # (5, 20)
b = rng.normal(0, 0.5, 4 * units)  # (20,)
x = rng.normal(0, 1, (batch, steps, inputs))  # (2, 6, 3)

h = c = np.zeros((batch, units))
for t in range(steps):
    h, c = lstm_step(x[:, t], h, c, W, U, b)
print("parameters:", W.size + U.size + b.size)
print("h after 6 steps, first sequence:", h[0].round(4))

# %% [markdown] lang="en"
# What the forget gate is for: write 1 into the cell at step 0, close the input gate, and watch. With a forget bias of 0
# the gate is half open, $\sigma(0) = 0.5$, and the value halves at every step. With a bias of 5 it is $0.9933$, and
# after 40 steps about three quarters are left.

# %% [markdown] lang="zh"
# 遗忘门有什么用？第 0 步写入 1，再关上输入门，看它怎么变。偏置为 0 时门开一半，$\sigma(0) = 0.5$，值每步减半；
# 偏置为 5 时门的值是 $0.9933$，40 步之后还剩约四分之三。

# %% name="forgetting"
import matplotlib.pyplot as plt

for bias in (5, 0):
    kept = sigmoid(bias) ** np.arange(41)
    plt.plot(kept, label=f"forget bias {bias}: {kept[-1]:.3f} left after 40 steps")
plt.xlabel("step")
plt.ylabel("cell state")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# Does Keras compute the same? Its LSTM layer gets our weights and our input.

# %% [markdown] lang="zh"
# Keras 算出来的一样吗？把我们的权重和输入交给它的 LSTM 层。

# %% tags=["tensorflow"]
import keras

layer = keras.layers.LSTM(units, return_state=True)
layer.build((batch, steps, inputs))
layer.set_weights([W, U, b])
_, h_keras, c_keras = layer(x.astype("float32"))
difference = max(np.abs(h - h_keras).max(), np.abs(c - c_keras).max())
print("equal to Keras to five decimals:", difference < 1e-5)

# %% [markdown] lang="en"
# **Check.** A single number by hand, and the whole sequence against Keras.

# %% [markdown] lang="zh"
# **检验。** 先核对手算的那个数，再拿整个序列与 Keras 比较。

# %% name="check" tags=["tensorflow"]
one = lstm_step(
    *np.zeros((3, 1, 1)), np.zeros((1, 4)), np.zeros((1, 4)), np.array([0.5, 1.0, 2.0, 0.0])
)
assert np.isclose(one[1].item(), sigmoid(0.5) * np.tanh(2.0)), "an empty cell takes i * g"
assert difference < 1e-5, f"NumPy and Keras differ by {difference}"
