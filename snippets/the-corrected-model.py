# ---
# title:
#   en: The corrected model, trained on real text
#   zh: 改正后的模型，用真实文本训练
# summary:
#   en: >-
#     The article's classifier with an Input and a mask, 322,113 parameters, learns to tell docstrings from comments, and
#     stands beside a bag of words.
#   zh: 给文章里的分类器补上 Input 和掩码，共 322,113 个参数；让它学着区分文档字符串与注释，并与词袋模型并列比较。
# runtime: tensorflow
# minutes: 45
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Two line charts over six epochs. Left, the loss: on the training text it falls from about 0.7 to below 0.1; on
#         the validation text it is lowest, about 0.6, at epoch 2, which is marked as kept, and then rises to more than
#         0.9. Right, the accuracy: on the training text it climbs from below 0.6 to above 0.95; on the validation text
#         it is highest, about 0.7, at the second epoch and then sinks slowly.
#       zh: >-
#         两幅折线图，横轴为六轮训练。左图是损失：训练文本上从约 0.7 降到 0.1 以下；验证文本上在第 2 轮最低，约 0.6（标为保留的一轮），随后升到 0.9
#         以上。右图是准确率：训练文本上从不到 0.6 升到 0.95 以上；验证文本上第 2 轮最高，约 0.7，随后缓慢下降。
#     caption:
#       en: After the second epoch the network only learns its training sentences by heart.
#       zh: 第二轮之后，网络只是在背训练用的句子。
# sabotage:
#   find: keras.layers.Embedding(10000, 32, mask_zero=True)
#   replace: keras.layers.Embedding(10000, 32)
# ---

# %% [markdown] lang="en"
# The source article shows a classifier and stops there. Its code, under Keras 3, makes a model with no parameters, reads
# padding as words and is never trained. Here is the mended model with a real question.
#
# **The question.** Python's standard library holds two sorts of English. *Docstrings* are written for whoever uses a
# function, *comments* for whoever changes it. Given one sentence, which is it? "Return the number of items." and "We
# can't rely on the cache here." are easy; "The file is closed afterwards." could be either.

# %% [markdown] lang="zh"
# 文章给出了一个分类器，然后就停下了。在 Keras 3 下，那段代码建出的模型没有参数，会把填充当成词来读，而且从未训练。
# 下面是改正后的模型，用来回答一个真实的问题。
#
# **问题。** Python 标准库里有两种英文。*文档字符串*写给使用函数的人，*注释*写给修改代码的人。只给一个句子，它是哪一种？
# “Return the number of items.” 和 “We can't rely on the cache here.” 很容易判断；而 “The file is closed afterwards.” 两种都有可能。

# %%
import ast
import re
import sys
import sysconfig
import zlib
from collections import Counter
from pathlib import Path

import keras
import numpy as np

keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)


def sentences(text):
    for paragraph in re.split(r"\n\s*\n", text):
        for s in re.split(r"(?<=[.!?])\s+", " ".join(paragraph.split())):
            if re.fullmatch(r"[A-Z][\w ',;:()`\"-]+[.!?]", s) and 6 <= len(s.split()) <= 50:
                yield s


library, found = Path(sysconfig.get_path("stdlib")), {}  # sentence -> (module, 1 for a comment)
documented = ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef
for path in sorted(library.rglob("*.py")):
    folders = path.relative_to(library).parts
    module = folders[0].removesuffix(".py")
    if module not in sys.stdlib_module_names or {"test", "tests"} & set(folders):
        continue
    source = path.read_text("utf-8", errors="ignore")
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, documented):
            for s in sentences(ast.get_docstring(node) or ""):
                found.setdefault(s, (module, 0))
    lines = [line.strip() for line in source.splitlines()]
    for s in sentences("\n".join(x.lstrip("# ") if x.startswith("#") else "" for x in lines)):
        found.setdefault(s, (module, 1))  # a sentence counts once, where it is met first

# %% [markdown] lang="en"
# **The split.** Sentences of one module resemble each other, so whole *modules* go to training, validation or test; a
# checksum of the module's name decides. In each part the commoner sort is thinned out until both are equal: whoever always
# gives the same answer is right in one half of the cases.

# %% [markdown] lang="zh"
# **划分。** 同一模块里的句子彼此相似，所以按整个*模块*划入训练集、验证集或测试集，由模块名的校验和决定。
# 在每一部分里，把较多的一类抽减到与另一类相等：永远给同一个答案，就恰好对一半。

# %% name="split"
parts = {}
for name, remainders in {"train": (0, 2, 3), "validation": (1,), "test": (4,)}.items():
    rows = [(s, m, y) for s, (m, y) in found.items() if zlib.crc32(m.encode()) % 5 in remainders]
    sides = [[row for row in rows if row[2] == label] for label in (0, 1)]
    fewer = min(map(len, sides))
    rows = [side[i] for side in sides for i in rng.permutation(len(side))[:fewer]]
    parts[name] = [rows[i] for i in rng.permutation(len(rows))]
    print(f"{name:10} {len(rows):5} sentences, {len({m for _, m, _ in rows}):3} modules")

# %% [markdown] lang="en"
# **From words to numbers.** Number 0 is kept for padding, number 1 for words that the training text does not hold. Each
# sentence becomes a row of 50 numbers.

# %% [markdown] lang="zh"
# **把词变成编号。** 编号 0 留给填充，编号 1 表示训练文本里没有的词。每个句子变成一行 50 个编号。


# %%
def tokens(s):
    return re.findall(r"\w+(?:'\w+)?|[^\w\s]", s.lower())


counts = Counter(t for s, _, _ in parts["train"] for t in tokens(s))
number = {t: i + 2 for i, (t, _) in enumerate(counts.most_common(9998))}


def encode(rows):
    x = np.zeros((len(rows), 50), "int32")
    for i, (s, _, _) in enumerate(rows):
        ids = [number.get(t, 1) for t in tokens(s)][:50]
        x[i, : len(ids)] = ids
    return x, np.array([y for _, _, y in rows])  # (n, 50), (n,)


(x_train, y_train), (x_validation, y_validation), (x_test, y_test) = map(encode, parts.values())
one = encode([("Return the number of items.", "", 0)])[0][0]
print("words in the training text:", len(number))
print("Return the number of items. ->", one[:8], "...")

# %% [markdown] lang="en"
# **The model, layer by layer.** The article's section 5.3 says one sentence on each layer; with shapes and counts:
#
# - `Input` says the shape, so the model is built at once. It holds no parameters.
# - `Embedding` is a table with 10,000 rows of 32 numbers: 320,000. It replaces each word's number by that row. Our
#   training text has fewer words, so some rows are never used. `mask_zero=True` tells the next layer to skip the zeros.
# - `SimpleRNN` reads the rows in order: $h_t = \tanh(x_t W + h_{t-1} U + b)$. $W$ and $U$ have 32 × 32 numbers each, $b$
#   has 32: 2,080. It gives its last state.
# - `Dense` weighs the 32 numbers of that state, adds a bias and applies the sigmoid: 33 parameters, one probability.

# %% [markdown] lang="zh"
# **逐层看模型。** 文章 5.3 节对每一层各说了一句话；这里补上形状和参数量：
#
# - `Input` 给出形状，模型立即构建。它没有参数。
# - `Embedding` 是一张 10,000 行、每行 32 个数的表，共 320,000 个参数，用编号查出对应的一行。训练文本的词没有这么多，有些行始终用不到。
#   `mask_zero=True` 让下一层跳过零。
# - `SimpleRNN` 按顺序读入这些向量：$h_t = \tanh(x_t W + h_{t-1} U + b)$。$W$ 和 $U$ 各有 32 × 32 个数，$b$ 有 32 个，共 2,080 个参数。
#   它输出最后的隐状态。
# - `Dense` 对隐状态的 32 个数加权求和，加上偏置，再经过 sigmoid：33 个参数，得到一个概率。

# %% name="model"
model = keras.Sequential(
    [
        keras.Input(shape=(50,), dtype="int32"),
        keras.layers.Embedding(10000, 32, mask_zero=True),
        keras.layers.SimpleRNN(32),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(optimizer="adam", loss="binary_crossentropy", metrics=["accuracy"])
for layer in model.layers:
    print(f"{type(layer).__name__:10}{layer.count_params():8,}   output {layer.output.shape}")
print(f"{'together':10}{model.count_params():8,}   built: {model.built}")

# %% [markdown] lang="en"
# **Training.** Six passes over the training text. `EarlyStopping` keeps the weights of the pass with the lowest
# validation loss; the test text is not touched.

# %% [markdown] lang="zh"
# **训练。** 把训练文本过六遍。`EarlyStopping` 保留验证损失最低的那一轮的权重；测试文本此时完全不用。

# %%
keep = keras.callbacks.EarlyStopping(patience=6, restore_best_weights=True)
validation = x_validation, y_validation
fit = model.fit(
    x_train, y_train, 128, epochs=6, verbose=0, validation_data=validation, callbacks=[keep]
)

# %% name="curves"
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
epochs = range(1, 7)
for axis, measure in zip(axes, ("loss", "accuracy"), strict=True):
    axis.plot(epochs, fit.history[measure], "o--", label="training")
    axis.plot(epochs, fit.history["val_" + measure], "s-", label="validation")
    axis.axvline(1 + keep.best_epoch, color="grey", linestyle=":", label="kept")
    axis.set(xlabel="epoch", ylabel=measure)
    axis.legend()
plt.show()

# %% [markdown] lang="en"
# **Was the network worth it?** The simplest serious rival throws the order away: count the words of the sentence, give
# each word a weight ([logistic regression](concept:linear-models)). Its one setting, `C`, is chosen on the validation text too.
#
# The intervals hold 95 % of 2,000 repetitions in which whole test *modules* are drawn again. Drawing single sentences
# would make them too narrow, since those of one module are not independent.

# %% [markdown] lang="zh"
# **用神经网络值得吗？** 最简单而又像样的对手完全不管词序：数出句子里的词，给每个词一个权重
# （[逻辑回归](concept:linear-models)）。它唯一的设置 `C` 同样在验证文本上选定。
#
# 区间的算法：重新抽取整个测试*模块*，重复 2,000 次，取其中 95%。若逐句抽取，区间会偏窄，因为同一模块里的句子并不独立。

# %% name="comparison" tags=["varies"]
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression

bag = CountVectorizer(tokenizer=tokens, token_pattern=None)
words = bag.fit_transform([s for s, _, _ in parts["train"]])  # (n, words)
words_validation = bag.transform([s for s, _, _ in parts["validation"]])
words_test = bag.transform([s for s, _, _ in parts["test"]])
regressions = [LogisticRegression(C=C, max_iter=1000).fit(words, y_train) for C in (0.03, 0.1, 0.3)]
regression = max(regressions, key=lambda each: each.score(words_validation, y_validation))

probability = model.predict(x_test, batch_size=256, verbose=0)[:, 0]
rnn = ((probability > 0.5) == y_test).astype(float)  # 1 where right
bow = (regression.predict(words_test) == y_test).astype(float)
same = (y_test == 0).astype(float)  # always "docstring"

module = np.array([m for _, m, _ in parts["test"]])
inside = module[:, None] == np.unique(module)  # (sentences, modules)
draws = rng.integers(inside.shape[1], size=(2000, inside.shape[1]))


def with_interval(right):
    shares = []
    for label in (0, 1):  # each sort counts one half in every repetition
        which, these = inside[y_test == label], right[y_test == label]
        shares.append((these @ which)[draws].sum(1) / which.sum(0)[draws].sum(1))
    return right.mean(), *np.quantile(np.mean(shares, axis=0), (0.025, 0.975))


results = {
    "always the same answer": with_interval(same),
    "corrected RNN": with_interval(rnn),
    "bag of words": with_interval(bow),
    "bag of words minus RNN": with_interval(bow - rnn),
}
for name, (mean, low, high) in results.items():
    print(f"{name:24}{100 * mean:6.1f} %   [{100 * low:.1f}, {100 * high:.1f}]")
weighty = bag.get_feature_names_out()[np.argsort(regression.coef_[0])]
print("words that speak most for a docstring:", *weighty[:8])
print("words that speak most for a comment:  ", *weighty[: -8 - 1 : -1])

# %% [markdown] lang="en"
# In the recorded run the network is right in about 70 of 100 sentences. That is well above one half: it has learned
# something. The bag of words is right in about 72, with some 6,700 weights instead of 322,113, and no order. The interval
# of the difference holds zero, so this test cannot tell the two apart: the network's size and its sense of order bring no
# gain that shows. The words with the largest weights suggest why: "return" against "we" goes a long way.
#
# What people get wrong: the accuracy on the training text, near 100 %, is taken for the result. And what these
# intervals leave out: they are for one training run. Another seed gives another network and other numbers.
#
# **Check.** The number of parameters; no test module seen before; the model's answers equal to a plain loop in NumPy over
# the words alone, which fails if padding is read as words; and both models above one half, interval and all.

# %% [markdown] lang="zh"
# 在站点记录的这次运行中，网络在 100 个句子里约对 70 个，明显高于一半：它确实学到了东西。词袋模型约对 72 个，只用了约 6,700 个权重
# （而不是 322,113 个），也不看词序。两者之差的区间包含零，所以这次测试分不出高下：网络的规模和对词序的利用，没有带来看得见的好处。
# 权重最大的那些词提示了原因：光看 “return” 和 “we” 这样的词，就已经能判断很多句子。
#
# 常见的错误：把训练文本上接近 100% 的准确率当成结果。这些区间也有没算进去的东西：它们只针对一次训练；换一个随机种子，
# 得到的就是另一个网络、另一组数。
#
# **检验。** 参数量；测试模块此前从未出现；模型的答案与 NumPy 只读真实词的逐步循环一致（若把填充当成词来读，就会不一致）；
# 两个模型的整个区间都高于一半。

# %% name="check"
modules = [{m for _, m, _ in rows} for rows in parts.values()]
assert model.count_params() == 10000 * 32 + 32 * (32 + 32 + 1) + (32 + 1) == 322_113
assert not modules[2] & (modules[0] | modules[1]), "a test module was seen before the test"
E, W, U, b, v, d = (w.numpy() for w in model.weights)
for x, p in zip(x_test[:20], probability, strict=False):
    h = np.zeros(32)
    for t in x[x > 0]:  # the words alone, no padding
        h = np.tanh(E[t] @ W + h @ U + b)
    by_hand = 1 / (1 + np.exp(-(h @ v + d).item()))
    assert abs(by_hand - p) < 1e-4, f"NumPy says {by_hand}, the model {p}: is padding read?"
assert results["corrected RNN"][1] > 0.5, "the network does not beat a constant answer"
assert results["bag of words"][1] > 0.5, "the bag of words should beat a constant answer too"
