"""Files that are whole or not there: atomic writes, swaps of whole folders, content hashes.

A write goes to a file beside its target, reaches the disk and is then renamed over it; a kill leaves
the former file. A folder is built beside its target and exchanged with it in one system call. Who builds one
holds a lock on it, which the system lets go of when the process ends: so a folder without one is left over.
"""

import ctypes
import errno
import hashlib
import json
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

if sys.platform != "win32":  # it has no locks on folders: there, nothing is ever taken as left over
    import fcntl


_OURS = ".learnpath"  # lies in a folder that was written as a whole and may be replaced


def content_hash(*parts: bytes | str) -> str:
    """Give a hash of the parts, each kept apart from the next: 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def read_json(file: Path) -> Any:
    """Give what a file of a cache holds; None where it is absent or damaged, which costs time and no correctness."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def write_atomically(target: Path, content: bytes | str) -> bool:
    """Write `content` to `target`, whole or not at all; a file that has this content already is left as it is.

    Returns whether anything was written. An `OSError` names `target`, and not the file beside it.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if target.is_file() and target.read_bytes() == data:
            return False
        if target.is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        target.parent.mkdir(parents=True, exist_ok=True)
        _write(target, data)
    except FileExistsError as error:  # a file stands where a folder must be
        raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), error.filename) from None
    except OSError as error:
        raise OSError(error.errno, error.strerror or str(error), str(target)) from None
    return True


def write_folder(target: Path, files: Mapping[str, bytes | str]) -> None:
    """Write a folder of files, by their paths in it, whole or not at all.

    Raises:
        FileExistsError: there is something else at `target`, which would be gone; what this wrote before is replaced.
    """
    if target.exists() and not (target / _OURS).is_file() and any(target.iterdir()):
        message = "is there already and was not written by this command; name a new folder"
        raise FileExistsError(errno.EEXIST, message, str(target))
    beside = FolderBeside(target)
    try:
        for name, content in {**files, _OURS: ""}.items():
            write_atomically(beside.path / name, content)
        beside.put_in_place()
    finally:
        beside.close()


class FolderBeside:
    """A new folder beside `target`, of this process alone, to be put in its place once it is whole.

    Those that killed processes left there are removed.

    Attributes:
        target: the folder to replace; where it is a link, the folder that the link leads to.
        path: the new folder, empty at first.
    """

    def __init__(self, target: Path) -> None:
        self.target = target.resolve()
        if self.target.exists() and not self.target.is_dir():
            raise OSError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(target))
        self.target.parent.mkdir(parents=True, exist_ok=True)
        prefix = f".{self.target.name}.new-"
        for former in list(self.target.parent.iterdir()):
            if former.name.startswith(prefix) and (lock := _lock(former)) is not None:
                shutil.rmtree(former, ignore_errors=True)
                os.close(lock)
        token = secrets.token_hex(4)
        unnamed = self.target.with_name(f".{self.target.name}.{token}")
        unnamed.mkdir()
        self._lock = _lock(unnamed)
        self.path = unnamed.rename(
            self.target.with_name(prefix + token)
        )  # locked before it looks left over

    def put_in_place(self) -> bool:
        """Put the folder in the place of `target`; give what `swap_folder` does."""
        return swap_folder(self.path, self.target)

    def close(self) -> None:
        """Remove the folder, if it is still there, and let go of it."""
        shutil.rmtree(self.path, ignore_errors=True)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None


def swap_folder(new: Path, target: Path) -> bool:
    """Put the folder `new` in the place of `target` in one step, and remove what stood there.

    At no moment is `target` absent or mixed, except on systems that cannot exchange two folders
    (neither Linux nor macOS), where it is absent between two renames. Hidden files that only the former folder has,
    such as `.git`, stay: MkDocs leaves those alone as well.

    Returns False where `target` cannot be moved, because it is a mount point: then its content was replaced piece by
    piece.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            new.rename(target)
            return True
        except OSError:
            if not target.is_dir():  # else another process was quicker
                raise
    kept = _keep_hidden(target, new)
    former = new
    try:
        if not _exchange(new, target):
            former = new.with_name(f"{new.name}.former")
            target.rename(former)
            new.rename(target)
    except OSError as error:
        if error.errno not in (errno.EBUSY, errno.EXDEV):
            raise
        _replace_content(new, target, kept)
        return False
    shutil.rmtree(former, ignore_errors=True)  # a build that begins may be about to do the same
    return True


# Private functions


def _write(target: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.chmod(0o644)  # mkstemp makes files that only their owner reads
        beside.replace(target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _lock(folder: Path) -> int | None:
    """Lock a folder; None where another process holds it, or the file system has no such locks."""
    if sys.platform == "win32":
        return None
    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        if handle is not None:
            os.close(handle)
        return None
    return handle


def _keep_hidden(former: Path, new: Path) -> set[str]:
    """Give `new` the hidden files of `former` that it lacks, as copies, so that a kill loses none; name them."""
    names = {each.name for each in former.iterdir() if each.name.startswith(".")}
    names -= {each.name for each in new.iterdir()}
    for name in names:
        if (former / name).is_dir() and not (former / name).is_symlink():
            shutil.copytree(former / name, new / name, symlinks=True, copy_function=_link)
        else:
            _link(former / name, new / name)
    return names


def _link(file: str | Path, copy: str | Path) -> None:
    """Let `copy` be the same file, which takes no time, or a copy where that cannot be."""
    try:
        os.link(file, copy, follow_symlinks=False)
    except OSError:
        shutil.copy2(file, copy, follow_symlinks=False)


def _replace_content(new: Path, target: Path, kept: set[str]) -> None:
    """Put what is in `new` into `target`, all but what is `kept` there, and remove what stood there."""
    with (
        tempfile.TemporaryDirectory(dir=target, prefix=".new-") as fresh,
        tempfile.TemporaryDirectory(dir=target, prefix=".former-") as former,
    ):
        kept = {*kept, Path(fresh).name, Path(former).name}
        top = str(new)
        shutil.copytree(  # into the same file system, where renames do the rest
            new,
            fresh,
            symlinks=True,
            ignore=lambda folder, _: kept if str(folder) == top else set(),
            dirs_exist_ok=True,
        )
        for source, sink in ((target, Path(former)), (Path(fresh), target)):
            for each in list(source.iterdir()):
                if each.name not in kept:
                    each.rename(sink / each.name)
    shutil.rmtree(new)


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders atomically; tell whether the system could.

    Linux: renameat2(2) with RENAME_EXCHANGE = 2. macOS: renamex_np(2) with RENAME_SWAP = 2.
    """
    calls = {"linux": ("renameat2", True), "darwin": ("renamex_np", False)}
    if sys.platform not in calls:
        return False
    name, with_folders = calls[sys.platform]
    call = getattr(ctypes.CDLL(None, use_errno=True), name, None)
    if call is None:
        return False
    at_working_folder = -100
    first, second = os.fsencode(one), os.fsencode(other)
    arguments = (
        (at_working_folder, first, at_working_folder, second, 2)
        if with_folders
        else (first, second, 2)
    )
    if call(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in (
        errno.EINVAL,
        errno.ENOSYS,
        errno.ENOTSUP,
    ):  # an old kernel, or a file system without it
        return False
    raise OSError(code, os.strerror(code), str(other))
