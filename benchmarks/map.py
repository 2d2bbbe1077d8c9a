"""The map of a large graph: how long dot takes to lay it out, how soon the page shows it, how smoothly it moves.

The page is that of the site without the theme around it; the browser draws without a graphics card.
"""

import gzip
import json
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import markdown  # type: ignore[import-untyped]
from planning_page import ROOT, knowledge_base, served
from playwright.sync_api import Browser, sync_playwright

from learnpath import exporting, layout, reading, rendering
from learnpath.graph import lines
from learnpath.model import KnowledgeBase
from learnpath.views import Views
from learnpath.views.map import page as page_of_map

SIZES = (100, 500, 2_000)
ASSETS = ROOT / "generator" / "learnpath" / "assets"

STYLE = """<!doctype html><html lang="en"><meta charset="utf-8"><style>
:root { --md-default-bg-color: #fff; --md-default-fg-color: #222; --md-default-fg-color--light: #666;
  --md-default-fg-color--lighter: #aaa; --md-default-fg-color--lightest: #eee; font-size: 125%; }
body { font: 16px sans-serif; margin: 1rem; }
</style><link rel="stylesheet" href="../assets/learnpath.css"><link rel="stylesheet" href="../assets/map.css">
<body class="md-typeset">"""

PAN = """async ({ steps, zoom }) => {
  const stage = document.querySelector(".map .stage"), { left, top } = stage.getBoundingClientRect();
  const button = document.querySelector(".map .buttons .in");
  for (let times = 0; times < zoom; times++) button.click();
  await new Promise((done) => setTimeout(done, 500));
  const at = (step) => ({ clientX: left + 600 + 250 * Math.sin(step / 20), clientY: top + 250 + 100 * Math.sin(step / 13) });
  const send = (kind, step) => stage.dispatchEvent(
    new PointerEvent(kind, { bubbles: true, pointerId: 1, button: 0, isPrimary: true, ...at(step) }));
  stage.setPointerCapture = () => {};
  send("pointerdown", 0);
  const times = [];
  for (let step = 1; step <= steps; step++) {
    send("pointermove", step);
    times.push(await new Promise(requestAnimationFrame));
  }
  send("pointerup", steps);
  const gaps = times.slice(1).map((each, number) => each - times[number]).sort((a, b) => a - b);
  return { pictures: 1000 * gaps.length / (times.at(-1) - times[0]), slowest: gaps[Math.floor(gaps.length * 0.95)] };
}"""


def timed(run: Callable[[], Any]) -> tuple[float, Any]:
    """Run something; give the seconds it took, and what came of it."""
    begin = time.perf_counter()
    result = run()
    return time.perf_counter() - begin, result


def write_page(base: KnowledgeBase, laid_out: layout.Layout, folder: Path) -> str:
    """Write the page of the map and all it fetches; give the data of the map."""
    labels = reading.labels("en", {})
    view = page_of_map(Views(base, "en", labels))
    text = rendering.render(view, labels, "en", rendering.environment())
    told = json.dumps({**view.tells, "folder": "", "end": "/"})
    page = markdown.markdown(text, extensions=["md_in_html", "attr_list"])
    script = (
        f'<script type="application/json" id="tells">{told}</script>'
        '<script type="module" src="../assets/guide/map.js"></script>'
    )
    data = exporting.map_layout(base, laid_out)
    files = {
        "map/index.html": STYLE + page + script,
        "map/layout.json": data,
        "plan/graph.json": exporting.plan_graph(base),
        "plan/words.json": exporting.plan_words(base, "en"),
    }
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    return data


def measure(concepts: int, browser: Browser) -> None:
    """Print a line of the table."""
    base = knowledge_base(concepts)
    with tempfile.TemporaryDirectory() as name:
        folder, cache = Path(name), Path(name) / "cache.json"
        edges = lines(base)
        first, laid_out = timed(lambda: layout.laid_out(concepts, edges, cache))
        again, _ = timed(lambda: layout.laid_out(concepts, edges, cache))
        data = write_page(base, laid_out, folder)
        shutil.copytree(ASSETS, folder / "assets")
        with served(folder) as address:
            tab = browser.new_page(viewport={"width": 1280, "height": 900})
            tab.goto(f"{address}map/")
            tab.wait_for_selector(".map[data-drawn]", state="attached")
            drawn = tab.evaluate("performance.now()")
            moved = [tab.evaluate(PAN, {"steps": 120, "zoom": zoom}) for zoom in (0, 4, 5)]
            tab.close()
    size = len(gzip.compress(data.encode())) / 1000
    print(
        f"{concepts:8,} {len(edges):7,} {first:8.2f} {again:8.3f} {size:8.1f} {drawn:9.0f}   "
        + "   ".join(f"{each['pictures']:5.0f} ({each['slowest']:3.0f})" for each in moved)
    )


def main() -> None:
    """Print the figures."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        print(
            f"In Chromium {browser.version}; pictures a second while dragging, at three scales, and in brackets the"
            " milliseconds within which 95 of 100 pictures came"
        )
        print(
            f"{'concepts':>8} {'lines':>7} {'layout s':>8} {'cached s':>8} {'data kB':>8} {'drawn ms':>9}   "
            f"{'all':>11}   {'nearer':>11}   {'near':>11}"
        )
        for concepts in SIZES:
            measure(concepts, browser)
        browser.close()


if __name__ == "__main__":
    main()
