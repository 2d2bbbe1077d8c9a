"""Plans in a browser: how long the page takes for one, beside only sorting the same concepts, and how large its data is.

The alternative is what one would write instead: depth first from the goals through their prerequisites, of alternatives
the one that our plan takes.
"""

import functools
import gzip
import http.server
import json
import random
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from graphs import layered
from learnpath import building, exporting
from learnpath.model import Area, Concept, KnowledgeBase, Manifest, Prerequisite

ROOT = Path(__file__).parent.parent
SIZES = (100, 1_000, 10_000)
GOALS = 10

MEASURE = """async ({ graph, goals }) => {
  const { needsOf, plan } = await import("/plan.js");

  const depthFirst = (needs, picks) => {
    const below = needs.hard.map((hard, concept) => [
      ...hard, ...needs.groups[concept].flatMap((group) => group.filter((member) => picks.has(member)).slice(0, 1)),
    ]);
    const found = new Set(), seen = new Set();
    for (const goal of goals) {
      const waiting = [goal];
      while (waiting.length) {
        const step = waiting.at(-1);
        const next = seen.has(step) ? [] : below[step].filter((need) => !seen.has(need));
        seen.add(step);
        if (next.length) waiting.push(...next);
        else found.add(waiting.pop());
      }
    }
    return [...found];
  };
  const once = (run) => {
    const begin = performance.now();
    run();
    return performance.now() - begin;
  };
  const median = (run) => {
    const times = [];
    for (let begin = performance.now(); times.length < 9 || performance.now() < begin + 500;) times.push(once(run));
    return times.sort((a, b) => a - b)[times.length >> 1];
  };

  let needs, made;
  const read = once(() => { needs = needsOf(graph.prerequisites, graph.minutes, graph.area); });
  const first = once(() => { made = plan(needs, goals); });
  const picks = new Set(made.picks);
  const sorted = depthFirst(needs, picks);
  return {
    read, first, steps: made.steps.length, sorted: sorted.length,
    again: median(() => plan(needs, goals)),
    known: median(() => plan(needs, goals, made.steps.slice(0, made.steps.length / 10), made.picks)),
    alternative: median(() => { for (let times = 0; times < 10; times++) depthFirst(needs, picks); }) / 10,
  };
}"""


def knowledge_base(concepts: int) -> KnowledgeBase:
    """Give a layered graph whose ids are made of one to three words of the flagship."""
    flagship = building.checked(ROOT / "graph").base
    told = " ".join(flagship.say(each.summary, "en") for each in flagship.concepts.values())
    words, chance = sorted(set(re.findall("[a-z]{4,}", told))), random.Random(concepts)
    ids: dict[str, None] = {}
    while len(ids) < concepts:
        ids["-".join(chance.sample(words, chance.randint(1, 3)))] = None
    names = list(ids)
    prerequisites, minutes, areas = layered(concepts, concepts)
    found = [
        Concept(
            id=name,
            title=name,
            area=f"area-{area}",
            minutes=takes,
            prerequisites=tuple(
                Prerequisite(concept=names[each[0]])
                if len(each) == 1
                else Prerequisite(any_of=tuple(names[member] for member in each))
                for each in lists
            ),
        )
        for name, lists, takes, area in zip(names, prerequisites, minutes, areas, strict=True)
    ]
    manifest = Manifest(areas={each.area: Area(title=each.area) for each in found if each.area})
    return KnowledgeBase(manifest, {each.id: each for each in found})


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Answers with files, and says nothing of it."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@contextmanager
def served(folder: Path, handler: type[Quiet] = Quiet) -> Iterator[str]:
    """Serve a folder; give its address."""
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(handler, directory=str(folder))
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def measure(concepts: int, browser: Browser, address: str) -> None:
    """Print a line of the table."""
    text = exporting.plan_graph(knowledge_base(concepts))
    graph = json.loads(text)
    used = {
        member
        for lists in graph["prerequisites"]
        for each in lists
        for member in (each if isinstance(each, list) else [each])
    }
    goals = [concept for concept in range(concepts) if concept not in used][-GOALS:]
    tab = browser.new_page()
    tab.goto(address)
    said = tab.evaluate(MEASURE, {"graph": graph, "goals": goals})
    tab.close()
    assert said["sorted"] == said["steps"], "the alternative sorts the same steps"
    size = len(gzip.compress(text.encode())) / 1000
    print(
        f"{concepts:8,} {said['steps']:6,} {said['read']:9.1f} {said['first']:11.1f} {said['again']:8.1f}"
        f" {said['known']:14.1f} {said['alternative']:12.2f} {size:14.1f}"
    )


def main() -> None:
    """Print the figures."""
    found = next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    with (
        sync_playwright() as playwright,
        served(ROOT / "generator" / "learnpath" / "assets") as address,
    ):
        browser = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        print(f"In Chromium {browser.version}, milliseconds, medians; {GOALS} goals")
        print(
            f"{'concepts':>8} {'steps':>6} {'read data':>9} {'first plan':>11} {'a plan':>8}"
            f" {'a tenth known':>14} {'depth-first':>12} {'graph.json kB':>14}"
        )
        for concepts in SIZES:
            measure(concepts, browser, address)
        browser.close()


if __name__ == "__main__":
    main()
