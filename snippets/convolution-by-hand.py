# ---
# title:
#   en: A convolution by hand
#   zh: 手写二维卷积
# summary:
#   en: >-
#     Slide a small kernel over an image with stride and padding, find the edges of a digit, and get what Keras gets.
#   zh: 让小卷积核带着步幅和填充在图像上滑动，找出数字的边缘，结果与 Keras 一致。
# runtime: numpy
# minutes: 25
# seed: 0
# figures:
#   - alt:
#       en: >-
#         Three tables of numbers shaded by value. First an 8 by 8 image of the digit seven, values 0 to 16. Second its 6 by 6
#         response to "right minus left": positive, up to 60, along the left side of the stem and negative, down to -58, along
#         its right side. Third the response to "below minus above": positive, up to 48, on the upper side of the crossbar
#         and negative, down to -46, on its lower side.
#       zh: >-
#         三张按数值着色的数字表。第一张是 8×8 的数字 7，取值 0 到 16。第二张是它对“右减左”的 6×6 响应：竖笔左侧为正，最大 60，
#         右侧为负，最小 -58。第三张是对“下减上”的响应：中间横笔的上侧为正，最大 48，下侧为负，最小 -46。
# sabotage:
#   find: top, left = i * stride, j * stride
#   replace: top, left = i, j
# ---

# %% [markdown] lang="en"
# A convolutional layer lays a small kernel on the image, multiplies number by number, adds up, and moves on. With a
# $3 \times 3$ image and a $2 \times 2$ kernel there are four places:
#
# $$x = \begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 3 \\ 2 & 0 & 1 \end{pmatrix} \qquad
# K = \begin{pmatrix} 1 & -1 \\ 0 & 2 \end{pmatrix}$$
#
# Top left: $1 \cdot 1 + 2 \cdot (-1) + 0 \cdot 0 + 1 \cdot 2 = 1$. One place to the right:
# $2 \cdot 1 + 0 \cdot (-1) + 1 \cdot 0 + 3 \cdot 2 = 8$.
#
# An image has channels (three for colours), and a layer has several kernels. The sum also runs over the input
# channels $c$, and each kernel $d$ gives one output channel:
#
# $$y_{ijd} = b_d + \sum_{u, v, c} x_{si + u,\; sj + v,\; c}\, K_{uvcd}$$
#
# The **stride** $s$ says how far the kernel moves at a time; **padding** adds $p$ rows and columns of zeros on every
# side first.

# %% [markdown] lang="zh"
# 卷积层把一个小卷积核放在图像上，逐个数相乘再求和，然后移到下一处。$3 \times 3$ 的图像配 $2 \times 2$ 的卷积核，有四个位置：
#
# $$x = \begin{pmatrix} 1 & 2 & 0 \\ 0 & 1 & 3 \\ 2 & 0 & 1 \end{pmatrix} \qquad
# K = \begin{pmatrix} 1 & -1 \\ 0 & 2 \end{pmatrix}$$
#
# 左上角：$1 \cdot 1 + 2 \cdot (-1) + 0 \cdot 0 + 1 \cdot 2 = 1$。右移一格：
# $2 \cdot 1 + 0 \cdot (-1) + 1 \cdot 0 + 3 \cdot 2 = 8$。
#
# 图像有通道（彩色图有三个），一层又有多个卷积核。求和还要遍历输入通道 $c$，每个卷积核 $d$ 给出一个输出通道：
#
# $$y_{ijd} = b_d + \sum_{u, v, c} x_{si + u,\; sj + v,\; c}\, K_{uvcd}$$
#
# **步幅** $s$ 是卷积核每次移动的距离；**填充**则先在四周各补 $p$ 行（列）零。

# %% name="convolution"
import numpy as np


def conv2d(x, K, b=0.0, stride=1, padding=0):
    """Convolve x (rows, columns, channels) with K (height, width, channels, kernels)."""
    x = np.pad(x, ((padding, padding), (padding, padding), (0, 0)))
    height, width = K.shape[:2]
    rows = (x.shape[0] - height) // stride + 1
    columns = (x.shape[1] - width) // stride + 1
    y = np.zeros((rows, columns, K.shape[3]))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            patch = x[top : top + height, left : left + width]  # (height, width, channels)
            y[i, j] = np.tensordot(patch, K, axes=3) + b  # (kernels,)
    return y


x = np.array([[1.0, 2, 0], [0, 1, 3], [2, 0, 1]])
K = np.array([[1.0, -1], [0, 2]])
y = conv2d(x[:, :, None], K[:, :, None, None])  # (3, 3, 1) and (2, 2, 1, 1) -> (2, 2, 1)
print(y[:, :, 0])

# %% [markdown] lang="en"
# How large is the result? The kernel of size $k$ fits into $n + 2p$ numbers first at 0, then at $s$, $2s$, and so on:
#
# $$n_\text{out} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# The rounding down means that at a stride above 1 the last rows may never be looked at.

# %% [markdown] lang="zh"
# 结果有多大？长度为 $k$ 的卷积核放进 $n + 2p$ 个数中，起点依次是 0、$s$、$2s$……
#
# $$n_\text{out} = \left\lfloor \frac{n + 2p - k}{s} \right\rfloor + 1$$
#
# 向下取整意味着：步幅大于 1 时，最后几行可能根本没被看到。

# %%
rng = np.random.default_rng(0)
image = rng.normal(size=(8, 8, 3))  # (rows, columns, channels)
kernels = rng.normal(size=(3, 3, 3, 4))  # (height, width, channels, kernels)
bias = rng.normal(size=4)
print("padding  stride  output shape")
for padding, stride in ((0, 1), (1, 1), (0, 2), (1, 2), (0, 3)):
    shape = conv2d(image, kernels, bias, stride, padding).shape
    print(f"{padding:7}  {stride:6}  {shape}")
print("weights of this layer:", kernels.size + bias.size)
print("a dense layer from 8 x 8 x 3 to 6 x 6 x 4:", 8 * 8 * 3 * 6 * 6 * 4 + 6 * 6 * 4)

# %% [markdown] lang="en"
# Few weights, because the same kernel is used everywhere. What can nine numbers find? The two kernels below (Sobel's)
# subtract one side of a point from the other. Where the image is even they give zero; at an edge they do not.

# %% [markdown] lang="zh"
# 权重很少，因为处处用的是同一个卷积核。九个数能找到什么？下面两个卷积核（Sobel 算子）用一侧减去另一侧：
# 图像均匀的地方得零，有边缘的地方不为零。

# %% name="edges"
import matplotlib.pyplot as plt
from sklearn.datasets import load_digits

digit = load_digits().images[7]  # (8, 8), values 0 to 16
sobel = np.array([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])  # right minus left
edges = conv2d(digit[:, :, None], np.stack([sobel, sobel.T], -1)[:, :, None])  # (6, 6, 2)
pictures = {"digit": digit, "right minus left": edges[..., 0], "below minus above": edges[..., 1]}
figure, panels = plt.subplots(1, 3, figsize=(9, 3.2))
for panel, (title, values) in zip(panels, pictures.items(), strict=True):
    limit = np.abs(values).max()
    panel.imshow(values, cmap="RdBu_r", vmin=-2 * limit, vmax=2 * limit)
    for (i, j), value in np.ndenumerate(values):
        panel.text(j, i, f"{value:.0f}", ha="center", va="center", fontsize=7)
    panel.set(title=title, xticks=[], yticks=[])
plt.show()

# %% [markdown] lang="en"
# Two things to know. What deep learning calls a convolution is a *cross-correlation*: the convolution of mathematics
# turns the kernel by 180 degrees first (`np.convolve` does, `np.correlate` does not). As the kernel is learnt, it
# makes no difference. And a shifted image gives a shifted result, with the same numbers, apart from the border. This
# is called equivariance; it is not the same as ignoring the shift.

# %% [markdown] lang="zh"
# 有两点要知道。深度学习所说的卷积其实是*互相关*：数学里的卷积要先把核旋转 180 度（`np.convolve` 会转，
# `np.correlate` 不转）。核是学出来的，所以没有差别。另外，图像平移，结果也跟着平移，除边界外数值不变。
# 这叫平移等变，与“对平移毫无反应”是两回事。

# %%
row = np.array([[1.0, 4, 2, 0, 3]])  # an image of one row
kernel = np.array([[1.0, 2, -1]])
print("conv2d:      ", conv2d(row[:, :, None], kernel[:, :, None, None]).ravel())
print("np.correlate:", np.correlate(row[0], kernel[0]))
print("np.convolve: ", np.convolve(row[0], kernel[0], "valid"))

# %% [markdown] lang="en"
# Keras names its paddings: `valid` is none, `same` keeps the size at stride 1. At stride 2, `same` on 8 numbers needs
# only one zero, and Keras puts it at the end. Padding 1 on both sides gives the same shape and other numbers, a trap
# for those who carry weights from one framework to another.

# %% [markdown] lang="zh"
# Keras 用名字指定填充：`valid` 不填充，`same` 在步幅为 1 时保持尺寸。步幅为 2 时，长度为 8 的输入只需补一个零，Keras 补在末尾。
# 两侧各补 1 得到的形状相同，数值却不同；在框架之间搬运权重的人常在这里出错。

# %%
ours = {
    ("valid", 1): conv2d(image, kernels, bias),
    ("valid", 2): conv2d(image, kernels, bias, stride=2),
    ("same", 1): conv2d(image, kernels, bias, padding=1),
    ("same", 2): conv2d(np.pad(image, ((0, 1), (0, 1), (0, 0))), kernels, bias, stride=2),
}
both_sides = conv2d(image, kernels, bias, stride=2, padding=1)
keras_difference = {}  # filled by the next cell, where Keras is at hand

# %% tags=["tensorflow"]
import keras

for (padding, stride), y in ours.items():
    layer = keras.layers.Conv2D(4, 3, strides=stride, padding=padding)
    layer.build((None, 8, 8, 3))
    layer.set_weights([kernels, bias])
    y_keras = layer(image[None].astype("float32"))[0]
    keras_difference[padding, stride] = np.abs(y - y_keras).max()
    print(f"{padding:5}  stride {stride}  equal: {keras_difference[padding, stride] < 1e-4}")
print("same, stride 2, with zeros on both sides: equal:", np.allclose(both_sides, y_keras))

# %% [markdown] lang="en"
# **Check.** Against the sum written out as loops over all seven indices, which asks of every number whether it lies
# inside the image instead of padding; the size formula against counting the places; the shift; and Keras.

# %% [markdown] lang="zh"
# **检验。** 与按七个下标逐一循环的求和比较，那里不做填充，而是逐个判断下标是否落在图像内；尺寸公式与直接数位置比较；
# 再检验平移，最后与 Keras 比较。

# %% name="check"
from itertools import product

for padding, stride in product((0, 1, 2), (1, 2, 3)):
    y = conv2d(image, kernels, bias, stride, padding)
    places = range(-padding, 8 + padding - 3 + 1, stride)
    assert y.shape == (len(places), len(places), 4), f"shape {y.shape} at stride {stride}"
    expected = np.tile(bias, (len(places), len(places), 1))
    for (i, top), (j, left) in product(enumerate(places), repeat=2):
        for u, v, c, d in product(range(3), range(3), range(3), range(4)):
            if 0 <= top + u < 8 and 0 <= left + v < 8:
                expected[i, j, d] += image[top + u, left + v, c] * kernels[u, v, c, d]
    assert np.allclose(y, expected), f"wrong numbers with padding {padding}, stride {stride}"

one = conv2d(row[:, :, None], kernel[:, :, None, None]).ravel()
assert np.allclose(one, np.correlate(row[0], kernel[0])), "not a cross-correlation"
shifted = conv2d(np.roll(image, 2, axis=1), kernels, bias)  # two columns to the right
assert np.allclose(shifted[:, 2:], conv2d(image, kernels, bias)[:, :-2]), "not equivariant"
for (padding, stride), difference in keras_difference.items():
    assert difference < 1e-4, f"{padding} at stride {stride} differs from Keras by {difference}"
assert not np.allclose(both_sides, ours["same", 2]), "padding on both sides should differ"
