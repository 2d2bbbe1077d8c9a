"""What the scripts of the pages read: the graph to plan over, its words, the map, the cells of code.

A concept is its number in the order of ids, and nothing is said twice: each reader of such a page fetches it.
"""

import json
from itertools import pairwise

from learnpath.graph import chains, numbered, numbers
from learnpath.joining import joined
from learnpath.layout import HEIGHT, WIDTH, Layout
from learnpath.model import KnowledgeBase, Snippet, Text


def plan_graph(base: KnowledgeBase) -> str:
    """Give what the page needs to plan, as JSON; a concept is its number in `ids`.

    `prerequisites` holds for each concept the numbers of what it needs, a list where one of several is enough;
    `minutes` is null where nobody estimated them; `area` is a number in `areas`, -1 for none; `formerly` leads from
    an old id to the present one, and `stories` from a concept to the path that tells a story and ends there;
    `asks` holds the numbers of the concepts whose pages ask questions to check oneself with.
    """
    ids, prerequisites, minutes, areas, area_ids = numbered(base)
    concepts = [base.concepts[id] for id in ids]
    whole = {
        "ids": ids,
        "minutes": minutes,
        "ongoing": [number for number, each in enumerate(concepts) if each.ongoing],
        "areas": area_ids,
        "area": areas,
        "prerequisites": [
            [each[0] if len(each) == 1 else each for each in lists] for lists in prerequisites
        ],
        "asks": [number for number, each in enumerate(concepts) if each.questions],
        "formerly": {former: each.id for each in concepts for former in each.formerly},
        "stories": {
            path.steps[-1].concept: path.id for path in base.paths.values() if path.order == "story"
        },
    }
    return _compact(whole)


def plan_words(base: KnowledgeBase, language: str) -> str:
    """Give what the page says about concepts in one language, as JSON: titles and aliases in the order of `plan_graph`."""

    def say(text: Text | None) -> str:
        return base.say(text, language)

    concepts, areas = [base.concepts[id] for id in sorted(base.concepts)], base.manifest.areas
    whole = {
        "titles": [say(each.title) for each in concepts],
        "aliases": [[say(alias) for alias in each.aliases] for each in concepts],
        "areas": [say(areas[id].title) if id in areas else id for id in numbered(base).area_ids],
        "paths": {path.id: say(path.title) for path in base.paths.values()},
    }
    return _compact(whole)


def plan_reasons(base: KnowledgeBase, language: str) -> str:
    """Give in one language what exactly is needed from a prerequisite, as JSON: by concept, then by prerequisite."""
    whole = {
        concept.id: reasons
        for concept in base.concepts.values()
        if (
            reasons := {
                member: joined(base.say(each.why, language))
                for each in concept.prerequisites
                for member in each.members
                if each.why
            }
        )
    }
    return _compact(whole)


def map_layout(base: KnowledgeBase, layout: Layout) -> str:
    """Give where concepts and lines lie on the map, as JSON; a concept is its number in `ids` of `plan_graph`.

    `size` is that of the whole, `box` that of a concept, `x` and `y` are the middles of the boxes. Of each of `lines`
    the first two numbers are the concepts that it joins; then follow x and y of its points, each as the step from the
    point before. `chains` are the stories that the source article tells.
    """
    number = numbers(base)
    whole = {
        "size": [layout.width, layout.height],
        "box": [WIDTH, HEIGHT],
        "x": [x for x, _ in layout.places],
        "y": [y for _, y in layout.places],
        "lines": [
            [
                one,
                other,
                *(
                    step
                    for former, point in pairwise([(0, 0), *points])
                    for step in (point[0] - former[0], point[1] - former[1])
                ),
            ]
            for one, other, points in layout.lines
        ],
        "chains": [[number[id] for id in chain] for chain in chains(base)],
    }
    return _compact(whole)


def cells(snippet: Snippet) -> str:
    """Give the cells of code of a snippet, for what runs them in the page; `kernel` tells which need TensorFlow."""
    found = [{"source": cell.source, "kernel": cell.needs_tensorflow} for cell in snippet.code]
    return json.dumps(found, ensure_ascii=False)


# Private functions


def _compact(whole: object) -> str:
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"
