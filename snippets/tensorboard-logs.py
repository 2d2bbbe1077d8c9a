# ---
# title:
#   en: What TensorBoard's logs hold
#   zh: TensorBoard 的日志里有什么
# summary:
#   en: Two runs of a recurrent network write logs with the TensorBoard callback; read back, they equal the history.
#   zh: 循环神经网络训练两次，用 TensorBoard 回调写下日志；再读回来，与 history 一致。
# runtime: tensorflow
# minutes: 20
# seed: 0
# tolerance: 0.05
# figures:
#   - alt:
#       en: >-
#         Line chart of the loss over 12 epochs, read from the log files, for two learning rates. With 0.01 the training
#         loss falls from about 1.7 to below 0.1; the validation loss starts lower, at about 1.2, and stays near 0.3 from
#         the middle on. With 0.001 both fall slowly and steadily, from about 2.3 to a little below 1.
#       zh: 从日志文件读出的损失随 12 轮训练变化的折线图，对应两个学习率。学习率为 0.01 时，训练损失从约 1.7 降到 0.1 以下；验证损失起点较低，约为 1.2，从中段起保持在 0.3 左右。学习率为 0.001 时，两条曲线都缓慢而平稳地下降，从约 2.3 降到略低于 1。
#     caption:
#       en: The same curves that TensorBoard draws.
#       zh: 与 TensorBoard 画出的曲线相同。
# sabotage:
#   find: 'EventAccumulator(folder, size_guidance={"tensors": 0})'
#   replace: EventAccumulator(folder)
# ---

# %% [markdown] lang="en"
# `model.fit` returns a history, and it is gone when the program ends. The **TensorBoard** callback writes the same numbers
# to files while training runs, so that runs can be watched, kept and compared ([experiment tracking](concept:experiment-tracking)).
#
# What is in those files? Two runs with different learning rates will tell (each rate sinks to one half by
# the end). The data are scikit-learn's digits, 8 × 8
# pixels; a small recurrent network reads each picture as a sequence of eight rows.

# %% [markdown] lang="zh"
# `model.fit` 会返回 history，但程序一结束它就没了。**TensorBoard** 回调在训练过程中把同样的数写进文件，这样就能边训练边观察，
# 也便于保存和比较（[实验跟踪](concept:experiment-tracking)）。
#
# 这些文件里有什么？用两个学习率各训练一次来看看（训练过程中，学习率逐渐减半）。数据是 scikit-learn 自带的手写数字，8 × 8 像素；
# 一个小的循环神经网络把每幅图当作八行组成的序列来读。

# %% name="runs"
import keras
import numpy as np
from sklearn.datasets import load_digits

x, y = load_digits(return_X_y=True)
x = (x / 16).reshape(-1, 8, 8).astype("float32")  # (1797, rows, pixels)
training, validation = (x[:1200], y[:1200]), (x[1200:], y[1200:])


def run(rate, folder, epochs=12):
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((8, 8)), keras.layers.SimpleRNN(32)])
    model.add(keras.layers.Dense(10, activation="softmax"))
    steps = 12 * 19  # epochs times batches
    halving = keras.optimizers.schedules.ExponentialDecay(rate, steps, 0.5)
    adam = keras.optimizers.Adam(halving)
    model.compile(adam, "sparse_categorical_crossentropy", metrics=["accuracy"])
    log = keras.callbacks.TensorBoard(folder)
    fit = model.fit(*training, 64, epochs, verbose=0, callbacks=[log], validation_data=validation)
    return model, fit.history


_, history = run(0.01, "logs/rate-0.01")
_, slow = run(0.001, "logs/rate-0.001")

# %% [markdown] lang="en"
# **To look at them**, type this in the folder where the program ran, and open the address that it prints
# (http://localhost:6006 unless that is taken):
#
# ```sh
# tensorboard --logdir logs
# ```
#
# TensorFlow 2.21 does not bring TensorBoard along: `pip install tensorboard`. PyTorch writes the same kind of files.
#
# Each run has its own folder, named for what is different in it, with one folder in it for training and one for validation.

# %% [markdown] lang="zh"
# **查看日志**：在程序运行的文件夹里输入下面的命令，然后打开它显示的地址（通常是 http://localhost:6006）：
#
# ```sh
# tensorboard --logdir logs
# ```
#
# TensorFlow 2.21 不会附带 TensorBoard，需要另装：`pip install tensorboard`。PyTorch 也能写这种文件。
#
# 每次训练有自己的文件夹，以它与众不同之处命名；里面再分训练、验证两个文件夹。

# %%
from pathlib import Path

for path in sorted(Path("logs").glob("*/*")):
    print(path.as_posix(), "holds", len(list(path.glob("events.out.tfevents.*"))), "file")

# %% [markdown] lang="en"
# **To read them in a program**, TensorBoard's own reader will do. One trap: left alone it keeps a random ten values of
# each curve, to save memory. `"tensors": 0` means all of them.

# %% [markdown] lang="zh"
# **在程序里读取**，可以用 TensorBoard 自己的读取器。有一个陷阱：默认情况下，为了节省内存，每条曲线只随机保留十个值。
# `"tensors": 0` 表示全部保留。

# %% name="read"
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from tensorboard.util.tensor_util import make_ndarray


def curve(folder, tag):
    events = EventAccumulator(folder, size_guidance={"tensors": 0}).Reload().Tensors(tag)
    return [e.step for e in events], [make_ndarray(e.tensor_proto).item() for e in events]


tags = EventAccumulator("logs/rate-0.01/train").Reload().Tags()["tensors"]
print("curves of training:", sorted(tag for tag in tags if tag.startswith("epoch_")))

# %%
import matplotlib.pyplot as plt

for rate, marker in ("0.01", "o"), ("0.001", "s"):
    for part, line in ("train", "--"), ("validation", "-"):
        steps, values = curve(f"logs/rate-{rate}/{part}", "epoch_loss")
        plt.plot(
            steps, values, marker + line, label=f"rate {rate}, {part}: {values[-1]:.2f} at last"
        )
plt.xlabel("epoch (the logs count from 0)")
plt.ylabel("loss")
plt.legend()
plt.show()

# %% [markdown] lang="en"
# Are they the numbers of the history? The names differ: `val_loss` of the history is `epoch_loss` in the folder
# `validation`.

# %% [markdown] lang="zh"
# 它们就是 history 里的数吗？名字不同：history 里的 `val_loss`，对应 `validation` 文件夹里的 `epoch_loss`。

# %% name="compare"
names = {
    "loss": ("train", "epoch_loss"),
    "accuracy": ("train", "epoch_accuracy"),
    "val_loss": ("validation", "epoch_loss"),
    "val_accuracy": ("validation", "epoch_accuracy"),
}
logged = {key: curve(f"logs/rate-0.01/{part}", tag)[1] for key, (part, tag) in names.items()}
for key, values in logged.items():
    same = np.array_equal(np.float32(values), np.float32(history[key]))
    print(f"{key:13}{len(values)} values, last {values[-1]:.4f}   equal to the history: {same}")

# %% [markdown] lang="en"
# **What people get wrong.** First, another run goes into the same folder. Nothing warns; the folder then holds two
# files, and the curve has two values at the same epoch. Give each run a folder of its own.
#
# Second, the two losses are taken for the same kind of number. In the chart the validation loss *starts below* the
# training loss. Is the network better on pictures that it never saw? No: `train/epoch_loss` is the mean over an epoch in
# which the weights change; the validation loss is measured after it, with the weights that the epoch ended with. Measured
# at the same moment, after the first epoch, the training loss is the lower one.

# %% [markdown] lang="zh"
# **常见的错误。** 其一，另一次训练写进了同一个文件夹。没有任何警告；文件夹里有了两个文件，曲线在同一轮有两个值。
# 每次训练都应有自己的文件夹。
#
# 其二，把两种损失当成同一种数。图中验证损失*一开始低于*训练损失。难道网络在没见过的图上反而更好？并非如此：
# `train/epoch_loss` 是一轮之内的平均值，而这一轮里权重一直在变；验证损失则是在这一轮结束之后，用最后的权重测得的。
# 若在同一时刻（第一轮结束后）测量，训练损失反而是较低的那个。

# %% name="mistakes"
early, first = run(0.01, "logs/rate-0.001", epochs=1)  # into the folder of another run
mixed_steps, mixed = curve("logs/rate-0.001/train", "epoch_loss")
print(f"two runs in one folder: {len(mixed)} values for {len(set(mixed_steps))} epochs")
after = {
    "loss": early.evaluate(*training, 256, verbose=0)[0],
    "val_loss": early.evaluate(*validation, 256, verbose=0)[0],
}
for key, value in after.items():
    print(f"first epoch, {key:9} logged {logged[key][0]:.3f}   measured after it {value:.3f}")

# %% [markdown] lang="en"
# **Check.** Every value of the four curves equals the history. The learning rate, which the history does not hold, is in
# the logs too and follows its formula. The validation loss, measured again, is the one logged; the training loss is not.

# %% [markdown] lang="zh"
# **检验。** 四条曲线的每个值都与 history 相等。history 里没有的学习率，日志里也有，而且符合它的公式。
# 重新测得的验证损失等于日志里的值；训练损失则不然。

# %% name="check"
for key, values in logged.items():
    assert len(values) == 12, f"{key}: {len(values)} of 12 values came back"
    assert np.allclose(values, history[key], rtol=1e-6), f"{key}: the logs are not the history"
rates = curve("logs/rate-0.01/train", "epoch_learning_rate")[1]
assert np.allclose(rates, 0.01 * 0.5 ** (np.arange(1, 13) / 12)), "the rate was logged wrong"
assert np.allclose(sorted(mixed), sorted(slow["loss"] + first["loss"])), "not both runs"
assert np.isclose(after["val_loss"], logged["val_loss"][0], rtol=1e-3), "other weights"
assert after["loss"] < 0.9 * logged["loss"][0], "the mean over the first epoch should be higher"
