"""The rules for what written pages show beside words: figures, and footnotes that name their source."""

from collections.abc import Iterator
from xml.etree import ElementTree

from learnpath.figures import languages_of
from learnpath.model import FIGURE, SOURCE, KnowledgeBase, links_in
from learnpath.problems import Place, Problem, problem, unknown


def figures(base: KnowledgeBase) -> Iterator[Problem]:
    """What a written page shows is a figure, and is described for those who cannot see it."""
    for name, text in base.pages.items():
        file = f"{base.docs}/{name}"
        for found in links_in(text, FIGURE):
            if found["id"] not in base.figures:
                place = base.places.of_text(file, found.start("id"))
                message = f"{unknown('figure', found['id'], base.figures)} (figures lie in {base.docs}/figures/)"
                yield problem("unknown-figure", place, message, found["id"])
            if not found["alt"].strip():
                place = base.places.of_text(file, found.start("alt"))
                message = f"the figure '{found['id']}' is not described; say between the brackets what is seen"
                yield problem("bare-figure", place, message, found["id"])


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
    """A figure is shown somewhere."""
    shown = {found["id"] for text in base.pages.values() for found in links_in(text, FIGURE)}
    for id in sorted(base.figures.keys() - shown):
        place = Place(f"{base.docs}/figures/{id}.svg")
        message = f"no page shows this figure; write ![what it shows](figure:{id}), or remove it"
        yield problem("unused-figure", place, message, id)
