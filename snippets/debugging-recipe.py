# ---
# title:
#   en: Three checks that find silent bugs
#   zh: 三项检查，找出悄无声息的错误
# summary:
#   en: Loss before training, one batch by heart, a baseline without input; each finds a planted bug that the others miss.
#   zh: 训练前的损失、背下一个小批量、不看输入的基线：三项检查各找出一个其他两项都漏掉的错误。
# runtime: tensorflow
# minutes: 30
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Chart with a logarithmic loss axis over 400 steps on the same 32 pictures. Without a bug the loss falls to 0.002,
#         with unscaled pixels faster and lower still, with shuffled labels more slowly, to 0.007. With softmax twice it
#         stays just above a horizontal line at 1.461 from step 80 on.
#       zh: 损失轴为对数坐标的折线图，在同样 32 张图上训练 400 步。没有错误时损失降到 0.002；像素未缩放时降得更快更低；标签错位时降得较慢，到 0.007；两次 softmax 时，从第 80 步起就停在 1.461 的水平线稍上方。
#     caption:
#       en: One batch by heart. Only the doubled softmax gets stuck.
#       zh: 背下一个小批量，只有两次 softmax 会卡住。
# sabotage:
#   find: np.tile(y[:32], 20)
#   replace: np.repeat(y[:32], 20)
# ---

# %% [markdown] lang="en"
# A bug in a program usually stops it. A bug in training usually does not: the loss falls, only less than it could. Karpathy's
# "A Recipe for Training Neural Networks" (2019) therefore checks before it trains. Three of its checks, on scikit-learn's
# handwritten digits, 8 × 8 pixels, ten classes:
#
# 1. **The loss before training.** A network that knows nothing should give each of ten classes about $1/10$, so the
#    cross-entropy should be about $-\ln(1/10) = \ln 10 = 2.303$.
# 2. **One batch by heart.** A network with enough weights can learn 32 examples until the loss is almost zero. If it cannot,
#    model, loss or optimiser is wrong.
# 3. **A baseline without input.** Trained on blank pictures, it can only learn how frequent the classes are. With real
#    pictures it must do clearly better on pictures not seen in training.
#
# Then three bugs are planted, one at a time. Which check finds which?

# %% [markdown] lang="zh"
# 程序里的错误通常会让程序停下；训练里的错误通常不会：损失照样下降，只是降得不够。Karpathy 的
# “A Recipe for Training Neural Networks”（2019）因此主张先检查再训练。这里取其中三项，数据是 scikit-learn 的手写数字，8 × 8 像素，十个类别：
#
# 1. **训练前的损失。** 什么都不懂的网络，应当给十个类别各约 $1/10$ 的概率，所以交叉熵应约为 $-\ln(1/10) = \ln 10 = 2.303$。
# 2. **背下一个小批量。** 权重足够多的网络，能把 32 个样本学到损失接近零。做不到，就是模型、损失或优化器有错。
# 3. **不看输入的基线。** 用空白图片训练，它只能学到各类别有多常见。换成真实图片，在训练中没见过的图片上必须明显更好。
#
# 然后依次埋入三个错误。哪一项检查能发现哪一个？

# %% name="checks"
import keras
import numpy as np
from sklearn.datasets import load_digits


def network(softmax_twice=False):
    keras.utils.set_random_seed(0)  # each network starts from the same weights
    model = keras.Sequential([keras.Input((64,)), keras.layers.Dense(64, activation="relu")])
    model.add(keras.layers.Dense(10, activation="softmax"))
    if softmax_twice:
        model.add(keras.layers.Softmax())
    model.compile(keras.optimizers.Adam(0.003), "sparse_categorical_crossentropy")
    return model


def three_checks(x, y, x_new, y_new, **how):
    p = network(**how)(x).numpy()  # (n, 10)
    before = -np.log(p[np.arange(len(y)), y]).mean()
    one_batch = np.tile(x[:32], (20, 1)), np.tile(y[:32], 20)  # one epoch is 20 steps
    by_heart = network(**how).fit(*one_batch, 32, epochs=20, shuffle=False, verbose=0).history
    accuracies = []
    for light in (1, 0):  # real pictures, then blank ones
        model = network(**how)
        model.fit(light * x, y, 64, epochs=15, verbose=0)
        accuracies.append((model(light * x_new).numpy().argmax(1) == y_new).mean())
    return before, by_heart["loss"], *accuracies


# %% [markdown] lang="en"
# The bugs are common ones:
#
# - *pixels not scaled*: the pixels stay between 0 and 16 instead of 0 and 1;
# - *softmax twice*: the last layer already gives probabilities, and another softmax squeezes them again;
# - *labels shuffled*: the labels were put into another order, the pictures were not.
#
# What counts as passed: the first loss within 0.2 of $\ln 10$; the loss on one batch below 0.1; the 95 %
# interval of the accuracy on new pictures above that of the blank ones. A `!` marks what did not pass.

# %% [markdown] lang="zh"
# 三个错误都很常见：
#
# - *pixels not scaled*（像素未缩放）：像素值仍在 0 到 16 之间，而不是 0 到 1；
# - *softmax twice*（两次 softmax）：最后一层已经给出概率，又被另一个 softmax 压缩了一次；
# - *labels shuffled*（标签错位）：标签换了顺序，图片却没有跟着换。
#
# 怎样算通过：初始损失与 $\ln 10$ 相差不超过 0.2；一个小批量上的损失低于 0.1；
# 新图片上准确率的 95% 区间高于空白图片的区间。`!` 标出没有通过的项。

# %% name="bugs" tags=["varies"]
x, y = load_digits(return_X_y=True)  # pixels from 0 to 16
raw, raw_new, y, y_new = x[:1200], x[1200:], y[:1200], y[1200:]
x, x_new = raw / 16, raw_new / 16
other_order = np.random.default_rng(0).permutation(1200)
found = {
    "no bug": three_checks(x, y, x_new, y_new),
    "pixels not scaled": three_checks(raw, y, raw_new, y_new),
    "softmax twice": three_checks(x, y, x_new, y_new, softmax_twice=True),
    "labels shuffled": three_checks(x, y[other_order], x_new, y_new),
}


def margin(accuracy):
    """Half of the 95 % interval, from the normal approximation of the binomial."""
    return 1.96 * np.sqrt(accuracy * (1 - accuracy) / len(y_new))


def passed(before, by_heart, real, blank):
    better = real - margin(real) > blank + margin(blank)
    return bool(abs(before - np.log(10)) < 0.2), by_heart[-1] < 0.1, bool(better)


print("                    before training   one batch   new pictures (blank)")
for name, results in found.items():
    marks = [" " if ok else "!" for ok in passed(*results)]
    before, by_heart, real, blank = results
    row = f"{name:18}{before:14.2f} {marks[0]} {by_heart[-1]:13.2f} {marks[1]}"
    print(f"{row}{100 * real:10.0f} % ({100 * blank:.0f} %) {marks[2]}".rstrip())

# %% [markdown] lang="en"
# Each check finds one bug, and each bug passes the other two checks. Look at the rows:
#
# - *Pixels not scaled*: only the loss before training tells. Here the network recovers, on other data it may not.
# - *Softmax twice*: the accuracy is as good as without the bug. But the loss on one batch gets stuck. A second softmax of
#   $(1, 0, …, 0)$ gives the right class at most $e / (e + 9) = 0.232$, so the loss cannot go below $\ln(1 + 9/e) = 1.461$.
# - *Labels shuffled*: the network learns the wrong labels of one batch by heart too, only more slowly. New pictures tell:
#   it is no better than with blank ones.

# %% [markdown] lang="zh"
# 每项检查各发现一个错误，而每个错误都能通过另外两项检查。逐行来看：
#
# - *像素未缩放*：只有训练前的损失能看出来。这里网络自己缓了过来，换了别的数据未必如此。
# - *两次 softmax*：准确率与没有错误时一样好，但一个小批量上的损失卡住了。对 $(1, 0, …, 0)$ 再做一次 softmax，
#   正确类别最多得到 $e / (e + 9) = 0.232$，所以损失不可能低于 $\ln(1 + 9/e) = 1.461$。
# - *标签错位*：一个小批量里的错误标签，网络照样背得下来，只是慢一些。新图片能看出来：结果并不比空白图片好。

# %% name="by-heart"
import matplotlib.pyplot as plt

floor = np.log(1 + 9 / np.e)
for (name, results), line in zip(found.items(), ("-", "-.", "--", ":"), strict=True):
    plt.semilogy(20 * np.arange(1, 21), results[1], line, label=name)
plt.axhline(floor, color="grey", linewidth=0.8)
plt.text(120, 1.3 * floor, f"least loss with softmax twice: {floor:.3f}")
plt.xlabel("steps on the same 32 pictures")
plt.ylabel("loss")
plt.legend(loc="upper right", bbox_to_anchor=(1, 0.84))
plt.show()

# %% [markdown] lang="en"
# Where this stops: passing all three does not make a model good. They find bugs, not a lack of data or a poor choice of
# model. So last, a plain rival: logistic regression on the same pictures.

# %% [markdown] lang="zh"
# 它的局限：三项全部通过，不等于模型就好。它们能找出错误，却看不出数据不足或模型选得不当。所以最后请来一个朴素的对手：
# 同样的图片，用逻辑回归。

# %% name="rival" tags=["varies"]
from sklearn.linear_model import LogisticRegression

rival = LogisticRegression(max_iter=1000).fit(x, y).score(x_new, y_new)
for name, accuracy in ("network", found["no bug"][2]), ("logistic regression", rival):
    print(f"{name:20}{100 * accuracy:5.1f} % ± {100 * margin(accuracy):.1f}")

# %% [markdown] lang="en"
# In the recorded run logistic regression is right a little more often, 92 against 91 of 100, and the intervals overlap by
# far: the hidden layer has earned nothing here. No check would have said so.
#
# **Check.** Sound training passes everything; each bug is caught by its own check and by no other; the two softmaxes stop
# at the computed floor; blank pictures yield no more than the share of the commonest class; and the network is not far
# behind its rival.

# %% [markdown] lang="zh"
# 在站点记录的这次运行中，逻辑回归的正确率略高（92% 对 91%），两个区间大部分重叠：隐藏层在这里没有带来任何好处。
# 这一点，三项检查都不会告诉你。
#
# **检验。** 没有错误的训练全部通过；每个错误恰好被一项检查发现；两次 softmax 停在算出的下限处；空白图片的准确率不超过最常见类别的比例；
# 网络没有明显落后于对手。

# %% name="check"
verdicts = {name: passed(*results) for name, results in found.items()}
assert verdicts["no bug"] == (True, True, True), f"sound training fails a check: {verdicts}"
assert verdicts["pixels not scaled"] == (False, True, True), verdicts
assert verdicts["softmax twice"] == (True, False, True), verdicts
assert verdicts["labels shuffled"] == (True, True, False), verdicts
stuck = found["softmax twice"][1]
assert floor - 1e-5 < min(stuck) < floor + 0.1, "two softmaxes stop at ln(1 + 9/e)"
commonest = max(np.mean(y_new == digit) for digit in range(10))
assert all(results[3] <= commonest for results in found.values()), "blank pictures tell nothing"
assert found["no bug"][2] > rival - 0.05, "the network is far behind logistic regression"
