"""The written pages as the tests of the prose see them: parts, words, numbers, and the terms of the graph.

`python tests/prose.py` prints the length of each page.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from sybil import Document, Sybil
from sybil.evaluators.python import PythonEvaluator
from sybil.parsers.markdown import CodeBlockParser

ROOT = Path(__file__).parents[1]

DEEP = frozenset(
    [
        "backpropagation",
        "vanishing-exploding-gradients",
        "embeddings",
        "recurrent-neural-network",
        "bptt",
        "lstm",
        "gru",
        "language-modeling",
        "character-level-language-model",
        "sequence-to-sequence",
        "attention-mechanism",
        "transformer",
    ]
)
FULL = sorted(
    DEEP
    | set(
        [
            "continuous-learning",
            "technical-leadership",
            "engineering-practice",
            "artificial-intelligence",
            "machine-learning",
            "deep-learning",
            "success",
            "artificial-neuron",
            "activation-functions",
            "neural-networks",
            "loss-functions",
            "gradient-descent",
            "stochastic-gradient-descent",
            "adaptive-optimizers",
            "automatic-differentiation",
            "generalization-overfitting",
            "regularization",
            "model-evaluation",
            "debugging-neural-networks",
            "gradient-clipping",
            "convolutional-neural-network",
            "sequence-data",
            "tokenization",
            "linear-models",
            "tensor-programming",
            "matrix-calculus",
            "softmax-cross-entropy",
            "padding-masking",
            "teacher-forcing",
            "perplexity",
            "sampling-decoding",
            "sequence-classification",
            "self-attention",
        ]
    )
)
BRIEF = sorted({file.stem for file in (ROOT / "graph" / "concepts").glob("*.yaml")} - set(FULL))
ALL = sorted(FULL + BRIEF)
ANSWERS = [f"section-{number}" for number in range(1, 10)]
LANGUAGES = ("en", "zh")

BANDS = {  # what a reader reads: English words, Chinese characters
    ("brief", "en"): (250, 500),
    ("brief", "zh"): (350, 1000),
    ("full", "en"): (700, 1500),
    ("full", "zh"): (980, 3000),
    ("deep", "en"): (1500, 2500),
    ("deep", "zh"): (2100, 5000),
    ("answer", "en"): (250, 800),
    ("answer", "zh"): (350, 1600),
}

HEADINGS = {
    "en": (
        ("What people get wrong",),
        ("When not to use it", "Its limits"),
        ("Where it stands today",),
        ("Exercises",),
    ),
    "zh": (("常见误解",), ("什么时候不该用", "它的边界"), ("今天的位置",), ("练习",)),
}
WRONG = {"en": "What people get wrong", "zh": "常见误解"}
PRACTISE = {"en": "How to practise it", "zh": "怎样练习"}
THIS_WEEK = {"en": "Something to do this week", "zh": "本周就做"}
DOCUMENTED = {"en": "A documented example", "zh": "一个有据可查的例子"}

_FENCE = re.compile(r"^[ ]*(`{3,})[^\n]*\n.*?^[ ]*\1[ ]*$", re.DOTALL | re.MULTILINE)
_FORMULA = re.compile(r"\$\$.+?\$\$|\$[^$\n]+(?:\n[^$\n]+)?\$", re.DOTALL)
_SHOWN = re.compile(r"^!\[[^\]\n]*\]\((?:figure|snippet|explorable):[^\n]*\)[ \t]*$", re.MULTILINE)
_SOURCE_TEXT = re.compile(r"^\[\^[^\]]+\]:.*$", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_DECIMAL = re.compile(r"(?<![\w.])\d+\.\d+(?![\w]|\.\d)")
_NUMBER = re.compile(r"(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)")


@dataclass(frozen=True)
class Page:
    """The prose of a concept in one language, or the answer to a section of the article."""

    id: str
    language: str
    folder: str = "concepts"

    @property
    def file(self) -> Path:
        """Where it is written."""
        return (
            ROOT
            / "docs"
            / ("" if self.language == "en" else self.language)
            / f"{self.folder}/{self.id}.md"
        )

    @cached_property
    def text(self) -> str:
        """All of it."""
        return self.file.read_text(encoding="utf-8")

    @cached_property
    def words(self) -> str:
        """What is read of it as running text."""
        return running(self.text)

    @property
    def length(self) -> int:
        """How long it is, see `length_of`."""
        return length_of(self.words, self.language)

    @property
    def kind(self) -> str:
        """What it is: a deep, full or brief page on a concept, or an answer."""
        if self.folder != "concepts":
            return "answer"
        return "deep" if self.id in DEEP else "full" if self.id in FULL else "brief"

    @property
    def band(self) -> tuple[int, int]:
        """How long it may be."""
        return BANDS[self.kind, self.language]

    @property
    def headings(self) -> list[str]:
        """Its headings of the second level."""
        return re.findall(r"^## (.+?)[ #]*$", without_code(self.text), re.MULTILINE)

    def section(self, *titles: str) -> str:
        """Give the text under the heading of one of these titles."""
        parts = re.split(r"^## (.+?)[ #]*$", self.text, flags=re.MULTILINE)
        return "".join(
            body for title, body in zip(parts[1::2], parts[2::2], strict=True) if title in titles
        )

    @property
    def foundation(self) -> str:
        """What must rest on its prerequisites alone: all before its outlook, of a brief page the idea and the example."""
        end = WRONG if self.kind == "brief" else {lang: HEADINGS[lang][2][0] for lang in LANGUAGES}
        return re.split(rf"^## {end[self.language]}", self.text, flags=re.MULTILINE)[0]


def running(text: str) -> str:
    """Give what is read as running text: no code, formulas, figures, tables, notes or targets of links."""
    text = without_tables(_FORMULA.sub(" ", without_shown(text)))
    return re.sub(r"\[\^[^\]]+\]", "", _LINK.sub(r"\1", text))


def length_of(words: str, language: str) -> int:
    """Count English words, or Chinese characters, where a word or number in Latin script counts as one."""
    if language == "en":
        return len(re.findall(r"[A-Za-z0-9][\w'’.,-]*", words, re.ASCII))
    return len(re.findall(r"[一-鿿]|[A-Za-z0-9][\w.-]*", words))


def without_shown(text: str) -> str:
    """Blank out code, the lines that show figures and snippets, and the texts of footnotes."""
    return _SOURCE_TEXT.sub("", _SHOWN.sub("", without_code(text)))


def without_tables(text: str) -> str:
    """Blank out tables."""
    return re.sub(r"^[ ]*\|.*$", "", text, flags=re.MULTILINE)


def without_code(text: str) -> str:
    """Blank out blocks of code."""
    return _FENCE.sub("", text)


def sentences(page: Page) -> Iterator[str]:
    """Give the sentences of a page, white space evened out."""
    for paragraph in re.split(r"\n[ \t]*\n|^[ ]*[-*] ", page.words, flags=re.MULTILINE):
        even = " ".join(paragraph.split())
        yield from re.split(r"(?<=[.!?])\s+(?=[A-Z“\"])|(?<=[。！？])", even)


# The checks of worked numbers


class Unchecked(AssertionError):
    """A number of the text that nobody computes, or that comes out otherwise."""


class Stretch:
    """A stretch of text before a check, and what its code may call to account for the numbers in it."""

    def __init__(self) -> None:
        self.text = ""
        self.accounted: set[str] = set()

    def says(self, shown: str, value: float) -> None:
        """The stretch says `shown`, and `value` rounds to it."""
        digits = shown.lstrip("-−+")
        if digits not in _numbers(self.text):
            raise Unchecked(f"the text before this check does not say {digits}")
        decimals = len(digits.partition(".")[2])
        wanted = float(digits.replace(",", "")) * (-1 if shown[0] in "-−" else 1)
        if abs(float(value) - wanted) > 0.5 * 10**-decimals * (1 + 1e-6) + 1e-12:
            raise Unchecked(f"the text says {shown}, computed is {float(value):.{decimals + 3}f}")
        self.accounted.add(digits)

    def given(self, *shown: str) -> None:
        """These numbers of the stretch are chosen and not computed."""
        for each in shown:
            digits = each.lstrip("-−+")
            if digits not in _numbers(self.text):
                raise Unchecked(f"the text before this check does not say {digits}")
            self.accounted.add(digits)

    def recorded(self, id: str, *shown: str) -> None:
        """These numbers of the stretch are in the recorded output of a snippet, rounded."""
        outputs = [float(each.replace(",", "")) for each in _recorded(id)]
        for each in shown:
            digits = each.lstrip("-−+")
            decimals = len(digits.partition(".")[2])
            wanted = float(digits.replace(",", ""))
            near = 0.5 * 10**-decimals * (1 + 1e-6) + 1e-12
            if not any(abs(output - wanted) <= near for output in outputs):
                raise Unchecked(f"nothing in the record of {id} rounds to {digits}")
            if digits not in _numbers(self.text):
                raise Unchecked(f"the text before this check does not say {digits}")
            self.accounted.add(digits)

    def end(self) -> set[str]:
        """Give the decimal numbers that were not accounted for, and begin anew."""
        left = _unsourced_decimals(self.text) - self.accounted
        self.text, self.accounted = "", set()
        return left


def run_checks(page: Page) -> list[str]:
    """Run all checks of a page, as Sybil finds them; give what is wrong, with places."""
    sybil = Sybil(parsers=[CodeBlockParser("python check", PythonEvaluator())])
    document: Document = sybil.parse(page.file)
    stretch, wrong = Stretch(), []
    document.namespace.update(says=stretch.says, given=stretch.given, recorded=stretch.recorded)
    end = 0
    for example in document.examples():
        for part in _stretches(page.text[end : example.region.start]):
            left = _unsourced_decimals(stretch.text)
            if left:
                wrong.append(f"{page.file.name}: nobody computes {', '.join(sorted(left))}")
            stretch.text, stretch.accounted = part, set()
        try:
            example.evaluate()
        except Exception as error:
            wrong.append(f"{page.file.name}:{example.line}: {type(error).__name__}: {error}")
        left = stretch.end()
        if left:
            wrong.append(
                f"{page.file.name}:{example.line}: nobody computes {', '.join(sorted(left))}"
            )
        end = example.region.end
    left = _unsourced_decimals(page.text[end:])
    if left:
        wrong.append(f"{page.file.name}: nobody computes {', '.join(sorted(left))} (at the end)")
    return wrong


def checks_of(page: Page) -> list[str]:
    """Give the code of its checks."""
    return [
        re.sub(r"(?m)^ {4}", "", body) if indent else body
        for indent, body in re.findall(
            r"^( *)```python check\n(.*?)^ *```$", page.text, re.DOTALL | re.MULTILINE
        )
    ]


# The terms of the graph


@cache
def concepts() -> dict[str, Any]:
    """Give the concepts of the graph, by id."""
    from learnpath import building

    return dict(building.checked(ROOT / "graph").base.concepts)


# Private functions


def _stretches(text: str) -> list[str]:
    return re.split(r"^(?=#{2,} |\*\*\d+\.\*\*)", text, flags=re.MULTILINE)


def _plain(text: str) -> str:
    text = _SOURCE_TEXT.sub("", without_code(text))
    text = re.sub(
        r"^!\[([^\]\n]*)\]\((?:figure|snippet|explorable):[^\s\"]*(?:\s+\"([^\"\n]*)\")?\)[ \t]*$",
        r"\2",
        text,
        flags=re.M,
    )
    return _LINK.sub(r"\1", text).replace("{,}", ",").replace(r"\,", "")


def _numbers(text: str) -> set[str]:
    return set(_NUMBER.findall(_plain(text))) | set(_DECIMAL.findall(_plain(text)))


def _unsourced_decimals(text: str) -> set[str]:
    """Give the decimal numbers of a text, but not those of a sentence with a footnote, nor numbers of sections."""
    kept = []
    for paragraph in re.split(r"\n[ \t]*\n", _plain(text)):
        even = re.sub(
            r"(?:[Ss]ections?|[Vv]ersion|Python|TensorFlow|Keras|第) ?\d+\.[\d.]+",
            "",
            " ".join(paragraph.split()),
        )
        for sentence in re.split(r"(?<=[.!?\]])\s+(?=[A-Z“\"*-])|(?<=[。！？])(?!\[\^)", even):
            if "[^" not in sentence:
                kept.append(sentence)
    return set(_DECIMAL.findall("\n".join(kept)))


@cache
def _recorded(id: str) -> tuple[str, ...]:
    notebook = json.loads((ROOT / "snippets" / "recorded" / f"{id}.ipynb").read_text("utf-8"))
    outputs = [
        "".join(output.get("text", [])) + "".join(output.get("data", {}).get("text/plain", []))
        for cell in notebook["cells"]
        for output in cell.get("outputs", [])
    ]
    return tuple(re.findall(r"\d+(?:,\d{3})*(?:\.\d+)?", "\n".join(outputs)))


if __name__ == "__main__":
    print(f"{'page':34} {'kind':6} {'words':>6} {'of':>10} {'characters':>11} {'of':>10}")
    for id, folder in [*((id, "concepts") for id in ALL), *((id, "article") for id in ANSWERS)]:
        pages = [Page(id, language, folder) for language in LANGUAGES]
        lengths = [page.length if page.file.is_file() else 0 for page in pages]
        bands = [f"{low}-{high}" for low, high in (page.band for page in pages)]
        print(
            f"{id:34} {pages[0].kind:6} {lengths[0]:6} {bands[0]:>10} {lengths[1]:11} {bands[1]:>10}"
        )
