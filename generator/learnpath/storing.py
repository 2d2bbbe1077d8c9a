"""Files that are whole or not there: atomic writes, swaps of whole folders, content hashes.

A write goes to a file beside its target, reaches the disk and is then renamed over it; a kill leaves
the former file. A folder is built beside its target and exchanged with it in one system call.
"""

import ctypes
import errno
import hashlib
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any


def content_hash(*parts: bytes | str) -> str:
    """Give a hash of the parts, each kept apart from the next: 32 hexadecimal digits."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()


def write_atomically(target: Path, content: bytes | str) -> bool:
    """Write `content` to `target`, whole or not at all; a file that has this content already is left as it is.

    Returns whether anything was written.
    """
    data = content.encode() if isinstance(content, str) else content
    if target.is_file() and target.read_bytes() == data:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
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
    return True


def read_json(file: Path) -> Any:
    """Give what a file of a cache holds; None where it is absent or damaged, which costs time and no correctness."""
    try:
        return json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return None


def swap_folder(new: Path, target: Path) -> None:
    """Put the folder `new` in the place of `target` in one step, and remove what stood there.

    At no moment is `target` absent or mixed, except on systems that cannot exchange two folders
    (neither Linux nor macOS), where it is absent between two renames.
    """
    if not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        new.rename(target)
        return
    if not _exchange(new, target):
        former = target.with_name(f".{target.name}.former")
        shutil.rmtree(former, ignore_errors=True)
        target.rename(former)
        new.rename(target)
        new = former
    shutil.rmtree(new)


# Private functions


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
