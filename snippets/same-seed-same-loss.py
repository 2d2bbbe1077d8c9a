# ---
# title:
#   en: Same seed, same loss
#   zh: 同样的种子，同样的损失
# summary:
#   en: >-
#     With one seed two trainings agree to the bit; over eight seeds they scatter, and a gain smaller than the scatter means
#     nothing.
#   zh: 种子相同，两次训练逐位一致；换八个种子，结果就散开了，小于这个散布的“提升”毫无意义。
# runtime: tensorflow
# minutes: 25
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Left, the training loss over ten epochs for eight seeds: all begin near 2.2 and end between 0.28 and 0.51; the curve of
#         seed 0 and its repetition lie exactly on each other. Right, the test accuracy of eight seeds each. With 16 and
#         17 units the points lie between 0.82 and 0.90 and cover each other, the means are 0.867 and 0.871. With 64 units
#         they lie between 0.88 and 0.92.
#       zh: >-
#         左图：八个种子的训练损失随十轮训练的变化，都从 2.2 左右开始，最后落在 0.28 到 0.51 之间；种子 0 与它的重复训练，
#         两条曲线完全重合。右图：每种设置八个种子的测试准确率。16 和 17 个单元的点都在 0.82 到 0.90 之间，相互重叠，
#         平均值为 0.867 和 0.871；64 个单元的点在 0.88 到 0.92 之间。
# sabotage:
#   find: keras.utils.set_random_seed(seed)
#   replace: tf.random.set_seed(seed)
# ---

# %% [markdown] lang="en"
# Training draws random numbers: for the first weights, for the order of the examples, for dropout. They are not
# random at all but computed from a **seed**. The same seed gives the same numbers, so two trainings should agree, and
# to the last bit.
#
# One thing can still go wrong. Computers round after every addition, so the order of a sum matters:

# %% [markdown] lang="zh"
# 训练要用随机数：初始权重、样本的顺序、暂退法。其实它们并不随机，而是由**种子**算出来的。种子相同，随机数就相同，
# 两次训练就应该一致，而且逐位一致。
#
# 不过还有一处会出问题。计算机每做一次加法都要舍入，所以求和的顺序有影响：

# %%
print((0.1 + 0.2) + 0.3, 0.1 + (0.2 + 0.3))

# %% [markdown] lang="en"
# A GPU, or several threads, may add in the order in which results happen to arrive. `enable_op_determinism` forbids
# that to TensorFlow, at the price of speed. On another machine or with other versions the last digits may differ all
# the same.

# %% [markdown] lang="zh"
# GPU 或多线程可能按结果碰巧到达的顺序相加。`enable_op_determinism` 禁止 TensorFlow 这样做，代价是速度。
# 即便如此，换一台机器或换一个版本，末几位仍可能不同。

# %% name="train"
import keras
import matplotlib.pyplot as plt
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

tf.config.experimental.enable_op_determinism()
x, y = load_digits(return_X_y=True)
x_train, x_test, y_train, y_test = train_test_split(
    (x / 16).astype("float32"), y, train_size=300, random_state=0, stratify=y
)


def train(seed, units=16):
    keras.utils.set_random_seed(seed)
    model = keras.Sequential(
        [
            keras.layers.Input((64,)),
            keras.layers.Dense(units, activation="relu"),
            keras.layers.Dense(10),
        ]
    )
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.5), loss)
    history = model.fit(x_train, y_train, batch_size=50, epochs=10, verbose=0)
    accuracy = np.mean(model(x_test).numpy().argmax(1) == y_test)
    return history.history["loss"], accuracy, model.get_weights()


first, again, other = train(0), train(0), train(1)
print("epoch  seed 0  seed 0 again  seed 1")
for epoch in (0, 4, 9):
    print(f"{epoch + 1:5}  {first[0][epoch]:.4f}  {again[0][epoch]:12.4f}  {other[0][epoch]:.4f}")
print("losses of seed 0 equal to the last bit:", first[0] == again[0])

# %% [markdown] lang="en"
# `keras.utils.set_random_seed` seeds three generators: Python's, NumPy's and TensorFlow's. NumPy's or TensorFlow's
# alone is not enough; and it must happen **before the layers are made**, as each layer draws a seed for its weights
# at that moment. Are the first weights of two models equal?

# %% [markdown] lang="zh"
# `keras.utils.set_random_seed` 同时给三个随机数发生器设种子：Python 的、NumPy 的和 TensorFlow 的。只给 NumPy 或 TensorFlow 设种子不够；
# 而且必须在**创建各层之前**设好，因为每一层在创建的那一刻就为自己的权重抽取种子。下面看看两个模型的初始权重是否相同。


# %% name="traps"
def first_weights(before=None, after=None):
    if before:
        before(1)
    layer = keras.layers.Dense(16)
    if after:
        after(1)
    layer.build((None, 64))
    return layer.get_weights()[0]


ways = {
    "no seed": {},
    "np.random.seed before": {"before": np.random.seed},
    "tf.random.set_seed before": {"before": tf.random.set_seed},
    "set_random_seed after the layer": {"after": keras.utils.set_random_seed},
    "set_random_seed before the layer": {"before": keras.utils.set_random_seed},
}
equal = {way: np.array_equal(first_weights(**k), first_weights(**k)) for way, k in ways.items()}
for way, same in equal.items():
    print(f"{way:33} {same}")

# %% [markdown] lang="en"
# A fixed seed makes a result repeatable. It does not make it right: it fixes one draw. How much does the draw matter?
# Eight seeds, for 16 hidden units, for 17, and for 64.

# %% [markdown] lang="zh"
# 固定种子使结果可以重复，却不会使它更正确：它只是固定了一次抽取。抽取的影响有多大？分别用 16、17、64 个隐藏单元，各用八个种子训练。

# %% name="spread" tags=["varies"]
runs = {units: [train(seed, units) for seed in range(8)] for units in (16, 17, 64)}
accuracy = {units: np.array([run[1] for run in each]) for units, each in runs.items()}  # (8,) each
for units, each in accuracy.items():
    print(
        f"{units} units: mean {each.mean():.3f}, from {each.min():.3f} to {each.max():.3f}", end=""
    )
    print(f", standard deviation {each.std(ddof=1):.4f}")

rng = np.random.default_rng(0)
wins, interval = {}, {}
for units in (17, 64):
    wins[units] = np.mean(accuracy[units][:, None] > accuracy[16])  # all 64 pairs of seeds
    means = [rng.choice(accuracy[k], (4000, 8)).mean(1) for k in (units, 16)]
    interval[units] = np.quantile(means[0] - means[1], [0.025, 0.975])
    print(f"{units} against 16 units: ahead in {wins[units]:.0%} of the pairs of seeds", end="")
    print(", difference of the means, 95 %: {:.3f} to {:.3f}".format(*interval[units]))

# %%
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.6))
for run in runs[16]:
    left.plot(range(1, 11), run[0], color="0.6", linewidth=0.8)
left.plot(range(1, 11), first[0], "k-", label="seed 0")
left.plot(range(1, 11), again[0], "w:", label="seed 0 again")
left.set(xlabel="epoch", ylabel="training loss, 16 units")
left.legend(facecolor="0.8")
for k, each in enumerate(accuracy.values()):
    right.plot(np.full(8, k), each, "o", fillstyle="none")
    right.plot([k - 0.2, k + 0.2], [each.mean()] * 2, "k-")
right.set(xticks=range(3), xticklabels=[f"{units} units" for units in accuracy], xlim=(-0.5, 2.5))
right.set_ylabel("test accuracy")
plt.tight_layout()
plt.show()

# %% [markdown] lang="en"
# One hidden unit more cannot matter much, and the interval says so: it contains zero. Yet whoever trains once with 16
# and once with 17 units can report a gain of several points, or a loss of as many, just by the seed. A difference
# smaller than the spread between seeds means nothing as long as it is one run against one run.
#
# With 64 units the gain is real, its interval stays above zero. Even so, about one pair of runs in seven shows it the
# wrong way round. What helps is more seeds and an interval. Choosing the best seed does not help: that is luck,
# reported as skill. And the spread here is that of the seeds only; other test images would add to it.
#
# **Check.** Seed 0 gives the same losses, accuracy and weights each time, a third time too after other trainings in
# between; another seed does not. Only seeding everything before the layers gives equal weights. 17 units against 16
# is open, 64 against 16 is not.

# %% [markdown] lang="zh"
# 多一个隐藏单元不会有多大影响，区间也是这么说的：它包含零。可是，如果 16 个和 17 个单元各只训练一次，仅凭种子不同，
# 就可能报告几个百分点的提升，或者同样大的下降。只要是一次训练对一次训练，小于种子间散布的差异就毫无意义。
#
# 64 个单元的提升是真实的，区间在零以上。即便如此，一次对一次的比较里，大约七次仍有一次会得出相反的结论。有用的办法是多用几个种子，
# 并给出区间。挑最好的种子没有用：那是把运气当成本事。另外，这里的散布只来自种子，换一批测试图像还会再增加一些。
#
# **检验。** 种子 0 每次给出的损失、准确率和权重都相同，中间隔着别的训练、第三次再来也一样；换一个种子就不同。
# 只有在创建各层之前设好全部种子，权重才相同。17 个单元对 16 个难分高下，64 个对 16 个则不然。

# %% name="check"
third = runs[16][0]
for name, run in (("second", again), ("third", third)):
    assert run[0] == first[0], f"the {name} training with seed 0 has other losses"
    assert run[1] == first[1], f"the {name} training with seed 0 has another accuracy"
    assert all(map(np.array_equal, run[2], first[2])), f"the {name} training has other weights"
assert len({tuple(run[0]) for run in runs[16]}) == 8, "two seeds gave the same losses"
assert [way for way in ways if equal[way]] == ["set_random_seed before the layer"], equal
assert 0.05 < wins[17] < 0.95, f"one unit more decides {wins[17]:.0%} of the pairs"
assert interval[64][0] > 0, f"64 units are not surely better: {interval[64]}"
