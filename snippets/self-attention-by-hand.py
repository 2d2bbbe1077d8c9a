# ---
# title:
#   en: Self-attention by hand
#   zh: 手写自注意力
# summary:
#   en: Causal scaled dot-product attention in NumPy, one head and then several, equal to a plain loop and to Keras.
#   zh: 用 NumPy 写出带因果掩码的缩放点积自注意力，先一个头，再多个头，与朴素循环和 Keras 的结果一致。
# runtime: numpy
# minutes: 30
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Two heat maps of attention weights for three tokens, one row for each query. With the causal mask the rows are
#         1, 0, 0, then 0.12, 0.88, 0, then 0.21, 0.21, 0.58; everything above the diagonal is zero. Without the mask the
#         first row is 0.67, 0.09, 0.24, the second 0.09, 0.67, 0.24, and the third is unchanged.
#       zh: >-
#         三个词元的注意力权重热图，共两幅，每行对应一个查询。有因果掩码时，三行依次为 1、0、0；0.12、0.88、0；
#         0.21、0.21、0.58，对角线以上全为零。没有掩码时，第一行为 0.67、0.09、0.24，第二行为 0.09、0.67、0.24，第三行不变。
#     caption:
#       en: The mask takes the future away before the softmax, so each row still adds up to 1.
#       zh: 掩码在 softmax 之前去掉未来的位置，所以每行之和仍为 1。
# keeps:
#   attention-weights: |
#     X = np.eye(3)  # cat, slept, it
#     W = [[0, 2], [2, 0], [4, 0]], [[1, 0], [0, 1], [0, 0]], [[3, 0], [0, 2], [1, 1]]
#     asked = {
#         name: attend(*(X @ np.array(each) for each in W), causal=causal)
#         for name, causal in (("all", False), ("causal", True))
#     }
#     {
#         name: {"weights": weights.round(3).tolist(), "outputs": outputs.round(2).tolist()}
#         for name, (outputs, weights) in asked.items()
#     } | {"rows": [
#         [t + 1, *(f"{a:.3f}" for a in weights)] for t, weights in enumerate(asked["all"][1])
#     ]}
# sabotage:
#   find: weights = softmax(np.where(visible, scores, -np.inf))
#   replace: weights = np.where(visible, softmax(scores), 0)
# ---

# %% [markdown] lang="en"
# In self-attention each position of a sequence looks at the positions of the same sequence, itself included, and decides
# how much to take from each. It has three vectors: a **query** $q$
# (what it looks for), a **key** $k$ (what it can be found by) and a **value** $v$ (what it hands over). Position $t$ gets
# a weighted average of the values, and the weights come from how well its query fits the keys:
#
# $$s_{tj} = \frac{q_t \cdot k_j}{\sqrt{d}} \qquad a_{tj} = \frac{e^{s_{tj}}}{\sum_{i \le t} e^{s_{ti}}} \qquad y_t = \sum_{j \le t} a_{tj}\, v_j$$
#
# Here $d$ is the size of a query. The sums stop at $t$: that is the **causal mask**. A language model needs it, since the
# token that it has to predict must not be seen.
#
# Numbers first. Three tokens are `(2, 0, 0, 0)`, `(0, 2, 0, 0)` and `(1, 1, 1, 1)`, and for now query, key and value are
# all the token itself, so the divisor is the root of 4, which is 2. The third token has the products 2, 2, 4 and the
# scores 1, 1, 2. Its weights are `(e, e, e²) / (2e + e²)`, which is `(0.212, 0.212, 0.576)`, and its output is the sum of
# the tokens with these weights: `(1, 1, 0.576, 0.576)`. The second token sees only two, with the scores 0 and 2: weights
# 0.119 and 0.881. The first sees itself alone, with weight 1.

# %% [markdown] lang="zh"
# 在自注意力中，序列的每个位置都查看同一序列的各个位置（包括自己），决定从每处取多少信息。每个位置有三个向量：**查询** $q$（要找什么）、**键** $k$（凭什么被找到）和
# **值** $v$（交出什么）。位置 $t$ 得到各个值的加权平均，权重取决于它的查询与各个键有多匹配：
#
# $$s_{tj} = \frac{q_t \cdot k_j}{\sqrt{d}} \qquad a_{tj} = \frac{e^{s_{tj}}}{\sum_{i \le t} e^{s_{ti}}} \qquad y_t = \sum_{j \le t} a_{tj}\, v_j$$
#
# 其中 $d$ 是查询的维数。求和只到 $t$ 为止，这就是**因果掩码**。语言模型离不开它：要预测的词元不能事先看到。
#
# 先算数。三个词元是 `(2, 0, 0, 0)`、`(0, 2, 0, 0)` 和 `(1, 1, 1, 1)`，暂且让查询、键和值都等于词元本身，于是除数是 4 的平方根，即 2。
# 第三个词元的点积是 2、2、4，得分是 1、1、2，权重是 `(e, e, e²) / (2e + e²)`，即 `(0.212, 0.212, 0.576)`；
# 用这些权重对词元求和，输出是 `(1, 1, 0.576, 0.576)`。第二个词元只看得到两个，得分是 0 和 2，权重是 0.119 和 0.881。
# 第一个只看得到自己，权重为 1。

# %% name="attention"
import numpy as np


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attend(Q, K, V, causal=True):
    """Outputs (..., steps, d) and weights (..., steps, steps) for Q, K, V (..., steps, d)."""
    scores = Q @ K.swapaxes(-1, -2) / np.sqrt(Q.shape[-1])  # (..., steps, steps)
    visible = np.ones(scores.shape[-2:], bool)
    if causal:
        visible = np.tril(visible)  # row t: True up to column t
    weights = softmax(np.where(visible, scores, -np.inf))
    return weights @ V, weights


tokens = np.array([[2.0, 0, 0, 0], [0, 2, 0, 0], [1, 1, 1, 1]])  # (3, 4)
y, weights = attend(tokens, tokens, tokens)
print("token   weights                 output")
for t in range(3):
    print(f"{t + 1:5}  ", *(f"{a:6.3f}" for a in weights[t]), "  ", *(f"{v:6.3f}" for v in y[t]))

# %% [markdown] lang="en"
# The mask belongs **before** the softmax: a score of $-\infty$ gives the weight $e^{-\infty} = 0$, and the rest still adds
# up to 1. Setting weights to zero after the softmax is a common slip. In the right picture the second row would keep
# 0.09 + 0.67 = 0.76, and the missing quarter tells of a future that was to stay hidden.

# %% [markdown] lang="zh"
# 掩码要放在 softmax **之前**：得分 $-\infty$ 对应权重 $e^{-\infty} = 0$，其余权重之和仍为 1。常见的错误是在 softmax 之后
# 才把权重置零：以右图第二行为例，只剩 0.09 + 0.67 = 0.76，缺掉的那四分之一恰恰泄露了本该看不到的未来。

# %%
import matplotlib.pyplot as plt

figure, axes = plt.subplots(1, 2)
for axis, causal in zip(axes, (True, False), strict=True):
    a = attend(tokens, tokens, tokens, causal)[1]
    axis.imshow(a, cmap="Blues", vmin=0, vmax=1)
    for (t, j), value in np.ndenumerate(a):
        color = "white" if value > 0.7 else "black"
        axis.text(j, t, f"{value:.2f}", ha="center", va="center", color=color)
    axis.set(
        title="causal mask" if causal else "no mask", xlabel="key: token", ylabel="query: token"
    )
    axis.set_xticks(range(3), [1, 2, 3])
    axis.set_yticks(range(3), [1, 2, 3])
figure.tight_layout()
plt.show()

# %% [markdown] lang="en"
# In a network the three vectors are learnt projections of $x$, and there are several **heads**. Each head has its own
# projections to a smaller size $d$, so each can look for something different. In the end $W_o$ adds up what the heads found.
# Below, 6 positions of size 8 go through 2 heads with $d = 4$. The weights are random: this is about shapes.

# %% [markdown] lang="zh"
# 在网络中，这三个向量是 $x$ 经过学到的投影得来的，而且有多个**头**。每个头用自己的投影把 $x$ 映到较小的维数 $d$，
# 因此各找各的信息；最后由 $W_o$ 把各个头的结果汇总。下面让 6 个 8 维的位置通过 2 个头，$d = 4$。权重是随机的，只看形状。

# %% name="heads"
steps, size, heads, d = 6, 8, 2, 4
rng = np.random.default_rng(0)
W_q, W_k, W_v = rng.normal(0, 0.5, (3, size, heads, d))  # each (8, 2, 4)
W_o = rng.normal(0, 0.5, (heads, d, size))  # (2, 4, 8)
x = rng.normal(0, 1, (steps, size))  # (6, 8)


def self_attention(x, causal=True):
    Q, K, V = (np.einsum("tn,nhd->htd", x, W) for W in (W_q, W_k, W_v))  # each (2, 6, 4)
    z, weights = attend(Q, K, V, causal)  # (2, 6, 4), (2, 6, 6)
    return np.einsum("htd,hdn->tn", z, W_o), weights  # (6, 8), (2, 6, 6)


y, weights = self_attention(x)
print("x", x.shape, " weights", weights.shape, " y", y.shape)
print("parameters:", W_q.size + W_k.size + W_v.size + W_o.size)
for head in range(heads):
    print(f"head {head + 1}, last position's weights:", weights[head, -1].round(2))

# %% [markdown] lang="en"
# The parameters, 4·8·8 = 256, do not depend on the number of steps. The weights do: 6·6 for each
# head, and twice the length makes four times as many. That is the price of looking everywhere at once.
#
# Why divide by $\sqrt d$? If the entries of $q$ and $k$ are independent with variance 1, their product $q \cdot k$ has
# variance $d$ (Vaswani and others, 2017). Large scores make the softmax choose one position and ignore the others.
# Below, each of 2000 random queries meets 16 random keys. The slope is $\sum_j a_j (1 - a_j)$, the sum of the derivatives
# of each weight by its own score.

# %% [markdown] lang="zh"
# 参数共 4·8·8 = 256 个，与步数无关。权重则与步数有关：每个头 6·6 个，长度加倍，数目就变成四倍。
# 这是一次看遍所有位置的代价。
#
# 为什么要除以 $\sqrt d$？若 $q$ 和 $k$ 的各分量独立且方差为 1，点积 $q \cdot k$ 的方差就是 $d$（Vaswani 等，2017）。
# 得分太大时，softmax 几乎只选一个位置，忽略其余的。下面让 2000 个随机查询各遇上 16 个随机的键。
# 斜率是 $\sum_j a_j (1 - a_j)$，即每个权重对自身得分的导数之和。

# %% name="saturation"
saturation = {}
print("         divided by 1                        divided by sqrt(d)")
print("  d   deviation  largest weight  slope    deviation  largest weight  slope")
for width in (4, 16, 64, 256):
    q = rng.normal(0, 1, (2000, 1, width))
    k = rng.normal(0, 1, (2000, 16, width))
    products = (q * k).sum(-1)  # (2000, 16)
    row = []
    for s in (products, products / np.sqrt(width)):
        a = softmax(s)  # (2000, 16)
        row.append((s.std(), a.max(1).mean(), (a * (1 - a)).sum(1).mean()))
    saturation[width] = row
    cells = [f"{spread:9.2f} {top:15.2f} {slope:6.3f}" for spread, top, slope in row]
    print(f"{width:3}  ", "    ".join(cells))

# %% [markdown] lang="en"
# Undivided, the largest of 16 weights grows with $d$ from 0.43 to 0.93 on average, and the slope falls from 0.71 to 0.10:
# little gradient gets through to queries and keys. Divided, both stay where they are. This is about the start of training;
# a trained head may still become sharp by making its queries longer.
#
# One more thing is easily overlooked. Without a mask, self-attention does not know the **order** of its tokens: turn the
# sequence round and the outputs are turned round, no more. Order has to come from a
# [positional encoding](concept:positional-encoding). Now Keras gets our weights.

# %% [markdown] lang="zh"
# 不做除法时，16 个权重中最大的一个，其均值随 $d$ 从 0.43 升到 0.93，斜率从 0.71 降到 0.10，传到查询和键的梯度所剩不多；
# 做了除法，两者基本不变。这说的是训练之初；训练好的头仍可以把查询变长，从而变得很尖锐。
#
# 还有一点容易忽略：没有掩码时，自注意力不知道词元的**顺序**。把序列倒过来，输出也只是跟着倒过来。
# 顺序要靠[位置编码](concept:positional-encoding)提供。下面把我们的权重交给 Keras。

# %%
differences = {}  # filled by what the outputs are compared with

# %% tags=["tensorflow"]
import keras

layer = keras.layers.MultiHeadAttention(heads, d, use_bias=False)
batch = x[None].astype("float32")  # (1, 6, 8)
layer.build(batch.shape, batch.shape)
layer.set_weights([W_q, W_k, W_v, W_o])
y_keras, weights_keras = layer(batch, batch, use_causal_mask=True, return_attention_scores=True)
differences["Keras"] = np.abs(y - y_keras[0]).max()
differences["Keras, weights"] = np.abs(weights - weights_keras[0]).max()
print("parameters in Keras:", layer.count_params())
print("equal to Keras to five decimals:", max(differences.values()) < 1e-5)

# %% [markdown] lang="en"
# **Check.** The numbers by hand; every output again by loops that never touch a later position and so need no mask; a
# changed token changes no earlier output; the order; the saturation; and Keras where it is there.

# %% [markdown] lang="zh"
# **检验。** 核对手算的数；用循环重算每个输出，循环根本不碰后面的位置，因此不需要掩码；改动一个词元，不影响它之前的任何输出；
# 再检验顺序与饱和；有 Keras 时，也与它比较。

# %% name="check"
import math

e = math.e
differences["the third token by hand"] = np.abs(
    attend(tokens, tokens, tokens)[0][2] - [1, 1, e / (2 + e), e / (2 + e)]
).max()
slow = np.zeros((steps, size))
for h in range(heads):
    for t in range(steps):
        q = x[t] @ W_q[:, h]  # (4,)
        fits = [math.exp(q @ (x[j] @ W_k[:, h]) / math.sqrt(d)) for j in range(t + 1)]
        for j in range(t + 1):
            slow[t] += fits[j] / math.fsum(fits) * (x[j] @ W_v[:, h]) @ W_o[h]
differences["loops"] = np.abs(y - slow).max()
for t in range(1, steps):
    changed = x.copy()
    changed[t] += 1
    moved = np.abs(self_attention(changed)[0] - y).max(axis=1)  # (6,)
    differences[f"itself before a change at {t}"] = moved[:t].max()
    assert moved[t:].min() > 1e-3, f"a change at {t} must reach every position from {t} on"
turned = self_attention(x[::-1], causal=False)[0][::-1]
differences["itself, turned round"] = np.abs(turned - self_attention(x, causal=False)[0]).max()
for name, difference in differences.items():
    assert difference < 1e-5, f"attention differs from {name} by {difference}"
for width, ((spread, _, slope), (_, _, slope_divided)) in saturation.items():
    assert abs(spread / math.sqrt(width) - 1) < 0.05, f"q . k must deviate by the root of {width}"
    assert slope < slope_divided, f"at d = {width} dividing must keep more slope"
assert saturation[256][0][2] < 0.2 * saturation[256][1][2], "256: undivided must be saturated"
