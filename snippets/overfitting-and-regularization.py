# ---
# title:
#   en: Overfitting, weight decay and early stopping
#   zh: 过拟合、权重衰减与早停
# summary:
#   en: >-
#     Polynomials of rising degree on 15 noisy points, and two ways to tame the largest of them, checked on thirty
#     training sets.
#   zh: 用次数越来越高的多项式拟合 15 个带噪声的点，再用两种办法约束其中最复杂的一个，并在三十个训练集上检验。
# runtime: numpy
# minutes: 30
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Left, 15 noisy points along one period of a sine. The line of degree 1 misses the bend, degree 3 follows it,
#         and degree 12 passes through nearly every point and shoots up to 2.4 between the last two. Right, mean squared error
#         against the degree, logarithmic. The training error falls from 0.27 to below 0.001. The validation error falls
#         from 0.36 to 0.19, is flat from degree 3 to 7, and rises to 0.52 at degree 12.
#       zh: >-
#         左图：沿一个周期正弦曲线分布的 15 个带噪声的点。1 次的直线跟不上弯曲，3 次的曲线能跟上，12 次的曲线几乎穿过每个点，
#         在最后两点之间冲高到 2.4。右图：均方误差随次数的变化，纵轴为对数刻度。训练误差从 0.27 降到 0.001 以下；验证误差从 0.36
#         降到 0.19，在 3 到 7 次之间持平，到 12 次时升到 0.52。
#   - alt:
#       en: >-
#         Two curves of the validation error of the degree-12 polynomial, both shaped like a bowl. Left, against the
#         penalty: 0.51 at the left end, lowest at 0.18 near a penalty of 0.01, 0.52 at 100. Right, against the number of
#         gradient steps: 0.5 at the start, lowest at 0.18 near ten thousand steps, over 0.4 after a hundred million.
#         A dotted line at 0.52 marks no penalty and no stopping.
#       zh: >-
#         12 次多项式的两条验证误差曲线，都呈碗状。左图横轴为惩罚系数：左端 0.51，在 0.01 附近最低，为 0.18，到 100 时为 0.52。
#         右图横轴为梯度下降的步数：开始时 0.5，一万步左右最低，为 0.18，一亿步后超过 0.4。0.52 处的点线表示既不惩罚也不早停。
#     caption:
#       en: Too little and too much are both bad, with either method.
#       zh: 无论哪种方法，太少和太多都不好。
# sabotage:
#   find: + penalty * np.eye(X.shape[1])
#   replace: + penalty
# ---

# %% [markdown] lang="en"
# A model with enough weights can fit noise. The error on the points it was fitted to then says nothing about the
# error on new points; that has to be measured on points kept apart, the **validation set**.
#
# Here 15 points come from $\sin(\pi x)$ plus noise with standard deviation 0.4. No model can get below $0.4^2 = 0.16$
# on new points on average, for that is the noise itself.

# %% [markdown] lang="zh"
# 权重足够多的模型连噪声也能拟合。这时，它在训练点上的误差说明不了它在新数据上的误差；后者要用另外留出的点，
# 也就是**验证集**来测量。
#
# 这里的 15 个点取自 $\sin(\pi x)$，再加上标准差为 0.4 的噪声。平均来说，任何模型在新数据上的误差都不会低于
# $0.4^2 = 0.16$，因为那就是噪声本身。

# %%
import matplotlib.pyplot as plt
import numpy as np


def observe(x, rng):
    return np.sin(np.pi * x) + rng.normal(0, 0.4, x.shape)


def powers(x, degree):
    """x, x^2, ..., each column shifted and scaled as the training points need it."""
    columns = np.arange(1, degree + 1)
    mean, scale = (x_train[:, None] ** columns).mean(0), (x_train[:, None] ** columns).std(0)
    return (x[:, None] ** columns - mean) / scale  # (len(x), degree)


def mse(X, y, w):
    return np.mean((X @ w + y_train.mean() - y) ** 2)  # columns have mean 0: so the intercept


rng = np.random.default_rng(0)
x_train = np.linspace(-1, 1, 15)
y_train = observe(x_train, rng)
x_valid = rng.uniform(-1, 1, 100)
y_valid = observe(x_valid, rng)

degrees = np.arange(1, 13)
train_error, valid_error, fits = [], [], {}
for degree in degrees:
    X = powers(x_train, degree)  # (15, degree)
    w = fits[degree] = np.linalg.lstsq(X, y_train - y_train.mean())[0]  # (degree,)
    train_error.append(mse(X, y_train, w))
    valid_error.append(mse(powers(x_valid, degree), y_valid, w))
for degree in (1, 3, 6, 9, 12):
    print(f"degree {degree:2}:  training {train_error[degree - 1]:.3f}", end="  ")
    print(f"validation {valid_error[degree - 1]:.3f}")

figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
line = np.linspace(-1, 1, 120)
for degree, style in ((1, ":"), (3, "-"), (12, "--")):
    curve = powers(line, degree) @ fits[degree] + y_train.mean()
    left.plot(line, curve, style, label=f"degree {degree}")
left.plot(x_train, y_train, "ko", markersize=4)
left.set(xlabel="x", ylabel="y", ylim=(-1.6, 2.6))
left.legend()
right.semilogy(degrees, train_error, "o-", label="training")
right.semilogy(degrees, valid_error, "s--", label="validation")
right.set(xlabel="degree", ylabel="mean squared error")
right.legend()
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# The training error can only fall: a polynomial of degree 5 is also one of degree 6, with one weight at zero. The
# validation error has its minimum inside. The minimum is flat, and with 100 validation points nobody can say whether
# degree 3 or 6 is really better; that degree 12 is worse is plain.
#
# **Weight decay** keeps the large model but makes large weights costly. Ridge regression adds $\lambda \|w\|^2$ to
# the sum of squared errors, and its minimum has a closed form (Hoerl and Kennard, 1970):
#
# $$w = (X^\top X + \lambda I)^{-1} X^\top y$$
#
# With one weight, points $x = (1, 2)$ and $y = (1, 3)$: $X^\top X = 5$ and $X^\top y = 7$, so $w = 7/5 = 1.4$ without
# a penalty and $w = 7/(5 + 2) = 1$ with $\lambda = 2$. The penalty shrinks.
#
# Two things go wrong in practice. The penalty belongs on the diagonal only; and neither the intercept nor the units
# of the columns should influence it, which is why the columns were centred and scaled.

# %% [markdown] lang="zh"
# 训练误差只会下降：5 次多项式也是 6 次多项式，只是有一个权重为零。验证误差的最小值则在中间。它附近很平，
# 只有 100 个验证点，没人说得清 3 次和 6 次到底哪个更好；12 次更差却一目了然。
#
# **权重衰减**保留大模型，但让大的权重付出代价。岭回归在误差平方和上加 $\lambda \|w\|^2$，
# 其最小值有解析解（Hoerl 和 Kennard，1970）：
#
# $$w = (X^\top X + \lambda I)^{-1} X^\top y$$
#
# 只有一个权重时，取点 $x = (1, 2)$，$y = (1, 3)$：$X^\top X = 5$，$X^\top y = 7$，不加惩罚时 $w = 7/5 = 1.4$，
# 取 $\lambda = 2$ 时 $w = 7/(5 + 2) = 1$。惩罚使权重变小。
#
# 实践中常有两处出错：惩罚只加在对角线上；截距和各列的单位不应影响惩罚，所以前面先把各列中心化并缩放。


# %% name="ridge"
def ridge(X, y, penalty):
    return np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)


print("by hand:", ridge(np.array([[1.0], [2.0]]), np.array([1.0, 3.0]), 2.0))

# %% [markdown] lang="en"
# **Early stopping** leaves the loss alone and stops gradient descent when the validation error is lowest. On a
# quadratic loss, the place after $t$ steps is known: along an eigenvector of $X^\top X / n$ with eigenvalue
# $\lambda_i$ the distance to the end has shrunk by the factor $(1 - \eta\lambda_i)^t$. Directions with a large
# eigenvalue, the broad shape, are learnt first; the wiggles come last. So we can look at a hundred million steps
# without taking them.

# %% [markdown] lang="zh"
# **早停**不改损失函数，只是在验证误差最低时停止梯度下降。对二次损失，走 $t$ 步之后的位置是已知的：沿 $X^\top X / n$
# 的特征值为 $\lambda_i$ 的特征向量，到终点的距离缩小为 $(1 - \eta\lambda_i)^t$ 倍。特征值大的方向（大致的形状）先学会，
# 细小的摆动最后才学到。所以不必真走一亿步，也能看到那时的结果。


# %% name="early-stopping"
def descend(X, y, steps, eta):
    w = np.zeros(X.shape[1])
    for _ in range(steps):
        w = w - eta * X.T @ (X @ w - y) / len(y)
    return w


def descend_far(X, y, steps, eta):
    eigenvalues, Q = np.linalg.eigh(X.T @ X / len(y))
    share = 1 - (1 - eta * eigenvalues) ** steps  # of the way to the end
    return Q @ (share / eigenvalues * (Q.T @ X.T @ y / len(y)))


X, y, V = powers(x_train, 12), y_train - y_train.mean(), powers(x_valid, 12)
eta = 1 / np.linalg.eigvalsh(X.T @ X / len(y)).max()
penalties = np.geomspace(1e-8, 1e2, 31)
steps = np.unique(np.geomspace(1, 1e8, 41).astype(int))
curves = {
    "penalty": (penalties, [mse(V, y_valid, ridge(X, y, penalty)) for penalty in penalties]),
    "gradient steps": (steps, [mse(V, y_valid, descend_far(X, y, t, eta)) for t in steps]),
}
figure, panels = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True)
for panel, (name, (grid, errors)) in zip(panels, curves.items(), strict=True):
    panel.semilogx(grid, errors, ".-")
    panel.axhline(valid_error[-1], color="k", linestyle=":")
    panel.set(xlabel=name, ylim=(0.1, 0.58))
    print(f"{name:14}  lowest {min(errors):.3f}, at the ends {errors[0]:.3f} and {errors[-1]:.3f}")
panels[0].set_ylabel("validation error, degree 12")
plt.show()

# %% [markdown] lang="en"
# One training set proves little, and the lowest validation error flatters, since the penalty was chosen to make it
# low. So: thirty training sets, the penalty and the number of steps chosen on the validation set, the error measured
# on 1000 points that took no part in the choice.

# %% [markdown] lang="zh"
# 一个训练集说明不了多少问题；而且惩罚系数就是为压低验证误差选出来的，最低验证误差会偏乐观。因此取三十个训练集，
# 惩罚系数和步数在验证集上选，误差则在没有参与选择的 1000 个点上测。

# %%
x_test = rng.uniform(-1, 1, 1000)
T = powers(x_test, 12)
test_error = []
for seed in range(1, 31):
    rng = np.random.default_rng(seed)
    y_train, y_valid, y_test = (observe(x, rng) for x in (x_train, x_valid, x_test))
    y = y_train - y_train.mean()
    candidates = [
        [np.linalg.lstsq(X, y)[0]],
        [ridge(X, y, penalty) for penalty in penalties],
        [descend_far(X, y, t, eta) for t in steps],
    ]
    chosen = [min(ws, key=lambda w: mse(V, y_valid, w)) for ws in candidates]
    test_error.append([mse(T, y_test, w) for w in chosen])
test_error = np.array(test_error)  # (30, 3)

ratio = np.log(test_error[:, :1] / test_error[:, 1:])  # (30, 2)
resamples = rng.integers(0, 30, (2000, 30))
interval = np.quantile(ratio[resamples].mean(1), [0.025, 0.975], axis=0)  # (2, 2)
print(f"degree 12 alone:  median test error {np.median(test_error[:, 0]):.2f}")
for k, name in enumerate(("weight decay", "early stopping")):
    low, mean, high = np.exp([interval[0, k], ratio[:, k].mean(), interval[1, k]])
    print(f"{name:15}   median test error {np.median(test_error[:, k + 1]):.2f},", end=" ")
    print(f"lower by a factor of {mean:.1f} (95 % interval {low:.1f} to {high:.1f})")

# %% [markdown] lang="en"
# Both methods cut the error to about a third, and neither beats the other here. They cannot help where the model is
# too small: a penalty only makes a straight line flatter.
#
# **Check.** The training error never rises; all three minima lie inside; ridge agrees with scikit-learn; the formula
# for $t$ steps agrees with taking them; both methods cut the test error at least by half.

# %% [markdown] lang="zh"
# 两种方法都把误差降到约三分之一，彼此分不出高下。模型本来就太小时，它们帮不上忙：给直线加惩罚，只会让它更平。
#
# **检验。** 训练误差从不上升；三个最小值都在中间；岭回归与 scikit-learn 一致；$t$ 步的公式与真走 $t$ 步一致；
# 两种方法都使测试误差至少减半。

# %% name="check"
from sklearn.linear_model import Ridge

assert np.all(np.diff(train_error) < 1e-9), "the training error rose with the degree"
for name, errors in (("degree", valid_error), *((n, e) for n, (_, e) in curves.items())):
    ends = min(errors[0], errors[-1])
    assert min(errors) < 0.7 * ends, f"no minimum inside for {name}: {min(errors)} against {ends}"
for penalty in (1e-3, 0.1, 10.0):
    reference = Ridge(alpha=penalty).fit(X, y_train)
    assert np.allclose(ridge(X, y, penalty), reference.coef_), "differs from scikit-learn"
    assert np.isclose(y_train.mean(), reference.intercept_), "the intercept was penalised"
assert np.allclose(descend(X, y, 500, eta), descend_far(X, y, 500, eta)), "not 500 steps"
assert np.exp(interval[0]).min() > 2, (
    f"the test error fell less than by half: {np.exp(interval[0])}"
)
