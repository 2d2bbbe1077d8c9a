# ---
# title:
#   en: Perplexity and sampling, with an n-gram model
#   zh: 困惑度与采样：以 n 元模型为例
# summary:
#   en: >-
#     How sure is a model, and how does one draw text from it? Perplexity by hand, then temperature, top-k and nucleus
#     sampling, each in a few lines.
#   zh: 模型有多大把握？又怎样从它抽取文本？先手算困惑度，再用几行代码分别写出温度、top-k 和核采样。
# runtime: numpy
# minutes: 35
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Entropy against temperature from 0.05 to 20, logarithmic, for the distributions after 'e s', ' th' and
#         'sel'. All three rise from 0 towards ln 27 = 3.30. At temperature 1 they are at 2.00, 0.84 and 0.07.
#       zh: >-
#         熵随温度（0.05 到 20，对数坐标）变化的曲线，对应 'e s'、' th' 和 'sel' 之后的分布。三条曲线都从 0 升向 ln 27 = 3.30。
#         温度为 1 时分别为 2.00、0.84 和 0.07。
#     caption:
#       en: Low temperature makes every distribution sure of itself, high temperature makes all alike.
#       zh: 温度低，任何分布都变得十分肯定；温度高，所有分布都变得一样。
# keeps:
#   temperature: |
#     def goes_on(context, T):
#         rng, text = np.random.default_rng(0), [alphabet.index(character) for character in context]
#         for _ in range(45):
#             text.append(draw(temperature(models[4][tuple(text[-3:])], T), rng))
#         return spell(text[3:])
#     temperatures = [n / 10 for n in range(1, 31)]
#     given = {c: models[4][tuple(map(alphabet.index, c))] for c in ("e s", " th", "sel")}
#     changed = [(T, temperature(given[" th"], T)) for T in (0.1, 0.5, 1, 2, 3)]
#     {
#         "alphabet": alphabet,
#         "temperatures": temperatures,
#         "contexts": {
#             c: {
#                 "p": [float(f"{each:.5g}") for each in p],
#                 "written": [goes_on(c, T) for T in temperatures],
#             }
#             for c, p in given.items()
#         },
#         "rows": [
#             [f"{T:g}", f"{p.max():.3f}", f"{entropy(p):.2f}", f"{np.exp(entropy(p)):.1f}"]
#             for T, p in changed
#         ],
#     }
# sabotage:
#   find: before = np.cumsum(p[order]) - p[order]
#   replace: before = np.cumsum(p) - p
# ---

# %% [markdown] lang="en"
# A language model gives each next token a probability. **Perplexity** says how well it did on a text. By hand: four
# tokens came, and the model had given them $\frac12, \frac14, \frac18, \frac14$. The product is $\frac{1}{256}$, and
# the fourth root of 256 is **4**. The model was as uncertain as if it had to guess among four equally likely tokens
# each time.
#
# As products of many probabilities become too small for a computer, one takes logarithms:
#
# $$\text{perplexity} = \exp\Big(-\frac{1}{N} \sum_{t=1}^{N} \ln p_t\Big)$$
#
# Here $-\ln p$ is 0.693, 1.386, 2.079, 1.386, the mean is 1.386, and $e^{1.386} = 4$.

# %% [markdown] lang="zh"
# 语言模型给下一个词元的每种可能一个概率。**困惑度**衡量它在一段文本上表现如何。手算一次：出现了四个词元，模型给它们的概率是
# $\frac12, \frac14, \frac18, \frac14$。乘积是 $\frac{1}{256}$，256 的四次方根是 **4**。也就是说，模型的把握相当于每次在四个等可能的词元里猜一个。
#
# 许多概率连乘，会小到计算机存不下，所以取对数：
#
# $$\text{困惑度} = \exp\Big(-\frac{1}{N} \sum_{t=1}^{N} \ln p_t\Big)$$
#
# 这里 $-\ln p$ 依次为 0.693、1.386、2.079、1.386，平均 1.386，而 $e^{1.386} = 4$。

# %% name="perplexity" lines="6"
import numpy as np


def perplexity(p):
    with np.errstate(divide="ignore"):  # a probability of 0 gives an infinite perplexity
        return np.exp(-np.log(p).mean())


print("by hand:", round(perplexity([1 / 2, 1 / 4, 1 / 8, 1 / 4]), 10))
print("with a probability of 0 among them:", perplexity([1 / 2, 0, 1 / 8, 1 / 4]))

# %% [markdown] lang="en"
# A model to try it on: an [n-gram model](concept:n-gram-language-models) of characters, counted on the source of some
# of Python's own modules, small letters and spaces only. Order 1 looks at no context, order 4 at three characters.
# Each order leans on the one below as if that had been seen ten times; order 0 is uniform.

# %% [markdown] lang="zh"
# 拿一个模型来试：字符的 [n 元模型](concept:n-gram-language-models)，在 Python 自己几个模块的源代码上计数，只留小写字母和空格。
# 一阶不看上文，四阶看前三个字符。每一阶都参考低一阶，就当低一阶的上文另外出现过十次；零阶是均匀分布。

# %% name="model"
import importlib
import inspect
import re

alphabet = " abcdefghijklmnopqrstuvwxyz"
V = len(alphabet)  # 27


def read(names):
    sources = [inspect.getsource(importlib.import_module(name)) for name in names.split()]
    text = " ".join(re.sub("[^a-z]+", " ", " ".join(sources).lower()).split())
    return np.array([alphabet.index(character) for character in text])


train_text = read("argparse difflib doctest inspect logging optparse statistics tarfile typing")
test_text = read("random shutil textwrap threading")


def spell(text):
    return "".join(alphabet[character] for character in text)


def grams(text, n):
    return tuple(text[i : len(text) - n + 1 + i] for i in range(n))


models = [np.full(V, 1 / V)]
for n in range(1, 5):
    counts = np.zeros((V,) * n)
    np.add.at(counts, grams(train_text, n), 1)
    models.append((counts + 10 * models[-1]) / (counts.sum(axis=-1, keepdims=True) + 10))
# models[4][a, b, c] is the distribution of the character after a, b, c  (27,)

words = len(spell(test_text).split())
print(f"held-out text: {len(test_text)} characters, {words} words")
print("order  perplexity per character  per word")
for n, model in enumerate(models):
    p = model[grams(test_text[4 - model.ndim :], model.ndim)]  # the same characters for all
    print(f"{n:5}  {perplexity(p):24.2f}  {perplexity(p) ** (len(p) / words):8.0f}")

# %% [markdown] lang="en"
# The uniform model has exactly the perplexity 27, the size of its vocabulary; more context brings it down to about 5.4.
# The last column is the **same** model and the same probabilities, but with the logarithms shared out among words
# instead of characters. So perplexities compare only if both models cut the text into the same tokens and read the
# same text. A single token with probability 0 makes it infinite.

# %% [markdown] lang="zh"
# 均匀模型的困惑度恰好是 27，也就是词表的大小；上文越长，困惑度越低，最后约为 5.4。最后一列是**同一个**模型、同样的概率，
# 只是把对数之和按词平均，而不是按字符。所以只有词元划分相同、文本也相同，困惑度才能比较。只要有一个词元的概率为 0，困惑度就是无穷大。

# %% [markdown] lang="en"
# Now drawing. To draw from the distribution as it is often gives something odd, as many improbable tokens together
# are not improbable. Three remedies, by hand on $p = (0.5, 0.25, 0.15, 0.1)$:
#
# - **Temperature** $T$ raises each probability to the power $1/T$ and divides by the sum; on logits it is a division
#   by $T$. $T = 0.5$ squares: $(0.25, 0.0625, 0.0225, 0.01) / 0.345 = (0.725, 0.181, 0.065, 0.029)$.
# - **Top-k** keeps the $k$ most probable. $k = 2$: $(0.667, 0.333, 0, 0)$.
# - **Nucleus** or top-p sampling (Holtzman et al., 2020) keeps the smallest set with at least a given mass. For 0.8:
#   0.5 is too little, 0.75 too, 0.9 is enough; so three stay: $(0.556, 0.278, 0.167, 0)$. How many stay depends on
#   how sure the model is, which is the point of it.
#
# The token that crosses the mass is **kept**. To drop it is a common mistake; then nothing is left if the first has
# more than the mass.

# %% [markdown] lang="zh"
# 接下来是抽取。直接按原分布抽，常常抽出怪东西，因为许多小概率的词元合在一起，概率并不小。有三种对策，都拿
# $p = (0.5, 0.25, 0.15, 0.1)$ 手算：
#
# - **温度** $T$：每个概率取 $1/T$ 次方，再除以总和；对 logits 来说就是除以 $T$。$T = 0.5$ 就是平方：
#   $(0.25, 0.0625, 0.0225, 0.01) / 0.345 = (0.725, 0.181, 0.065, 0.029)$。
# - **top-k**：只留概率最大的 $k$ 个。$k = 2$ 时为 $(0.667, 0.333, 0, 0)$。
# - **核采样**，又叫 top-p（Holtzman 等，2020）：留下总概率不小于给定值的最小集合。给定 0.8 时，0.5 不够，0.75 也不够，0.9 够了，
#   于是留三个：$(0.556, 0.278, 0.167, 0)$。留几个取决于模型有多大把握，这正是它的用意。
#
# 跨过给定值的那个词元要**留下**。把它丢掉是常见的错误，那样的话，若第一个词元就超过给定值，就一个也不剩了。


# %% name="filters"
def temperature(p, T):
    powers = (p / p.max()) ** (1 / T)  # the largest is 1, so they cannot all become 0
    return powers / powers.sum()


def keep(p, which):
    kept = np.zeros_like(p)
    kept[which] = p[which]
    return kept / kept.sum()


def top_k(p, k):
    return keep(p, np.argsort(-p, kind="stable")[:k])


def nucleus(p, mass):
    order = np.argsort(-p, kind="stable")  # the most probable first
    before = np.cumsum(p[order]) - p[order]  # the mass before each
    return keep(p, order[before < mass])


example = np.array([0.5, 0.25, 0.15, 0.1])
print("temperature 0.5:", temperature(example, 0.5).round(3))
print("top 2:          ", top_k(example, 2).round(3))
print("nucleus of 0.8: ", nucleus(example, 0.8).round(3))

# %% [markdown] lang="en"
# The **entropy** $-\sum p \ln p$ says how uncertain a distribution is. As the temperature rises, so does the entropy:
# from 0, where the most probable token is always taken (greedy), to $\ln 27 = 3.30$, where all are equal.
#
# Three contexts, from unsure to sure. A nucleus of 0.9 keeps eight characters, three and one; top-k would keep as many
# in all three.

# %% [markdown] lang="zh"
# **熵** $-\sum p \ln p$ 衡量一个分布有多不确定。温度升高，熵随之升高：从 0（总取概率最大的词元，即贪心）一直到 $\ln 27 = 3.30$（全都相等）。
#
# 下面三段上文，模型从没把握到有把握。0.9 的核采样分别留下八个、三个、一个字符，top-k 则总是留下同样多。

# %% name="entropy"
import matplotlib.pyplot as plt


def entropy(p):
    p = p[p > 0]
    return -(p * np.log(p)).sum()


temperatures = np.geomspace(0.05, 20, 60)
entropies = {}
for context, style in (("e s", "-"), (" th", "--"), ("sel", ":")):
    p = models[4][tuple(alphabet.index(character) for character in context)]
    entropies[context] = np.array([entropy(temperature(p, T)) for T in temperatures])
    plt.plot(temperatures, entropies[context], style, label=f"after {context!r}")
    kept = (nucleus(p, 0.9) > 0).sum()
    print(f"after {context!r}: entropy {entropy(p):.2f}, nucleus of 0.9 keeps {kept}")
plt.axhline(np.log(V), color="gray", linewidth=0.8, label="ln 27")
plt.xscale("log")
plt.xlabel("temperature")
plt.ylabel("entropy")
plt.legend()
plt.show()


# %% [markdown] lang="en"
# What does it do to text? For each way 6000 characters are drawn. Two numbers pull against each other: how many words
# are real, that is, stand in the text learnt from, and how many of the words differ. The last row measures the same
# on 6000 characters of the held-out text, which people wrote.

# %% [markdown] lang="zh"
# 这对文本有什么影响？每种方法各抽 6000 个字符。有两个数此消彼长：有多少词是真词，即在学习用的文本中出现过；又有多少词互不相同。
# 最后一行是在留出文本（人写的）的 6000 个字符上测得的同样两个数。


# %% name="write"
def draw(p, rng, size=None):
    return np.searchsorted(np.cumsum(p)[:-1], rng.random(size), side="right")


def write(number, change, rng):
    text = [0, 0, 0]
    for _ in range(number):
        text.append(draw(change(models[4][tuple(text[-3:])]), rng))
    return text[3:]


settings = {
    "as it is": lambda p: p,
    "temperature 0.3": lambda p: temperature(p, 0.3),
    "temperature 0.7": lambda p: temperature(p, 0.7),
    "temperature 1.5": lambda p: temperature(p, 1.5),
    "top 3": lambda p: top_k(p, 3),
    "nucleus of 0.8": lambda p: nucleus(p, 0.8),
}
texts = {name: write(6000, how, np.random.default_rng(0)) for name, how in settings.items()}
texts["held-out text"] = test_text[:6000]
known, shares = set(spell(train_text).split()), {}
print("                 real  different  beginning")
for name, text in texts.items():
    found = spell(text).split()
    shares[name] = sum(word in known for word in found) / len(found), len(set(found)) / len(found)
    print(f"{name:15}  {shares[name][0]:4.0%}  {shares[name][1]:9.0%}  {spell(text[:55])}")

# %% [markdown] lang="en"
# Low temperature writes real words, but few different ones; high temperature the opposite. With some 1000 words in
# each row a few per cent are chance. Temperature 0.7 and the nucleus come near to the text that people wrote, top 3
# has less variety. But read the beginnings: these two numbers are easy to satisfy, and none of the samples makes sense.
# Sampling cannot give what the model lacks.
#
# Nor does perplexity tell which way to choose. Top-k and nucleus give some characters that do occur the probability
# 0, so by perplexity they would be infinitely bad.

# %% [markdown] lang="zh"
# 温度低，写出的多是真词，却没几个不同的；温度高则相反。每行约 1000 个词，相差几个百分点只是偶然。温度 0.7 和核采样接近人写的文本，
# top 3 的变化较少。不过看看开头几个词就知道：这两个数很容易凑得好看，却没有一段说得通。模型没有的东西，采样给不了。
#
# 困惑度也不能告诉你该用哪种采样。top-k 和核采样会给一些确实会出现的字符概率 0，按困惑度算是无穷差。

# %% [markdown] lang="en"
# **Check.** Perplexity against the root of a product, and 27 for the uniform model. Counts against `str.count`. Draws
# at temperature 1 against the distribution itself: with 200,000 draws the total variation exceeds 0.0091 less than
# once in a million times (Weissman et al., 2003). Top-k and nucleus on random distributions against all subsets.

# %% [markdown] lang="zh"
# **检验。** 困惑度与连乘积的方根比较，均匀模型应为 27。计数与 `str.count` 比较。温度为 1 时抽出的结果与分布本身比较：抽 20 万次，
# 总变差超过 0.0091 的可能不到百万分之一（Weissman 等，2003）。top-k 和核采样则在随机分布上与所有子集逐一比较。

# %% name="check"
import itertools

rng = np.random.default_rng(1)
p = rng.uniform(0.1, 1, 50)
assert np.isclose(perplexity(p), np.prod(p) ** (-1 / 50)), "not the root of the product"
assert np.isclose(perplexity(np.full(9, 1 / V)), V), "uniform: the size of the vocabulary"

text = spell(train_text)
p_h = (text.count("h") + 10 / 27) / (len(text) + 10)
p_h_after_t = (text.count("th") + 10 * p_h) / (text[:-1].count("t") + 10)
assert np.isclose(models[2][20, 8], p_h_after_t), "the bigram model miscounts"
assert all(np.allclose(model.sum(axis=-1), 1) for model in models), "probabilities must add up to 1"

number = 200_000
bound = np.sqrt((V * np.log(2) + np.log(1e6)) / (2 * number))  # 0.00902
for context in ((0, 20, 8), (5, 0, 19)):
    p = models[4][context]
    drawn = np.bincount(draw(temperature(p, 1), rng, number), minlength=V) / number
    distance = np.abs(drawn - p).sum() / 2
    assert distance < bound, f"temperature 1 is off by {distance}"
assert np.allclose(temperature(example, 0.5), example**2 / 0.345), "0.5 must square"
assert all((np.diff(curve) > -1e-12).all() for curve in entropies.values()), "entropy must rise"

for _ in range(100):
    p = rng.dirichlet(np.full(7, 0.5))
    subsets = [list(s) for k in range(1, 8) for s in itertools.combinations(range(7), k)]
    for mass in (0.3, 0.8, 0.95):
        enough = [subset for subset in subsets if p[subset].sum() >= mass]
        best = min(enough, key=lambda subset: (len(subset), -p[subset].sum()))
        expected = np.isin(range(7), best) * p / p[best].sum()
        assert np.allclose(nucleus(p, mass), expected), f"not the smallest set of mass {mass}"
    for k in (1, 3, 7):
        best = max((subset for subset in subsets if len(subset) == k), key=lambda s: p[s].sum())
        expected = np.isin(range(7), best) * p / p[best].sum()
        assert np.allclose(top_k(p, k), expected), f"not the {k} most probable"
assert shares["temperature 0.3"][0] > shares["as it is"][0] > shares["temperature 1.5"][0]
assert shares["temperature 0.3"][1] < shares["as it is"][1] < shares["temperature 1.5"][1]
