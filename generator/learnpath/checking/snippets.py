"""The rules for snippets, their recorded runs and the places on pages that show them."""

import re
from collections.abc import Iterator
from itertools import groupby

from learnpath.checking.parts import unknown_concept
from learnpath.model import EMBED, LINK, MENTION, Cell, KnowledgeBase, Snippet, links_in
from learnpath.problems import Place, Problem, problem, unknown


def places_on_pages(base: KnowledgeBase) -> Iterator[Problem]:
    """What a written page shows or links to is a snippet, and a cell of it."""
    for name, text in base.pages.items():
        file = f"{base.docs}/{name}"
        for found in links_in(text, MENTION):
            if _is_unknown(base, found[2]):
                message = unknown("snippet", found[2], base.snippets)
                yield problem(
                    "unknown-snippet", base.places.of_text(file, found.start(2)), message, found[2]
                )
        for found in links_in(text, EMBED):
            id, cell = found["id"], found["cell"]
            if _is_unknown(base, id):
                message = unknown("snippet", id, base.snippets)
                yield problem(
                    "unknown-snippet", base.places.of_text(file, found.start("id")), message, id
                )
            elif cell is not None and id in base.snippets:
                names = {each.name for each in base.snippets[id].code if each.name}
                if cell not in names:
                    message = f"{unknown('cell', cell, names)} (cells of '{id}' are named with `# %% name=\"…\"`)"
                    yield problem(
                        "unknown-cell", base.places.of_text(file, found.start("cell")), message, id
                    )


def cells(base: KnowledgeBase) -> Iterator[Problem]:
    """The words of a snippet are in all languages, its links lead somewhere, and its last cell checks its claim."""
    for snippet in base.snippets.values():
        file = base.file_of(snippet)
        yield from _words(base, snippet, file)
        named = [cell for cell in snippet.code if cell.name]
        for number, cell in enumerate(named):
            if cell.name in [each.name for each in named[:number]]:
                message = f"the name '{cell.name}' stands at an earlier cell; name each cell once"
                yield problem("duplicate-entry", Place(file, cell.line), message, snippet.id)
        last = snippet.cells[-1] if snippet.cells else None
        if last is None or last.kind != "code" or not re.search(r"^\s*assert\b", last.source, re.M):
            message = "the last cell checks nothing; end with a cell of code that holds the claim with `assert`"
            yield problem(
                "unchecked-snippet", Place(file, last.line if last else 1), message, snippet.id
            )
        mistake = snippet.sabotage
        if mistake and sum(cell.source.count(mistake.find) for cell in snippet.code[:-1]) != 1:
            place = base.places.of(file, "sabotage", "find")
            message = f"'{mistake.find}' must stand exactly once in the code before the last cell"
            yield problem("wrong-value", place, message, snippet.id)


def runs(base: KnowledgeBase) -> Iterator[Problem]:
    """Every snippet has a recorded run of its present code, with as many pictures as it describes."""
    for snippet in base.snippets.values():
        file, run = base.file_of(snippet), base.runs.get(snippet.id)
        again = f"run `learnpath snippets record {snippet.id}`"
        if run is None:
            if snippet.id not in base.unread:
                yield problem(
                    "no-record",
                    Place(file),
                    f"no run of '{snippet.id}' is recorded; {again}",
                    snippet.id,
                )
        elif run.digest != snippet.digest:
            message = f"the recorded run is older than the code or data of '{snippet.id}'; {again}"
            yield problem("stale-record", Place(file), message, snippet.id)
        elif len(run.pictures) != len(snippet.figures):
            yield problem(
                "figure-count",
                base.places.of(file, "figures"),
                snippet.count_figures(len(run.pictures)),
                snippet.id,
            )
    for id in base.runs.keys() - base.snippets.keys() - base.unread:
        place = Place(f"{base.snippet_folder}/recorded/{id}.ipynb")
        yield problem(
            "stray-record", place, f"there is no snippet '{id}'; remove its recorded run", id
        )


# Private functions


def _is_unknown(base: KnowledgeBase, id: str) -> bool:
    return id not in base.snippets and id not in base.unread


def _words(base: KnowledgeBase, snippet: Snippet, file: str) -> Iterator[Problem]:
    for kind, group in groupby(snippet.cells, key=lambda cell: cell.kind):
        members = list(group)
        if kind != "markdown":
            continue
        for cell in members:
            yield from _links(base, cell, file)
            if cell.language not in base.languages and "language" not in base.unsure:
                message = f'{unknown("language", cell.language, base.languages)}; write `# %% [markdown] lang="{base.language}"`'
                yield problem("unknown-language", Place(file, cell.line - 1), message, snippet.id)
        missing = [
            each for each in base.languages if each not in {cell.language for cell in members}
        ]
        if missing and len(missing) < len(base.languages) and "language" not in base.unsure:
            message = f'these words are missing in {" and ".join(missing)}; add a cell `# %% [markdown] lang="{missing[0]}"`'
            yield problem(
                "missing-translation",
                Place(file, members[0].line),
                message,
                f"snippets/{snippet.id}",
            )


def _links(base: KnowledgeBase, cell: Cell, file: str) -> Iterator[Problem]:
    for number, line in enumerate(cell.source.splitlines(), cell.line):
        for link in links_in(line, LINK):
            if link[1] not in base.concepts and link[1] not in base.unread:
                place = Place(file, number, link.start(1) + 3)  # behind the comment sign
                yield problem("unknown-concept", place, unknown_concept(base, link[1]), link[1])
        for link in links_in(line, MENTION):
            if _is_unknown(base, link[2]):
                place = Place(file, number, link.start(2) + 3)
                message = unknown("snippet", link[2], base.snippets)
                yield problem("unknown-snippet", place, message, link[2])
