# ---
# title:
#   en: Word vectors from counts, and their neighbours
#   zh: 由共现计数得到的词向量及其近邻
# summary:
#   en: >-
#     An embedding is a table of rows; here its rows come from counting which words of Python's own library stand together,
#     and related words end up close.
#   zh: 嵌入就是一张按行查的表；这里统计 Python 标准库的源码中哪些词挨在一起，由此得到各行，相关的词果然彼此靠近。
# runtime: numpy
# minutes: 30
# seed: 0
# tolerance: 0.001
# figures:
#   - alt:
#       en: >-
#         22 pairs of words, each with two cosines. With its own partner: from 0.90 for async and await down to 0.16 for
#         import and module. Mean with the partners of the other pairs: between 0.06 and 0.20 in every row, always to the
#         left of the first.
#       zh: >-
#         22 对词，每对有两个余弦值。与自己的搭档：从 async–await 的 0.90 到 import–module 的 0.16。与其他词对的搭档的平均值：
#         每行都在 0.06 到 0.20 之间，始终在前者的左边。
# sabotage:
#   find: np.add.at(C, (ids[:-distance][known], ids[distance:][known]), 1)
#   replace: C[ids[:-distance][known], ids[distance:][known]] += 1
# ---

# %% [markdown] lang="en"
# To a network a word is a number, its place in the vocabulary. An **embedding** turns the number into a vector: row
# $i$ of a table $E$. On paper that is a matrix product: a one-hot row, with a single 1 at place $i$, times $E$ picks
# out row $i$. In programs it is a lookup, since multiplying by all those zeros would be a waste.

# %% [markdown] lang="zh"
# 对网络来说，一个词就是一个数，即它在词表中的位置。**嵌入**把这个数变成向量：表 $E$ 的第 $i$ 行。写在纸上，这是矩阵乘法：
# 只有第 $i$ 位为 1 的独热行向量乘以 $E$，恰好取出第 $i$ 行。程序里则直接查表，因为乘那么多零纯属浪费。

# %% name="lookup"
import numpy as np

rng = np.random.default_rng(0)
E = rng.normal(size=(5, 3))  # 5 words, 3 numbers each
ids = np.array([4, 0, 4])
one_hot = np.eye(5)[ids]  # (3, 5)
print(one_hot)
print("lookup equals product, to the last bit:", np.array_equal(E[ids], one_hot @ E))

# %% [markdown] lang="en"
# In a network the rows are learnt like all other weights. Where nothing has been learnt, the rows are random and say
# nothing. But useful rows can also be had by counting. "You shall know a word by the company it keeps" (Firth, 1957):
# words with similar neighbours get similar rows.
#
# By hand, on `red wine white wine red car`, counting direct neighbours in both directions: red–wine 2, wine–white 2,
# red–car 1. All counts in the symmetric table add up to 10; red has 3 of them, wine 4, car 1. Does red stand beside
# wine more often than chance would have it? **Pointwise mutual information** compares the share of the pair with the
# product of the shares:
#
# $$\mathrm{PMI}(\text{red}, \text{wine}) = \log \frac{2 / 10}{3/10 \cdot 4/10} = \log \tfrac{5}{3} \approx 0.51 \qquad
# \mathrm{PMI}(\text{red}, \text{car}) = \log \frac{1/10}{3/10 \cdot 1/10} = \log \tfrac{10}{3} \approx 1.20$$
#
# Negative values, and the $-\infty$ of pairs never seen, become 0: positive PMI, or PPMI. The second value shows a
# weakness: a word seen once has few neighbours, and those get high values.

# %% [markdown] lang="zh"
# 在网络里，这些行和其他权重一样是学出来的。还没学的时候，各行是随机的，没有任何意义。不过，靠计数也能得到有用的行。
# “看一个词的同伴，便知其义”（Firth，1957）：邻居相似的词，得到相似的行。
#
# 手算一次，取 `red wine white wine red car`，数左右紧邻的词：red–wine 2 次，wine–white 2 次，red–car 1 次。
# 对称表中的计数总和为 10，其中 red 占 3，wine 占 4，car 占 1。red 挨着 wine 的次数是否比碰巧更多？
# **点互信息**（PMI）把这一对所占的份额与两个词各自份额的乘积相比：
#
# $$\mathrm{PMI}(\text{red}, \text{wine}) = \log \frac{2 / 10}{3/10 \cdot 4/10} = \log \tfrac{5}{3} \approx 0.51 \qquad
# \mathrm{PMI}(\text{red}, \text{car}) = \log \frac{1/10}{3/10 \cdot 1/10} = \log \tfrac{10}{3} \approx 1.20$$
#
# 负值以及从未同现的词对的 $-\infty$ 都记为 0，即正点互信息（PPMI）。第二个值暴露出一个弱点：只出现一次的词邻居很少，
# 这些邻居的值就偏高。


# %% name="ppmi"
def count_together(ids, size, window):
    """Count pairs at most `window` apart, in both directions; an id of -1 is skipped."""
    C = np.zeros((size, size))
    for distance in range(1, window + 1):
        known = (ids[:-distance] >= 0) & (ids[distance:] >= 0)
        np.add.at(C, (ids[:-distance][known], ids[distance:][known]), 1)
    return C + C.T


def ppmi(C):
    share = C.sum(1) / C.sum()
    with np.errstate(divide="ignore"):  # log 0
        return np.maximum(np.log(C / C.sum() / np.outer(share, share)), 0)


C = count_together(np.array([0, 1, 2, 1, 0, 3]), 4, 1)  # red wine white wine red car
print(ppmi(C).round(2))

# %% [markdown] lang="en"
# Now the source of 18 modules of Python's own library, some 119 000 words of code, comments and documentation. A row of
# PPMI has one number for each word of the vocabulary. The **truncated singular value decomposition** $P \approx U_{50} S_{50} V_{50}^\top$ is the best
# approximation of rank 50 (Eckart and Young, 1936), with 50 numbers per word, and $E = U_{50} \sqrt{S_{50}}$ our
# table. (Levy and Goldberg, 2014, showed that word2vec's skip-gram with negative sampling in effect factorises such a
# matrix.)

# %% [markdown] lang="zh"
# 接下来用 Python 标准库 18 个模块的源码，连同注释和文档约 11.9 万词。PPMI 的每一行对词表中每个词都有一个数。**截断奇异值分解**
# $P \approx U_{50} S_{50} V_{50}^\top$ 是秩为 50 的最佳近似（Eckart 和 Young，1936），每个词只用 50 个数，$E = U_{50} \sqrt{S_{50}}$ 就是我们的表。
# （Levy 和 Goldberg 在 2014 年指出，word2vec 带负采样的 skip-gram 实际上就是在分解这样的矩阵。）

# %%
import importlib
import inspect
import re
from collections import Counter

names = """argparse ast asyncio.streams asyncio.tasks codecs collections configparser contextlib
dataclasses difflib dis doctest enum fractions functools inspect ipaddress logging"""
text = " ".join(inspect.getsource(importlib.import_module(name)) for name in names.split())
words = re.findall("[a-z_]+", text.lower())
vocabulary = [word for word, count in Counter(words).most_common() if count >= 12]
number = {word: i for i, word in enumerate(vocabulary)}
ids = np.array([number.get(word, -1) for word in words])
C = count_together(ids, len(vocabulary), 4)
P = ppmi(C)
U, S, V = np.linalg.svd(P, hermitian=True)  # P is symmetric, which makes it faster
E = U[:, :50] * np.sqrt(S[:50])  # (words, 50)


def cosines(rows):
    unit = rows / np.linalg.norm(rows, axis=1, keepdims=True)
    return unit @ unit.T  # (words, words)


print(f"{len(words)} words, {len(vocabulary)} of them different and seen at least 12 times")
for word in ("tuple", "raise", "float", "upper", "while"):
    nearest = np.argsort(-cosines(E)[number[word]])[1:6]
    print(f"{word:6}", *(vocabulary[i] for i in nearest))

# %% [markdown] lang="en"
# Some lists convince, others (`while`) do not, and a list that convinces is easily found afterwards. So a test: 22
# pairs of words that belong together, **written down before the vectors were computed**, against all pairs made by
# exchanging the partners. Both kinds contain the same words, so frequent words favour neither. The measure: how often
# is a true pair nearer than an exchanged one? By chance one half.

# %% [markdown] lang="zh"
# 有的近邻令人信服，有的（如 `while`）则不然，而事后总能挑出几个好看的例子。所以做一次检验：22 对应当相关的词，
# **在计算词向量之前就已写下**，与交换搭档得到的所有词对比较。两类词对由同样的词组成，所以高频词不会偏袒哪一方。
# 衡量标准是：真词对比交换得到的词对更近的比例有多高？碰运气是一半。

# %% name="test"
pairs = """import module, list tuple, true false, class instance, int float, try except, if else,
function argument, string bytes, key value, left right, raise exception, lower upper,
generator yield, first last, start end, local global, dictionary mapping, sequence index,
async await, before after, and or"""
pairs = [pair.split() for pair in pairs.split(",")]
a, b = np.array([[number[word] for word in pair] for pair in pairs]).T  # (22,) each
exchanged = ~np.eye(22, dtype=bool)
print("rows          numbers  true pairs  exchanged  true pair nearer")
nearer = {}
for name, rows in {"counts": C, "PPMI": P, "PPMI + SVD": E}.items():
    cosine = cosines(rows)[np.ix_(a, b)]  # (22, 22), true pairs on the diagonal
    true = np.diag(cosine)
    nearer[name] = (true[:, None] > cosine[exchanged]).mean()
    print(f"{name:12}  {rows.shape[1]:7}  {true.mean():10.2f}", end="")
    print(f"  {cosine[exchanged].mean():9.2f}  {nearer[name]:16.2f}")

others = (cosine.sum(1) - true) / 21  # of each first word with the partners of the others
gain = true - others
resamples = rng.integers(0, 22, (5000, 22))
low, high = np.quantile(gain[resamples].mean(1), [0.025, 0.975])
print(f"cosine, true minus exchanged: {gain.mean():.2f} (95 % interval {low:.2f} to {high:.2f})")

# %%
import matplotlib.pyplot as plt

order = np.argsort(true)
plt.figure(figsize=(7, 5.5))
plt.hlines(range(22), others[order], true[order], color="0.8")
plt.plot(true[order], range(22), "o", label="with its partner")
plt.plot(others[order], range(22), "kx", label="mean with the partners of the others")
plt.yticks(range(22), [" – ".join(pairs[i]) for i in order], fontsize=8)
plt.xlabel("cosine in PPMI + SVD")
plt.legend(loc="lower right")
plt.show()

# %% [markdown] lang="en"
# Weighting is what helped. Raw counts are ruled by `self` and `the`, so all rows look alike. The SVD does not make the
# vectors better here than PPMI; it makes them twenty-five times shorter.
#
# Two cautions. Near does not mean alike: *true* and *false*, *left* and *right* are close because they are used
# alike, not because they mean the same. And the vectors know this corpus only: here *float* has nothing to do with
# water.
#
# Is Keras' `Embedding` the same lookup?

# %% [markdown] lang="zh"
# 起作用的是加权。原始计数被 `self`、`the` 这类词主导，各行看上去都差不多。在这里，SVD 并没有让词向量比 PPMI 更好，
# 只是把长度缩到二十五分之一。
#
# 两点提醒。靠近不等于同义：*true* 与 *false*、*left* 与 *right* 靠近，是因为用法相似，而不是意思相同。另外，
# 词向量只了解这份语料：在这里，*float* 是浮点数，与漂浮无关。
#
# Keras 的 `Embedding` 做的是同样的查表吗？

# %%
batch = ids[ids >= 0][:12].reshape(3, 4)  # 3 sequences of 4 words
table = E.astype("float32")
product = np.eye(len(E), dtype="float32")[batch] @ table  # (3, 4, 50)
keras_equal = []  # filled by the next cell, where Keras is at hand

# %% tags=["tensorflow"]
import keras

layer = keras.layers.Embedding(len(E), 50)
layer.build()
layer.set_weights([table])
keras_equal.append(np.array_equal(layer(batch), product))
print("Keras equals the product, to the last bit:", keras_equal[0])

# %% [markdown] lang="en"
# **Check.** The lookup; the counts of the test pairs against two plain loops; PPMI against the example; the SVD
# against scikit-learn's and the size of its error; and the claim about the pairs, with its interval.

# %% [markdown] lang="zh"
# **检验。** 查表；测试词对的计数与两层普通循环比较；PPMI 与手算的例子比较；SVD 与 scikit-learn 的结果及误差大小比较；
# 最后是关于词对的结论及其区间。

# %% name="check"
from sklearn.decomposition import TruncatedSVD

assert np.array_equal(table[batch], product), "a lookup is not the one-hot product"
assert all(keras_equal), "Keras' Embedding is not the one-hot product"
by_hand = ppmi(count_together(np.array([0, 1, 2, 1, 0, 3]), 4, 1))
assert np.allclose(by_hand[0, [1, 3]], np.log([5 / 3, 10 / 3])), "not as computed by hand"
for first, second in pairs:
    count = 0
    for i in (i for i, word in enumerate(words) if word == first):
        count += (words[max(i - 4, 0) : i] + words[i + 1 : i + 5]).count(second)
    assert C[number[first], number[second]] == count, f"{first} {second} miscounted"
reference = TruncatedSVD(50, algorithm="arpack", random_state=0).fit(P)
assert np.allclose(S[:50], reference.singular_values_), "not the largest singular values"
error = P - U[:, :50] * S[:50] @ V[:50]
assert np.isclose((error**2).sum(), (S[50:] ** 2).sum()), "not the best approximation"
assert low > 0.3, f"true pairs are nearer by {low} at least"
assert nearer["PPMI + SVD"] > 0.9, f"true pairs are nearer in {nearer['PPMI + SVD']:.0%} only"
assert nearer["PPMI"] > nearer["counts"] + 0.1, "PPMI was no better than raw counts"
