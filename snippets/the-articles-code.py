# ---
# title:
#   en: The article's code, run as it stands
#   zh: 文章中的代码，照原样运行
# summary:
#   en: The article's eight lines under Keras 3 give a warning and a model with no parameters, until a first batch arrives.
#   zh: 在 Keras 3 中照原样运行文章里的八行代码：先出现一条弃用警告，模型一个参数也没有，直到第一批数据到来。
# runtime: tensorflow
# minutes: 15
# seed: 0
# warns: ["Argument `input_length` is deprecated"]
# sabotage:
#   find: model = tf.keras.Sequential([
#   replace: model = tf.keras.Sequential([tf.keras.Input(shape=(None,)),
# ---

# %% [markdown] lang="en"
# Section 5.2 of the source article gives a "simple RNN model" in eight lines. It takes 50 word numbers, looks up a
# vector for each ([embeddings](concept:embeddings)), reads them with a
# [recurrent network](concept:recurrent-neural-network) and answers with one probability. The next cell but one is that
# code to the letter. First a count by hand, so that we know what to expect:
#
# | layer | parameters |
# | --- | --- |
# | `Embedding`, 10,000 words, 32 numbers each | $10\,000 \cdot 32 = 320\,000$ |
# | `SimpleRNN`, 32 units: from the input, from the old state, bias | $32 \cdot (32 + 32 + 1) = 2\,080$ |
# | `Dense`, 32 weights and a bias | $32 + 1 = 33$ |
# | together | $322\,113$ |

# %% [markdown] lang="zh"
# 文章 5.2 节给出了一个八行代码的“简单的 RNN 模型”：输入 50 个词的编号，为每个编号查出一个向量（[嵌入](concept:embeddings)），
# 用[循环神经网络](concept:recurrent-neural-network)逐个读入，最后输出一个概率。下面第二格就是那段代码，一字未改。
# 先手算参数量，心里好有个数：
#
# | 层 | 参数 |
# | --- | --- |
# | `Embedding`：10,000 个词，每词 32 个数 | $10\,000 \cdot 32 = 320\,000$ |
# | `SimpleRNN`：32 个单元，各连接输入、上一隐状态，外加偏置 | $32 \cdot (32 + 32 + 1) = 2\,080$ |
# | `Dense`：32 个权重加一个偏置 | $32 + 1 = 33$ |
# | 合计 | $322\,113$ |

# %%
import keras
import numpy as np

keras.utils.set_random_seed(0)
by_hand = [10000 * 32, 32 * (32 + 32 + 1), 32 + 1]
print("by hand:", by_hand, "together", sum(by_hand))
# The next cell is a quotation, so the formatter must not touch it:
# isort: off
# fmt: off

# %% name="article"
import tensorflow as tf
from tensorflow.keras.layers import Embedding, SimpleRNN, Dense

model = tf.keras.Sequential([
    Embedding(input_dim=10000, output_dim=32, input_length=50),
    SimpleRNN(32),
    Dense(1, activation='sigmoid')
])

model.compile(optimizer='adam', loss='binary_crossentropy', metrics=['accuracy'])

# %% [markdown] lang="en"
# It runs, with a warning. `input_length` belongs to Keras 2, where it told the model how long its input is. Keras 3.0
# removed it, and up to 3.1.1 this code stopped with a `ValueError`; since 3.2.0 (April 2024) the argument is dropped and
# only the warning remains.
#
# What was made? Ask the model.

# %% [markdown] lang="zh"
# 代码能运行，但有一条警告。`input_length` 是 Keras 2 的参数，用来告诉模型输入有多长。Keras 3.0 删去了它，
# 直到 3.1.1 版这段代码都会以 `ValueError` 中止；从 3.2.0（2024 年 4 月）起，这个参数被直接忽略，只留下警告。
#
# 那么，究竟建出了什么？问一问模型。

# %%
# fmt: on
# isort: on


def parameters(layer):
    return sum(int(np.prod(w.shape)) for w in layer.weights)


built_before, count_before = model.built, parameters(model)
print("built:", built_before, "  parameters:", count_before)
refusal = ""
try:
    model.count_params()
except ValueError as error:
    refusal = str(error)
    print("count_params():", refusal[: refusal.index("isn't built") + 11])

# %% [markdown] lang="en"
# Not built, 0 parameters. A Keras 3 layer makes its weights when it learns the shape of its input, and nothing here says
# a shape: there is no `Input`, and `input_length` no longer counts. The first batch brings the shape. It may even have
# 37 words to a row: the 50 in the code binds nothing.

# %% [markdown] lang="zh"
# 没有构建，参数为 0。Keras 3 的层要知道输入的形状才会创建权重，而这里没有任何地方给出形状：没有 `Input`，
# `input_length` 又不再起作用。第一批数据到来时，形状才随之确定。这批数据每行 37 个词也行：代码里的 50 没有任何约束力。

# %% name="first-batch"
rng = np.random.default_rng(0)
batch = rng.integers(1, 10000, (2, 37))  # two texts of 37 words
answer = model(batch)  # (2, 1)
for layer, expected in zip(model.layers, by_hand, strict=True):
    print(f"{type(layer).__name__:10}{parameters(layer):8,}   by hand {expected:8,}")
print(f"{'together':10}{parameters(model):8,}   built: {model.built}   answer: {answer.shape}")

# %% [markdown] lang="en"
# A second gap makes no noise at all. Texts differ in length, so short ones are filled up with zeros. Without
# `mask_zero=True` the network takes each zero for a word and reads on, and its answer to the same text moves.

# %% [markdown] lang="zh"
# 还有一处疏漏，不会有任何提示。文本长短不一，短的要补零。没有 `mask_zero=True`，网络会把每个零也当成一个词继续读，
# 于是同一段文本的答案就变了。

# %% name="padding"
short = batch[:1, :10]  # (1, 10)
padded = np.pad(short, ((0, 0), (0, 40)))  # (1, 50), forty zeros at the end
plain, after_zeros = (float(model(x)[0, 0]) for x in (short, padded))
print(f"ten words: {plain:.4f}   the same ten words and forty zeros: {after_zeros:.4f}")

# %% [markdown] lang="en"
# What else to know about these lines:
#
# - They define and compile a model. They do not train one: that needs texts turned into numbers, labels, and a call of
#   `model.fit`. The article's section "5.4 运行结果展示" (results) shows no result.
# - Every number in a text must be from 0 to 9,999, and 0 should be kept for padding.
# - Adam, binary cross-entropy and a sigmoid go well together for a yes-or-no question.
#
# The mended model, trained on real text, is in [the corrected model](snippet:the-corrected-model).
#
# **Check.** Nothing before the first batch, 322,113 parameters after it; and with an `Input` the model is built at once.

# %% [markdown] lang="zh"
# 关于这几行代码，还应知道：
#
# - 它只是定义并编译模型，并没有训练。训练还需要把文本变成编号，需要标签，并调用 `model.fit`。文章“5.4 运行结果展示”一节没有任何结果。
# - 文本中的每个编号必须在 0 到 9,999 之间，而且 0 应当留给填充。
# - 对于是非问题，Adam、二元交叉熵和 sigmoid 是合适的搭配。
#
# 改正后的模型以及它在真实文本上的训练，见[改正后的模型](snippet:the-corrected-model)。
#
# **检验。** 第一批数据之前什么也没有，之后有 322,113 个参数；若加上 `Input`，模型立即构建。

# %% name="check"
import warnings

assert not built_before, "the article's model was already built"
assert count_before == 0, "the article's model already had parameters"
assert "isn't built" in refusal, "count_params() should refuse"
assert [parameters(layer) for layer in model.layers] == by_hand, "a layer has another size"
assert model.count_params() == 322_113, "the counts by hand do not add up to Keras' own"
assert abs(plain - after_zeros) > 1e-4, "the zeros were skipped: then there is a mask"
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    Embedding(10000, 32, input_length=50)
assert any("input_length" in str(w.message) for w in caught), "no warning about input_length"
mended = keras.Sequential([keras.Input(shape=(50,), dtype="int32"), Embedding(10000, 32)])
mended.add(SimpleRNN(32))
mended.add(Dense(1, activation="sigmoid"))
assert mended.built, "an Input should build the model at once"
assert mended.count_params() == 322_113, "the mended model has another size"
