# ---
# title:
#   en: Backpropagation through time by hand
#   zh: 手写随时间反向传播
# summary:
#   en: >-
#     The gradient of a recurrent network written out step by step, checked by finite differences, and what truncation
#     leaves out of it.
#   zh: 一步一步写出循环神经网络的梯度，用有限差分检验，并看截断丢掉了其中哪些部分。
# runtime: numpy
# minutes: 40
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Two lines: the share of the gradient that truncation leaves out, against the steps that it goes back (1, 2,
#         3, 4, 6, 12). For W_hh the share falls quickly: 39%, 15%, 7%, 4%, 2%, 0%. For the weights of the clues it
#         stays at 100% up to 6 steps and is 0% only at 12.
#       zh: >-
#         两条折线：截断丢掉的梯度所占的比例，横轴是梯度往回走的步数（1、2、3、4、6、12）。对 W_hh，这个比例迅速下降：39%、15%、7%、4%、
#         2%、0%。对线索的权重，直到 6 步都是 100%，只有到 12 步才变成 0%。
#     caption:
#       en: A truncated gradient can look complete and lack all that the task needs.
#       zh: 截断的梯度看似完整，却可能恰好缺了任务所需的全部信息。
# sabotage:
#   find: dh_next = dz @ W_hh.T
#   replace: dh_next = dz @ W_hh
# ---

# %% [markdown] lang="en"
# Unrolled over its steps, a recurrent network is a deep network whose layers share their weights.
# **Backpropagation through time** is ordinary [backpropagation](concept:backpropagation) through these copies. The one
# new thing: a weight is used at every step, so its gradient is the **sum** over all steps.
#
# By hand, with one unit: $h_t = \tanh(x_t + w\, h_{t-1})$, $w = 0.5$, $h_0 = 0$, inputs $1, 0, 0$. Forwards,
# $h_1 = 0.7616$, $h_2 = 0.3634$, $h_3 = 0.1797$. What is $\partial h_3 / \partial w$? The derivative of tanh is
# $1 - h^2$.
#
# - $w$ at step 3: $(1 - h_3^2)\, h_2 = 0.9677 \cdot 0.3634 = 0.3517$
# - $w$ at step 2: $(1 - h_3^2)\, w\, (1 - h_2^2)\, h_1 = 0.9677 \cdot 0.5 \cdot 0.8679 \cdot 0.7616 = 0.3198$
# - $w$ at step 1: 0, because $h_0 = 0$
#
# Together $0.6715$. Each step further back brings another factor $w\,(1 - h^2)$. Whoever keeps only the first term
# sees about half of this gradient.

# %% [markdown] lang="zh"
# 沿时间步展开之后，循环神经网络就是一个各层共享权重的深层网络。**随时间反向传播**就是在这些副本上做普通的
# [反向传播](concept:backpropagation)。新鲜之处只有一点：每一步都用到同一个权重，所以它的梯度是各步之**和**。
#
# 手算一次，只有一个单元：$h_t = \tanh(x_t + w\, h_{t-1})$，$w = 0.5$，$h_0 = 0$，输入为 $1, 0, 0$。前向得 $h_1 = 0.7616$，
# $h_2 = 0.3634$，$h_3 = 0.1797$。求 $\partial h_3 / \partial w$。tanh 的导数是 $1 - h^2$。
#
# - 第 3 步的 $w$：$(1 - h_3^2)\, h_2 = 0.9677 \cdot 0.3634 = 0.3517$
# - 第 2 步的 $w$：$(1 - h_3^2)\, w\, (1 - h_2^2)\, h_1 = 0.9677 \cdot 0.5 \cdot 0.8679 \cdot 0.7616 = 0.3198$
# - 第 1 步的 $w$：0，因为 $h_0 = 0$
#
# 合计 $0.6715$。每往回走一步，就多乘一个因子 $w\,(1 - h^2)$。如果只留第一项，看到的只是这个梯度的一半左右。

# %%
import numpy as np


def three_steps(w):
    h1 = np.tanh(1.0)
    h2 = np.tanh(w * h1)
    return h1, h2, np.tanh(w * h2)


h1, h2, h3 = three_steps(0.5)
at_step_3 = (1 - h3**2) * h2
at_step_2 = (1 - h3**2) * 0.5 * (1 - h2**2) * h1
print(f"h: {h1:.4f} {h2:.4f} {h3:.4f}")
print(f"gradient: {at_step_3:.4f} + {at_step_2:.4f} = {at_step_3 + at_step_2:.4f}")

# %% [markdown] lang="en"
# Now the whole network: several units, a batch, and a softmax over classes at each step. The loss is the sum of
# $-\ln p$ of the right class over the steps that have a target; a target of -1 means that the step has none.

# %% [markdown] lang="zh"
# 再看完整的网络：多个单元，一个小批量，每一步都有一个对各类别的 softmax。损失是各步正确类别的 $-\ln p$ 之和；
# 目标写成 -1 表示这一步没有目标。


# %% name="forward"
def forward(x, targets, W_xh, W_hh, b, W_hy, c, start=0.0):
    """x (batch, steps, inputs), targets (batch, steps); returns the loss and what the way back needs."""
    batch, steps, _ = x.shape
    h = np.zeros((steps + 1, batch, len(b)))
    h[0] = start  # an empty state, if nothing else is said
    p = np.zeros((steps, batch, len(c)))
    loss = 0.0
    for t in range(steps):
        h[t + 1] = np.tanh(x[:, t] @ W_xh + h[t] @ W_hh + b)  # (batch, units)
        logits = h[t + 1] @ W_hy + c  # (batch, classes)
        p[t] = np.exp(logits - logits.max(axis=1, keepdims=True))
        p[t] /= p[t].sum(axis=1, keepdims=True)
        here = targets[:, t] >= 0
        loss -= np.log(p[t, here, targets[here, t]]).sum()
    return loss, h, p


# %% [markdown] lang="en"
# The way back visits the steps in reverse. The state $h_t$ acts on the loss along **two** ways: through the softmax of
# its own step, and through the next state. Both gradients are added; to forget the second is the classic mistake, and
# then nothing is learnt across time. `cut` is for later: at every `cut`-th step the gradient is not handed on.

# %% [markdown] lang="zh"
# 反向时按相反的顺序走过各步。状态 $h_t$ 对损失的影响有**两条**路：经过本步的 softmax，以及经过下一个状态。两条路的梯度要相加；
# 漏掉第二条是典型的错误，那样就学不到任何跨时间的关系。参数 `cut` 后面才用到：每隔 `cut` 步，梯度就不再传给更早的步。


# %% name="backward"
def backward(x, targets, h, p, W_xh, W_hh, b, W_hy, c, cut=None):
    """The gradients of the loss for W_xh, W_hh, b, W_hy and c."""
    batch, steps, _ = x.shape
    dW_xh, dW_hh, db, dW_hy, dc = (np.zeros_like(each) for each in (W_xh, W_hh, b, W_hy, c))
    dh_next = np.zeros((batch, len(b)))  # what comes from the following step
    for t in reversed(range(steps)):
        here = targets[:, t] >= 0
        dlogits = p[t] * here[:, None]  # softmax with cross-entropy: p minus one-hot
        dlogits[here, targets[here, t]] -= 1
        dW_hy += h[t + 1].T @ dlogits
        dc += dlogits.sum(axis=0)
        dh = dlogits @ W_hy.T + dh_next  # (batch, units): both ways
        dz = dh * (1 - h[t + 1] ** 2)  # through tanh
        dW_xh += x[:, t].T @ dz  # added up: the same weights at every step
        dW_hh += h[t].T @ dz
        db += dz.sum(axis=0)
        dh_next = dz @ W_hh.T
        if cut and t % cut == 0:
            dh_next = np.zeros_like(dh_next)
    return dW_xh, dW_hh, db, dW_hy, dc


# %% [markdown] lang="en"
# Is it right? **Finite differences** tell: move one weight a little up and down and see by how much the loss changes.
# That needs two runs for each weight, far too slow for training, but it knows nothing of our formulas. The error is
# given relative to the size of the gradient.

# %% [markdown] lang="zh"
# 算得对不对？用**有限差分**检验：把一个权重略微调大、调小，看损失变了多少。每个权重都要跑两遍，用来训练太慢，但它完全不依赖我们的公式。
# 误差按相对于梯度大小的比例给出。


# %% name="finite-differences"
def finite_differences(loss, weights, step=1e-5):
    gradients = [np.zeros_like(array) for array in weights]
    for array, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(array.shape):
            old = array[place]
            for move in (step, -step):
                array[place] = old + move
                gradient[place] += loss() / (2 * move)
            array[place] = old
    return gradients


def error(gradient, reference):
    return np.abs(gradient - reference).max() / np.abs(reference).max()


batch, steps, inputs, units, classes = 4, 12, 3, 6, 3
rng = np.random.default_rng(0)
names = ("W_xh", "W_hh", "b", "W_hy", "c")
shapes = (inputs, units), (units, units), (units,), (units, classes), (classes,)
weights = [rng.normal(0, 0.4, shape) for shape in shapes]
x = rng.normal(0, 1, (batch, steps, inputs))
targets = rng.integers(0, classes, (batch, steps))

loss, h, p = forward(x, targets, *weights)
gradients = backward(x, targets, h, p, *weights)
numeric = finite_differences(lambda: forward(x, targets, *weights)[0], weights)
print("gradient  shape    weights  agrees with finite differences")
for name, gradient, reference in zip(names, gradients, numeric, strict=True):
    equal = error(gradient, reference) < 1e-6
    print(f"d{name:5}    {gradient.shape!s:7}  {gradient.size:7}  {equal}")

# %% [markdown] lang="en"
# For long sequences this costs memory, as all states must be kept. So one cuts: **truncated BPTT** carries the state
# forwards across the cut, but no gradient backwards. The forward pass is the same; the gradient is another one.
#
# To see what is lost, the target now stands at the last step only. The first input is noise at every step. The second
# and third are clues: they speak at step 0, then they are silent, and must be remembered for eleven steps.
# In the table, 1 step back means the last step alone.

# %% [markdown] lang="zh"
# 序列很长时，这样做很费内存，因为要保存所有状态。于是有**截断的随时间反向传播**：状态照样越过截断处往前传，梯度却不再往回传。
# 前向计算不变，梯度却不是原来那个了。
#
# 为了看清丢了什么，现在只在最后一步设目标。第一个输入每一步都是噪声；第二、第三个输入是线索：只在第 0 步出现，之后沉默，
# 必须记住十一步。表中往回 1 步，指的是只算最后一步。

# %% name="truncation"
import matplotlib.pyplot as plt

late_x, late_targets = x.copy(), targets.copy()
late_x[:, 1:, 1:] = 0
late_targets[:, :-1] = -1
_, h, p = forward(late_x, late_targets, *weights)
full = backward(late_x, late_targets, h, p, *weights)
cuts, left_out, left_out_clues = (1, 2, 3, 4, 6, 12), [], []
norm = np.linalg.norm
print("steps back   left out of dW_hh   of dW_xh, clues   cosine of dW_hh with the full one")
for cut in cuts:
    dW_xh, dW_hh, *_ = backward(late_x, late_targets, h, p, *weights, cut=cut)
    left_out.append(norm(full[1] - dW_hh) / norm(full[1]))
    left_out_clues.append(norm(full[0][1:] - dW_xh[1:]) / norm(full[0][1:]))
    cosine = (dW_hh * full[1]).sum() / norm(dW_hh) / norm(full[1])
    print(f"{cut:10}   {left_out[-1]:17.1%}   {left_out_clues[-1]:15.1%}   {cosine:.3f}")

plt.plot(cuts, left_out, "o-", label="gradient of W_hh")
plt.plot(cuts, left_out_clues, "s--", label="gradient of W_xh, rows of the clues")
plt.xlabel("steps that the gradient goes back")
plt.ylabel("share of the gradient left out")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# This is how truncation deceives. After three steps the gradient of $W_{hh}$ looks almost complete and points the same
# way. But for the weights of the clues **nothing at all** is there until the gradient reaches step 0. They are never
# trained, however long one trains. What lies further back than the cut cannot be learnt by this gradient; the full
# gradient holds it, though it may be tiny, and that is the next topic:
# [vanishing gradients](concept:vanishing-exploding-gradients).
#
# TensorFlow does all this by itself. `tf.stop_gradient`, applied to the state, makes the cut.

# %% [markdown] lang="zh"
# 截断就是这样骗人的。只往回走三步，$W_{hh}$ 的梯度看上去就几乎完整了，方向也一致。可是对线索的权重来说，在梯度到达第 0 步之前，
# **什么都没有**。不管训练多久，它们都得不到更新。比截断处更早的东西，用这个梯度学不到；完整的梯度里有它，只是可能非常小，
# 这就是下一个话题：[梯度消失](concept:vanishing-exploding-gradients)。
#
# TensorFlow 会自动完成这一切，对状态用 `tf.stop_gradient` 就是截断。

# %%
others = {"finite differences": numeric}  # gradients to compare ours with

# %% tags=["tensorflow"]
import tensorflow as tf

variables = [tf.Variable(array) for array in weights]
W_xh, W_hh, b, W_hy, c = variables
with tf.GradientTape() as tape:
    loss, state = 0.0, tf.zeros((batch, units), tf.float64)
    for t in range(steps):
        state = tf.tanh(x[:, t] @ W_xh + state @ W_hh + b)
        log_p = tf.nn.log_softmax(state @ W_hy + c)
        loss -= tf.reduce_sum(tf.gather(log_p, targets[:, t], batch_dims=1))
others["TensorFlow"] = [gradient.numpy() for gradient in tape.gradient(loss, variables)]
equal = [error(*pair) < 1e-6 for pair in zip(gradients, others["TensorFlow"], strict=True)]
print("equal to tf.GradientTape:", all(equal))

# %% [markdown] lang="en"
# **Check.** Every gradient against finite differences, and against TensorFlow where it is there. The truncated
# gradient must be the exact gradient of another loss: each piece by itself, its first state taken as a constant. The
# clues must have a gradient, as finite differences say, and none at all once it is cut.

# %% [markdown] lang="zh"
# **检验。** 每个梯度都与有限差分比较，有 TensorFlow 时也与它比较。截断的梯度应当恰好是另一个损失的梯度：
# 每一段单独计算，段首的状态当作常数。线索的权重应当有梯度（以有限差分为准），截断之后则应当完全没有。

# %% name="check"
above, below = three_steps(0.5 + 1e-5)[2], three_steps(0.5 - 1e-5)[2]
assert abs((above - below) / 2e-5 - 0.6715) < 5e-5, "the gradient by hand is wrong"

_, h, p = forward(x, targets, *weights)
cut_gradients = backward(x, targets, h, p, *weights, cut=3)
pieces = x.reshape(-1, 3, inputs), targets.reshape(-1, 3)  # (16, 3, inputs), (16, 3)
starts = h[0:steps:3].swapaxes(0, 1).reshape(-1, units)  # (16, units), constants
others["finite differences, cut after 3"] = finite_differences(
    lambda: forward(*pieces, *weights, starts)[0], weights
)
for name, references in others.items():
    ours = cut_gradients if "cut" in name else gradients
    for which, gradient, reference in zip(names, ours, references, strict=True):
        wrong = error(gradient, reference)
        assert wrong < 1e-6, f"the gradient of {which} is off by {wrong:.1e} from {name}"

(late,) = finite_differences(lambda: forward(late_x, late_targets, *weights)[0], weights[:1])
assert error(full[0][1:], late[1:]) < 1e-6, "the gradient of the clues is wrong"
assert np.abs(late[1:]).max() > 1e-4, "the clues must have a gradient"
assert left_out_clues[:5] == [1] * 5, "cut, the clues must have none"
assert left_out[2] < 0.1, "the truncated gradient looks nearly complete"
