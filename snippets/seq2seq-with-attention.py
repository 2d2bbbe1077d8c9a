# ---
# title:
#   en: Sequence to sequence with attention
#   zh: 带注意力的序列到序列模型
# summary:
#   en: An encoder-decoder with additive attention learns to reverse eight digits; without attention it falls far behind after as many steps.
#   zh: 带加性注意力的编码器－解码器学会把八个数字倒过来写；去掉注意力，训练同样多步，就远远落后。
# runtime: tensorflow
# minutes: 35
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Heat map of eight written digits against eight input digits. The dark cells lie on the diagonal from top right
#         to bottom left. The first written digit puts 0.63 of its weight on the last input, the next six 0.37 to
#         0.52 on their true position and most of the rest on its two neighbours. In the last row two places are almost
#         equal: 0.45 beside the true position, 0.43 on it.
#       zh: >-
#         热图，纵轴为写出的八个数字，横轴为输入的八个数字。深色格子沿右上到左下的对角线排列。写出第一个数字时，
#         0.63 的权重落在最后一个输入上；接下来六行有 0.37 到 0.52 落在正确位置，其余大多落在左右相邻的位置。
#         最后一行两个位置几乎相等：正确位置 0.43，旁边 0.45。
#     caption:
#       en: Each row is one written digit; its weights sum to one.
#       zh: 每一行对应写出的一个数字，该行权重之和为一。
# sabotage:
#   find: a = ops.softmax(e, axis=1)
#   replace: a = ops.softmax(e, axis=-1)
# ---

# %% [markdown] lang="en"
# An [encoder](concept:sequence-to-sequence) reads a sequence, a decoder writes another. In the form of Cho and others
# (2014) the decoder gets one vector $c$ for the whole input, the same at every step. Bahdanau, Cho and Bengio
# (2014) let the decoder look again before each output: its state $s$ is compared with the encoder's state
# $h_j$ at every position $j$, and a softmax over the positions turns the scores into weights.
#
# $$e_j = v^\top \tanh(W s + U h_j) \qquad a_j = \frac{\exp e_j}{\sum_k \exp e_k} \qquad c = \sum_j a_j h_j$$
#
# First with numbers: three positions with the scores 2, 0 and 1, and the values 5, 1 and 3 in place of the vectors.
# The first position gets about two thirds of the weight, and the average is pulled towards its value.

# %% [markdown] lang="zh"
# [编码器](concept:sequence-to-sequence)读入一个序列，解码器写出另一个序列。在 Cho 等人（2014）的做法里，
# 整个输入只压缩成一个向量 $c$，解码器每一步用的都是它。Bahdanau、Cho 和 Bengio（2014）则让解码器每次输出之前再回看一遍：
# 用它的状态 $s$ 与编码器在每个位置 $j$ 的状态 $h_j$ 比较，得到分数，再在各位置上做 softmax，变成权重。
#
# $$e_j = v^\top \tanh(W s + U h_j) \qquad a_j = \frac{\exp e_j}{\sum_k \exp e_k} \qquad c = \sum_j a_j h_j$$
#
# 先用数字算一遍：三个位置的分数是 2、0、1，向量暂用 5、1、3 这三个数代替。第一个位置得到约三分之二的权重，
# 加权平均也就偏向它的值。

# %%
import numpy as np

a = np.exp([2, 0, 1]) / np.exp([2, 0, 1]).sum()
print("weights:", a.round(3), " context:", (a @ [5, 1, 3]).round(2))

# %% [markdown] lang="en"
# The task: write eight digits in reverse order. The true alignment is known, output $t$ belongs to input $9 - t$,
# so it can be tested whether the attention finds it. In training the decoder is fed the true previous digit
# ([teacher forcing](concept:teacher-forcing)), that is, the target moved right by one place.

# %% [markdown] lang="zh"
# 任务：把八个数字倒过来写。正确的对齐是已知的，第 $t$ 个输出对应第 $9 - t$ 个输入，所以可以检验注意力是否找到了它。
# 训练时，喂给解码器的是真实的前一个数字（[强制教学](concept:teacher-forcing)），也就是右移一位的目标序列。

# %% name="data"
length, digits, start = 8, 10, 10  # token 10 starts the output


def shifted(y):
    """What the decoder is fed: the start token, then y without its last digit."""
    return np.concatenate([np.full((len(y), 1), start), y[:, :-1]], axis=1)


rng = np.random.default_rng(0)
x = np.unique(rng.integers(0, digits, (17_000, length)), axis=0)  # no sequence twice
x = rng.permutation(x)
x_test, x_train = x[:1_000], x[1_000:]
y_test, y_train = x_test[:, ::-1], x_train[:, ::-1]
print("input: ", *x_test[0])
print("fed:   ", *shifted(y_test)[0])
print("target:", *y_test[0])

# %% [markdown] lang="en"
# The attention in Keras. The softmax must run over the **positions**, axis 1. The default, the last axis, has length 1
# here: every weight would be 1 and the context the plain sum of all states. Keras warns, but training still runs.

# %% [markdown] lang="zh"
# 用 Keras 写注意力。softmax 必须沿**位置**所在的轴 1 做。默认的最后一个轴在这里长度为 1，那样所有权重都是 1，
# 上下文向量就成了所有状态的简单相加。Keras 会给出警告，但训练照样能跑。

# %% name="attention"
import keras
from keras import layers, ops


def attend(s, H, W, U, v):
    """Weights (batch, 8, 1) and context (batch, 32) for s (batch, 32) and H (batch, 8, 32)."""
    e = v(ops.tanh(ops.expand_dims(W(s), 1) + U(H)))  # scores, (batch, 8, 1)
    a = ops.softmax(e, axis=1)  # over the 8 positions of the input
    return a, ops.sum(a * H, axis=1)


# %% [markdown] lang="en"
# The encoder is a GRU that reads in both directions. Its states $h_j$ get the embedding of digit $j$ added. Without
# this sum the peak of the attention may settle beside the right position, because the neighbouring states have read
# the digit too (try it). The decoder starts from the backward state, as in the paper. Without attention
# it gets the last states of both directions at each step, a vector of the same size. All else is
# equal, the learning rate too, except that attention has 2,080 weights of its own: $2 \cdot 32 \cdot 32 + 32$.

# %% [markdown] lang="zh"
# 编码器是双向的 GRU，每个状态 $h_j$ 再加上第 $j$ 个数字的嵌入。不加的话，注意力的峰值可能落在正确位置的旁边，
# 因为相邻位置的状态也读过这个数字（可以自己试试）。解码器从反向的末状态出发，与论文相同。不用注意力时，
# 它每一步拿到的都是两个方向的末状态，向量大小相同。其余都一样，学习率也一样，
# 只是注意力自己多出 $2 \cdot 32 \cdot 32 + 32 = 2080$ 个权重。

# %% name="model"
units = 16


def build(attention):
    """The model to train and, with attention, one that shows weights, states s and H."""
    source, fed = (keras.Input((length,), dtype="int32") for _ in range(2))
    x = layers.Embedding(digits, 2 * units)(source)  # (batch, 8, 32)
    gru = layers.GRU(units, return_sequences=True, return_state=True, unroll=True)
    H, forward, backward = layers.Bidirectional(gru)(x)
    H = H + x  # (batch, 8, 32)
    c = ops.concatenate([forward, backward], axis=1)  # (batch, 32)
    s = layers.Dense(2 * units, activation="tanh")(backward)  # (batch, 32)
    y = layers.Embedding(digits + 1, 16)(fed)  # (batch, 8, 16)
    W, U, v = (layers.Dense(n, use_bias=False, name=k) for n, k in ((32, "W"), (32, "U"), (1, "v")))
    cell, output = layers.GRUCell(2 * units), layers.Dense(digits)
    states, weights, logits = [], [], []
    for t in range(length):
        states.append(s)
        if attention:
            a, c = attend(s, H, W, U, v)
            weights.append(a[:, :, 0])
        s, _ = cell(ops.concatenate([y[:, t], c], axis=1), s)
        logits.append(output(s))
    model = keras.Model([source, fed], ops.stack(logits, 1))  # (batch, 8, 10)
    if not attention:
        return model, None
    return model, keras.Model([source, fed], [ops.stack(weights, 1), ops.stack(states, 1), H])


def greedy(model, x):
    """Feed the model its own digits: at each step the most probable one."""
    y = np.zeros_like(x)
    for t in range(length):
        y[:, t] = model.predict_on_batch([x, shifted(y)])[:, t].argmax(1)
    return y


# %% [markdown] lang="en"
# `greedy` computes all eight outputs again for each digit and keeps only the one at $t$. That wastes work, but is
# short, and correct: the output at $t$ depends on fed digits up to $t$ only. Both models train for
# 5 epochs with the same seed. The held-out sequences occur nowhere in training. A sequence counts as right only if all
# eight digits are. Beside each share stands its 95% interval, in the form of Wilson (1927) for a binomial share.

# %% [markdown] lang="zh"
# `greedy` 每写一个数字都把八个输出重算一遍，只取第 $t$ 个。这样浪费计算，但代码短，而且是对的：第 $t$ 个输出只取决于到第
# $t$ 个为止喂入的数字。两个模型用同一个种子，各训练 5 轮。留出的序列在训练中从未出现。八个数字全对，一条序列才算对。
# 每个比例旁边给出 95% 区间，用的是 Wilson（1927）的二项比例区间。


# %% name="train" tags=["varies"]
def wilson(share, n, z=1.96):
    middle = (share + z**2 / (2 * n)) / (1 + z**2 / n)
    half = z * np.sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / (1 + z**2 / n)
    return middle - half, middle + half


written, intervals = {}, {}
print("attention  parameters  all 8 right  95% interval   loss in each epoch")
for attention in (True, False):
    keras.utils.set_random_seed(0)
    model, look = build(attention)
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.015, clipnorm=1.0), loss, jit_compile=False)
    fed = shifted(y_train)
    history = model.fit([x_train, fed], y_train, batch_size=200, epochs=5, verbose=0)
    y = written[attention] = greedy(model, x_test)
    share = (y == y_test).all(1).mean()
    low, high = intervals[attention] = wilson(share, len(y))
    losses = " ".join(f"{value:.2f}" for value in history.history["loss"])
    name = "with" if attention else "without"
    print(f"{name:9}{model.count_params():12}{share:13.3f}  {low:.3f}–{high:.3f}    {losses}")
    if attention:
        a, states, H = look.predict_on_batch([x_test, shifted(y)])  # a: (1000, 8, 8)
        W, U, v = (look.get_layer(k).get_weights()[0] for k in "WUv")
peaks = a.argmax(2) == np.arange(length)[::-1]  # (1000, 8)
print("peak of the attention on the right position:", peaks.mean().round(2))

# %% [markdown] lang="en"
# With attention nearly every sequence is right, without it about a third. The losses begin alike and part after two
# epochs. Without attention all eight digits and their order have to fit into 32 numbers, and that is learnt slowly. It is
# not impossible: the lower model's loss is still falling, and with `units = 32` the gap shrinks (try it). The intervals
# cover the choice of the test sequences only. Another seed can move the lower share by much more: in one trial it was
# 0.59, still far behind.
#
# The map shows where the model looked while it wrote. Nobody told it the alignment. But read such maps with care. In the
# last row the peak is beside the right position, and the written digit is right all the same. A state $h_j$ also knows
# its neighbours, so a weight does not say which digit was used. Jain and Wallace (2019) give the general warning:
# attention is not explanation.
#
# Attention has its price: one score for each pair of input and output position. And here all sequences are of one
# length. With padding, the filled positions need [a mask](concept:padding-masking) before the softmax.

# %% [markdown] lang="zh"
# 有注意力时几乎每条序列都对，没有注意力时只对约三分之一。前两轮两者的损失差不多，之后就拉开了。没有注意力时，
# 八个数字连同顺序都要装进 32 个数里，学起来很慢。但并非做不到：它的损失还在下降，改成 `units = 32`，
# 差距就会缩小（可以自己试试）。区间只反映测试序列的抽样；换一个种子，较低的那个比例可能变化大得多：
# 有一次试验是 0.59，但仍然远远落后。
#
# 热图显示模型写每个数字时看向哪里，而对齐关系没有人告诉过它。不过读这种图要谨慎：最后一行的峰值偏到了正确位置旁边，
# 写出的数字照样正确。状态 $h_j$ 里也有相邻数字的信息，所以权重并不能说明用的是哪个数字。
# Jain 和 Wallace（2019）提醒过：注意力不等于解释。
#
# 注意力也有代价：每一对输入、输出位置都要算一个分数。另外，这里所有序列一样长；如果有填充，
# 做 softmax 之前要用[掩码](concept:padding-masking)遮住填充的位置。

# %%
import matplotlib.pyplot as plt

plt.imshow(a[0], cmap="Greys", vmin=0, vmax=1)
for t, j in np.argwhere(a[0] > 0.1):
    color = "white" if a[0, t, j] > 0.5 else "black"
    plt.text(j, t, f"{a[0, t, j]:.2f}", ha="center", va="center", color=color)
plt.xticks(range(length), x_test[0])
plt.yticks(range(length), written[True][0])
plt.xlabel("input digits, first to last")
plt.ylabel("written digits, top first")
plt.colorbar(label="attention weight")
plt.show()

# %% [markdown] lang="en"
# **Check.** One attention step is computed again in NumPy, position by position, from the weights of the trained model. Then
# the sequences: none shared with training, nearly all right, the intervals of the two models apart, and the peaks
# on the true alignment.

# %% [markdown] lang="zh"
# **检验。** 取训练好的权重，用 NumPy 逐个位置重算一步注意力。再看序列：与训练集没有重复，几乎全对，两个模型的区间不相交，
# 峰值落在正确的对齐上。

# %% name="check"
n, t = 0, 3
e = [float(np.tanh(states[n, t] @ W + h @ U) @ v[:, 0]) for h in H[n]]
by_hand = [np.exp(score) / sum(np.exp(k) for k in e) for score in e]
assert np.allclose(by_hand, a[n, t], atol=1e-4), f"NumPy gives {by_hand}, the model {a[n, t]}"
assert not set(map(tuple, x_train)) & set(map(tuple, x_test)), "a test sequence was trained on"
assert intervals[True][0] > 0.95, f"with attention nearly all must be right: {intervals[True]}"
assert intervals[True][0] > intervals[False][1] + 0.1, f"attention must win clearly: {intervals}"
assert peaks.mean() > 0.6, f"only {peaks.mean():.2f} of the peaks are on the true alignment"
