"""What can be wrong with a knowledge base, where it is wrong, and how it is told.

    LearnpathError             the reader's input is wrong: told in one line each, never with a traceback
    ├── BrokenGraph            a knowledge base with errors, all of them
    ├── UnknownName            a name on the command line that stands for nothing
    └── NoBase                 nothing that a knowledge base could be compared with

Anything else that is raised is a mistake in this program.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from rapidfuzz import process

Severity = Literal["error", "warning"]
TrailStep = str | int
Trail = tuple[TrailStep, ...]


@dataclass(frozen=True)
class Code:
    """One kind of problem: how much it weighs, and what it means in a sentence."""

    severity: Severity
    meaning: str


CODES: dict[str, Code] = {
    # reading a file
    "no-graph": Code("error", "There is no such folder, or no knowledge base in it."),
    "unreadable": Code(
        "error", "A file or folder cannot be opened, or a file is no UTF-8 text or is too large."
    ),
    "python": Code("error", "A script is not Python, or not in cells as we read them."),
    "yaml": Code("error", "The text is not YAML as we read it: syntax, tags, depth, size."),
    "duplicate-key": Code(
        "error", "A key stands twice in one map; the second would win in silence."
    ),
    "unknown-key": Code(
        "error", "The format has no such key; fields of your own go under `extra`."
    ),
    "missing-key": Code("error", "A key that the format asks for is absent."),
    "wrong-value": Code("error", "A value has the wrong type or lies outside what is allowed."),
    "unknown-file": Code(
        "error", "A YAML file lies where the format expects none, or has a name it cannot use."
    ),
    "unsupported-format": Code(
        "error", "The knowledge base states a format that this version cannot read."
    ),
    # names that must stand for something
    "unknown-concept": Code("error", "A concept is named that does not exist."),
    "unknown-resource": Code("error", "A resource is named that does not exist."),
    "unknown-snippet": Code("error", "A snippet is named that does not exist."),
    "unknown-cell": Code("error", "A page shows a cell of a snippet that has no such cell."),
    "unknown-figure": Code("error", "A page shows a figure that does not exist."),
    "unknown-explorable": Code("error", "A page shows an explorable that does not exist."),
    "unknown-source": Code(
        "error", "A footnote has no text and names neither a resource nor evidence."
    ),
    "unknown-area": Code("error", "An area is named that the knowledge base does not define."),
    "unknown-kind": Code("error", "A kind is named that the knowledge base does not define."),
    "unknown-language": Code(
        "error", "A text is given in a language that the knowledge base does not have."
    ),
    "unknown-section": Code("error", "A section of the article is named that does not exist."),
    "unknown-evidence": Code("error", "Evidence is named that does not exist."),
    "unknown-claim": Code("error", "A claim is named that does not exist."),
    "unknown-code": Code("error", "A kind of problem is named that does not exist."),
    "broken-figure": Code("error", "A figure is no SVG that can be put into a page."),
    "broken-explorable": Code(
        "error", "An explorable lacks its module, or the recorded values that it shows."
    ),
    # contradictions
    "duplicate-id": Code("error", "Two concepts claim the same id, now or formerly."),
    "duplicate-title": Code("error", "Two concepts have the same title in one language."),
    "duplicate-entry": Code("error", "A list names the same thing twice."),
    "stray-page": Code(
        "error",
        "A written page lies at the address of a made one, or where only prose may lie, and is the prose of nothing.",
    ),
    "reserved-id": Code("error", "An id is the name of a page that the site needs itself."),
    "self-reference": Code("error", "A concept points to itself."),
    "cycle": Code("error", "Prerequisites go round in a circle: nobody could start."),
    "unsatisfiable-choice": Code(
        "error", "Every alternative of an `any_of` rests on the concept that needs it."
    ),
    "ongoing-minutes": Code(
        "error", "A concept that is practised for years (`ongoing`) has minutes all the same."
    ),
    "answer-out-of-range": Code("error", "The answer of a question is the number of no choice."),
    "path-order": Code(
        "error", "A path in order of prerequisites has a step before something it needs."
    ),
    "path-gap": Code(
        "error", "A path in order of prerequisites leaves out something a step needs."
    ),
    "chain-untrue": Code(
        "error", "What is said to have become of a `leads_to` arrow does not hold in the graph."
    ),
    # a run of a snippet
    "snippet-failed": Code("error", "A snippet failed, or took too long, or too much memory."),
    "record-differs": Code(
        "error", "A snippet gives something else than its record, on the same versions."
    ),
    # what an import has to say about its source
    "not-imported": Code("error", "Something in a source could not be brought in."),
    "kept-as-extra": Code(
        "warning", "An import kept something under `extra`, as no field holds it."
    ),
    "changed-by-import": Code(
        "warning", "An import gave something another form: an id, a title, an edge."
    ),
    # things worth a look
    "harder-prerequisite": Code("warning", "A prerequisite is more difficult than what needs it."),
    "redundant-edge": Code("warning", "A prerequisite follows from another one already."),
    "orphan": Code("warning", "Nothing points to the concept and it points to nothing."),
    "no-resource": Code("warning", "A concept has nothing to read, watch or take."),
    "missing-prose": Code("warning", "A concept has no prose in one of the languages."),
    "missing-objective": Code("warning", "A concept does not say what one can do afterwards."),
    "missing-question": Code("warning", "A concept has no question to check oneself with."),
    "missing-reason": Code("warning", "A prerequisite does not say what it is needed for."),
    "missing-note": Code("warning", "A resource of a concept does not say what it is good for."),
    "missing-labels": Code("warning", "The pages' own words are missing in one of the languages."),
    "missing-translation": Code("warning", "A text is missing in one of the languages."),
    "stale-translation": Code("warning", "A text changed after it was translated."),
    "unchecked-snippet": Code("warning", "A snippet does not end with a check of its claim."),
    "no-record": Code("warning", "A snippet has no recorded run."),
    "stale-record": Code("warning", "The recorded run is older than the code of the snippet."),
    "stray-record": Code("warning", "A recorded run belongs to no snippet."),
    "figure-count": Code("warning", "A snippet draws more or fewer pictures than it describes."),
    "bare-figure": Code("warning", "A figure is not described for those who cannot see it."),
    "bare-explorable": Code(
        "warning", "An explorable is not described for those who cannot use it."
    ),
    "unused-explorable": Code("warning", "No page shows the explorable."),
    "unused-figure": Code("warning", "No page shows the figure."),
    "unused-snippet": Code("warning", "No concept uses the snippet."),
    "unused-resource": Code("warning", "No concept, question or claim uses the resource."),
    "unused-evidence": Code("warning", "No claim and no event rests on the evidence."),
    "unused-translation": Code(
        "warning", "The ledger of translations has an entry for a text or language that is gone."
    ),
    "unused-silence": Code("warning", "A silenced warning no longer occurs."),
}


@dataclass(frozen=True, order=True)
class Place:
    """A point in a file, counted from 1; column 0 stands for the whole line."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        line = f"{printable(self.file)}:{self.line}"
        return f"{line}:{self.column}" if self.column else line


class Places(Protocol):
    """Answers where a value stands in the files of a knowledge base."""

    def of(self, file: str, *path: TrailStep) -> Place:
        """Give the place of the value at `path` (keys and indices) in `file`, or of its nearest parent."""
        ...

    def is_whole(self, file: str, *path: TrailStep) -> bool:
        """Tell whether the list at `path` has all its items, and lost none because it was wrong."""
        ...

    def of_text(self, file: str, offset: int) -> Place:
        """Give the place of the character at `offset` in a file that is no YAML."""
        ...


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where it is wrong and how to mend it."""

    place: Place
    code: str
    message: str
    where: str = ""  # what the problem is about, as `silence` names it: a concept, `concept -> concept`, a resource
    severity: Severity = "error"

    def __str__(self) -> str:
        weight = "warning: " if self.severity == "warning" else ""
        return f"{self.place}: {weight}{self.message} [{self.code}]"


class LearnpathError(Exception):
    """The input is wrong, not the program."""


class BrokenGraph(LearnpathError):
    """A knowledge base with errors."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class UnknownName(LearnpathError):
    """A name that stands for nothing; `known` are the names that would do."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        self.name = name
        super().__init__(unknown(what, name, known))


class NoBase(LearnpathError):
    """There is nothing to compare a knowledge base with: no such revision, or no graph in it."""


def problem(code: str, place: Place, message: str, where: str = "") -> Problem:
    """Make a problem of the weight that its code has; its message is one line, whatever it quotes."""
    return Problem(place, code, printable(" ".join(message.split())), where, CODES[code].severity)


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that `name` stands for nothing, and what was probably meant: "unknown area 'visoin', did you mean 'vision'?"."""
    name = short(name)
    guess = (
        process.extractOne(name, sorted(known), processor=str.casefold, score_cutoff=60)
        if name
        else None
    )
    return f"unknown {what} '{name}'" + (f", did you mean '{guess[0]}'?" if guess else "")


def short(value: object) -> str:
    """Give a value in one line of at most 60 characters."""
    text = " ".join(str(value)[:1000].split())
    return text if len(text) <= 60 else text[:57] + "…"


def printable(text: str) -> str:
    """Put a sign of its own in the place of what would move a terminal's cursor or colours."""
    return text if text.isprintable() else "".join(c if c.isprintable() else "�" for c in text)


def errors_in(problems: Iterable[Problem]) -> list[Problem]:
    """Keep the errors, leave the warnings."""
    return [each for each in problems if each.severity == "error"]


def as_text(problems: Sequence[Problem]) -> str:
    """Print one line a problem, as compilers do: an editor can jump to each."""
    return "".join(f"{each}\n" for each in problems)


def as_json(problems: Sequence[Problem]) -> str:
    """Print the problems as a JSON list of `file`, `line`, `column`, `severity`, `code`, `message`, `where`."""
    rows = [
        {
            "file": each.place.file,
            "line": each.place.line,
            "column": each.place.column,
            "severity": each.severity,
            "code": each.code,
            "message": each.message,
            "where": each.where,
        }
        for each in problems
    ]
    return json.dumps(rows, ensure_ascii=False, indent=2) + "\n"


def as_github(problems: Sequence[Problem]) -> str:
    """Print workflow commands, which GitHub shows beside the lines of a change.

    The escapes are those of GitHub's "Workflow commands for GitHub Actions".
    """
    return "".join(
        f"::{each.severity} file={_property(each.place.file)},line={each.place.line},"
        + (f"col={each.place.column}," if each.place.column else "")
        + f"title={_property(each.code)}::{_data(each.message)}\n"
        for each in problems
    )


FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": as_text,
    "json": as_json,
    "github": as_github,
}


# Private functions


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
