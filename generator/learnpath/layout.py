"""Where concepts stand on the map and how its lines run, from left to right in layers.

dot lays them out: nobody has fewer crossings for such graphs (Gansner and others, 1993). It comes as WebAssembly with
viz-js and runs in V8, so nothing has to be installed. dot takes seconds for thousands of concepts, so what it gave is
kept beside the graph for as long as concepts and lines are the same.
"""

import json
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from learnpath import storing
from learnpath.engines import VENDOR, started

CACHE = Path(".cache") / "learnpath" / "map.json"  # beside the folder of the graph

WIDTH, HEIGHT = 168, 44
"""Of the box of a concept, in pixels of the map at its full size; titles break into two lines."""

Point = tuple[int, int]

_INCH = 72  # pixels, and the unit of dot
_LARGE = 500
"""From here on dot looks less long for straight lines (`nslimit`), four times as fast; crossings stay as few."""
_VAST = 3_000
"""From here on it looks less long for fewer crossings too (`mclimit`): 10,000 concepts take half a minute of computing."""

_ENGINE = "@viz-js/viz/viz-global.js"
# What the script expects of a browser.
_BROWSER = """
globalThis.location = { href: "" };
globalThis.console ??= { log() {}, error() {}, warn() {} };
WebAssembly.instantiate = async (code, imports) => // at once, so that nobody has to wait for it
  ({ instance: new WebAssembly.Instance(new WebAssembly.Module(code), imports) });
globalThis.TextDecoder ??= class { // of ASCII, and dot is told nothing else
  decode(bytes) {
    let text = "";
    for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return text;
  }
};
"""


class Layout(NamedTuple):
    """A laid-out graph; the origin is at the upper left."""

    width: int
    height: int
    places: list[Point]
    """The middle of each box."""
    lines: list[tuple[int, int, list[Point]]]
    """From which node to which, and the points of its cubic Bézier curves: a first one, then three for each."""


def laid_out(count: int, edges: Collection[tuple[int, int]], cache: Path | None = None) -> Layout:
    """Lay out a graph without circles, each node right of those that have an edge to it.

    Args:
        count: how many nodes there are; each is its number.
        edges: from which node to which.
        cache: the file that keeps the layout.
    """
    asked = _asked(count, edges)
    key = storing.content_hash(asked, _digest_of_engine())
    kept = _kept(cache, key) if cache else None
    if kept is None:
        kept = _understood(_drawn(asked), count)
        if cache:
            storing.write_atomically(cache, json.dumps({"key": key, **kept._asdict()}))
    return kept


# Private functions


def _asked(count: int, edges: Collection[tuple[int, int]]) -> str:
    patience = ["nslimit=0.2", "mclimit=0.1"] if count > _VAST else ["nslimit=0.5"]
    settings = [
        "rankdir=LR",
        "nodesep=0.2",
        "ranksep=0.75",
        *(patience if count > _LARGE else []),
        f"node[shape=box,fixedsize=true,width={WIDTH / _INCH:.4f},height={HEIGHT / _INCH:.4f}]",
        "edge[arrowhead=none,tailport=e,headport=w]",
    ]
    nodes = map(str, range(count))
    arrows = (f"{one}->{other}" for one, other in sorted(edges))
    return f"digraph{{{';'.join([*settings, *nodes, *arrows])}}}"


def _drawn(asked: str) -> str:
    """Give what dot says of a graph, in its format `plain`."""
    engine = started(_ENGINE, before=_BROWSER)
    engine.eval("let viz; Viz.instance().then((made) => { viz = made; })")
    said = json.loads(
        engine.eval(f"JSON.stringify(viz.render({json.dumps(asked)}, {{format: 'plain'}}))")
    )
    if said["status"] != "success":
        raise RuntimeError(f"dot drew no map: {said['errors']}")
    return str(said["output"])


def _understood(said: str, count: int) -> Layout:
    """Take what dot says apart: `graph scale width height`, `node name x y …`, `edge from to n x1 y1 …`, in inches."""
    width = height = 0.0
    places: list[Point] = [(0, 0)] * count
    lines: list[tuple[int, int, list[Point]]] = []

    def point(x: str, y: str) -> Point:
        return round(float(x) * _INCH), round((height - float(y)) * _INCH)

    for each in said.splitlines():
        kind, *words = each.split()
        if kind == "graph":
            width, height = float(words[1]), float(words[2])
        elif kind == "node":
            places[int(words[0])] = point(words[1], words[2])
        elif kind == "edge":
            numbers = words[3 : 3 + 2 * int(words[2])]
            points = [point(*pair) for pair in zip(numbers[::2], numbers[1::2], strict=True)]
            lines.append((int(words[0]), int(words[1]), points))
    return Layout(round(width * _INCH), round(height * _INCH), places, sorted(lines))


def _kept(cache: Path, key: str) -> Layout | None:
    kept: Any = storing.read_json(cache)
    try:
        if kept["key"] != key:
            return None
        return Layout(
            int(kept["width"]),
            int(kept["height"]),
            [(int(x), int(y)) for x, y in kept["places"]],
            [
                (int(one), int(other), [(int(x), int(y)) for x, y in points])
                for one, other, points in kept["lines"]
            ],
        )
    except (KeyError, TypeError, ValueError):
        return None


@lru_cache(maxsize=1)
def _digest_of_engine() -> str:
    file = VENDOR / _ENGINE
    return storing.content_hash(file.read_bytes()) if file.is_file() else ""
