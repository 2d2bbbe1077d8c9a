"""What a finished knowledge base has of every concept; looked for only where its `errors` ask for it.

A graph that is being written lacks most of this, so nobody who does not ask is told.
"""

from collections.abc import Iterator

from learnpath.model import KnowledgeBase
from learnpath.problems import Place, Problem, problem


def prose(base: KnowledgeBase) -> Iterator[Problem]:
    """A concept has prose in every language."""
    for concept in base.concepts.values():
        for language in base.languages:
            folder = "" if language == base.language else f"{language}/"
            name = f"{folder}concepts/{concept.id}.md"
            if not base.pages.get(name, "").strip():
                message = f"'{concept.id}' has no prose in {language}; write {base.docs}/{name}"
                yield problem("missing-prose", Place(base.file_of(concept)), message, concept.id)


def objectives(base: KnowledgeBase) -> Iterator[Problem]:
    """A concept says what one can do afterwards."""
    for concept in base.concepts.values():
        if not concept.objectives:
            message = f"'{concept.id}' does not say what one can do afterwards; write it under `objectives`"
            yield problem("missing-objective", Place(base.file_of(concept)), message, concept.id)


def questions(base: KnowledgeBase) -> Iterator[Problem]:
    """A concept has a question to check oneself with."""
    for concept in base.concepts.values():
        if not concept.questions:
            message = f"'{concept.id}' asks its reader nothing; write a question under `questions`"
            yield problem("missing-question", Place(base.file_of(concept)), message, concept.id)


def reasons(base: KnowledgeBase) -> Iterator[Problem]:
    """Each prerequisite has its reason."""
    for concept in base.concepts.values():
        file = base.file_of(concept)
        for number, prerequisite in enumerate(concept.prerequisites):
            if not prerequisite.why:
                needed = " or ".join(prerequisite.members)
                message = (
                    f"'{concept.id}' does not say what it needs {needed} for; write it under `why`"
                )
                place = base.places.of(file, "prerequisites", number)
                yield problem("missing-reason", place, message, f"{concept.id} -> {needed}")


def notes(base: KnowledgeBase) -> Iterator[Problem]:
    """Each resource of a concept says what it is good for."""
    for concept in base.concepts.values():
        file = base.file_of(concept)
        for number, reading in enumerate(concept.resources):
            if not reading.note:
                message = f"'{concept.id}' does not say what {reading.resource} is good for; write it under `note`"
                place = base.places.of(file, "resources", number)
                yield problem("missing-note", place, message, f"{concept.id} -> {reading.resource}")


WANTED = {
    "missing-prose": prose,
    "missing-objective": objectives,
    "missing-question": questions,
    "missing-reason": reasons,
    "missing-note": notes,
}
