"""The rules for what written pages show beside words: figures, explorables, and footnotes that name their source."""

import re
from collections.abc import Collection, Iterator, Mapping
from xml.etree import ElementTree

from learnpath.figures import languages_of
from learnpath.model import EXPLORABLE, FIGURE, SOURCE, KnowledgeBase, links_in
from learnpath.problems import Place, Problem, problem, unknown


def figures(base: KnowledgeBase) -> Iterator[Problem]:
    """What a written page shows is a figure, and is described for those who cannot see it."""
    yield from _shown(base, "figure", FIGURE, base.figures, "what is seen")


def drawings(base: KnowledgeBase) -> Iterator[Problem]:
    """A figure is an SVG with a size, and has its words in all languages."""
    for id, text in base.figures.items():
        file = f"{base.docs}/figures/{id}.svg"
        try:
            counts = languages_of(text)
        except ElementTree.ParseError as error:
            line, column = error.position
            message = f"the figure is not well-formed: {str(error).partition(':')[0]}; mend the SVG"
            yield problem("broken-figure", Place(file, line, column + 1), message, id)
            continue
        except ValueError as error:
            yield problem("broken-figure", Place(file), str(error), id)
            continue
        for count in counts:
            missing = [each for each in base.languages if count.get(each, 0) != max(count.values())]
            if missing and "language" not in base.unsure:
                message = f"words of the figure are missing in {' and '.join(missing)}"
                yield problem("missing-translation", Place(file), message, f"figures/{id}")
                break


def explorables(base: KnowledgeBase) -> Iterator[Problem]:
    """What a written page lets its reader try is there, and is described for those who cannot."""
    advice = "what can be seen with it"
    yield from _shown(base, "explorable", EXPLORABLE, base.explorables, advice, base.unread)


def parts_of_explorables(base: KnowledgeBase) -> Iterator[Problem]:
    """An explorable has a module, and a snippet that keeps its values."""
    for id, explorable in base.explorables.items():
        file, snippet = base.file_of(explorable), base.snippets.get(explorable.snippet)
        if not explorable.module:
            message = f"its module is missing; write {id}.js beside this file"
            yield problem("broken-explorable", Place(file), message, id)
        if snippet is None:
            if explorable.snippet not in base.unread and "snippet" not in base.unsure:
                message = unknown("snippet", explorable.snippet, base.snippets)
                place = base.places.of(file, "snippet")
                yield problem("unknown-snippet", place, message, explorable.snippet)
        elif id not in snippet.keeps:
            message = f"'{snippet.id}' keeps no values for it; write them under `keeps: {{{id}: …}}` in the header of the snippet"
            yield problem("broken-explorable", base.places.of(file, "snippet"), message, id)
        elif (run := base.runs.get(snippet.id)) and run.digest == snippet.digest:
            columns = len(explorable.columns)
            if not _fill(run.kept.get(id), columns):
                message = (
                    f"its values have no `rows` of {columns}, one entry for each of the columns"
                )
                yield problem("broken-explorable", base.places.of(file, "columns"), message, id)


def sources(base: KnowledgeBase) -> Iterator[Problem]:
    """A footnote has a text of its own, or names a resource or evidence."""
    if not base.unsure.isdisjoint({"resource", "evidence"}):
        return
    for name, text in base.pages.items():
        found = list(links_in(text, SOURCE))
        written = {each["key"] for each in found if each["place"]}
        for each in found:
            key = each["key"]
            if (
                key in written
                or key in base.resources
                or key in base.evidence
                or key in base.unread
            ):
                continue
            place = base.places.of_text(f"{base.docs}/{name}", each.start("key"))
            message = f"{unknown('source', key, [*base.resources, *base.evidence])} (or write its text: [^{key}]: …)"
            yield problem("unknown-source", place, message, key)


def unused(base: KnowledgeBase) -> Iterator[Problem]:
    """A figure and an explorable are shown somewhere."""
    for id in sorted(base.figures.keys() - _ids_in(base, FIGURE)):
        place = Place(f"{base.docs}/figures/{id}.svg")
        message = f"no page shows this figure; write ![what it shows](figure:{id}), or remove it"
        yield problem("unused-figure", place, message, id)
    for id in sorted(base.explorables.keys() - _ids_in(base, EXPLORABLE)):
        place = Place(base.file_of(base.explorables[id]))
        message = f"no page shows this explorable; write ![what it lets one see](explorable:{id}), or remove it"
        yield problem("unused-explorable", place, message, id)


# Private functions


def _shown(
    base: KnowledgeBase,
    kind: str,
    pattern: re.Pattern[str],
    there: Mapping[str, object],
    advice: str,
    unread: Collection[str] = (),
) -> Iterator[Problem]:
    """What the lines of a kind show is there, or could not be read, and is described."""
    for name, text in base.pages.items():
        file = f"{base.docs}/{name}"
        for found in links_in(text, pattern):
            id = found["id"]
            if id not in there and id not in unread:
                place = base.places.of_text(file, found.start("id"))
                message = f"{unknown(kind, id, there)} ({kind}s lie in {base.docs}/{kind}s/)"
                yield problem(f"unknown-{kind}", place, message, id)
            if not found["alt"].strip():
                place = base.places.of_text(file, found.start("alt"))
                message = f"the {kind} '{id}' is not described; say between the brackets {advice}"
                yield problem(f"bare-{kind}", place, message, id)


def _ids_in(base: KnowledgeBase, pattern: re.Pattern[str]) -> set[str]:
    """Give the ids that the lines of a kind name."""
    return {found["id"] for text in base.pages.values() for found in links_in(text, pattern)}


def _fill(values: object, columns: int) -> bool:
    """Tell whether values have the lines of a table with so many columns."""
    rows = values.get("rows") if isinstance(values, dict) else None
    return (
        isinstance(rows, list)
        and bool(rows)
        and all(isinstance(row, list) and len(row) == columns for row in rows)
    )
