"""What git remembers: when a file was last changed, and what files were at a revision. The only module that asks git."""

import os
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType


class NoRevisionError(Exception):
    """Git gives nothing for a revision. The message says why; "" where it has no such one but those that are `known`."""

    def __init__(self, message: str, known: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.known = tuple(known)


def last_changes(folder: Path) -> dict[str, str]:
    """Give the day of the last commit to each file of the repository around a folder, by its whole path.

    Days are written as ISO 8601 has them. Nothing is given where there is no git, no repository, or one that was
    cloned without its history, in which all files would seem to be as young as the last commit.
    """
    if _git(folder, "rev-parse", "--is-shallow-repository") != "false\n":
        return {}
    top = Path(_git(folder, "rev-parse", "--show-toplevel").strip())
    day = ""
    days: dict[str, str] = {}
    for line in _git(
        folder, "-c", "core.quotePath=off", "log", "--format=:%cs", "--name-only"
    ).splitlines():
        if line.startswith(":"):
            day = line[1:]
        elif line:
            days.setdefault(str(top / line), day)
    return days


def files_at(folder: Path, revision: str, names: Iterable[str], target: Path) -> Path:
    """Write what lay in a folder at a revision into the empty folder `target`, and give where its copy is there.

    An index of its own is filled and checked out, as `git archive` leaves out what `.gitattributes` keeps from releases.

    Args:
        folder: a folder in a repository.
        revision: a branch, a tag, a commit or what else git takes for one.
        names: which folders in it are wanted; those that are not there are left out.
        target: an empty folder.

    Raises:
        NoRevisionError: there is no git, no repository or no such revision.
    """
    top, prefix = _asked(folder, "rev-parse", "--show-toplevel", "--show-prefix").split("\n")[:2]
    wanted = f"{revision}^{{commit}}"
    found = _run(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted)
    if found.returncode:
        is_cut = _asked(folder, "rev-parse", "--is-shallow-repository") == "true\n"
        named = _asked(folder, "for-each-ref", "--format=%(refname:short)").split()
        cut = "this clone lacks its older history; get it with `git fetch --unshallow`"
        raise NoRevisionError(cut if is_cut else "", named)
    root, index = Path(top), {"GIT_INDEX_FILE": str(target / "index")}
    _asked(root, "read-tree", found.stdout.decode().strip(), settings=index)
    paths = [f"{prefix}{name}" for name in names]
    files = _run(
        root, "--literal-pathspecs", "ls-files", "-z", "--cached", "--", *paths, settings=index
    )
    tree = target / "tree"
    _asked(
        root,
        "checkout-index", "-z", "--stdin", f"--prefix={tree}/",
        given=files.stdout, settings=index,
    )  # fmt: skip
    return tree / prefix


# Private functions


def _git(folder: Path, *arguments: str) -> str:
    try:
        return _asked(folder, *arguments)
    except NoRevisionError:
        return ""


def _asked(
    folder: Path,
    *arguments: str,
    given: bytes = b"",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> str:
    done = _run(folder, *arguments, given=given, settings=settings)
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise NoRevisionError(said[0].removeprefix("fatal: ") if said else "git failed")
    return done.stdout.decode(errors="surrogateescape")


def _run(
    folder: Path,
    *arguments: str,
    given: bytes = b"",
    settings: Mapping[str, str] = MappingProxyType({}),
) -> subprocess.CompletedProcess[bytes]:
    try:
        return subprocess.run(
            ["git", "-C", str(folder), *arguments],
            input=given,
            env={**os.environ, **settings},
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise NoRevisionError(f"git cannot be run: {error.strerror}") from None
