"""Code in the page: from the click to the first output, and the character RNN's updates per second beside CPython.

The first click is made with an empty profile, so everything is loaded and compiled; the second page asks the Python that
runs already. The RNN is the snippet itself with fewer updates. CPython runs the same cells with the same release of
NumPy, which pip gets for it; the versions of both are printed.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from planning_page import ROOT, served
from playwright.sync_api import Browser, Page, sync_playwright

from learnpath import building, runtime

UPDATES = 40
TIMES = 3

ASK = """async ([root, cells]) => {
  const { Pyodide } = await import(`${root}assets/run/pyodide.js`);
  const python = new Pyodide((name) => name);
  const begin = performance.now();
  let first = 0, said = "";
  await python.start(() => {});
  for (const [number, code] of cells.entries()) {
    const how = await python.run(code, (output) => {
      first ||= performance.now() - begin;
      said += output.text ?? "";
    }, `cell ${number + 1}`);
    if (how !== "ok") throw new Error(`cell ${number + 1}: ${how} ${said}`);
  }
  return { first, said };
}"""
HELLO = ["import numpy as np\nprint(np.__version__)"]


def main() -> None:
    folder = ROOT / runtime.FILES
    if runtime.kept(folder) is None:
        sys.exit("run make pyodide first")
    cells = training()
    with tempfile.TemporaryDirectory() as name:
        site = Path(name)
        shutil.copytree(ROOT / "generator" / "learnpath" / "assets", site / "assets")
        shutil.copytree(folder, site / "assets" / "vendor" / "pyodide")
        (site / "index.html").write_text("<!doctype html><title>one</title>", encoding="utf-8")
        (site / "two.html").write_text("<!doctype html><title>two</title>", encoding="utf-8")
        with served(site) as root, sync_playwright() as playwright:
            found = next(filter(None, map(shutil.which, ("chromium", "google-chrome"))), None)
            browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
            cold, warm = zip(*(clicks(browser, root) for _ in range(TIMES)), strict=True)
            print(f"first click to first output, cold: {min(cold) / 1000:.1f} s (bar 9 s)")
            print(f"the same on a second page:         {min(warm):.0f} ms (bar 150 ms)")
            page = browser.new_page()
            page.goto(root)
            numpy = page.evaluate(ASK, [root, HELLO])["said"].strip()
            here = page.evaluate(ASK, [root, cells])["said"].splitlines()[-1]
            browser.close()
        print(f"character RNN, in the page: {here}")
        print(f"character RNN, in CPython:  {in_cpython(cells, numpy, site / 'numpy')}")


def training() -> list[str]:
    """Give the cells up to the training, with fewer updates and a last one that says how fast it was."""
    os.chdir(ROOT)
    snippet = building.checked(Path("graph")).base.snippets["character-rnn"]
    names = ("text", "network", "train")
    by_name = {cell.name: cell.source for cell in snippet.code}
    text, network, train = (by_name[name] for name in names)
    train = train.replace(
        "units, updates = 32, 25, 96, 2000", f"units, updates = 32, 25, 96, {UPDATES}"
    )
    assert f"96, {UPDATES}" in train, "the snippet trains otherwise now"
    clock = f"import time, platform\nbegin = time.perf_counter()\n{train.replace('[-100:]', '[-10:]')}\n"
    tell = (
        f'print(f"{{{UPDATES} / (time.perf_counter() - begin):.1f}} updates per second, "'
        ' f"NumPy {np.__version__}, Python {platform.python_version()}, last loss {curve[-1]:.3f}")'
    )
    return [text, network, clock + tell]


def clicks(browser: Browser, root: str) -> tuple[float, float]:
    """Give the milliseconds of a first click in a fresh profile, and of one on the next page."""
    context = browser.new_context()
    page: Page = context.new_page()
    page.goto(root)
    cold = page.evaluate(ASK, [root, HELLO])["first"]
    page.goto(f"{root}two.html")
    warm = page.evaluate(ASK, [root, HELLO])["first"]
    context.close()
    return cold, warm


def in_cpython(cells: list[str], numpy: str, folder: Path) -> str:
    """Run cells here with a release of NumPy; give the last line that they print."""
    install = ["install", "--quiet", "--disable-pip-version-check", "--target", str(folder)]
    subprocess.run([sys.executable, "-m", "pip", *install, f"numpy=={numpy}"], check=True)
    one_thread = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", "\n".join(cells)],
        env={**os.environ, **one_thread, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()[-1]


if __name__ == "__main__":
    main()
