# ---
# title:
#   en: One neuron by hand
#   zh: 手算一个神经元
# summary:
#   en: A weighted sum and a sigmoid, first with numbers, then as a layer, then learning OR and AND and failing at XOR.
#   zh: 加权求和再过 sigmoid：先代入数字，再写成一层，然后学会“或”与“与”，却学不会“异或”。
# runtime: numpy
# minutes: 25
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Three squares with the four inputs at their corners, filled dots for answer 1 and crosses for answer 0. For OR and
#         for AND a straight line, where the trained neuron says 0.5, separates dots from crosses. For XOR the two dots lie on
#         one diagonal and the two crosses on the other; no line is drawn, since the neuron says 0.5 everywhere.
#       zh: 三个正方形，四个角是四种输入，实心点表示答案 1，叉表示答案 0。“或”与“与”两幅图中，训练后的神经元输出 0.5 的地方是一条直线，把点与叉分开。“异或”图中两个点在一条对角线上，两个叉在另一条上；没有画线，因为神经元处处输出 0.5。
#     caption:
#       en: One neuron draws one straight line.
#       zh: 一个神经元只能画一条直线。
# sabotage:
#   find: b = b - rate * error.mean()
#   replace: b = b + rate * error.mean()
# ---

# %% [markdown] lang="en"
# A neuron multiplies each input by a weight, adds everything up with a bias, and sends the sum through a bent function,
# here the sigmoid:
#
# $$z = w_1 x_1 + w_2 x_2 + b \qquad y = \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# With inputs $1$ and $2$, weights $0.5$ and $-1$ and bias $0.25$: $z = 0.5 \cdot 1 - 1 \cdot 2 + 0.25 = -1.25$, and
# $\sigma(-1.25) \approx 0.223$. The name comes from the nerve cell; the likeness ends about here.

# %% [markdown] lang="zh"
# 神经元把每个输入乘以一个权重，全部相加，再加上偏置，最后让这个和通过一个弯曲的函数，这里用 sigmoid：
#
# $$z = w_1 x_1 + w_2 x_2 + b \qquad y = \sigma(z) = \frac{1}{1 + e^{-z}}$$
#
# 取输入 $1$ 和 $2$，权重 $0.5$ 和 $-1$，偏置 $0.25$：$z = 0.5 \cdot 1 - 1 \cdot 2 + 0.25 = -1.25$，
# $\sigma(-1.25) \approx 0.223$。名字取自神经细胞，相似之处也就到此为止。

# %% name="neuron"
import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def neuron(x, w, b):
    """The answer of one neuron to one or many inputs x (..., inputs)."""
    return sigmoid(x @ w + b)


x = np.array([1.0, 2.0])
w, b = np.array([0.5, -1.0]), 0.25
print(f"z = {x @ w + b}   y = {neuron(x, w, b):.3f}")

# %% [markdown] lang="en"
# Several neurons side by side that see the same inputs are a **layer**. Their weights stand in the columns of one matrix,
# and one product gives all the answers to all the inputs. The first column is the neuron above.

# %% [markdown] lang="zh"
# 几个神经元并排，看到同样的输入，就是一**层**。它们的权重是同一个矩阵的各列，一次矩阵乘法就得到所有输入的所有答案。
# 第一列就是上面那个神经元。

# %% name="layer"
W = np.array([[0.5, 2.0, 0.0], [-1.0, 1.0, 1.0]])  # (inputs, neurons) = (2, 3)
bias = np.array([0.25, -1.0, 0.0])  # (3,)
X = np.array([[1.0, 2.0], [0.0, 0.0], [-1.0, 1.0], [3.0, 0.5]])  # (batch, inputs) = (4, 2)
Y = neuron(X, W, bias)  # (4, 3)
print(Y.round(3))

# %% [markdown] lang="en"
# **Learning.** The four inputs of a logic gate, and its four right answers $t$. The loss is the mean cross-entropy; for a
# sigmoid its derivative with respect to $z$ is simply $y - t$, so the weights move against $x \cdot (y - t)$
# ([gradient descent](concept:gradient-descent)). The weights start at
# $1$ and $-1$, the bias at $0.5$.

# %% [markdown] lang="zh"
# **学习。** 逻辑门有四种输入和四个正确答案 $t$。损失取平均交叉熵；配上 sigmoid，它对 $z$ 的导数恰好是 $y - t$，
# 所以权重朝 $x \cdot (y - t)$ 的反方向移动（[梯度下降](concept:gradient-descent)）。权重从 $1$ 和 $-1$ 开始，偏置从 $0.5$ 开始。

# %% name="learning" lines="8-10"
corners = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])  # (4, 2)
gates = {"OR": [0, 1, 1, 1], "AND": [0, 0, 0, 1], "XOR": [0, 1, 1, 0]}


def learn(targets, rate=1.0, steps=5000):
    w, b = np.array([1.0, -1.0]), 0.5
    for _ in range(steps):
        error = neuron(corners, w, b) - targets  # (4,)
        w = w - rate * corners.T @ error / 4  # (2,)
        b = b - rate * error.mean()
    return w, b


learned = {gate: learn(np.array(targets)) for gate, targets in gates.items()}
print("      w1     w2      b    answers to 00, 01, 10, 11")
for gate, (w, b) in learned.items():
    row = np.round([*w, b], 2) + 0.0  # (3,), and -0.0 becomes 0.0
    print(f"{gate:3}{row[0]:6.2f} {row[1]:6.2f} {row[2]:6.2f}    {neuron(corners, w, b).round(2)}")

# %% [markdown] lang="en"
# OR and AND are learned; with more steps the answers come ever closer to 0 and 1. XOR is not, and more steps do not help:
# the neuron says 0.5 to everything. The answer of a neuron is 0.5 along the straight line $w_1 x_1 + w_2 x_2 + b = 0$,
# and no straight line parts the corners of XOR (Minsky and Papert, 1969, made this famous).

# %% [markdown] lang="zh"
# “或”与“与”学会了，步数越多，答案越接近 0 和 1。“异或”学不会，再多步也没用：神经元对什么都答 0.5。
# 神经元在直线 $w_1 x_1 + w_2 x_2 + b = 0$ 上输出 0.5，而没有一条直线能分开“异或”的四个角
# （Minsky 与 Papert 1969 年的书使这一点广为人知）。

# %% name="lines"
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 3, figsize=(9, 3), sharey=True)
for axis, (gate, (w, b)) in zip(axes, learned.items(), strict=True):
    for (x1, x2), t in zip(corners, gates[gate], strict=True):
        axis.plot(x1, x2, "o" if t else "x", color="C0" if t else "C1", markersize=12)
    if np.abs(w).max() > 1e-6:  # else there is no line
        x1 = np.array([-0.5, 1.5])
        axis.plot(x1, -(w[0] * x1 + b) / w[1], "k--")
    axis.set(title=gate, xlabel="$x_1$", xlim=(-0.5, 1.5), ylim=(-0.5, 1.5))
axes[0].set_ylabel("$x_2$")
plt.show()

# %% [markdown] lang="en"
# Two neurons before a third one can do it, with weights that we choose by hand: the first says OR, the second AND, and
# the third says "OR and not AND". That is the step from one neuron to a [network](concept:neural-networks).

# %% [markdown] lang="zh"
# 在第三个神经元前面放两个神经元就能做到，权重由我们手工选定：第一个答“或”，第二个答“与”，第三个答“或，而且不是与”。
# 从一个神经元到[网络](concept:neural-networks)，就是迈出这一步。

# %% name="xor"
hidden = neuron(corners, np.array([[20.0, 20.0], [20.0, 20.0]]), np.array([-10.0, -30.0]))  # (4, 2)
xor = neuron(hidden, np.array([20.0, -20.0]), -10.0)  # (4,)
print("OR, AND:", hidden.round(2).tolist())
print("XOR:    ", xor.round(2))

# %% [markdown] lang="en"
# Keras calls such a layer `Dense`. With our weights it gives our answers.

# %% [markdown] lang="zh"
# Keras 把这样的一层叫做 `Dense`。给它我们的权重，它就给出我们的答案。

# %% tags=["tensorflow"]
import keras

dense = keras.layers.Dense(3, activation="sigmoid")
dense.build((4, 2))
dense.set_weights([W, bias])
difference = np.abs(Y - dense(X.astype("float32")).numpy()).max()
print("equal to Keras to six decimals:", difference < 1e-6)
assert difference < 1e-6, f"NumPy and Keras differ by {difference}"

# %% [markdown] lang="en"
# **Check.** The number worked by hand; the layer against sums written out; the step of learning against a finite
# difference of the loss; and for XOR a search through 68,921 neurons: none has a loss below that of "0.5 to everything",
# $\ln 2$, and none has more than three of the four answers right.

# %% [markdown] lang="zh"
# **检验。** 手算的那个数；把层与逐项相加的结果比较；把学习的一步与损失的有限差分比较；对于“异或”，搜索 68,921 个神经元：
# 没有一个的损失低于“处处答 0.5”的 $\ln 2$，也没有一个能答对四个中的三个以上。

# %% name="check"
from math import exp, log

assert abs(neuron(np.array([1.0, 2.0]), np.array([0.5, -1.0]), 0.25) - 1 / (1 + exp(1.25))) < 1e-12
for n, (x1, x2) in enumerate(X):
    for k in range(3):
        z = x1 * W[0, k] + x2 * W[1, k] + bias[k]
        assert abs(Y[n, k] - 1 / (1 + exp(-z))) < 1e-12, "a layer is its neurons side by side"


def loss(w, b, targets):
    y = neuron(corners, w, b)
    return -np.log(np.where(targets, y.T, 1 - y.T)).mean(-1)


for targets in gates.values():
    (w, b), h = learn(np.array(targets), rate=1.0, steps=1), 1e-6
    slope = [loss(np.array([1.0, -1.0 + d]), 0.5, targets) for d in (h, -h)]
    assert abs((-1.0 - w[1]) - (slope[0] - slope[1]) / (2 * h)) < 1e-7, "w moves off the slope"
    slope = [loss(np.array([1.0, -1.0]), 0.5 + d, targets) for d in (h, -h)]
    assert abs((0.5 - b) - (slope[0] - slope[1]) / (2 * h)) < 1e-7, "b moves off the slope"
right = {gate: (neuron(corners, *learned[gate]) > 0.5) == gates[gate] for gate in ("OR", "AND")}
assert all(map(np.all, right.values())), "OR and AND should be learned"
assert np.abs(neuron(corners, *learned["XOR"]) - 0.5).max() < 1e-6, "XOR should end at 0.5"
grid = np.stack(np.meshgrid(*[np.linspace(-10, 10, 41)] * 3), -1).reshape(-1, 3)  # (68921, 3)
assert loss(grid[:, :2].T, grid[:, 2], gates["XOR"]).min() > log(2) - 1e-12, "below ln 2"
agree = (neuron(corners, grid[:, :2].T, grid[:, 2]).T > 0.5) == gates["XOR"]  # (68921, 4)
assert agree.sum(1).max() == 3, "a single neuron computes XOR?"
assert (xor.round(2) == gates["XOR"]).all(), "three neurons should compute XOR"
