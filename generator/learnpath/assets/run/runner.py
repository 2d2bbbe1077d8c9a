"""Runs the cells of snippets as the kernel of the records does, and says what they give in Jupyter's form.

`pyodide-worker.js` has it run in the browser and gets the value of its last line.
"""

import ast
import builtins
import io
import json
import linecache
import pprint
import sys
import traceback
import types
import warnings
import zipfile
from collections.abc import Callable
from typing import Any

_MOST = 300_000  # characters of text from one run; more helps nobody and stops the page
_WIDTH = 79
_STYLE: Any = {"figure.figsize": (7, 4), "svg.fonttype": "none", "svg.hashsalt": "learnpath"}

_PACKAGES = {"matplotlib": "matplotlib", "scipy": "scipy", "sklearn": "scikit-learn"}

Show = Callable[[str], None]

_sessions: dict[str, types.ModuleType] = {}
_files: set[str] = set()


class _Stream(io.TextIOBase):
    """Sends whole lines as they come, and the rest when it is asked to or the cell ends."""

    def __init__(self, name: str, show: Callable[..., None]) -> None:
        self._name, self._show = name, show
        self._waiting = ""
        self._left = _MOST

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        if self._left > 0:
            self._waiting += text
            self._left -= len(text)
            if self._left <= 0:
                self._waiting = f"{self._waiting[: self._left or None]}\n[…]\n"
            if "\n" in text or self._left <= 0:
                self.flush()
        return len(text)

    def flush(self) -> None:
        if self._waiting:
            self._show(output_type="stream", name=self._name, text=self._waiting)
            self._waiting = ""


def wanted(code: str) -> str:
    """Give the packages that a cell imports and that are loaded only then, with commas; none where it is no Python."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return ""
    names = [
        name
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    ]
    modules = {name.partition(".")[0] for name in names}
    return ",".join(sorted(_PACKAGES[name] for name in modules & _PACKAGES.keys()))


def forget(session: str) -> None:
    """Forget what a snippet has defined."""
    _sessions.pop(session, None)


def run(session: str, code: str, name: str, send: Show) -> str:
    """Run a cell: "ok", "error" or "stopped".

    Args:
        session: whose names it sees.
        code: its text.
        name: what tracebacks call it.
        send: is given each output, as JSON.
    """

    def show(**output: Any) -> None:
        send(json.dumps(output))

    module = _sessions.setdefault(session, types.ModuleType("__main__"))
    sys.modules["__main__"] = module
    streams = _Stream("stdout", show), _Stream("stderr", show)
    former = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = streams
    try:
        with warnings.catch_warnings():
            _settle_warnings()
            if "matplotlib" in wanted(code):
                _settle_plots()
            _plots["show"] = lambda: _show_figures(streams, show)
            _execute(code, name, module, show, streams)
            _plots["show"]()
        return "ok"
    except KeyboardInterrupt:
        return "stopped"
    except BaseException as error:
        _flush(streams)
        show(**_told(error))
        return "error"
    finally:
        _flush(streams)
        sys.stdout, sys.stderr = former


# Private functions

_plots: dict[str, Callable[[], None]] = {}


def _flush(streams: tuple[_Stream, _Stream]) -> None:
    for each in streams:
        each.flush()


def _execute(
    code: str, name: str, module: types.ModuleType, show: Callable[..., None], streams: Any
) -> None:
    """Run all statements of a cell, and show the value of the last one where it is an expression."""
    lines = code.splitlines(keepends=True)
    linecache.cache[name] = (len(code), None, lines, name)  # so that tracebacks have its lines
    _files.add(name)
    tree = ast.parse(code, name)
    last = tree.body[-1] if tree.body else None
    shown = isinstance(last, ast.Expr) and not code.rstrip().endswith(";")
    if shown and isinstance(last, ast.Expr):
        tree.body.pop()
    exec(compile(tree, name, "exec"), module.__dict__)
    if shown and isinstance(last, ast.Expr):
        value = eval(compile(ast.Expression(last.value), name, "eval"), module.__dict__)
        if value is not None:
            builtins._ = value  # type: ignore[attr-defined]
            text = pprint.pformat(value, width=_WIDTH, sort_dicts=False)
            _flush(streams)
            show(output_type="execute_result", data={"text/plain": text})


def _settle_warnings() -> None:
    """Have warnings said in one line, those of libraries about their own insides not at all."""
    warnings.resetwarnings()
    warnings.simplefilter("ignore", ImportWarning)
    warnings.simplefilter("ignore", DeprecationWarning)
    warnings.simplefilter("ignore", PendingDeprecationWarning)
    warnings.filterwarnings("default", category=DeprecationWarning, module="__main__")

    def say(message: Any, category: type[Warning], *_: Any, **__: Any) -> None:
        print(f"{category.__name__}: {message}", file=sys.stderr)

    warnings.showwarning = say


def _settle_plots() -> None:
    """Have matplotlib draw as in the records, once it is there."""
    if "matplotlib.pyplot" in sys.modules:
        return
    try:
        import matplotlib
    except ImportError:
        return
    matplotlib.use("agg")
    matplotlib.rcParams.update(_STYLE)
    import matplotlib.pyplot as plt

    plt.show = lambda *_, **__: _plots["show"]()


def _show_figures(streams: Any, show: Callable[..., None]) -> None:
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return
    for number in plt.get_fignums():
        figure = plt.figure(number)
        drawn = io.BytesIO()
        figure.savefig(drawn, format="svg", bbox_inches="tight", metadata={"Date": None})
        _flush(streams)
        data = {"image/svg+xml": drawn.getvalue().decode()}
        show(output_type="display_data", data=data)
    plt.close("all")


def _give_frozen_modules_their_source() -> None:
    """Put the source of modules that are built in where `inspect` finds it, as an installed Python has it."""
    library = next((path for path in sys.path if path.endswith(".zip")), "")
    with zipfile.ZipFile(library) as sources:
        for name, module in list(sys.modules.items()):
            inside = f"{name.replace('.', '/')}.py"
            is_frozen = getattr(module.__spec__, "origin", "") == "frozen"
            if is_frozen and inside in sources.namelist():
                module.__file__ = sources.extract(inside, "/frozen")


def _told(error: BaseException) -> dict[str, Any]:
    """Tell an error as Jupyter does, and beside that the line it came from, in the innermost cell of its way."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if each.filename in _files]
    place, line = (frames[-1].filename, frames[-1].lineno) if frames else ("", 0)
    if isinstance(error, SyntaxError) and error.filename in _files:
        place, line = error.filename or "", error.lineno
    words = str(error)
    if isinstance(error, ModuleNotFoundError):
        words = words.splitlines()[0]  # Pyodide adds how to install it, which it cannot here
        error = type(error)(words)
    way = error.__traceback__
    while way and way.tb_frame.f_code.co_filename not in _files:
        way = way.tb_next
    whole = traceback.format_exception(type(error), error, way)
    if not way and frames:
        whole = ["Traceback (most recent call last):\n", *traceback.format_list(frames), *whole]
    return {
        "output_type": "error",
        "ename": type(error).__name__,
        "evalue": words,
        "traceback": "".join(whole).rstrip().split("\n"),
        "place": place,
        "line": line,
    }


_give_frozen_modules_their_source()
types.SimpleNamespace(wanted=wanted, forget=forget, run=run)
