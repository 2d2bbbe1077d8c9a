"""Snippets are executed, each in a kernel of its own, several at a time; what ran well is not run again.

A job goes to any `concurrent.futures.Executor`: processes of this machine, or the workers of a dask cluster. There a
kernel starts in an empty folder with the snippet's data files, on one thread, without a GPU, with limits of time and
memory. The text of a cell is sent behind as many comment lines as it has lines before it in its file, so that a line
number in a traceback is a line number of the file.

What ran well is kept, a file a snippet, with the versions of all packages that it loaded. It counts as long as code,
data, Python and those versions are the same.
"""

import ast
import functools
import json
import math
import os
import re
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor, as_completed
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass, field, replace
from importlib import metadata
from multiprocessing import get_context, parent_process
from multiprocessing.connection import wait
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from learnpath import storing
from learnpath.model import Cell, Output, Snippet
from learnpath.problems import LearnpathError
from learnpath.snippets import recording

PROFILE = Path(__file__).parents[1] / "kernel" / "ipython_kernel_config.py"

CACHE = Path(".cache") / "learnpath" / "runs"  # beside the folder of the graph

ENVIRONMENT: Mapping[str, str] = {
    # one thread: several kernels share the cores, and sums come out the same
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # it changes the order of sums with the processor
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "KERAS_BACKEND": "tensorflow",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYTHONWARNINGS": "ignore",  # until the profile has set what counts
}


@dataclass(frozen=True)
class Job:
    """A snippet to execute, with the content of its data files by name."""

    snippet: Snippet
    data: Mapping[str, bytes]


@dataclass(frozen=True)
class Failure:
    """Why a run failed: the line of the file, the name of the error and its words, and the cell it happened in."""

    line: int
    name: str
    words: str
    cell: Cell | None = None

    def __str__(self) -> str:
        return ": ".join(part for part in (self.name, self.words) if part)


@dataclass(frozen=True)
class Outcome:
    """What became of a job."""

    id: str
    failure: Failure | None = None
    outputs: tuple[tuple[Output, ...], ...] = ()
    """For each cell of code, what it gave."""
    loaded: Mapping[str, str] = field(default_factory=dict)
    """The packages that were loaded, with their versions."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """The values that it keeps for explorables."""
    seconds: float = 0.0
    cached: bool = False


class Cache:
    """Outcomes of former runs, a file a snippet; a file that cannot be read or is not whole is as good as none."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, snippet: Snippet) -> Outcome | None:
        """Give what a snippet gave when it last ran, if it would give the same now."""
        kept = storing.read_json(self._folder / f"{snippet.id}.json")
        try:
            loaded = kept["loaded"]
            same = kept["key"] == _key(snippet) and all(
                _version(name) == version for name, version in loaded.items()
            )
            outputs = tuple(tuple(Output(**each) for each in cell) for cell in kept["outputs"])
            values, seconds = dict(kept["kept"]), float(kept["seconds"])
        except (ValueError, KeyError, TypeError, AttributeError):
            return None
        whole = Outcome(snippet.id, None, outputs, loaded, values, seconds, cached=True)
        return whole if same else None

    def put(self, snippet: Snippet, outcome: Outcome) -> None:
        """Keep an outcome; a run that failed is not kept."""
        if outcome.failure is None:
            whole = {
                "key": _key(snippet),
                "loaded": dict(outcome.loaded),
                "kept": dict(outcome.kept),
                "seconds": outcome.seconds,
                "outputs": [[asdict(each) for each in cell] for cell in outcome.outputs],
            }
            storing.write_atomically(self._folder / f"{snippet.id}.json", json.dumps(whole))


Pool = AbstractContextManager[Executor]


def run(
    jobs: Iterable[Job], cache: Cache, pool: Callable[[], Pool], *, fresh: bool = False
) -> Iterator[Outcome]:
    """Execute jobs, each outcome as it comes: those from the cache first, then the others.

    Args:
        jobs: what to execute.
        cache: where former outcomes lie, and these will.
        pool: opens what executes them, if there is anything to execute.
        fresh: execute everything, whatever the cache holds.
    """
    waiting = []
    for job in jobs:
        former = None if fresh else cache.get(job.snippet)
        if former:
            yield former
        else:
            waiting.append(job)
    if not waiting:
        return
    waiting.sort(key=lambda job: job.snippet.runtime != "tensorflow")  # the long ones first
    with pool() as executor:
        futures = {executor.submit(execute, job): job for job in waiting}
        for future in as_completed(futures):
            job = futures[future]
            try:
                outcome = future.result()
            except (
                Exception
            ) as error:  # the worker is gone, and with it whatever it would have said
                words = f"the process that ran it ended: {error}"
                outcome = Outcome(job.snippet.id, Failure(1, type(error).__name__, words))
            cache.put(job.snippet, outcome)
            yield outcome


def local(jobs: int) -> Pool:
    """Give a pool of so many processes on this machine."""
    return ProcessPoolExecutor(jobs, mp_context=get_context("spawn"), initializer=_end_together)


@contextmanager
def dask(address: str) -> Iterator[Executor]:
    """Give the workers of the dask cluster whose scheduler listens at `address`.

    Raises:
        LearnpathError: the extra `dask` is not installed, or nobody answers there.
    """
    try:
        from distributed import Client
    except ImportError:
        message = "dask is not installed; run: pip install 'learnpath[dask]'"
        raise LearnpathError(message) from None
    try:
        client: Any = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        message = f"no dask scheduler answers at {address}: {error}"
        raise LearnpathError(message) from None
    try:
        yield client.get_executor(pure=False)
    finally:
        client.close()


def execute(job: Job) -> Outcome:
    """Execute one job in a fresh kernel, and stop that kernel whatever happens."""
    snippet, begin = job.snippet, time.monotonic()
    loaded: dict[str, str] = {}
    kept: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        profile = folder / "ipython" / "profile_default"
        profile.mkdir(parents=True)
        shutil.copy(PROFILE, profile)
        work = folder / "work"
        work.mkdir()
        for data_name, content in job.data.items():
            (work / data_name).write_bytes(content)
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[_numbered(cell) for cell in snippet.code]),
            kernel_name="python3",
            resources={"metadata": {"path": str(work)}},
            shutdown_kernel="immediate",
        )
        try:
            with client.setup_kernel(env=_environment(snippet, profile.parent)):
                failure = _run_cells(client, snippet, begin + snippet.seconds)
                if failure is None:
                    loaded = _loaded(client)
                    kept, failure = _kept(client, snippet)
        except (RuntimeError, OSError) as error:  # the kernel did not start, or did not stop
            failure = Failure(1, "", f"the kernel did not start: {error}")
    hidden = {str(work): ".", str(folder): "…", sys.prefix: "…", str(Path.home()): "~"}
    outputs = tuple(
        recording.trimmed(cell.get("outputs", []), hidden)
        for cell in client.nb.cells[: len(snippet.code)]
    )
    seconds = round(time.monotonic() - begin, 2)
    return Outcome(snippet.id, failure, outputs, loaded, kept, seconds)


def sabotaged(snippet: Snippet) -> Snippet:
    """Give a snippet with its declared mistake made.

    Raises:
        ValueError: it declares none, or the text to replace does not stand exactly once before the last cell.
    """
    mistake = snippet.sabotage
    if mistake is None:
        raise ValueError(f"{snippet.id} declares no sabotage")
    before = [cell for cell in snippet.code[:-1] if mistake.find in cell.source]
    if len(before) != 1 or before[0].source.count(mistake.find) != 1:
        raise ValueError(
            f"{mistake.find!r} does not stand exactly once before the last cell of {snippet.id}"
        )
    cells = tuple(
        replace(cell, source=cell.source.replace(mistake.find, mistake.replace))
        if cell is before[0]
        else cell
        for cell in snippet.cells
    )
    return snippet.model_copy(update={"cells": cells})


def imported(snippet: Snippet) -> dict[str, str]:
    """Give the versions of Python and of the packages that a snippet imports, as installed here."""
    names = {name for cell in snippet.code for name in cell.modules}
    if "keras" in names:
        names.add("tensorflow")  # which computes for it
    found = {"python": ".".join(map(str, sys.version_info[:3]))}
    for name in sorted(names):
        owners = _owners().get(name, ())
        if owners:
            found[name] = _version(owners[0]) or ""
    return found


# Private functions


def _end_together() -> None:
    """Let this process end when the one that started it does, even by a kill; its kernel does so by itself."""
    parent = parent_process()

    def watch() -> None:
        if parent is not None:
            wait([parent.sentinel])
            os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


def _numbered(cell: Cell) -> Any:
    return nbformat.v4.new_code_cell("#\n" * (cell.line - 1) + cell.source)


def _environment(snippet: Snippet, ipython: Path) -> dict[str, str]:
    return {
        **os.environ,
        **ENVIRONMENT,
        "IPYTHONDIR": str(ipython),
        "PYTHONHASHSEED": str(snippet.seed % 2**32),
        "LEARNPATH_WARNS": json.dumps(snippet.warns),
        "LEARNPATH_MEMORY": str(snippet.gigabytes * 2**30),
    }


def _run_cells(client: Any, snippet: Snippet, deadline: float) -> Failure | None:
    for number, cell in enumerate(snippet.code):
        client.timeout = max(1, math.ceil(deadline - time.monotonic()))
        try:
            client.execute_cell(client.nb.cells[number], number)
        except CellTimeoutError:
            words = (
                f"stopped here after {snippet.seconds} s; make it faster, or give it more `seconds`"
            )
            return Failure(cell.line, "", words, cell)
        except DeadKernelError:
            words = f"the kernel ended here; it was killed, ended itself or wanted more than {snippet.gigabytes} GB of memory"
            return Failure(cell.line, "", words, cell)
        except CellExecutionError as error:
            words = (error.evalue.strip().splitlines() or [""])[0]
            if error.ename == "MemoryError":
                words = f"more than {snippet.gigabytes} GB; make it smaller, or give it more `gigabytes`"
            return Failure(_line(error, cell), error.ename, words, cell)
    return None


def _line(error: CellExecutionError, cell: Cell) -> int:
    """Give the line of the file that an error comes from: of the lines of cells in its traceback the innermost."""
    lines = re.findall(r"(?:In\[\d+\]|<cell line: \d+>).*?, line (\d+)", error.traceback)
    return int(lines[-1]) if lines else cell.line


def _loaded(client: Any) -> dict[str, str]:
    """Ask a kernel which packages it has loaded."""
    ask = "import json, sys; print(json.dumps(sorted({n.partition('.')[0] for n in sys.modules})))"
    modules = json.loads(_said(client, ask))
    owners = {owner for module in modules for owner in _owners().get(module, ())}
    return {owner: _version(owner) or "" for owner in sorted(owners)}


def _kept(client: Any, snippet: Snippet) -> tuple[dict[str, Any], Failure | None]:
    """Ask a kernel for the values that a snippet keeps."""
    kept = {}
    for id, code in snippet.keeps.items():
        try:
            kept[id] = json.loads(_said(client, _asking(code)))
        except (ValueError, SyntaxError, CellExecutionError) as error:
            words = getattr(error, "evalue", "") or str(error)
            return {}, Failure(1, "", f"what it keeps for '{id}' cannot be had: {words}")
    return kept, None


def _asking(code: str) -> str:
    """Give code that prints the value of its last expression as JSON."""
    *before, last = ast.parse(code).body
    if not isinstance(last, ast.Expr):
        raise ValueError("it does not end in an expression")
    value = ast.unparse(last)
    plain = "default=lambda value: value.tolist()"  # arrays and numbers of NumPy
    return "\n".join(
        [*map(ast.unparse, before), f"print(__import__('json').dumps({value}, {plain}))"]
    )


def _said(client: Any, code: str) -> str:
    """Run code in a kernel, and give what it prints."""
    cell = nbformat.v4.new_code_cell(code)
    client.nb.cells.append(cell)
    client.execute_cell(cell, len(client.nb.cells) - 1)
    return "".join(each["text"] for each in cell["outputs"] if "text" in each)


def _key(snippet: Snippet) -> str:
    """Give what the worth of an outcome rests on, besides the versions of packages."""
    return storing.content_hash(snippet.digest, sys.version, _machinery())


@functools.cache
def _machinery() -> str:
    return storing.content_hash(
        *(file.read_bytes() for file in (PROFILE, Path(__file__), Path(recording.__file__)))
    )


@functools.cache
def _owners() -> Mapping[str, list[str]]:
    """Give the distributions that each top-level module comes from."""
    return metadata.packages_distributions()


@functools.cache
def _version(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None
