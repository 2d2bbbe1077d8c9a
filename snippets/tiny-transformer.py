# ---
# title:
#   en: A tiny Transformer against an LSTM
#   zh: 小型 Transformer 与 LSTM 的较量
# summary:
#   en: A causal Transformer and an LSTM of about as many parameters read the same text for the same number of steps, beside n-grams.
#   zh: 参数量相近的因果 Transformer 和 LSTM，在同一文本上训练同样多的步数，并与 n 元模型比较。
# runtime: tensorflow
# minutes: 40
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Held-out loss against the number of characters read in the window, 2 to 32. The bigram stays near 2.5 and the
#         trigram near 2.0. The Transformer and the LSTM start at 2.2, above the trigram, fall below it by five characters
#         and then stay level, near 1.92 and 1.95. The Transformer's last point rises to 1.99.
#       zh: >-
#         留出损失随窗口内已读字符数（2 到 32）变化的折线图。二元模型始终在 2.5 附近，三元模型在 2.0 附近。
#         Transformer 和 LSTM 从 2.2 开始，高于三元模型，读到五个字符时降到其下方，此后基本持平，分别在 1.92 和 1.95 附近；
#         Transformer 的最后一点升到 1.99。
# sabotage:
#   find: use_causal_mask=True
#   replace: use_causal_mask=False
# ---

# %% [markdown] lang="en"
# A Transformer sees all characters of a window at once, through causal [self-attention](concept:self-attention). An LSTM
# reads them one after the other and carries a state. Which predicts the next character better if both have about 32,000
# parameters and read the same windows in the same order, for the same 800 steps? That large language models are
# Transformers does not answer it: here it is seconds of training, and 397 thousand characters of Python's own library.
#
# The loss is the mean of $-\ln p$ of the true next character, in nats. An even guess among our 96 characters costs
# $\ln 96 = 4.56$. A loss of 2 means as unsure as among $e^2 = 7.4$ equally likely characters.
#
# Other modules are held out and cut into windows of 32 characters. Both networks begin every window with nothing, and
# only the second half counts, so that each has read at least 17 characters.

# %% [markdown] lang="zh"
# Transformer 通过因果[自注意力](concept:self-attention)一次看到窗口里的所有字符；LSTM 则逐个字符地读，并携带一个状态。
# 如果两者都有约 3.2 万个参数，按同样的顺序读同样的窗口，都训练 800 步，谁预测下一个字符更准？大语言模型都用 Transformer，
# 但这并不能回答上面的问题：这里只训练十来秒，文本只有 Python 标准库中的约 39.7 万个字符。
#
# 损失是真实的下一个字符的 $-\ln p$ 的平均值，单位是奈特。在 96 个字符中均匀地猜，损失是 $\ln 96 = 4.56$；
# 损失为 2，相当于在 $e^2 = 7.4$ 个等可能的字符之间拿不定主意。
#
# 另留出几个模块，切成 32 个字符的窗口。两个网络在每个窗口开头都一无所知；只有后半个窗口计分，因此它们至少已读过 17 个字符。

# %% name="text"
import importlib
import inspect
import string

import numpy as np

alphabet = "\n" + string.printable[:95]
number = {character: i for i, character in enumerate(alphabet)}
V, T = len(alphabet), 32


def read(names):
    text = "".join(inspect.getsource(importlib.import_module(name)) for name in names.split())
    return np.array([number[character] for character in text if character in number])


train = read("argparse ast asyncio.base_events bdb calendar cmd codecs collections")
dev = read("shutil")
test = read("base64 fileinput linecache pstats stat typing unittest.case wave")
held = np.lib.stride_tricks.sliding_window_view(test, T + 1)[::T]
held = held[: len(held) // 50 * 50]  # (windows, 33)
print("characters to learn from:", len(train) // 1000, "thousand; held-out windows:", len(held))

# %% [markdown] lang="en"
# The baseline counts. An [n-gram model](concept:n-gram-language-models) mixes what followed the last $n - 1$ characters with
# the model one order lower: if this context was seen $N$ times, with $K$ different characters after it, and $c$ times with
# this one, then $p_n = (c + aK p_{n-1}) / (N + aK)$. For each order $a$ is chosen on the module `shutil`.

# %% [markdown] lang="zh"
# 基线靠计数。[n 元模型](concept:n-gram-language-models)统计前 $n - 1$ 个字符之后出现过什么，再与低一阶的模型混合：
# 若这段上文出现过 $N$ 次，后面有 $K$ 种不同的字符，其中这个字符 $c$ 次，则 $p_n = (c + aK p_{n-1}) / (N + aK)$。
# 每一阶的 $a$ 都在模块 `shutil` 上选定。

# %% name="n-grams"


def codes(text, n):
    """Each run of n characters as one number."""
    return sum(text[k : len(text) - n + 1 + k] * V ** (n - 1 - k) for k in range(n))


p, n_gram = np.full(V, 1 / V), {}
for n in (1, 2, 3):
    c = np.bincount(codes(train, n), minlength=V**n).reshape((V,) * n)
    N, K = c.sum(-1, keepdims=True), (c > 0).sum(-1, keepdims=True)
    mixed = [np.where(N > 0, (c + a * K * p) / np.maximum(N + a * K, 1), p) for a in (1, 2, 4, 8)]
    p = min(mixed, key=lambda p, n=n: -np.log(p.ravel()[codes(dev, n)]).mean())
    n_gram[n] = p  # (96,) * n, the last axis is the next character

# %% [markdown] lang="en"
# The Transformer has one block. Attention lets the positions exchange information; after it two dense layers work on each
# position alone. Both parts get a [normalised](concept:normalization-layers) input, and their output is
# [added](concept:residual-connections) to $x$. Apart from its mask, attention knows no order, so a
# [positional encoding](concept:positional-encoding) is added first: sines and cosines as in Vaswani and others (2017), with
# base 32 instead of 10,000, since our windows have 32 places.
#
# With $D = 44$ the attention has $4 (44^2 + 44) = 7920$ parameters and the dense layers
# $44 \cdot 176 + 176 + 176 \cdot 44 + 44 = 15708$. The LSTM with 64 units has $4 (28 \cdot 64 + 64^2 + 64) = 23808$.
# The learning rates 0.02, 0.04 and 0.08 were tried for both on `shutil`; 0.04 was best for both. For the Transformer
# two smaller blocks were tried as well, and were worse.
#
# Do not forget the mask. Without it this model sees the character that it has to predict, and its held-out loss falls to
# about 0.16. A loss too good to be true is a leak until shown otherwise.

# %% [markdown] lang="zh"
# 这个 Transformer 只有一个块。注意力让各位置交换信息；之后的两个全连接层对每个位置单独计算。这两部分的输入都先做
# [层规范化](concept:normalization-layers)，输出再[加到](concept:residual-connections) $x$ 上。除了掩码，注意力本身不知道顺序，
# 所以先加上[位置编码](concept:positional-encoding)：与 Vaswani 等（2017）一样用正弦和余弦，只是底数用 32 而不是 10000，
# 因为窗口只有 32 个位置。
#
# $D = 44$ 时，注意力有 $4 (44^2 + 44) = 7920$ 个参数，全连接层有 $44 \cdot 176 + 176 + 176 \cdot 44 + 44 = 15708$ 个。
# 64 个单元的 LSTM 有 $4 (28 \cdot 64 + 64^2 + 64) = 23808$ 个。两者都在 `shutil` 上试过学习率 0.02、0.04 和 0.08，
# 都是 0.04 最好。Transformer 还试过两个较小的块，效果更差。
#
# 别忘了掩码。没有它，模型就看得到要预测的那个字符，留出损失会降到约 0.16。损失好得不像真的，就先当作信息泄露来查。

# %% name="models"
import keras
from keras import layers

D, heads = 44, 4
angle = np.arange(T)[:, None] * T ** (-np.arange(D // 2) / (D // 2))  # (32, 22)
position = np.hstack([np.sin(angle), np.cos(angle)]).astype("float32")  # (32, 44)


def transformer():
    characters = keras.Input((T,), dtype="int32")
    normal = keras.initializers.RandomNormal(stddev=1.0)
    x = layers.Embedding(V, D, embeddings_initializer=normal)(characters)  # (batch, 32, 44)
    x = x + position
    y = layers.LayerNormalization()(x)
    x = x + layers.MultiHeadAttention(heads, D // heads)(y, y, use_causal_mask=True)
    y = layers.LayerNormalization()(x)
    x = x + layers.Dense(D)(layers.Dense(4 * D, activation="relu")(y))
    logits = layers.Dense(V)(layers.LayerNormalization()(x))  # (batch, 32, 96)
    return keras.Model(characters, logits)


def lstm():
    stack = [layers.Embedding(V, 28), layers.LSTM(64, return_sequences=True), layers.Dense(V)]
    return keras.Sequential([keras.Input((T,), dtype="int32"), *stack])


# %% name="train" tags=["varies"]
steps, batch, rate = 800, 32, 0.04
starts = np.random.default_rng(0).integers(0, len(train) - T, steps * batch)
windows = train[starts[:, None] + np.arange(T + 1)]  # (25600, 33)
models, loss = {}, {}
for name, make in (("Transformer", transformer), ("LSTM", lstm)):
    keras.utils.set_random_seed(0)
    models[name] = model = make()
    schedule = keras.optimizers.schedules.CosineDecay(
        rate / 10, steps - 20, alpha=0.02, warmup_target=rate, warmup_steps=20
    )
    model.compile(
        keras.optimizers.Adam(schedule, clipnorm=1.0),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    )
    model.fit(windows[:, :-1], windows[:, 1:], batch_size=batch, shuffle=False, verbose=0)
    logits = model.predict(held[:, :-1], batch_size=256, verbose=0)  # (windows, 32, 96)
    loss[name] = keras.losses.sparse_categorical_crossentropy(held[:, 1:], logits, True).numpy()
loss["trigram"] = -np.log(n_gram[3][held[:, :-2], held[:, 1:-1], held[:, 2:]])  # (windows, 31)
loss["bigram"] = -np.log(n_gram[2][held[:, :-1], held[:, 1:]])  # (windows, 32)

late = {name: values[:, -T // 2 :].reshape(50, -1).mean(1) for name, values in loss.items()}
draws = np.random.default_rng(0).integers(0, 50, (2000, 50))  # bootstrap over 50 pieces


def interval(first, second):
    return np.quantile((late[first] - late[second])[draws].mean(1), [0.025, 0.975])


print("model        parameters  loss    its loss less the Transformer's, 95% interval")
for name in loss:
    size = models[name].count_params() if name in models else ""
    low, high = interval(name, "Transformer")
    more = "" if name == "Transformer" else f"{low:+.3f} to {high:+.3f}"
    print(f"{name:12} {size:10}  {late[name].mean():.3f}   {more}".rstrip())

# %% [markdown] lang="en"
# At this size the **Transformer wins, by little**: 1.92 nats against 1.95. The interval, 0.01 to 0.03, leaves zero out,
# but it speaks only of the choice of held-out text. It does not cover the luck of training. So we ran it again with two
# other seeds for weights and windows: the Transformer ended at 1.92 both times, the LSTM at 1.93 and 1.97. Three wins out
# of three, but from one seed to the next the LSTM moves more than it is behind here. Nor were the costs equal. The
# numbers of steps were, but the Transformer took about a third more processor time on one thread. In training it
# computes all places at once, while the LSTM has to wait for the step before; hardware that works in parallel suits the
# Transformer better.
#
# Both beat the trigram by less than a tenth of a nat, and it is not the best n-gram. In the lesson on the character LSTM,
# from the same modules, orders 4 to 6 reach perplexities of 5.1 to 5.7, which is 1.63 to 1.74 nats. The curve below shows
# where the gain comes from. After two characters the networks are behind the trigram; after five they are ahead of it, and
# from there on more context hardly helps. At the very last place the Transformer's curve rises; the LSTM, which does the
# same at every place, has no such edge. Nor can this Transformer read windows longer than 32, since it has no more
# positions; the LSTM could read on.

# %% [markdown] lang="zh"
# 在这个规模上，**Transformer 以微弱优势获胜**：1.92 奈特，LSTM 是 1.95。区间为 0.01 到 0.03，不含零，但它只反映留出文本的选取，
# 不包括训练中的运气。因此我们为权重和窗口另换两个随机种子各跑了一次：Transformer 两次都是 1.92，LSTM 是 1.93 和 1.97。
# 三次都是 Transformer 获胜，但 LSTM 换个种子的波动，比它在这里落后的还多。代价也不相等：步数虽然相同，
# 单线程下 Transformer 的处理器时间却多约三分之一。训练时它同时计算所有位置，LSTM 则要等前一步算完；
# 擅长并行的硬件更适合 Transformer。
#
# 两者胜过三元模型都不到 0.1 奈特，而三元模型并不是最好的 n 元模型：字符级 LSTM 那一课用同样的模块，四到六阶的困惑度是 5.1 到 5.7，
# 即 1.63 到 1.74 奈特。下面的曲线显示收益来自哪里：读了两个字符时，网络不如三元模型；读了五个，就超过了它；此后再多的上文也几乎没有帮助。
# 在最后一个位置，Transformer 的曲线翘了起来；LSTM 在每个位置做的事都一样，没有这种边缘效应。这个 Transformer 也读不了超过 32 个字符的窗口，因为没有更多的位置编码；LSTM 则可以接着读下去。

# %%
import matplotlib.pyplot as plt

for (name, values), style in zip(loss.items(), ("-", "--", "-.", ":"), strict=True):
    curve = values[:, -T + 1 :].mean(0)  # (31,)
    plt.plot(range(2, T + 1), curve, linestyle=style, label=name)
plt.legend(loc=(0.65, 0.5))
plt.xlabel("characters read in the window")
plt.ylabel("loss of the next character (nats), held out")
plt.show()

# %% [markdown] lang="en"
# **Check.** The numbers of parameters follow from the formulas and differ by less than a tenth. Changing a character
# changes no earlier prediction, but does change the one at its place. Both networks beat the bigram by more than chance,
# and the n-gram probabilities add up to 1. Who is ahead of whom is not asserted: you may change it.

# %% [markdown] lang="zh"
# **检验。** 参数个数与公式一致，相差不到十分之一；改动一个字符，不影响之前的任何预测，但会影响该处的预测；两个网络都胜过二元模型，
# 且超出偶然波动；n 元概率之和为 1。网络之间谁领先不作断言：你也许能改变它。

# %% name="check"
block = 4 * (D * D + D) + 2 * 2 * D + (D * 4 * D + 4 * D) + (4 * D * D + D)
expected = {
    "Transformer": V * D + block + 2 * D + D * V + V,
    "LSTM": V * 28 + 4 * (28 * 64 + 64 * 64 + 64) + 64 * V + V,
}
for name, model in models.items():
    assert model.count_params() == expected[name], f"{name}: not {expected[name]} parameters"
    before = model.predict_on_batch(held[:8, :-1])  # (8, 32, 96)
    for t in (1, 16, 31):
        changed = held[:8, :-1].copy()
        changed[:, t] = (changed[:, t] + 1) % V
        moved = np.abs(model.predict_on_batch(changed) - before).max((0, 2))  # (32,)
        assert moved[:t].max() < 1e-4, f"{name}: a change at {t} is seen before {t}"
        assert moved[t] > 1e-2, f"{name}: a change at {t} must be seen at {t}"
    assert np.isfinite(loss[name]).all(), f"{name}: a loss is not finite"
    low, _ = interval("bigram", name)
    assert low > 0, f"{name} must beat the bigram, the interval begins at {low}"
sizes = [model.count_params() for model in models.values()]
assert max(sizes) < 1.1 * min(sizes), f"sizes differ by more than a tenth: {sizes}"
for n, p in n_gram.items():
    assert np.allclose(p.sum(-1), 1), f"the {n}-gram's probabilities do not add up to 1"
