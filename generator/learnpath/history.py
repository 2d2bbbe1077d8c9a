"""When a file was last changed, as git remembers it: the only module that asks git."""

import subprocess
from pathlib import Path


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


# Private functions


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, check=False
        )
    except OSError:
        return ""
    return done.stdout if done.returncode == 0 else ""
