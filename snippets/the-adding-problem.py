# ---
# title:
#   en: "The adding problem: what a gate is worth"
#   zh: 加法问题：门控值多少
# summary:
#   en: A plain RNN, an LSTM and a GRU must add two marked numbers far apart; the gated ones learn it, the plain one falls far behind.
#   zh: 让普通循环神经网络、LSTM 和 GRU 把相距很远的两个带标记的数相加：门控网络学会了，普通网络远远落后。
# runtime: tensorflow
# minutes: 25
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Line chart of the held-out error over ten epochs, on a logarithmic axis. The plain RNN falls to 0.014 on 10
#         steps; on 40 steps one run stays near the constant answer's 0.167 and ends at 0.13, the other wavers down to
#         0.07. The LSTM stays up for three epochs and then falls to 0.001. The GRU falls from the second epoch on, to
#         0.0001.
#       zh: >-
#         留出误差随十轮训练变化的折线图，纵轴为对数刻度。普通循环神经网络在 10 步序列上降到 0.014；在 40 步序列上，
#         一次停在固定回答的 0.167 附近，最后为 0.13，另一次摇摆着降到 0.07。LSTM 前三轮没有下降，之后降到 0.001；
#         GRU 从第二轮起就下降，降到 0.0001。
# sabotage:
#   find: x[rows, second, 1] = 1
#   replace: x[rows, first, 1] = 1
# ---

# %% [markdown] lang="en"
# A sequence of random numbers between 0 and 1 comes with marks. Exactly two numbers are marked, one in each half, and
# after the last step the network has to say their sum. This is the **adding problem** of Hochreiter and Schmidhuber
# (1997), here in a shorter form with marks 0 and 1. Two numbers have to be kept for many steps, and everything between
# them ignored. Below is one sequence of six steps.

# %% [markdown] lang="zh"
# 给出一串 0 到 1 之间的随机数，并附带标记。恰有两个数被标记，前后两半各一个；读完最后一步，网络要报出这两个数的和。
# 这就是 Hochreiter 和 Schmidhuber（1997）的**加法问题**，这里用的是标记为 0 和 1 的较短版本。难处在于：
# 两个数要记住很多步，中间的数全要忽略。下面先看一个六步的序列。

# %% name="data"
import numpy as np


def make(rng, count, length):
    """Sequences x (count, length, 2) of values and marks, and targets y (count,)."""
    x = np.zeros((count, length, 2), "float32")
    x[:, :, 0] = rng.random((count, length))
    rows = np.arange(count)
    first = rng.integers(0, length // 2, count)
    second = rng.integers(length // 2, length, count)
    x[rows, first, 1] = 1
    x[rows, second, 1] = 1
    return x, x[rows, first, 0] + x[rows, second, 0]


x, y = make(np.random.default_rng(0), 1, 6)
print("values:", *x[0, :, 0].round(2))
print("marks: ", *x[0, :, 1].astype(int))
print("target:", y[0].round(2))

# %% [markdown] lang="en"
# What must be beaten? Without any memory the best answer is always 1, the mean of the sum. Its mean squared error is the
# variance of two independent uniform numbers, $\frac{1}{12} + \frac{1}{12} = \frac{1}{6} \approx 0.167$. A network that
# has kept only one of the two numbers can reach $\frac{1}{12} \approx 0.083$. A network below that has kept something of
# both.
#
# Now five runs with 32 units, 10 epochs and 10,000 sequences each. The plain RNN first gets sequences of 10 steps, then
# of 40, twice, with different seeds. LSTM and GRU get only the 40 steps. Of the learning rates 0.003, 0.01 and 0.02, the
# smallest suited the plain RNN best and the largest the gated ones, so that is what each gets. The gradient is clipped
# to norm 1 for all.

# %% [markdown] lang="zh"
# 要超过的基线是什么？没有任何记忆时，最好的回答是永远报 1，即和的均值。它的均方误差就是两个独立均匀随机数的方差之和，
# $\frac{1}{12} + \frac{1}{12} = \frac{1}{6} \approx 0.167$。只记住其中一个数的网络，最低可到
# $\frac{1}{12} \approx 0.083$；再低，就说明两个数都记住了一些。
#
# 下面跑五次，每次 32 个单元、10 轮、1 万条序列。普通循环神经网络先做 10 步的序列，再做 40 步的，后者换随机种子做两次；
# LSTM 和 GRU 只做 40 步。学习率试过 0.003、0.01 和 0.02：普通网络用最小的最好，门控网络用最大的最好，
# 因此各用各的。所有网络的梯度都裁剪到范数 1。

# %% name="train" tags=["varies"]
import keras
from keras import layers

baseline = 1 / 6
runs = [  # cell, length, learning rate, seed
    ("SimpleRNN", 10, 0.003, 0),
    ("SimpleRNN", 40, 0.003, 0),
    ("SimpleRNN", 40, 0.003, 1),
    ("LSTM", 40, 0.02, 0),
    ("GRU", 40, 0.02, 0),
]
data, curves, errors = {}, {}, {}
for length in (10, 40):
    rng = np.random.default_rng(length)
    data[length] = make(rng, 10_000, length), make(rng, 1_000, length)  # training, held out

print("cell       steps  rate   seed  parameters  held-out error")
print(f"always 1      40                          {np.mean((data[40][1][1] - 1) ** 2):.5f}")
for run in runs:
    cell, length, rate, seed = run
    (x, y), (x_test, y_test) = data[length]
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((length, 2)), getattr(layers, cell)(32), layers.Dense(1)])
    model.compile(keras.optimizers.Adam(rate, clipnorm=1.0), "mse")
    history = model.fit(
        x, y, batch_size=200, epochs=10, verbose=0,
        validation_data=(x_test, y_test), validation_batch_size=1_000,
    )  # fmt: skip
    squares = (model(x_test).numpy()[:, 0] - y_test) ** 2  # (1000,)
    margin = 2 * squares.std() / np.sqrt(len(squares))
    curves[run], errors[run] = history.history["val_loss"], squares.mean()
    print(
        f"{cell:9} {length:6} {rate:6} {seed:5} {model.count_params():11}"
        f"  {squares.mean():.5f} ± {margin:.5f}"
    )

# %% [markdown] lang="en"
# At 10 steps the plain RNN learns the task. At 40 steps it has hardly begun: with one seed its error is still above
# that of one remembered number, with the other just below it, and its curve jumps. LSTM and GRU end below
# 0.002, at least fifty times lower. Task and number of sequences are the same. What the plain RNN lacks is a gradient
# that reaches back [far enough](concept:vanishing-exploding-gradients). The cell state of the [LSTM](concept:lstm) and the update gate of
# the [GRU](concept:gru) let a value, and its gradient, pass on almost unchanged.
#
# Two warnings. First, look at the plateau: for some epochs the LSTM seems to learn nothing, and then its error falls
# quickly. Someone who stops after three epochs would call it a failure. Second, the GRU is ahead of the LSTM here, but
# one task and one seed make no ranking. Nor do the gates reach without limit: they make the distance longer.

# %% [markdown] lang="zh"
# 10 步时，普通循环神经网络学会了。40 步时它几乎才刚起步：一个种子的误差仍高于“只记住一个数”的水平，另一个刚刚低于它，
# 曲线还上下跳动。LSTM 和 GRU 的误差都降到 0.002 以下，至少低五十倍。任务和序列数都相同，普通网络缺的是能传回[足够远](concept:vanishing-exploding-gradients)的梯度。[LSTM](concept:lstm) 的细胞状态和
# [GRU](concept:gru) 的更新门，让数值及其梯度几乎原样通过。
#
# 两点提醒。第一，注意平台期：有几轮 LSTM 看上去什么也没学到，随后误差迅速下降；只训练三轮就停的人会断定它失败了。
# 第二，这里 GRU 领先 LSTM，但一个任务、一个种子排不出名次。门控的作用距离也不是无限的，只是变长了。

# %%
import matplotlib.pyplot as plt

styles = ["-.", ":", (0, (1, 3)), "--", "-"]
for run, style in zip(runs, styles, strict=True):
    cell, length, _, seed = run
    line = plt.plot(range(1, 11), curves[run], ls=style)[0]
    name = f"{cell}, {length} steps, seed {seed}"
    plt.text(10.2, curves[run][-1], name, va="center", color=line.get_color())
plt.axhline(baseline, color="black", lw=0.8)
plt.text(10.2, baseline * 1.25, "always 1")
plt.yscale("log")
plt.xlim(0.5, 16.5)
plt.xticks(range(1, 11))
plt.xlabel("epoch")
plt.ylabel("mean squared error, held out")
plt.show()

# %% [markdown] lang="en"
# **Check.** The data is what the text says, the constant answer costs 1/6, and the order of the cells holds with a wide
# margin.

# %% [markdown] lang="zh"
# **检验。** 数据与文中所说一致，固定回答的误差为 1/6，而且各种单元的名次相差很大。

# %% name="check"
x, y = data[40][1]
values, marks = x[:, :, 0], x[:, :, 1]
assert (marks[:, :20].sum(1) == 1).all(), "one mark in the first half"
assert (marks[:, 20:].sum(1) == 1).all(), "one mark in the second half"
assert np.allclose((values * marks).sum(1), y), "the target is the sum of the marked values"
constant = (y - 1) ** 2
assert abs(constant.mean() - baseline) < 4 * constant.std() / np.sqrt(len(y)), "1/6 for always 1"

short, *plain, lstm, gru = (errors[run] for run in runs)
assert short < baseline / 3, f"the plain RNN must learn 10 steps, its error is {short}"
assert max(lstm, gru) < baseline / 10, f"the gated cells must learn 40 steps: {lstm}, {gru}"
assert min(plain) > 5 * max(lstm, gru), f"at 40 steps the plain RNN must be far behind: {plain}"
