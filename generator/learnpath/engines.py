"""Scripts of `vendor` run in V8 while a site is built: the only module that knows mini-racer."""

from pathlib import Path
from typing import Any

from py_mini_racer import JSEvalException, MiniRacer

from learnpath.problems import LearnpathError

__all__ = ["ENGINES", "FONTS", "VENDOR", "JSEvalException", "started"]

VENDOR = Path(__file__).parent / "vendor"

FONTS = VENDOR / "@fontsource-variable"  # to draw cards with, and not for pages either

ENGINES = ("katex.min.js", "temml.min.js", "viz-global.js")  # to make pages, and not for pages


def started(*scripts: str, vendor: Path = VENDOR, before: str = "") -> Any:
    """Start V8 and run scripts in it.

    Args:
        scripts: their paths in `vendor`.
        vendor: the folder of the browser libraries.
        before: what is run first, such as parts of a browser that they expect.

    Raises:
        LearnpathError: a script is missing.
    """
    engine = MiniRacer()
    engine.eval(before)
    for name in scripts:
        script = vendor / name
        if not script.is_file():
            raise LearnpathError(
                f"{script}: is missing; install the package again: pip install -e . (or make build)"
            )
        engine.eval(script.read_text(encoding="utf-8"))
    return engine
