# ---
# title:
#   en: Four losses and their gradients
#   zh: 四种损失及其梯度
# summary:
#   en: Squared error, absolute error and cross-entropy for two or many classes, and what an outlier or a confident mistake does to each.
#   zh: 平方误差、绝对误差、二元与多类交叉熵，以及离群值和“自信的错误”对它们各有什么影响。
# runtime: numpy
# minutes: 30
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Two line charts. Left, the loss of one guess for the numbers 1, 2, 3, 4 and 50: the root of the mean squared error
#         is lowest at a guess of 12, the mean absolute error at 3. Right, the loss against the probability given to the
#         right answer: both curves are 0 at probability 1; towards 0 the squared error ends at 1, while the cross-entropy
#         climbs steeply, to 4.6 at 0.01.
#       zh: 两幅折线图。左图：用同一个数去猜 1、2、3、4、50 时的损失，均方误差的平方根在猜 12 时最小，平均绝对误差在猜 3 时最小。右图：损失随“正确答案得到的概率”变化，概率为 1 时两条曲线都是 0；概率趋于 0 时，平方误差只到 1，交叉熵则急剧上升，在 0.01 处为 4.6。
#     caption:
#       en: Left, one outlier moves the mean and not the median. Right, cross-entropy knows no upper bound.
#       zh: 左：一个离群值会拉动平均数，却拉不动中位数。右：交叉熵没有上限。
# sabotage:
#   find: z = z - z.max(axis=-1, keepdims=True)
#   replace: z = z - z.mean(axis=-1, keepdims=True)
# ---

# %% [markdown] lang="en"
# A loss turns "how wrong is this?" into one number, and its gradient says which way to move. One number each first.
#
# **Predicting a quantity.** The prediction is $y = 2.5$, the truth $t = 4$. The error is $-1.5$; squared error
# $(y - t)^2 = 2.25$ with slope $2(y - t) = -3$; absolute error $|y - t| = 1.5$ with slope $-1$.
#
# **Predicting yes or no.** The network gives a score $z$, the sigmoid makes a probability $p$ of it. If the truth is yes and
# $p = 0.8$, the cross-entropy is $-\ln 0.8 = 0.223$; if $p = 0.2$ it is $-\ln 0.2 = 1.609$.
#
# **Predicting one of many classes.** Scores $(2, 1, 0)$ become the probabilities $(0.665, 0.245, 0.090)$ by softmax,
# $p_k = e^{z_k} / \sum_j e^{z_j}$. If the first class is right, the loss is $-\ln 0.665 = 0.408$.
#
# With respect to the *score*, both cross-entropies have the same simple slope: probability minus truth.

# %% [markdown] lang="zh"
# 损失把“错了多少”变成一个数，它的梯度则指出该往哪边调整。先各算一个数。
#
# **预测数量。** 预测 $y = 2.5$，真值 $t = 4$，误差为 $-1.5$。平方误差 $(y - t)^2 = 2.25$，斜率 $2(y - t) = -3$；
# 绝对误差 $|y - t| = 1.5$，斜率 $-1$。
#
# **预测是非。** 网络给出一个得分 $z$，经 sigmoid 变成概率 $p$。若真值为“是”而 $p = 0.8$，交叉熵是 $-\ln 0.8 = 0.223$；
# 若 $p = 0.2$，则是 $-\ln 0.2 = 1.609$。
#
# **预测多个类别之一。** 得分 $(2, 1, 0)$ 经 softmax（$p_k = e^{z_k} / \sum_j e^{z_j}$）变成概率 $(0.665, 0.245, 0.090)$。
# 若第一类正确，损失是 $-\ln 0.665 = 0.408$。
#
# 对*得分*求导时，两种交叉熵的斜率同样简单：概率减去真值。

# %% name="losses"
import numpy as np


def squared_error(y, t):
    return (y - t) ** 2, 2 * (y - t)  # the loss and its slope in y


def absolute_error(y, t):
    return np.abs(y - t), np.sign(y - t)


def binary_cross_entropy(z, t):
    """Of a score z and a truth t of 0 or 1; the exponent is never positive, so nothing overflows."""
    small = np.exp(-np.abs(z))
    p = np.where(z >= 0, 1, small) / (1 + small)  # the sigmoid of z
    return np.maximum(z, 0) - z * t + np.log1p(small), p - t


def log_softmax(z):
    z = z - z.max(axis=-1, keepdims=True)  # changes no probability, and the largest exponent is 0
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))


def cross_entropy(z, t):
    """Of scores z (batch, classes) and right classes t (batch,)."""
    log_p, rows = log_softmax(z), np.arange(len(t))
    slope = np.exp(log_p)  # (batch, classes)
    slope[rows, t] -= 1
    return -log_p[rows, t], slope


score = np.log(0.8 / 0.2)  # whose sigmoid is 0.8
scores = np.array([[2.0, 1.0, 0.0]])
examples = {
    "squared error": squared_error(2.5, 4.0),
    "absolute error": absolute_error(2.5, 4.0),
    "yes, p = 0.8": binary_cross_entropy(score, 1),
    "yes, p = 0.2": binary_cross_entropy(-score, 1),
    "three classes": cross_entropy(scores, np.array([0])),
}
for name, (loss, slope) in examples.items():
    print(f"{name:15} loss {np.squeeze(loss):.3f}   slope {np.squeeze(slope).round(3)}")

# %% [markdown] lang="en"
# **An outlier.** Guess the numbers 1, 2, 3, 4 and 50 by one and the same number. Squared error is least at their mean, $12$,
# a number near none of them; absolute error at their median, $3$. The square lets one large error outweigh many small
# ones. That is a choice: if large errors are what costs you, the square is right; if the 50 is a slip of the pen, it is not.
#
# **A confident mistake.** The truth is yes, and the network is sure of no: $z = -10$, $p = 0.000045$. Cross-entropy is $10$,
# with slope $-1$ in the score. The squared error of the *probability* is $1$ and can never be more, and its slope
# $2(p - 1)\,p\,(1 - p)$ is almost $0$: the worse the mistake, the less is learned from it. So classifiers are trained with
# cross-entropy. The price: one wrong label can cost any amount.

# %% [markdown] lang="zh"
# **离群值。** 用同一个数去猜 1、2、3、4、50。平方误差在平均数 12 处最小，可是它离哪个数都不近；绝对误差在中位数 3 处最小。
# 平方使一个大误差压倒许多小误差。这是一种取舍：如果代价正在于大误差，就该用平方；如果 50 只是笔误，就不该。
#
# **自信的错误。** 真值为“是”，网络却断定为“否”：$z = -10$，$p = 0.000045$。交叉熵是 $10$，对得分的斜率是 $-1$。
# *概率*的平方误差是 $1$，而且永远不会更大；它的斜率 $2(p - 1)\,p\,(1 - p)$ 几乎是 $0$：错得越离谱，学到的越少。
# 所以分类器用交叉熵训练。代价是：一个标错的样本可以让损失变得任意大。

# %% name="mistakes"
import matplotlib.pyplot as plt

numbers, guesses = np.array([1.0, 2.0, 3.0, 4.0, 50.0]), np.linspace(0, 30, 301)
squared, absolute = (
    f(guesses[:, None], numbers)[0].mean(1) for f in (squared_error, absolute_error)
)
best = guesses[squared.argmin()], guesses[absolute.argmin()]
print(f"best guess: squared error {best[0]:.1f}, absolute error {best[1]:.1f}")
z = -10.0
p = 1 / (1 + np.exp(-z))
loss, slope = binary_cross_entropy(z, 1)
print(f"sure and wrong: cross-entropy {loss:.3f}, slope {slope:.3f}")
print(f"                squared error {(p - 1) ** 2:.3f}, slope {2 * (p - 1) * p * (1 - p):.6f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.5))
left.plot(guesses[::10], np.sqrt(squared)[::10], label="root of the mean squared error")
left.plot(guesses[::10], absolute[::10], "--", label="mean absolute error")
left.plot(best, [np.sqrt(squared.min()), absolute.min()], "ko", label="least")
left.set(xlabel="one guess for 1, 2, 3, 4, 50", ylabel="loss", ylim=(0, 28))
given = np.linspace(0.01, 1, 50)
right.plot(given, -np.log(given), label="cross-entropy")
right.plot(given, (1 - given) ** 2, "--", label="squared error")
right.set(xlabel="probability given to the right answer", ylabel="loss")
left.legend(loc="lower right")
right.legend()
plt.show()

# %% [markdown] lang="en"
# **Large scores.** Written as in the book, softmax asks for $e^{1000}$, which no float holds. Subtracting the largest score
# from all of them changes no probability and mends that. Taking the logarithm *afterwards* is still wrong: a probability
# that was rounded to $0$ has the logarithm $-\infty$. So compute the logarithm of the softmax in one go,
# $\log p_k = z_k - \max z - \ln \sum_j e^{z_j - \max z}$. In Keras this is what `from_logits=True` is for.

# %% [markdown] lang="zh"
# **得分很大时。** 照公式直接写，softmax 要算 $e^{1000}$，浮点数装不下。把所有得分都减去最大的那个，概率不变，问题就解决了。
# 但*事后*再取对数仍然不行：被舍入成 $0$ 的概率，对数是 $-\infty$。所以应当一步算出 softmax 的对数：
# $\log p_k = z_k - \max z - \ln \sum_j e^{z_j - \max z}$。Keras 里的 `from_logits=True` 就是为此而设。

# %% name="stable"
large = np.array([1000.0, 0.0, -1000.0])
with np.errstate(all="ignore"):
    naive = np.log(np.exp(large) / np.exp(large).sum())
    shifted = np.exp(large - large.max())
    two_steps = np.log(shifted / shifted.sum())
for name, values in ("naive", naive), ("two steps", two_steps), ("one step", log_softmax(large)):
    print(f"{name:10}", values)

# %% [markdown] lang="en"
# The same losses in Keras, on random scores and targets. Keras averages over the batch. With `from_logits=True` it wants
# *scores*; without it, probabilities. Mixing the two up squashes once too often or not at all, and training goes on
# regardless.

# %% [markdown] lang="zh"
# 在随机的得分与目标上，用 Keras 计算同样的损失。Keras 会对一批样本取平均。写了 `from_logits=True`，就要给它*得分*；
# 不写，则要给它概率。两者弄混，就会多压缩一次或一次也不压缩，而训练照常进行。

# %%
rng = np.random.default_rng(0)
y, t = rng.normal(0, 3, (2, 8))  # (8,), (8,)
z, yes = rng.normal(0, 3, 8), rng.integers(0, 2, 8)  # (8,), (8,)
Z, classes = rng.normal(0, 3, (8, 5)), rng.integers(0, 5, 8)  # (8, 5), (8,)
ours = {
    "squared error": squared_error(y, t)[0].mean(),
    "absolute error": absolute_error(y, t)[0].mean(),
    "binary cross-entropy": binary_cross_entropy(z, yes)[0].mean(),
    "cross-entropy": cross_entropy(Z, classes)[0].mean(),
}
theirs = ours  # until Keras has spoken

# %% tags=["tensorflow"]
import keras

losses = keras.losses
theirs = {
    "squared error": losses.MeanSquaredError()(t, y),
    "absolute error": losses.MeanAbsoluteError()(t, y),
    "binary cross-entropy": losses.BinaryCrossentropy(from_logits=True)(yes, z),
    "cross-entropy": losses.SparseCategoricalCrossentropy(from_logits=True)(classes, Z),
}
for name, value in theirs.items():
    print(f"{name:21} ours {ours[name]:.5f}   Keras {float(value):.5f}")

# %% [markdown] lang="en"
# **Check.** Each slope against a finite difference; each loss against scikit-learn or against Python's decimal numbers with
# 50 digits; and, where it runs, against Keras.

# %% [markdown] lang="zh"
# **检验。** 每个斜率与有限差分比较；每个损失与 scikit-learn 或 Python 的 50 位十进制数比较；在能运行 Keras 的地方，也与 Keras 比较。

# %% name="check"
from decimal import Decimal, getcontext

from sklearn.metrics import log_loss, mean_absolute_error, mean_squared_error

d = 1e-6
for function, x, truth in (
    (squared_error, y, t),
    (absolute_error, y, t),
    (binary_cross_entropy, z, yes),
):
    rise = (function(x + d, truth)[0] - function(x - d, truth)[0]) / (2 * d)
    assert np.allclose(function(x, truth)[1], rise, atol=1e-6), f"slope of {function.__name__}"
for k in range(5):
    up, down = Z + d * np.eye(5)[k], Z - d * np.eye(5)[k]
    rise = (cross_entropy(up, classes)[0] - cross_entropy(down, classes)[0]) / (2 * d)
    assert np.allclose(cross_entropy(Z, classes)[1][:, k], rise, atol=1e-6), "slope of softmax"
softmax = np.exp(Z) / np.exp(Z).sum(1, keepdims=True)
library = {
    "squared error": mean_squared_error(t, y),
    "absolute error": mean_absolute_error(t, y),
    "binary cross-entropy": log_loss(yes, 1 / (1 + np.exp(-z))),
    "cross-entropy": log_loss(classes, softmax, labels=range(5)),
}
for name, value in ours.items():
    assert np.isclose(value, library[name], rtol=1e-9), f"{name}: not scikit-learn's"
    assert np.isclose(value, float(theirs[name]), rtol=1e-5), f"{name}: not Keras'"
getcontext().prec = 50
total = sum(Decimal(s).exp() for s in large)
expected = [float((Decimal(s).exp() / total).ln()) for s in large]
assert np.allclose(log_softmax(large), expected), "large scores break the log-softmax"
assert np.allclose(best, [np.mean(numbers), np.median(numbers)]), "not the mean and the median"
