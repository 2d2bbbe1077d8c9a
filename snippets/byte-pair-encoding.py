# ---
# title:
#   en: Byte-pair encoding from scratch
#   zh: 从零实现字节对编码
# summary:
#   en: >-
#     Learn merges one by one from documentation, encode and decode any text with them, and compare with words and
#     characters.
#   zh: 从文档中一次一次地学习合并，用它编码和解码任意文本，并与按词、按字符的切分比较。
# runtime: numpy
# minutes: 30
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Tokens per character against the number of merges. Both curves, for the text learnt from and for the test text,
#         fall from 1, ever more slowly: to 0.60 and 0.62 after 100 merges, to 0.45 and 0.49 after 300. A line at
#         1 marks characters, one at 0.21 words and punctuation.
#       zh: >-
#         每个字符的词元数随合并次数的变化。学习用的文本和测试文本两条曲线都从 1 开始下降，越降越慢：100 次合并后为 0.60 和 0.62，
#         300 次后为 0.45 和 0.49。1 处的横线表示按字符切分，0.21 处的横线表示按词和标点切分。
# sabotage:
#   find: min(known, key=ranks.get)
#   replace: max(known, key=ranks.get)
# ---

# %% [markdown] lang="en"
# A network reads integers, so text must be cut into pieces first. Whole words make short sequences, but words that
# the training text lacks have no number. Characters lack almost nothing, but the sequences are long. **Byte-pair
# encoding** lies between: begin with the bytes, and again and again replace the most frequent pair of neighbours by a
# new token. Gage (1994) compressed data with it; Sennrich, Haddow and Birch (2016) cut words for translation with it.
#
# By hand, on `banana band`, 11 bytes. The pair `a n` stands there three times, `b a` and `n a` twice. So the first
# new token is `an`, and 8 tokens are left: `b an an a ␣ b an d`. Now `b an` is the only pair that stands there twice.
# The second new token is `ban`, and 6 tokens are left: `ban an a ␣ ban d`.

# %% [markdown] lang="zh"
# 网络读入的是整数，所以要先把文本切成小块。按词切，序列短，但训练文本里没有的词就没有编号；按字符切，几乎什么都有编号，
# 但序列很长。**字节对编码**介于两者之间：从字节出发，反复把出现最多的一对相邻词元换成一个新词元。Gage（1994）用它压缩数据；
# Sennrich、Haddow 和 Birch（2016）用它为机器翻译切分单词。
#
# 手算一次，取 `banana band`，共 11 个字节。`a n` 出现三次，`b a` 和 `n a` 各两次。于是第一个新词元是 `an`，剩下 8 个词元：
# `b an an a ␣ b an d`。这时只有 `b an` 出现了两次，第二个新词元是 `ban`，剩下 6 个词元：`ban an a ␣ ban d`。

# %% name="learn"
import inspect
import random
import re
from collections import Counter
from itertools import pairwise


def split(text):
    """Words with the space before them, runs of punctuation, other white space; nothing is lost."""
    return re.findall(r" ?\w+| ?[^\w\s]+|\s+", text)


def merge(tokens, pair, new):
    result = []
    for token in tokens:
        if result and (result[-1], token) == pair:
            result[-1] = new
        else:
            result.append(token)
    return result


def learn(text, number):
    """Return the merges in order, with the count of each, and the number of tokens after it."""
    words = Counter(split(text))
    tokens = {word: list(word.encode()) for word in words}  # bytes, 0 to 255
    merges, counts, lengths = [], [], [len(text.encode())]
    for new in range(256, 256 + number):
        pairs = Counter()
        for word, times in words.items():
            for pair in pairwise(tokens[word]):
                pairs[pair] += times
        best = min(pairs, key=lambda pair: (-pairs[pair], pair))  # a tie goes to the smaller pair
        for word, old in tokens.items():
            if best[0] in old:
                tokens[word] = merge(old, best, new)
        merges.append(best)
        counts.append(pairs[best])
        lengths.append(sum(times * len(tokens[word]) for word, times in words.items()))
    return merges, counts, lengths


def spell(merges):  # the bytes that each token stands for
    vocabulary = [bytes([i]) for i in range(256)]
    for first, second in merges:
        vocabulary.append(vocabulary[first] + vocabulary[second])
    return vocabulary


merges, counts, lengths = learn("banana band", 2)
print(spell(merges)[256:], "counts", counts, "tokens", lengths)

# %% [markdown] lang="en"
# Merges stop at the borders of words here. Otherwise `of the` could become a token, and the search for pairs would
# have to go through the whole text each time; so it only goes through each distinct word once, and multiplies by its
# count.
#
# Now real text: what stands between triple quotes in some of Python's own modules, which is mostly documentation,
# without line breaks. Six modules are for learning, five others for testing. What is learnt first? The letters that
# stand together most often.

# %% [markdown] lang="zh"
# 这里的合并不越过词的边界，否则 `of the` 也可能成为一个词元，而且每次都得把全文找一遍；现在每个不同的词只看一次，再乘以它的次数。
#
# 接下来用真实文本：Python 自带的一些模块里三引号之间的文字，大多是文档，去掉换行。六个模块用来学习，另外五个留作测试。
# 最先学到的是什么？是最常挨在一起的字母。

# %%
import importlib


def documentation(names):
    sources = [inspect.getsource(importlib.import_module(name)) for name in names.split()]
    text = " ".join(re.findall(r'"""(.+?)"""', " ".join(sources), re.DOTALL))
    return " ".join(text.split())


train_text = documentation("email.message inspect ipaddress logging shutil statistics")
test_text = documentation("argparse doctest functools tarfile zipfile")
merges, counts, lengths = learn(train_text, 300)
vocabulary = spell(merges)
print(f"bytes {lengths[0]}, distinct words {len(set(split(train_text)))}")
for k in (1, 2, 3, 10, 30, 100, 300):
    text = vocabulary[255 + k].decode()
    print(f"merge {k:3}: {text!r:8} {counts[k - 1]:5} times, {lengths[k]:6} tokens left")

# %% [markdown] lang="en"
# To encode new text, the merges are done again in the order in which they were learnt. Taking the longest token that
# fits is another method and gives other results. To decode, the bytes are strung together. As every byte has a token,
# **every** text can be encoded, also one with letters that were never seen.

# %% [markdown] lang="zh"
# 编码新文本时，按学习的先后顺序重做这些合并。每次取能放下的最长词元是另一种方法，结果也不同。解码时把字节接起来即可。
# 每个字节都有词元，所以**任何**文本都能编码，哪怕其中的文字从未见过。


# %% name="encode"
def encode(text, merges):
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    done = {}
    for word in set(split(text)):
        tokens = list(word.encode())
        while known := [pair for pair in pairwise(tokens) if pair in ranks]:
            first = min(known, key=ranks.get)
            tokens = merge(tokens, first, 256 + ranks[first])
        done[word] = tokens
    return [token for word in split(text) for token in done[word]]


def decode(tokens, vocabulary):
    return b"".join(vocabulary[token] for token in tokens).decode()


def show(text):
    return "|".join(vocabulary[t].decode(errors="replace") for t in encode(text, merges))


print(show("An unreturnable value raises an exception."))
print(show("词元"))

texts = {
    "docstrings, test part": test_text,
    "source of random": inspect.getsource(random),
    "Chinese": "字节对编码介于词和字符之间。",
    "emoji": "🐍🙂👩‍🚀",
}
known_words, known_characters = set(split(train_text)), set(train_text)
print("                       characters  tokens  per token  unknown words  unknown characters")
for name, text in texts.items():
    words, tokens = split(text), encode(text, merges)
    lost = sum(word not in known_words for word in words) / len(words)
    lost_characters = sum(character not in known_characters for character in text) / len(text)
    print(f"{name:21}  {len(text):10}  {len(tokens):6}  {len(text) / len(tokens):9.2f}", end="")
    print(f"  {lost:13.0%}  {lost_characters:18.1%}")

# %% [markdown] lang="en"
# The price shows in the last rows: what the training text lacks falls apart into bytes. A Chinese character costs
# three tokens here, so a model with this vocabulary would have to read three times as many tokens as the text has
# characters. A vocabulary must be learnt on text like that which it will meet. And a token is no unit of meaning: `�`
# above is a third of a character.
#
# How far should one go? Each further merge saves less.

# %% [markdown] lang="zh"
# 代价在最后几行：训练文本里没有的内容会散成字节。一个汉字在这里要三个词元，用这个词表的模型，读入的词元数是字数的三倍。
# 所以学词表的文本，要与将来遇到的文本相近。另外，词元并不是意义单位：上面的 `�` 只是三分之一个字。
#
# 该合并多少次？每多一次合并，节省就少一些。

# %% name="curve"
import matplotlib.pyplot as plt

some = [0, 10, 25, 50, 100, 200, 300]
per_character = [len(encode(test_text, merges[:k])) / len(test_text) for k in some]
plt.plot([length / len(train_text) for length in lengths], label="text learnt from")
plt.plot(some, per_character, "s--", label="test text")
plt.axhline(1, color="k", linestyle=":")
plt.text(150, 1.02, "characters")
words_per_character = len(split(test_text)) / len(test_text)
plt.axhline(words_per_character, color="k", linestyle="-.")
plt.text(150, words_per_character + 0.02, "words and punctuation")
plt.xlabel("merges learnt")
plt.ylabel("tokens per character")
plt.ylim(0, 1.1)
plt.legend(loc="lower left")
plt.show()

# %% [markdown] lang="en"
# **Check.** A second implementation with nothing but `str.count` and `str.replace`: each token is one character of a
# long string. It must count the same pairs and end with the same tokens. And decoding must give back any text, also
# 500 random strings from all of Unicode.

# %% [markdown] lang="zh"
# **检验。** 用 `str.count` 和 `str.replace` 再实现一遍：把每个词元当作长字符串里的一个字符。它数出的次数、最后得到的词元都必须相同。
# 解码则必须还原任何文本，包括从整个 Unicode 中随机取字符组成的 500 个字符串。

# %% name="check"
assert learn("banana band", 2) == ([(97, 110), (98, 256)], [3, 2], [11, 8, 6])


def as_characters(text):
    return "\uffff".join(word.encode().decode("latin-1") for word in split(text))


line = as_characters(train_text)
for k, (first, second) in enumerate(merges):
    if k < 20:
        pairs = Counter(pair for pair in pairwise(line) if "\uffff" not in pair)
        assert counts[k] == max(pairs.values()), f"merge {k + 1} is not the most frequent pair"
    if first != second:  # "aaa" holds two pairs, but only one can be merged
        assert line.count(chr(first) + chr(second)) == counts[k], f"miscounted merge {k + 1}"
    line = line.replace(chr(first) + chr(second), chr(256 + k))
    assert len(line) - line.count("\uffff") == lengths[k + 1] < lengths[k], f"merge {k + 1}"

for name, text in (("training text", train_text), *texts.items()):
    line = as_characters(text)
    for k, (first, second) in enumerate(merges):
        line = line.replace(chr(first) + chr(second), chr(256 + k))
    same = [ord(character) for character in line if character != "\uffff"]
    assert encode(text, merges) == same, f"{name}: the merges were not done in order"
    assert decode(encode(text, merges), vocabulary) == text, f"{name} is not restored"

random.seed(0)
planes = [range(0x80), range(0xD800), range(0xE000, 0x110000)]  # without the halves of pairs
for _ in range(500):
    text = "".join(chr(random.choice(random.choice(planes))) for _ in range(20))
    assert decode(encode(text, merges), vocabulary) == text, f"{text!r} is not restored"
assert per_character[-1] < 0.6, f"{per_character[-1]} tokens per character after 300 merges"
