"""The records of a knowledge base: what may stand in its files, and what the rest of the program reads.

Frozen pydantic models. Pydantic was taken because it reports every mistake of a file at once, each with the path
to it, and writes the JSON Schemas that editors read. The schemas in `graph/schema/` come from here, and so do the
tables of fields in the documentation: a field without a description does not pass the tests.

A file is read into one of the records of `FILES`; `KnowledgeBase` holds them all.
"""

import ast
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, get_args, get_origin

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StringConstraints,
    Tag,
    TypeAdapter,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue, SkipJsonSchema
from pydantic_core import CoreSchema

from learnpath.problems import Place, Places, Trail

FORMAT = 1

ID = r"^[a-z0-9]+(-[a-z0-9]+)*$"  # kebab-case: it becomes a file name and an address
Id = Annotated[str, StringConstraints(pattern=ID)]
Key = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Whole = Annotated[int, Field(strict=True, ge=1)]
ADDRESS = r"^https?://[^\s<>\"]+$"
Address = Annotated[str, StringConstraints(pattern=ADDRESS)]


def _form_of_text(value: object) -> str | None:
    return (
        "plain" if isinstance(value, str) else "by language" if isinstance(value, Mapping) else None
    )


Text = Annotated[
    Annotated[Words, Tag("plain")]
    | Annotated[dict[Language, Words], Field(min_length=1), Tag("by language")],
    Discriminator(_form_of_text),
]
"""A plain string, or a map by language."""

LINK = re.compile(r"(?:\]\(\s*<?|^[ \t>]*\[[^\]\n]+\]:\s*<?)concept:([^)>\s]*)", re.MULTILINE)
"""A link to a concept in a Markdown text, up to the id: `[words](concept:lstm)`, also with a title, in angle brackets
or as a reference `[lstm]: concept:lstm`."""

EMBED = re.compile(
    r"^!\[(?P<caption>[^\]\n]*)\]\(snippet:(?P<id>[^)#\s]*)(?:#(?P<cell>[^)\s]*))?\)[ \t]*$", re.M
)
"""A line that shows a snippet on a page: `![What to notice](snippet:lstm-cell-by-hand)`, or `…#cell)` for one cell alone."""

FIGURE = re.compile(
    r'^!\[(?P<alt>[^\]\n]*)\]\(figure:(?P<id>[^)\s"]*)(?:[ \t]+"(?P<caption>[^"\n]*)")?\)[ \t]*$',
    re.M,
)
"""A line that shows a figure: `![What it shows](figure:lstm-cell "What to notice.")`."""

EXPLORABLE = re.compile(FIGURE.pattern.replace("figure:", "explorable:"), re.M)
"""A line that shows an explorable: `![What it lets one see](explorable:half-life "What to try.")`."""

SOURCE = re.compile(r"\[\^(?P<key>[^\]\s]+)\](?P<place>:[ \t]*(?P<words>.*))?")
"""A footnote in the text, or with `place` where its text stands: `[^graves-2013-speech]: Section 3.`"""

MENTION = re.compile(r"(?<!!)(\[(?:[^\]\n]|\n(?![ \t]*\n))*\])\(snippet:([^)\s]*)\)")
"""A link to a snippet: `[by hand](snippet:lstm-cell-by-hand)`."""


class Record(BaseModel):
    """What all records share: they do not change, and know their fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Brief(Record):
    """A record that may also be written as one string, the value of its first field."""

    brief: ClassVar[str] = "concept"

    @model_validator(mode="before")
    @classmethod
    def _from_string(cls, value: object) -> object:
        return {cls.brief: value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        whole = handler.resolve_ref_schema(handler(schema))
        alone = dict(whole["properties"][cls.brief], description=f"The {cls.brief} alone.")
        return {"anyOf": [alone, whole]}


class Prerequisite(Brief):
    """What to understand first: one concept, or any one of several."""

    concept: Id | None = None
    """The concept to understand first."""
    any_of: Annotated[tuple[Id, ...], Field(min_length=2)] | None = None
    """Alternatives, in place of `concept`: one of them is enough."""
    why: Text | None = None
    """What exactly is needed from it."""

    @model_validator(mode="after")
    def _one_or_several(self) -> "Prerequisite":
        if (self.concept is None) == (self.any_of is None):
            raise ValueError("a prerequisite names either `concept` or `any_of`")
        return self

    @property
    def members(self) -> tuple[str, ...]:
        """The concepts of which one is enough; a single one where there is no choice."""
        return (self.concept,) if self.concept is not None else self.any_of or ()


class Related(Brief):
    """A concept worth knowing beside this one; orders nothing and has no direction."""

    concept: Id
    """The concept."""
    why: Text | None = None
    """What the two have to do with each other."""


Became = Literal["kept", "supports", "reversed", "expanded", "dropped"]


class Arrow(Brief):
    """A soft, directed edge of a story, such as the chain of a source article; orders nothing."""

    concept: Id
    """Where the arrow points."""
    why: Text | None = None
    """Why the story goes on there, or why the graph disagrees."""
    became: Became | None = None
    """What became of the arrow among the prerequisites: `kept`, `supports` (helps, is no prerequisite), `reversed`, `expanded` (a longer way) or `dropped`."""
    through: tuple[Id, ...] = ()
    """With `expanded`: the concepts that lie between, in order."""


class Reading(Brief):
    """A resource as one concept recommends it."""

    brief: ClassVar[str] = "resource"
    resource: Key
    """A key of `resources.yaml`."""
    part: Text | None = None
    """Which part to read, where the whole is more than this concept needs."""
    url: Address | None = None
    """Where that part is found, if it has an address of its own."""
    minutes: Whole | None = None
    """Estimated time for that part; whole minutes."""
    note: Text | None = None
    """What to take from it for this concept, and why."""


class Question(Record):
    """A question to check oneself with."""

    ask: Text
    """The question."""
    choices: Annotated[tuple[Text, ...], Field(min_length=2)]
    """The answers to choose from."""
    answer: Annotated[int, Field(strict=True, ge=0)]
    """The index of the right choice, counted from 0."""
    because: Text
    """Why it is right, and what makes the others tempting."""


class Concept(Record):
    """One thing to learn. File: `concepts/<id>.yaml`; the file's name is the concept's id."""

    id: SkipJsonSchema[Id]
    title: Text
    """Its name, as a heading."""
    aliases: tuple[Text, ...] = ()
    """Other names, for search and the glossary; a plain string holds in every language."""
    formerly: tuple[Id, ...] = ()
    """Ids it had before; old addresses lead here."""
    summary: Text | None = None
    """What it is, in one sentence."""
    area: Id | None = None
    """Its topic, one of the areas of `knowledge-base.yaml`."""
    kind: Id | None = None
    """What sort of thing it is, one of the kinds of `knowledge-base.yaml`."""
    difficulty: Annotated[int, Field(strict=True, ge=1, le=5)] | None = None
    """From 1 (no background) to 5 (graduate level)."""
    minutes: Whole | None = None
    """Estimated study time to a working grasp, its prerequisites not counted; whole minutes."""
    ongoing: StrictBool = False
    """True for what is practised for years: it has no minutes, and none are summed."""
    prerequisites: tuple[Prerequisite, ...] = ()
    """What to understand first."""
    related: tuple[Related, ...] = ()
    """What is worth knowing beside it; orders nothing."""
    leads_to: tuple[Arrow, ...] = ()
    """Where a story goes on from here; orders nothing."""
    objectives: tuple[Text, ...] = ()
    """What one can do afterwards."""
    resources: tuple[Reading, ...] = ()
    """What to read, watch or take."""
    snippets: tuple[Id, ...] = ()
    """Runnable scripts that show it, the best first."""
    questions: tuple[Question, ...] = ()
    """Questions to check oneself with."""
    sources: tuple[Key, ...] = ()
    """Sections of the source article that it goes back to."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


class Step(Brief):
    """A step of a path, and the reason for its place."""

    concept: Id
    """The concept to learn at this step."""
    because: Text | None = None
    """Why it comes here."""


class LearningPath(Record):
    """A guided path. File: `paths/<id>.yaml`; the file's name is the path's id."""

    id: SkipJsonSchema[Id]
    title: Text
    """What the path promises, as a heading."""
    summary: Text | None = None
    """Where it leads, in one sentence."""
    audience: Text | None = None
    """Whom it is for, and what they bring along."""
    story: Text | None = None
    """How it goes, and why in this order; Markdown."""
    order: Literal["prerequisites", "story"] = "prerequisites"
    """`prerequisites`: checked, nothing comes before what it needs. `story`: told in its own order; the page says what comes late."""
    known: tuple[Id, ...] = ()
    """What the audience understands already, with all it rests on."""
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    """The concepts, in the order they are learnt."""
    rank: Whole | None = None
    """Its place in the list of paths, 1 first; paths without one follow by title."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


ResourceType = Literal["paper", "course", "book", "post", "video", "docs", "repo", "tool"]
Level = Literal["beginner", "intermediate", "advanced"]
Cost = Literal["free", "partly-free", "paid"]
Doubtful = Literal[
    "authors", "year", "venue", "url", "doi", "arxiv", "minutes", "cost", "languages"
]


class Resource(Record):
    """Something to read, watch or take: an entry of `resources.yaml`, under its key."""

    key: SkipJsonSchema[Key]
    title: Words
    """The title as published."""
    authors: tuple[Words, ...] = ()
    """Who made it, in the order given there."""
    year: Annotated[int, Field(strict=True, ge=1500, le=2100)] | None = None
    """The year it came out."""
    venue: Words | None = None
    """Journal, conference, publisher or site."""
    type: ResourceType
    """What it is."""
    url: Address | None = None
    """Where it is found."""
    doi: Annotated[str, StringConstraints(pattern=r"^10\.\d{4,9}/\S+$")] | None = None
    """Its digital object identifier, without `https://doi.org/`."""
    arxiv: (
        Annotated[str, StringConstraints(pattern=r"^\d{4}\.\d{4,5}$|^[a-z-]+(\.[A-Z]{2})?/\d{7}$")]
        | None
    ) = None
    """Its arXiv number, in quotes."""
    level: Level
    """Whom it is for."""
    minutes: Whole | None = None
    """Estimated time to work through it; whole minutes."""
    cost: Cost = "free"
    """What it costs to read."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """The languages it comes in."""
    note: Text | None = None
    """What a reader should know before opening it."""
    in_article: tuple[Key, ...] = ()
    """Sections of the source article that name it."""
    verified: Literal["verified", "partial", "unverified"] = "verified"
    """Whether its entry was compared with the thing itself, in part, or not at all; the site tells when it was not."""
    doubtful: tuple[Doubtful, ...] = ()
    """Fields that no source confirmed; the site leaves them out, or shows an address with its doubt."""
    checked_against: Words | None = None
    """For authors: what the entry was compared with. Never shown."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


class FaqEntry(Record):
    """A question that learners ask, with its answer: an entry of `faq.yaml`, under its id."""

    id: SkipJsonSchema[Id]
    question: Text
    """The question, in a learner's words."""
    answer: Text
    """The answer; Markdown, with `[words](concept:id)` for links."""
    concepts: tuple[Id, ...] = ()
    """Concepts to go on with."""
    resources: tuple[Key, ...] = ()
    """Keys of `resources.yaml` that back the answer."""
    claims: tuple[Key, ...] = ()
    """Claims of the source article that it answers."""
    sources: tuple[Key, ...] = ()
    """Sections of the source article that ask it."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


class Section(Record):
    """A section of the source article."""

    title: Text
    """Its heading, in the article's own words and translated."""
    note: Text | None = None
    """What a reader should know about it."""


TermGroup = Literal[
    "keyword",
    "idea",
    "principle",
    "step",
    "model",
    "code",
    "application",
    "tool",
    "paper",
    "ability",
    "challenge",
    "outlook",
    "limitation",
]


class Term(Record):
    """A term of the source article, and the concept it is found under."""

    section: Key
    """The section that uses it."""
    term: Words
    """The term as the article writes it."""
    gloss: Text | None = None
    """What it means, where readers do not read the article's language."""
    group: TermGroup
    """What it is to the article."""
    concept: Id
    """The concept that it is found under."""


class Event(Record):
    """Something dated that happened in a person's career."""

    period: Annotated[
        str, StringConstraints(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?(/\d{4}(-\d{2}(-\d{2})?)?)?$")
    ]
    """When: a date or two with `/` between them, as ISO 8601 writes them, as exact as is known."""
    event: Text
    """What happened."""
    evidence: tuple[Key, ...] = ()
    """Keys of the evidence in `claims.yaml`."""
    confidence: Literal["high", "medium", "low"] = "high"
    """How sure that is."""
    note: Text | None = None
    """What is uncertain about it."""


class Person(Record):
    """A person of the source article, with a page of their own."""

    name: Words
    """The name, as it stands on their works."""
    summary: Text
    """Who they are, in a sentence or two."""
    as_of: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
    """The day up to which the timeline was checked."""
    timeline: tuple[Event, ...] = ()
    """The career, oldest first."""


class Article(Record):
    """The article that a knowledge base starts from. File: `article.yaml`; without it the site has no such pages."""

    title: Text
    """Its title, in its own words and translated."""
    author: Text
    """Who signed it."""
    language: Language
    """The language it is written in, and its quotations are."""
    note: Text | None = None
    """What is known about its origin."""
    drawing: Words | None = None
    """The article's own drawing of its chain, in Mermaid, to the letter."""
    sections: dict[Key, Section]
    """Its sections in order, by the name that claims refer to."""
    terms: tuple[Term, ...] = ()
    """Where each of its terms is found."""
    people: dict[Id, Person] = {}
    """The people it is about."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


class Evidence(Record):
    """What a verdict rests on: an entry under `evidence` of `claims.yaml`."""

    key: SkipJsonSchema[Key]
    title: Text
    """What it is: title, publisher, date."""
    url: Address | None = None
    """Where the original is found; never a copy."""
    says: Text
    """What it says to the point."""
    kind: Literal["primary", "secondary", "own-check", "judgement"]
    """A source close to the event, a report, something we tried, or a judgement where nothing can be looked up."""


Verdict = Literal["supported", "imprecise", "wrong", "unverifiable"]


class Claim(Record):
    """A sentence of the source article with its verdict: an entry under `claims` of `claims.yaml`."""

    id: SkipJsonSchema[Key]
    section: Key
    """The section it stands in."""
    line: Whole
    """The line of the article's text it stands on."""
    line_end: Whole | None = None
    """The last line, where it spans several."""
    quote: Words
    """Its words, to the letter; `……` joins parts."""
    meaning: Text
    """What it says, for readers of other languages."""
    type: Literal[
        "claim",
        "code",
        "definition",
        "employment",
        "instruction",
        "opinion",
        "paper",
        "person",
        "structure",
        "terminology",
        "tool",
        "work",
    ]
    """What sort of sentence it is."""
    verdict: Verdict
    """`supported`, `imprecise`, `wrong` or `unverifiable`."""
    confidence: Literal["high", "medium", "low"]
    """How sure the verdict is."""
    statement: Text
    """What is true instead, and what the site may say."""
    evidence: Annotated[tuple[Key, ...], Field(min_length=1)]
    """What the verdict rests on."""
    concepts: tuple[Id, ...] = ()
    """Concepts it speaks of."""
    resources: tuple[Key, ...] = ()
    """Resources to look at."""
    note: Text | None = None
    """How far the evidence reaches."""
    editor_note: Words | None = None
    """For authors. Never shown."""


class Claims(Record):
    """The claims of the source article and what their verdicts rest on. File: `claims.yaml`."""

    evidence: dict[Key, Evidence]
    """What verdicts and events rest on, by key."""
    claims: dict[Key, Claim]
    """The claims, by id."""


@dataclass(frozen=True)
class Cell:
    """A cell of a snippet, as it stands in its file."""

    kind: Literal["code", "markdown"]
    source: str
    line: int
    """The line of the file that its text begins on."""
    language: str = ""
    """The language of a Markdown cell."""
    name: str = ""
    """What a page calls a code cell that it shows alone."""
    tags: tuple[str, ...] = ()
    lines: str = ""
    """The lines that a page marks where it shows the cell, such as `2 4-5`."""

    @property
    def needs_tensorflow(self) -> bool:
        """Tell whether it is run in a kernel alone, as TensorFlow runs in no browser."""
        return "tensorflow" in self.tags

    @property
    def modules(self) -> set[str]:
        """The modules that its code imports, by the first part of their names; none where it is no Python."""
        try:
            nodes = list(ast.walk(ast.parse(self.source)))
        except SyntaxError:
            return set()
        names = {
            alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names
        }
        names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
        return {name.partition(".")[0] for name in names}


class Figure(Record):
    """A picture that a snippet draws."""

    alt: Text
    """What it shows, for those who cannot see it."""
    caption: Text | None = None
    """What to notice in it."""


class Sabotage(Record):
    """A mistake that the checks of a snippet must catch."""

    find: Words
    """A text that stands once in the code, in one line, before the last cell."""
    replace: Words
    """What to put in its place."""


class Snippet(Record):
    """A runnable script that becomes a notebook. File: `snippets/<id>.py`; the header of the file holds these fields."""

    id: SkipJsonSchema[Id]
    cells: SkipJsonSchema[tuple[Cell, ...]] = ()
    """Its cells, in the order of the file."""
    digest: SkipJsonSchema[str] = ""
    """A hash of all that its outputs depend on, but the versions of packages."""
    title: Text
    """Its name, as a heading."""
    summary: Text
    """What it shows, in one sentence."""
    runtime: Literal["numpy", "tensorflow"] = "numpy"
    """What it needs: with `numpy`, all but the cells tagged `tensorflow` runs in a browser."""
    minutes: Whole
    """Estimated time to read and try it; whole minutes."""
    seed: Annotated[int, Field(strict=True, ge=0)] = 0
    """What its random numbers start from; hashes of Python start from it too."""
    data: tuple[Words, ...] = ()
    """Files of `snippets/data/` that it reads; they lie beside it when it runs."""
    warns: tuple[Words, ...] = ()
    """Deprecation warnings that it shows on purpose, as regular expressions; any other is a failure."""
    tolerance: Annotated[float, Field(ge=0, le=1)] = 1e-6
    """By how much a printed number may differ from the recorded one on the same versions, as a share of it."""
    seconds: Whole = 120
    """The time after which a run is stopped."""
    gigabytes: Whole = 4
    """The memory that a run may take."""
    figures: tuple[Figure, ...] = ()
    """Its pictures, in order of appearance."""
    keeps: dict[Id, Words] = {}
    """Values that its recorded run keeps for explorables, by the explorable's id: Python that runs after the last cell and ends in an expression, whose value can be written as JSON."""
    sabotage: Sabotage | None = None
    """A mistake that its last cell must catch; the tests make it and expect the failure."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""

    @property
    def code(self) -> tuple[Cell, ...]:
        """The cells of code, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")

    def count_figures(self, drawn: int) -> str:
        """Say that it draws more or fewer pictures than it describes."""
        return f"'{self.id}' draws {drawn} pictures and describes {len(self.figures)} under `figures`; give each one its `alt`, in order"


class Explorable(Record):
    """Something on a page to try out, made from values of a recorded run. File: `docs/explorables/<id>.yaml`; its module is `<id>.js` beside it."""

    id: SkipJsonSchema[Id]
    module: SkipJsonSchema[str] = ""
    """The text of its module."""
    title: Text
    """Its name."""
    snippet: Id
    """The snippet whose recorded run holds its values: those that it `keeps` under the id of the explorable."""
    height: Whole
    """The room that a page reserves for it, in `rem`, of which a line of text takes about one and a half."""
    narrow_height: Whole
    """The same on a phone."""
    columns: Annotated[tuple[Text, ...], Field(min_length=1)]
    """The heads of the table that stands in its place where no script runs; the lines of the table are `rows` of the values."""
    words: dict[Id, Text] = {}
    """What its module says, by name."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""


@dataclass(frozen=True)
class Output:
    """What a cell gave: a text, or a picture in SVG or (base64) PNG."""

    kind: Literal["text", "warning", "svg", "png"]
    data: str


@dataclass(frozen=True)
class Picture:
    """A picture of a snippet in one language: the address of its file, what it shows, and what to notice in it."""

    address: str
    alt: str
    caption: str
    width: int
    height: int
    """Its size in pixels, so that a page keeps its place until it is there."""


@dataclass(frozen=True)
class Run:
    """A run of a snippet that was kept. File: `snippets/recorded/<id>.ipynb`, a notebook."""

    id: str
    digest: str
    """The digest of the snippet that ran."""
    ran: str
    """The day, as ISO 8601 writes it."""
    versions: dict[str, str]
    """The versions of Python and of the packages that the snippet imports, by name."""
    outputs: tuple[tuple[Output, ...], ...]
    """For each cell of code, what it gave."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """The values that it keeps for explorables, by the explorable's id."""

    @property
    def pictures(self) -> tuple[Output, ...]:
        """The pictures among the outputs, in order."""
        return pictures(self.outputs)


def pictures(outputs: Iterable[Iterable[Output]]) -> tuple[Output, ...]:
    """Give the pictures among what cells gave, in order."""
    return tuple(each for cell in outputs for each in cell if each.kind in ("svg", "png"))


class Kind(Record):
    """A sort of concept."""

    title: Text
    """Its name."""


class Area(Record):
    """A topic that concepts belong to."""

    title: Text
    """Its name."""
    summary: Text | None = None
    """What it holds, in a sentence."""


class Silence(Record):
    """A warning that is meant to be so."""

    code: Key
    """The warning's code."""
    where: Words
    """What it is about: a concept, `concept -> prerequisite`, a resource, a snippet."""
    because: Words
    """Why it stays."""


_IDS = TypeAdapter(tuple[Id, ...])


class Manifest(Record):
    """What holds for the whole knowledge base. File: `knowledge-base.yaml`; without it, one English knowledge base without areas."""

    format: Annotated[int, Field(strict=True)] = FORMAT
    """The format of the files: 1."""
    title: Text = "Knowledge base"
    """The name of the knowledge base."""
    summary: Text | None = None
    """What it is, in a sentence."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en",)
    """Its languages; the first is the default, the others have a folder of the site each."""
    kinds: dict[Id, Kind] = {}
    """The kinds of concept; without any, every kind is allowed."""
    areas: dict[Id, Area] = {}
    """The areas, in the order pages list them; without any, every area is allowed."""
    errors: tuple[Key, ...] = ()
    """Codes of warnings that count as errors here."""
    silence: tuple[Silence, ...] = ()
    """Warnings that are meant to be so, each with its reason."""
    labels: dict[Language, dict[str, Words]] = {}
    """Words of the pages themselves, for languages that come without, or to replace ours."""
    extra: dict[str, Any] = {}
    """Fields of your own; we keep them and read none of them."""

    @field_validator("kinds", mode="before")
    @classmethod
    def _kinds_from_list(cls, value: object) -> object:
        """Read a list of kinds as a map without titles."""
        if not isinstance(value, list):
            return value
        return {kind: {"title": kind} for kind in _IDS.validate_python(value)}


FILES: Mapping[str, type[Record]] = MappingProxyType(
    {
        "knowledge-base": Manifest,
        "concept": Concept,
        "path": LearningPath,
        "resource": Resource,
        "faq": FaqEntry,
        "article": Article,
        "claims": Claims,
        "snippet": Snippet,
        "explorable": Explorable,
    }
)
"""The record that a file, or an entry of a file with many, is read into."""


class _NoPlaces:
    def of(self, file: str, *path: str | int) -> Place:
        return Place(file)

    def is_whole(self, file: str, *path: str | int) -> bool:
        return True

    def of_text(self, file: str, offset: int) -> Place:
        return Place(file)


@dataclass(frozen=True, eq=False)  # compared by identity: what is made of one can be kept for it
class KnowledgeBase:
    """All that was read, by id; in the order of its file where records share one, else by id."""

    manifest: Manifest = field(default_factory=Manifest)
    concepts: Mapping[str, Concept] = field(default_factory=dict)
    paths: Mapping[str, LearningPath] = field(default_factory=dict)
    resources: Mapping[str, Resource] = field(default_factory=dict)
    faq: Mapping[str, FaqEntry] = field(default_factory=dict)
    article: Article | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    claims: Mapping[str, Claim] = field(default_factory=dict)
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """For each unit and language, the hash of the original that the translation was made from."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The written pages: their text by their path in `docs/`."""
    snippets: Mapping[str, Snippet] = field(default_factory=dict)
    figures: Mapping[str, str] = field(default_factory=dict)
    """The figures drawn for the pages: SVG by id."""
    explorables: Mapping[str, Explorable] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    """The recorded run of each snippet that has one."""
    unread: frozenset[str] = frozenset()
    """Ids and keys whose record is there but could not be read; nothing else is said about them."""
    unsure: frozenset[str] = frozenset()
    """What is named in files that could not be read ("resource", "area", "language", …): none of these is said to be unknown."""
    files: Mapping[tuple[type[Record], str], str] = field(default_factory=dict)
    """The file of each concept, path, snippet and explorable, by kind and id, as problems name it."""
    folder: str = "graph"
    docs: str = "docs"
    snippet_folder: str = "snippets"
    places: Places = field(default_factory=_NoPlaces)

    @property
    def language(self) -> str:
        """The default language."""
        return self.manifest.languages[0]

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages, the default first."""
        return self.manifest.languages

    def folder_of(self, language: str) -> str:
        """Give the folder of a language's pages, as seen from the root of the site; "" for the default one."""
        return "" if language == self.language else f"{language}/"

    def file_of(self, record: Concept | LearningPath | Snippet | Explorable) -> str:
        """Give the file of a record that has one of its own, as problems name it."""
        return self.files[type(record), record.id]

    def values_of(self, explorable: Explorable) -> Mapping[str, Any]:
        """Give the recorded values that an explorable shows; nothing where its snippet has no recorded run."""
        run = self.runs.get(explorable.snippet)
        return run.kept.get(explorable.id, {}) if run else {}

    def say(self, text: Text | None, language: str) -> str:
        """Give a text in a language; where it is missing there, in the first language that has it; "" for none."""
        return in_language(text, language, self.manifest.languages)


def in_language(text: Text | None, language: str, languages: tuple[str, ...]) -> str:
    """Give a text in a language, or else in the first of `languages` that it has; "" where there is none."""
    if text is None or isinstance(text, str):
        return text or ""
    for candidate in (language, *languages, *text):
        if candidate in text:
            return text[candidate]
    return ""


def relinked(text: str, address: Callable[[str], str]) -> str:
    """Lead each link to a concept or a snippet to the address of its page: that of `concepts/lstm`, `snippets/bptt`."""

    def lead(words: str) -> str:
        words = LINK.sub(
            lambda link: (
                link[0].removesuffix(f"concept:{link[1]}") + address(f"concepts/{link[1]}")
            ),
            words,
        )
        return MENTION.sub(lambda link: f"{link[1]}({address(f'snippets/{link[2]}')})", words)

    return outside_code(text, lead)


def outside_code(text: str, change: Callable[[str], str]) -> str:
    """Change a Markdown text where it is no code."""
    parts, end = [], 0
    for code in _CODE.finditer(text):
        parts += [change(text[end : code.start()]), code[0]]
        end = code.end()
    return "".join([*parts, change(text[end:])])


def links_in(text: str, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    """Give the matches of `LINK`, `MENTION`, `EMBED`, `FIGURE`, `EXPLORABLE` or `SOURCE` in a Markdown text, code left out."""
    if any(each in text for each in ("concept:", "snippet:", "figure:", "explorable:", "[^")):
        yield from pattern.finditer(_without_code(text))


def texts_in(record: Record, path: Trail = ()) -> Iterator[tuple[Trail, Text]]:
    """Go through the texts of a record and of the records in it, each with the path to it."""
    for name, speaks, by_name in _telling_fields(type(record)):
        value = getattr(record, name)
        if by_name:
            for key, text in value.items():
                yield (*path, name, key), text
        elif value:
            yield from _texts_below(value, (*path, name), speaks)


# Private functions


_CODE = re.compile(
    r"^[ ]*(?P<fence>`{3,}|~{3,})[^\n]*\n(?:.*?\n)??[ ]*(?P=fence)[`~]*[ \t]*$|(?<!`)(?P<ticks>`+)(?!`)[^\n]*?(?<!`)(?P=ticks)(?!`)",
    re.MULTILINE | re.DOTALL,
)
"""A block of code between fences, or code in a line."""


def _without_code(text: str) -> str:
    """Blank out the code, and leave everything else in its place."""
    return _CODE.sub(lambda code: re.sub(r"[^\n]", " ", code[0]), text)


@cache
def _telling_fields(kind: type[Record]) -> tuple[tuple[str, bool, bool], ...]:
    """Give the fields in which texts or records may stand, whether texts do, and whether they do by names."""
    found = []
    for name, info in kind.model_fields.items():
        speaks = any(isinstance(part, Discriminator) for part in info.metadata) or _speaks(
            info.annotation
        )
        if speaks or _holds_records(info.annotation):
            by_name = get_origin(info.annotation) is dict and _speaks(get_args(info.annotation)[1])
            found.append((name, speaks, by_name))
    return tuple(found)


def _holds_records(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Record):
        return True
    return any(_holds_records(part) for part in get_args(annotation))


def _speaks(annotation: object) -> bool:
    """Tell whether a `Text` stands somewhere in a type."""
    if any(isinstance(part, Discriminator) for part in getattr(annotation, "__metadata__", ())):
        return True
    return any(_speaks(part) for part in get_args(annotation))


def _texts_below(value: object, path: Trail, speaks: bool) -> Iterator[tuple[Trail, Text]]:
    if isinstance(value, Record):
        yield from texts_in(value, path)
    elif speaks and isinstance(value, str | dict):
        yield path, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from _texts_below(item, (*path, index), speaks)
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_below(item, (*path, key), speaks)
