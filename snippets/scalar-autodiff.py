# ---
# title:
#   en: Automatic differentiation of single numbers
#   zh: 标量自动微分
# summary:
#   en: >-
#     An engine of fifty lines records each operation with its slope, then walks back once; it equals TensorFlow and
#     survives chains of 20,000 steps.
#   zh: 用五十行代码记下每步运算及其斜率，再往回走一遍；结果与 TensorFlow 一致，两万步的长链也不出错。
# runtime: numpy
# minutes: 40
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Log-log chart of the error of a derivative against the step of a finite difference, from 0.1 down to 1e-15. The
#         error falls with the step to about 1e-9 at a step of 1e-8, then rises again to about 0.05. A flat dashed line
#         below 1e-15 is the error of automatic differentiation.
#       zh: 双对数坐标图，横轴是有限差分的步长，从 0.1 到 1e-15，纵轴是导数的误差。误差随步长减小，在步长 1e-8 处降到约 1e-9，然后又升到约 0.05。自动微分的误差是一条低于 1e-15 的水平虚线。
#     caption:
#       en: A finite difference is never exact; automatic differentiation is, up to rounding.
#       zh: 有限差分永远不精确；自动微分除舍入误差外是精确的。
# sabotage:
#   find: gradient[source] += gradient[user] * slope
#   replace: gradient[source] = gradient[user] * slope
# ---

# %% [markdown] lang="en"
# How does a framework know the derivative of a program that you wrote? It does not look at the formula. It lets the
# program run on numbers that **remember**: each result keeps the numbers it was made from, and how strongly it reacts to
# each of them.
#
# Take $f = x y + x$ at $x = 2$, $y = 3$. The product $p = 6$ reacts to $x$ with slope $3$ and to $y$ with slope $2$. The
# sum $f = 8$ reacts to $p$ and to $x$ with slope $1$ each. Two ways lead from $x$ to $f$: through $p$, $1 \cdot 3$, and
# directly, $1$. Slopes along a way are multiplied, ways are added: $\partial f/\partial x = 3 + 1 = 4$. To $y$ leads one
# way: $\partial f/\partial y = 1 \cdot 2 = 2$.

# %% [markdown] lang="zh"
# 框架怎么知道你写的程序的导数？它并不看公式，而是让程序在一种**会记忆**的数上运行：每个结果都记住自己由哪些数得来，
# 以及对其中每一个的反应有多强。
#
# 以 $f = x y + x$ 为例，$x = 2$，$y = 3$。乘积 $p = 6$ 对 $x$ 的斜率是 $3$，对 $y$ 的斜率是 $2$；和 $f = 8$ 对 $p$、对 $x$ 的斜率都是 $1$。
# 从 $x$ 到 $f$ 有两条路：经过 $p$ 的是 $1 \cdot 3$，直接到达的是 $1$。同一条路上的斜率相乘，不同的路相加：
# $\partial f/\partial x = 3 + 1 = 4$。$y$ 只有一条路：$\partial f/\partial y = 1 \cdot 2 = 2$。

# %% name="number"
import math
from collections import Counter


class Number:
    """A value, and the pairs (number it came from, slope in that number)."""

    def __init__(self, value, *sources):
        self.value, self.sources = float(value), sources

    def __add__(self, other):
        other = remembering(other)
        return Number(self.value + other.value, (self, 1.0), (other, 1.0))

    def __mul__(self, other):
        other = remembering(other)
        return Number(self.value * other.value, (self, other.value), (other, self.value))

    def __pow__(self, n):  # n is a plain number
        return Number(self.value**n, (self, n * self.value ** (n - 1)))

    def __neg__(self):
        return self * -1.0

    def __sub__(self, other):
        return self + -remembering(other)

    def __rsub__(self, other):
        return remembering(other) - self

    def __truediv__(self, other):
        return self * remembering(other) ** -1.0

    def __rtruediv__(self, other):
        return remembering(other) / self

    __radd__, __rmul__ = __add__, __mul__


def remembering(x):
    return x if isinstance(x, Number) else Number(x)


def exp(x):
    y = math.exp(x.value)
    return Number(y, (x, y))


def tanh(x):
    y = math.tanh(x.value)
    return Number(y, (x, 1.0 - y * y))


# %% [markdown] lang="en"
# **The way back.** The output's slope in itself is 1. A number may pass its slope on only when *all* its users have
# reported to it; otherwise a part would be missing. So the first walk counts the uses, the second one ticks them off. Both
# keep their own list of what is still to do. A function that called itself for each number would stop after about a
# thousand steps, where Python's recursion limit lies; a recurrent network reaches that with a long text.

# %% [markdown] lang="zh"
# **往回走。** 输出对自身的斜率是 1。一个数要等*所有*用到它的结果都报告之后，才能把自己的斜率往前传，否则会漏掉一部分。
# 所以第一遍先数每个数被用了几次，第二遍逐一勾销。两遍都自己维护一张待办清单；如果写成对每个数调用自身的递归函数，
# 大约一千步就会碰到 Python 的递归上限，而循环神经网络读一段长文本就能达到这个深度。


# %% name="gradients"
def gradients(output):
    """The derivative of output with respect to every number that it was made from."""
    uses, to_visit = Counter(), [output]
    while to_visit:
        for source, _ in to_visit.pop().sources:
            uses[source] += 1
            if uses[source] == 1:  # met for the first time
                to_visit.append(source)
    gradient, ready = Counter({output: 1.0}), [output]  # a missing entry counts as 0
    while ready:
        user = ready.pop()
        for source, slope in user.sources:
            gradient[source] += gradient[user] * slope
            uses[source] -= 1
            if uses[source] == 0:  # every user has reported
                ready.append(source)
    return gradient


x, y = Number(2), Number(3)
f = x * y + x
slopes = gradients(f)
print(f"f = {f.value}   df/dx = {slopes[x]}   df/dy = {slopes[y]}")

# %% [markdown] lang="en"
# Nothing in it knows what the program does, so loops and shared weights need no extra care. A recurrent step
# $h \leftarrow \tanh(w h + u x_t)$, thirty times, with the *same* $w$ and $u$: one walk back gives both derivatives
# ([backpropagation through time](concept:bptt)).

# %% [markdown] lang="zh"
# 它完全不知道程序在算什么，因此循环和共享权重都不需要特殊处理。把循环步骤 $h \leftarrow \tanh(w h + u x_t)$ 重复三十次，
# 每次用*同样的* $w$ 和 $u$：往回走一遍，就得到两个导数（[随时间反向传播](concept:bptt)）。

# %% name="recurrent"
import numpy as np

inputs = np.random.default_rng(0).normal(size=30).tolist()


def last_state(w, u, tanh):
    h = 0.0 * w
    for x_t in inputs:
        h = tanh(w * h + u * x_t)
    return h


w, u = Number(0.9), Number(0.5)
h = last_state(w, u, tanh)
recurrent = gradients(h)
theirs = None  # will be TensorFlow's answer, where there is a TensorFlow
print(f"h = {h.value:.6f}   dh/dw = {recurrent[w]:.6f}   dh/du = {recurrent[u]:.6f}")

# %% [markdown] lang="en"
# **It is not a finite difference**, $(f(x + s) - f(x)) / s$. That is an approximation: a large step $s$ cuts the curve
# short, a small one subtracts two nearly equal numbers and loses digits. And it needs one more run for each parameter,
# where the walk back gives all derivatives at once. To *check* a derivative it is just right.

# %% [markdown] lang="zh"
# **它不是有限差分** $(f(x + s) - f(x)) / s$。有限差分是近似：步长 $s$ 大了，用割线代替切线的误差就大；$s$ 小了，
# 两个几乎相等的数相减，又会损失有效数字。而且每个参数都要多运行一次，往回走一遍则同时得到所有导数。不过，用它来*检验*导数正合适。

# %% name="differences"
import matplotlib.pyplot as plt

at = 0.7
exact = math.exp(math.tanh(at)) / math.cosh(at) ** 2  # the derivative of exp(tanh(x)), by hand
point = Number(at)
automatic = gradients(exp(tanh(point)))[point]
steps = 10.0 ** -np.arange(1, 16)
difference = (np.exp(np.tanh(at + steps)) - np.exp(np.tanh(at))) / steps
plt.loglog(steps, np.abs(difference - exact), "o-", label="finite difference")
plt.axhline(max(abs(automatic - exact), 2**-52), color="C1", linestyle="--", label="automatic")
plt.xlabel("step of the finite difference")
plt.ylabel("error of the derivative")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# TensorFlow's `GradientTape` does the same with whole arrays. On our recurrent program:

# %% [markdown] lang="zh"
# TensorFlow 的 `GradientTape` 做同样的事，只不过对象是整个数组。用它来算上面的循环程序：

# %% tags=["tensorflow"]
import tensorflow as tf

w_tf, u_tf = tf.constant(0.9, tf.float64), tf.constant(0.5, tf.float64)
with tf.GradientTape() as tape:
    tape.watch([w_tf, u_tf])
    h_tf = last_state(w_tf, u_tf, tf.tanh)
theirs = [float(slope) for slope in tape.gradient(h_tf, [w_tf, u_tf])]
print(f"TensorFlow:    dh/dw = {theirs[0]:.6f}   dh/du = {theirs[1]:.6f}")

# %% [markdown] lang="en"
# **Check.** The hand-worked example; central differences for the recurrent program and for an expression with every
# operation; and a chain of 20,000 multiplications by $1 + 1/20\,000$, whose derivative is close to $e$. What the engine
# lacks is speed: one Python object for each number. Frameworks record one operation for a whole array.

# %% [markdown] lang="zh"
# **检验。** 手算的例子；用中心差分检验循环程序以及一个用到所有运算的式子；再加一条 20,000 次乘以 $1 + 1/20\,000$ 的长链，
# 其导数接近 $e$。这个引擎缺的是速度：每个数都是一个 Python 对象，而框架对整个数组只记一次运算。

# %% name="check"
assert (slopes[x], slopes[y]) == (4.0, 2.0), "f = xy + x has the slopes 4 and 2 at (2, 3)"


def central(function, values, k, s=1e-5):
    up, down = ([v + d * (i == k) for i, v in enumerate(values)] for d in (s, -s))
    return (function(*up) - function(*down)) / (2 * s)


for k, number in enumerate((w, u)):
    expected = central(lambda w, u: last_state(w, u, math.tanh), (0.9, 0.5), k)
    assert math.isclose(recurrent[number], expected, rel_tol=1e-6), "the shared weight is wrong"
assert theirs is None or np.allclose(theirs, [recurrent[w], recurrent[u]], rtol=1e-9), theirs


def everything(a, b, exp=math.exp, tanh=math.tanh):
    return (1 - a) / (b * b + 2) - tanh(a * b) ** 3 + 4 / exp(-a) + 2 * b - (3 - b) * a


a, b = Number(0.3), Number(-1.2)
slopes_ab = gradients(everything(a, b, exp, tanh))
for k, number in enumerate((a, b)):
    assert math.isclose(slopes_ab[number], central(everything, (0.3, -1.2), k), rel_tol=1e-7)
assert abs(automatic - exact) < 1e-15, "the chain rule should be exact up to rounding"
chain = start = Number(1)
for _ in range(20_000):
    chain = chain * (1 + 1 / 20_000)
assert abs(gradients(chain)[start] - math.e) < 1e-4, "a deep chain went wrong"
