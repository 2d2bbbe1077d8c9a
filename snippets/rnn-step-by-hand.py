# ---
# title:
#   en: A recurrent network step by step
#   zh: 一步一步手算循环神经网络
# summary:
#   en: One unit and one number first, then a batch of sequences in NumPy, equal to the SimpleRNN layer of Keras.
#   zh: 先算一个单元、一个数，再用 NumPy 算一批序列，结果与 Keras 的 SimpleRNN 层一致。
# runtime: numpy
# minutes: 25
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Line chart of the state of one unit over 30 steps after a single input of 1 at step 0. All four curves begin
#         at 0.46. With recurrent weight 0.5 the state is below 0.01 after 6 steps; with 0.9 it is 0.20 after 6 steps
#         and 0.02 at the end; with -0.9 it has the same size but changes its sign at every step; with 1.5 it rises to
#         0.86 and stays there.
#       zh: >-
#         一个单元的状态随 30 个时间步变化的折线图，只在第 0 步输入 1。四条曲线都从 0.46 开始。循环权重为 0.5 时，6 步之后低于 0.01；
#         为 0.9 时慢慢衰减，6 步后为 0.20，末尾约为 0.02；为 -0.9 时大小相同，但每一步都变号；为 1.5 时升到 0.86，并停在那里。
#     caption:
#       en: The recurrent weight decides how long one input echoes.
#       zh: 循环权重决定一次输入能回响多久。
# sabotage:
#   find: return np.tanh(x @ W_xh + h @ W_hh + b)
#   replace: return np.tanh(x @ W_xh + h @ W_hh.T + b)
# ---

# %% [markdown] lang="en"
# A recurrent network reads a sequence one element after another and keeps a **hidden state** $h$. At each step the new
# state is computed from the input and from the old state, always with the same weights:
#
# $$h_t = \tanh(W_{xh}\, x_t + W_{hh}\, h_{t-1} + b)$$
#
# First one unit, so that all are numbers. Take $W_{xh} = 0.5$, $W_{hh} = 0.8$, $b = 0$, begin with $h_0 = 0$ and read
# $x = 1, 0, 1$:
#
# - $h_1 = \tanh(0.5 \cdot 1 + 0.8 \cdot 0) = \tanh(0.5) = 0.4621$
# - $h_2 = \tanh(0.5 \cdot 0 + 0.8 \cdot 0.4621) = \tanh(0.3697) = 0.3537$
# - $h_3 = \tanh(0.5 \cdot 1 + 0.8 \cdot 0.3537) = \tanh(0.7830) = 0.6544$
#
# The input was 1 at the first and at the third step, yet the states differ: the second 1 meets a network that still
# remembers the first.

# %% [markdown] lang="zh"
# 循环神经网络一个元素一个元素地读序列，并保存一个**隐状态** $h$。每一步都由当前输入和旧状态算出新状态，用的始终是同一组权重：
#
# $$h_t = \tanh(W_{xh}\, x_t + W_{hh}\, h_{t-1} + b)$$
#
# 先看只有一个单元的情形，这样所有量都是数。取 $W_{xh} = 0.5$，$W_{hh} = 0.8$，$b = 0$，从 $h_0 = 0$ 开始，读入 $x = 1, 0, 1$：
#
# - $h_1 = \tanh(0.5 \cdot 1 + 0.8 \cdot 0) = \tanh(0.5) = 0.4621$
# - $h_2 = \tanh(0.5 \cdot 0 + 0.8 \cdot 0.4621) = \tanh(0.3697) = 0.3537$
# - $h_3 = \tanh(0.5 \cdot 1 + 0.8 \cdot 0.3537) = \tanh(0.7830) = 0.6544$
#
# 第一步和第三步的输入都是 1，状态却不同：读到第二个 1 时，网络还记得第一个。

# %%
import numpy as np

h = 0.0
for x in (1, 0, 1):
    h = np.tanh(0.5 * x + 0.8 * h)
    print(f"x = {x}   h = {h:.4f}")

# %% [markdown] lang="en"
# With several units $h$ is a vector, $W_{hh}$ a square matrix, and a whole batch goes through at once. In the formula
# $x$ and $h$ are columns. In code each sequence of the batch is a **row**, so the matrix stands on the right:
# `x @ W_xh`. Whoever mixes the two up transposes $W_{hh}$. It is square, so the shapes still fit and no error is
# raised; the network is merely another one.

# %% [markdown] lang="zh"
# 有多个单元时，$h$ 是向量，$W_{hh}$ 是方阵，而且整个小批量可以一起算。公式里的 $x$ 和 $h$ 是列向量；代码里，小批量中的每个序列占
# **一行**，所以矩阵写在右边：`x @ W_xh`。两种写法一混，就会把 $W_{hh}$ 转置。它是方阵，形状照样对得上，不会报错，只是网络变成了另一个。


# %% name="step"
def rnn_step(x, h, W_xh, W_hh, b):
    """One step for a batch: x (batch, inputs), h (batch, units)."""
    return np.tanh(x @ W_xh + h @ W_hh + b)  # (batch, units)


def rnn(x, W_xh, W_hh, b):
    """All steps: x (batch, steps, inputs); returns every state (batch, steps, units)."""
    h = np.zeros((x.shape[0], W_hh.shape[0]))  # each sequence begins with an empty state
    states = []
    for t in range(x.shape[1]):
        h = rnn_step(x[:, t], h, W_xh, W_hh, b)
        states.append(h)
    return np.stack(states, axis=1)


# %% [markdown] lang="en"
# Two sequences of six steps, three inputs, four units.

# %% [markdown] lang="zh"
# 两个序列，各六步，输入三维，四个单元。

# %%
batch, steps, inputs, units = 2, 6, 3, 4
rng = np.random.default_rng(0)
W_xh = rng.normal(0, 0.5, (inputs, units))  # (3, 4)
W_hh = rng.normal(0, 0.5, (units, units))  # (4, 4)
b = rng.normal(0, 0.5, units)  # (4,)
x = rng.normal(0, 1, (batch, steps, inputs))  # (2, 6, 3)

states = rnn(x, W_xh, W_hh, b)  # (2, 6, 4)
last = states[:, -1]  # (2, 4)
backwards = rnn(x[:, ::-1], W_xh, W_hh, b)[:, -1]  # (2, 4)
print("shape of all states:", states.shape)
print("last state, first sequence:  ", last[0].round(4))
print("the same read backwards:     ", backwards[0].round(4))
for name, array in (("W_xh", W_xh), ("W_hh", W_hh), ("b", b)):
    print(f"{name:4} {array.shape!s:7} {array.size:3}")
print("parameters:", W_xh.size + W_hh.size + b.size)

# %% [markdown] lang="en"
# The order matters: read backwards, the same six inputs give another state. The number of parameters does not depend
# on the number of steps: $3 \cdot 4 + 4 \cdot 4 + 4 = 32$, for six steps or for six thousand. And the sequences of a
# batch do not see each other; each row has a state of its own.
#
# How long does the state remember? One unit gets the input 1 at step 0, and then nothing.

# %% [markdown] lang="zh"
# 顺序有意义：同样六个输入，倒着读，状态就不同。参数个数则与步数无关：$3 \cdot 4 + 4 \cdot 4 + 4 = 32$，六步如此，六千步也如此。
# 小批量里的各个序列互不相见，每一行都有自己的状态。
#
# 状态能记多久？给一个单元在第 0 步输入 1，之后什么也不输入。

# %% name="echo"
import matplotlib.pyplot as plt

pulse = np.zeros((1, 31, 1))
pulse[0, 0] = 1
echo = {}
for weight, style in ((1.5, "-"), (0.9, "--"), (0.5, ":"), (-0.9, "-.")):
    one_unit = rnn(pulse, np.array([[0.5]]), np.array([[weight]]), np.zeros(1))
    echo[weight] = one_unit[0, :, 0]  # (31,)
    plt.plot(echo[weight], style, label=f"recurrent weight {weight}")
    print(f"recurrent weight {weight:4}: after 6 steps {echo[weight][6]:7.4f}", end="")
    print(f", after 30 {echo[weight][30]:8.5f}")
plt.xlabel("step")
plt.ylabel("state h")
plt.legend(loc="center right", bbox_to_anchor=(1, 0.62))
plt.show()

# %% [markdown] lang="en"
# Below 1 in size, the weight lets the input fade. Above 1 the state stays, but it forgets what it was: any positive
# pulse ends at the same value, the solution 0.8586 of $h = \tanh(1.5\, h)$. So a plain recurrent network holds
# something for long only with difficulty. [Vanishing gradients](concept:vanishing-exploding-gradients) are the same
# fact seen in training, and [LSTM](concept:lstm) is one answer to it.
#
# Does Keras compute the same? Its layer gets our weights. Its `units` is the size of the state, not the number of
# steps: that is the commonest misreading of it.

# %% [markdown] lang="zh"
# 权重的绝对值小于 1，输入的影响就逐渐消失。大于 1 时状态能留住，却忘了当初的大小：任何正的输入最后都停在同一个值，
# 即方程 $h = \tanh(1.5\, h)$ 的解 0.8586。所以普通循环神经网络很难长时间记住东西。[梯度消失](concept:vanishing-exploding-gradients)
# 就是这件事在训练中的样子，[LSTM](concept:lstm) 是对策之一。
#
# Keras 算出来的一样吗？把我们的权重交给它的层。注意参数 `units` 是状态的维数，不是步数，这是最常见的误解。

# %%
differences = {}  # filled by what the states are compared with

# %% tags=["tensorflow"]
import keras

layer = keras.layers.SimpleRNN(units, return_sequences=True)
layer.build((batch, steps, inputs))
layer.set_weights([W_xh, W_hh, b])
differences["Keras"] = np.abs(states - np.array(layer(x.astype("float32")))).max()
print("parameters in Keras:", layer.count_params())
print("equal to Keras to five decimals:", differences["Keras"] < 1e-5)

# %% [markdown] lang="en"
# **Check.** The three numbers by hand, and every state again with loops over single numbers and no matrix product.

# %% [markdown] lang="zh"
# **检验。** 核对手算的三个数；再用逐个数的循环、不用矩阵乘法，把每个状态重算一遍。

# %% name="check"
import math

ones = rnn(np.array([[[1.0], [0.0], [1.0]]]), np.array([[0.5]]), np.array([[0.8]]), np.zeros(1))
assert np.allclose(ones[0, :, 0], [0.4621, 0.3537, 0.6544], atol=5e-5), "not the values by hand"

slow = np.zeros((batch, steps, units))
for n in range(batch):
    for t in range(steps):
        for j in range(units):
            z = b[j]
            z += math.fsum(x[n, t, i] * W_xh[i, j] for i in range(inputs))
            if t > 0:
                z += math.fsum(slow[n, t - 1, i] * W_hh[i, j] for i in range(units))
            slow[n, t, j] = math.tanh(z)
differences["loops"] = np.abs(states - slow).max()
for name, difference in differences.items():
    assert difference < 1e-5, f"the states differ from those of {name} by {difference}"
assert np.abs(last - backwards).max() > 0.01, "the order of the inputs must matter"
for size in (0.1, 1, 5):
    end = rnn(size * pulse, np.array([[0.5]]), np.array([[1.5]]), np.zeros(1))[0, -1, 0]
    assert abs(end - math.tanh(1.5 * end)) < 1e-6, "weight 1.5 must end at the fixed point"
    assert round(end, 4) == 0.8586, f"a pulse of {size} must end where every other does"
