# ---
# title:
#   en: Gradient clipping at a cliff
#   zh: 悬崖边的梯度裁剪
# summary:
#   en: >-
#     Clipping by value and by norm, first on one vector, then on a small recurrent network whose loss has a cliff.
#   zh: 按值裁剪和按范数裁剪：先算一个向量，再看一个损失曲面上有悬崖的小循环网络。
# runtime: numpy
# minutes: 25
# seed: 0
# tolerance: 0.001
# figures:
#   - alt:
#       en: >-
#         Loss over 1500 steps on a logarithmic axis. Both curves fall slowly from 0.056. Without clipping the loss
#         reaches 0.004 at step 579, then jumps to 0.09 and stays there. Clipped by norm it falls on and from step 640
#         alternates between about 0.0004 and 0.003.
#       zh: >-
#         1500 步训练中损失的变化，纵轴为对数。两条曲线都从 0.056 缓慢下降。不裁剪时，损失在第 579 步降到 0.004，随即跳到 0.09，从此不变。
#         按范数裁剪时继续下降，从第 640 步起在约 0.0004 与 0.003 之间交替。
#   - alt:
#       en: >-
#         Map of the loss over w (4.4 to 7.2) and b (-3 to 0.8), darker is larger. In the lower left corner, beyond a
#         sharp edge, the loss is about 0.3 and more. A short line leads from the start at w = 5, b = -2 down to the
#         edge at w = 4.65, b = -2.4; that is the clipped run. From there a long dashed arrow leads to w = 6.5, b =
#         0.6: the run without clipping.
#       zh: >-
#         损失随 w（4.4 到 7.2）和 b（-3 到 0.8）变化的图，颜色越深损失越大。左下角在一条陡峭的边界之后，损失在 0.3 左右或更高。
#         一条短线从起点 w = 5、b = -2 走到边界上的 w = 4.65、b = -2.4，这是裁剪的那次训练；从那里有一支长长的虚线箭头指向
#         w = 6.5、b = 0.6，这是不裁剪的那次。
#     caption:
#       en: One step at the foot of the cliff is enough to lose everything.
#       zh: 在悬崖脚下一步走错，就前功尽弃。
# keeps:
#   clipped-through-time: |
#     def parts(w, b):  # how much each step adds to the gradient, the last step first
#         h = [0.5]
#         for _ in range(50):
#             h.append(w * sigmoid(h[-1]) + b)
#         y, found = sigmoid(h[-1]), []
#         dh = 2 * (y - 0.7) * y * (1 - y)
#         for old in reversed(h[:-1]):
#             s = sigmoid(old)
#             found.append(float(f"{abs(dh) * np.hypot(s, 1):.4g}"))
#             dh *= w * s * (1 - s)
#         return found
#     path = runs["no clipping"]
#     updates = [0, path[:, 3].argmax().item()]
#     {
#         "updates": [
#             {"update": n, "length": round(path[n, 3], 4), "parts": parts(*path[n, :2])} for n in updates
#         ],
#         "rate": 0.01,
#         "rows": [
#             [f"{limit:g}", *(f"{min(1, limit / path[n, 3]):.2g}" for n in updates)]
#             for limit in (1, 0.1, 0.01)
#         ],
#     }
# sabotage:
#   find: scale = min(1.0, limit / norm)
#   replace: scale = limit / norm
# ---

# %% [markdown] lang="en"
# A recurrent network can meet gradients thousands of times as large as usual: see
# [exploding gradients](concept:vanishing-exploding-gradients). One step with such a gradient throws the weights far
# away. **Clipping** limits the gradient before the step.
#
# By hand, with the gradient $g = (3, 4)$ and the limit 1:
#
# - by **value**, each entry is cut to $[-1, 1]$: $(1, 1)$. The direction has changed.
# - by **norm**: the norm is $\sqrt{3^2 + 4^2} = 5$, too long, so all is multiplied by $1/5$: $(0.6, 0.8)$. The
#   direction stays. A gradient whose norm is within the limit is left as it is.
#
# A network has several arrays of weights. Let a second one have the gradient $12$. The norm of **all together** is
# $\sqrt{5^2 + 12^2} = 13$, and everything is divided by 13. To clip each array by a norm of its own is another
# method: then the two arrays are as long as each other afterwards, though one was more than twice as long.

# %% [markdown] lang="zh"
# 循环网络有时会遇到比平常大几千倍的梯度，见[梯度爆炸](concept:vanishing-exploding-gradients)。用这样的梯度走一步，权重就被甩到很远的地方。
# **梯度裁剪**就是在更新之前限制梯度的大小。
#
# 手算一次，梯度 $g = (3, 4)$，上限为 1：
#
# - 按**值**裁剪：每个分量截到 $[-1, 1]$ 之内，得 $(1, 1)$，方向变了。
# - 按**范数**裁剪：范数是 $\sqrt{3^2 + 4^2} = 5$，太长，于是整体乘以 $1/5$，得 $(0.6, 0.8)$，方向不变。范数没超过上限的梯度原样保留。
#
# 网络有好几个权重数组。设第二个数组的梯度是 $12$，那么**合在一起**的范数是 $\sqrt{5^2 + 12^2} = 13$，全部除以 13。
# 每个数组各按自己的范数裁剪，是另一种方法：裁剪之后两个数组一样长，而原来一个是另一个的两倍多。

# %% name="clip"
import numpy as np


def clip_by_value(gradients, limit):
    return [np.clip(gradient, -limit, limit) for gradient in gradients]


def clip_by_norm(gradients, limit):
    """One scale for all arrays, so that the direction stays."""
    norm = np.sqrt(sum((gradient**2).sum() for gradient in gradients))
    scale = min(1.0, limit / norm)
    return [gradient * scale for gradient in gradients]


gradients = [np.array([3.0, 4.0]), np.array([12.0])]
by_value = clip_by_value(gradients, 1.0)
by_norm = clip_by_norm(gradients, 1.0)
each = [clip_by_norm([gradient], 1.0)[0] for gradient in gradients]
print("by value:             ", *(array.round(3) for array in by_value))
print("by norm, all together:", *(array.round(3) for array in by_norm))
print("by norm, each alone:  ", *(array.round(3) for array in each))

# %% [markdown] lang="en"
# Now a network with two weights, from Pascanu, Mikolov and Bengio (2013). It has one unit, no input, and runs for 50
# steps from $h_0 = 0.5$:
#
# $$h_t = w\, \sigma(h_{t-1}) + b \qquad L = (\sigma(h_{50}) - 0.7)^2$$
#
# For some $w$ and $b$ the state settles high, for others low, and where one turns into the other a tiny change of $b$
# decides: a cliff. We train with plain gradient descent, 1500 steps, the same start, the same learning rate.

# %% [markdown] lang="zh"
# 再看一个只有两个权重的网络，出自 Pascanu、Mikolov 和 Bengio（2013）。它只有一个单元，没有输入，从 $h_0 = 0.5$ 开始跑 50 步：
#
# $$h_t = w\, \sigma(h_{t-1}) + b \qquad L = (\sigma(h_{50}) - 0.7)^2$$
#
# 有些 $w$、$b$ 使状态停在高处，有些使它停在低处；在两者交界的地方，$b$ 的微小变化就决定了结果，这就是悬崖。
# 我们用普通的梯度下降训练 1500 步，起点相同，学习率相同。


# %% name="train"
def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss_and_gradient(w, b, steps=50):
    h = [0.5]
    for _ in range(steps):
        h.append(w * sigmoid(h[-1]) + b)
    y = sigmoid(h[-1])
    dw = db = 0.0
    dh = 2 * (y - 0.7) * y * (1 - y)
    for old in reversed(h[:-1]):  # backpropagation through time
        s = sigmoid(old)
        dw, db = dw + dh * s, db + dh
        dh = dh * w * s * (1 - s)
    return (y - 0.7) ** 2, np.array([dw]), np.array([db])


def train(clip, rate=0.01, w=5.0, b=-2.0, updates=1500):
    path = []
    for _ in range(updates):
        loss, *gradients = loss_and_gradient(w, b)
        path.append((w, b, loss, np.hypot(*gradients).item()))
        dw, db = clip(gradients)
        w, b = w - rate * dw.item(), b - rate * db.item()
    return np.array(path)  # (updates, 4)


runs = {
    "no clipping": train(lambda gradients: gradients),
    "by norm, limit 0.1": train(lambda gradients: clip_by_norm(gradients, 0.1)),
    "by value, limit 0.1": train(lambda gradients: clip_by_value(gradients, 0.1)),
    "no clipping, rate / 10": train(lambda gradients: gradients, rate=0.001),
}
print("                        length of the gradient    mean loss of the   weights at the end")
print("                        first  largest  at step   last 100 steps         w        b")
for name, path in runs.items():
    w, b, loss, norm = path.T
    print(f"{name:23} {norm[0]:5.3f}  {norm.max():7.2f}  {norm.argmax():7}", end="")
    print(f"   {loss[-100:].mean():14.4f}", end="")
    print(f"   {w[-1]:9.3f}  {b[-1]:7.3f}")

# %% [markdown] lang="en"
# Without clipping the network walks down to the foot of the cliff, gets onto it, meets a gradient of 349, six
# thousand times as long as the first one, and lands at $w = 6.5$. There the state is saturated, the gradient tiny,
# and the loss stays at 0.09, worse than at the start. Clipped by norm it hops at the foot in short steps, and the
# loss stays near 0.002. Clipped by value it hops up and down the cliff: cut to $(\pm 0.1, \pm 0.1)$, the step no
# longer points along the gradient. With a rate ten times smaller nothing has happened yet, as it is still far from
# the cliff.

# %% [markdown] lang="zh"
# 不裁剪时，网络一路下坡走到悬崖脚下，踏上崖壁，遇到长度为 349 的梯度，是最初的六千倍，被甩到 $w = 6.5$。那里状态已经饱和，梯度极小，
# 损失停在 0.09，比起点还差。按范数裁剪，它在崖脚下小步跳动，损失保持在 0.002 左右。按值裁剪，它在崖上崖下来回跳：
# 截成 $(\pm 0.1, \pm 0.1)$ 之后，这一步不再沿着梯度的方向。学习率缩小到十分之一，暂时没事，因为离悬崖还远。

# %% name="loss-figure"
import matplotlib.pyplot as plt

for name, style in (("no clipping", "--"), ("by norm, limit 0.1", "-")):
    plt.plot(runs[name][::5, 2], style, label=name)
plt.xticks(range(0, 301, 50), range(0, 1501, 250))
plt.yscale("log")
plt.xlabel("step")
plt.ylabel("loss")
plt.legend()
plt.show()

# %% name="map"
ws, bs = np.meshgrid(np.linspace(4.4, 7.2, 141), np.linspace(-3, 0.8, 191))
surface = loss_and_gradient(ws, bs)[0]  # (77, 61)
plt.pcolormesh(ws, bs, surface, cmap="Greys", vmin=0, vmax=0.5, rasterized=True)
plt.colorbar(label="loss")
w, b = runs["no clipping"][:, :2].T
plt.annotate("", (w[581], b[581]), (w[579], b[579]), arrowprops={"arrowstyle": "->", "ls": "--"})
w, b = runs["by norm, limit 0.1"][:, :2].T
plt.plot(w[::100], b[::100], "C1-", linewidth=3)
plt.text(5.02, -1.95, "start")
plt.text(4.45, -2.9, "beyond the cliff", color="w")
plt.text(5.85, -1.2, "thrown away without clipping")
plt.xlabel("w")
plt.ylabel("b")
plt.show()

# %% [markdown] lang="en"
# Was the limit 0.1 a lucky one? The same with others:

# %% [markdown] lang="zh"
# 上限 0.1 是碰巧选对的吗？换几个上限再看：

# %%
limits = (0.05, 0.1, 0.15, 0.2)
print("mean loss of the last 100 steps, by limit:", *(f"{limit:8}" for limit in limits))
for name, clip in (("by norm", clip_by_norm), ("by value", clip_by_value)):
    finals = [
        train(lambda gradients, c=clip, m=limit: c(gradients, m))[-100:, 2].mean()
        for limit in limits
    ]
    print(f"  {name:40}", *(f"{final:8.4f}" for final in finals))

# %% [markdown] lang="en"
# Norm wins at three limits of four and loses at 0.15. So clipping does not find the best path; it only bounds the
# length of one step, by norm to the learning rate times the limit. The limit is chosen by looking at the usual norms
# of your own network. Clipping does not help [vanishing gradients](concept:vanishing-exploding-gradients), and it
# cannot mend a gradient that is already infinite or not a number.
#
# In TensorFlow `tf.clip_by_global_norm` is our `clip_by_norm`. In Keras an optimizer's `global_clipnorm` does the
# same; `clipnorm` clips each array alone, which is often confused.

# %% [markdown] lang="zh"
# 四个上限中，按范数裁剪有三个更好，在 0.15 处反而更差。可见裁剪并不会找到最好的路，它只是限制一步的长度：按范数裁剪，最多走学习率乘以上限那么远。
# 上限要看自己网络梯度范数的通常大小来定。裁剪对[梯度消失](concept:vanishing-exploding-gradients)没有帮助；
# 梯度若已变成无穷大或 NaN，裁剪也救不回来。
#
# TensorFlow 的 `tf.clip_by_global_norm` 就是这里的 `clip_by_norm`。Keras 优化器的 `global_clipnorm` 与之相同，
# 而 `clipnorm` 是每个数组单独裁剪，两者常被弄混。

# %%
pairs = {}  # what must be equal, by name

# %% tags=["tensorflow"]
import keras
import tensorflow as tf

tensors = [tf.constant(gradient) for gradient in gradients]
for limit in (1.0, 20.0):
    pairs[f"tf.clip_by_global_norm to {limit}"] = (
        clip_by_norm(gradients, limit),
        tf.clip_by_global_norm(tensors, limit)[0],
    )
pairs["tf.clip_by_value"] = by_value, [tf.clip_by_value(tensor, -1, 1) for tensor in tensors]
for option, expected in (("global_clipnorm", by_norm), ("clipnorm", each), ("clipvalue", by_value)):
    variables = [keras.Variable(np.zeros(len(gradient))) for gradient in gradients]
    keras.optimizers.SGD(1.0, **{option: 1.0}).apply(tensors, variables)  # a step from 0
    pairs[f"Keras' {option}"] = expected, [-variable.numpy() for variable in variables]
for name, (ours, theirs) in pairs.items():
    print(f"{name:30}", all(np.allclose(*both) for both in zip(ours, theirs, strict=True)))

# %% [markdown] lang="en"
# **Check.** The vectors by hand and by TensorFlow; the gradient of the network against finite differences; no clipped
# step longer than allowed; and the two ends: thrown away without clipping, far below the start with it.

# %% [markdown] lang="zh"
# **检验。** 手算的向量，并与 TensorFlow 核对；网络的梯度与有限差分比较；裁剪后没有一步超过允许的长度；
# 以及两种结局：不裁剪就被甩开，裁剪则远低于起点。

# %% name="check"
pairs["by hand: value"] = by_value, [[1, 1], [1]]
pairs["by hand: norm"] = by_norm, [[3 / 13, 4 / 13], [12 / 13]]
pairs["within the limit"] = clip_by_norm(gradients, 13.1), gradients
for name, (ours, theirs) in pairs.items():
    for one, other in zip(ours, theirs, strict=True):
        assert np.allclose(one, other), f"{name}: {one} is not {other}"

for w, b in ((5.0, -2.0), (4.7, -2.4), (6.0, 0.5)):
    _, dw, db = loss_and_gradient(w, b)
    for slope, (up, down) in ((dw, (1e-6, 0)), (db, (0, 1e-6))):
        above, below = (
            loss_and_gradient(w + up, b + down)[0],
            loss_and_gradient(w - up, b - down)[0],
        )
        assert np.isclose(slope[0], (above - below) / 2e-6, rtol=1e-5), f"wrong gradient at {w, b}"

start = runs["no clipping"][0, 2]
lengths = {
    name: np.linalg.norm(np.diff(path[:, :2], axis=0), axis=1).max() for name, path in runs.items()
}
assert lengths["by norm, limit 0.1"] < 0.01 * 0.1 * 1.000001, "a clipped step was too long"
assert lengths["no clipping"] > 1, "without clipping it must be thrown far"
assert runs["no clipping"][-100:, 2].min() > start, "and not come back"
assert runs["by norm, limit 0.1"][-100:, 2].max() < start / 10, "with clipping it must converge"
