"""What a page tells its scripts: which page it is, and the words that they print on it."""

from collections.abc import Mapping
from typing import Any

_ALWAYS = (
    "about-hours",
    "about-minutes",
    "go-on-with",
    "leave-trail",
    "learnt-of",
    "mark-done",
    "mark-known",
    "mark-learning",
    "ready-next",
    "time-left",
    "trail",
    "trouble-blocked",
    "trouble-corrupted",
    "trouble-full",
    "your-plan",
)
_QUIZ = ("check-answers", "not-right", "right", "score", "unanswered")
_OF_PAGE: Mapping[str, tuple[str, ...]] = {
    "concept": (
        "also-needs",
        "former-step",
        "next-step",
        "ready",
        "ready-with-this",
        "step-of",
        "trail-onward",
        "your-mark",
    ),
    "questions": (*_QUIZ, "mark-as-known", "marked-as-known"),
    "ready-check": (
        *_QUIZ,
        "loading",
        "look-first",
        "nothing-to-ask",
        "questions-failed",
        "ready-check",
        "seem-ready",
    ),
    "path": ("all-learnt", "follow", "ready", "you-follow"),
    "home": (
        "all-learnt",
        "clear-marks",
        "export-marks",
        "go-on",
        "import-marks",
        "import-wrong",
        "imported",
        "imported-none",
        "in-this-site",
        "learning-now",
        "marks-back",
        "marks-cleared",
        "marks-count",
        "marks-kept",
        "marks-merged",
        "undo",
        "your-marks",
    ),
    "plan": ("ongoing", "steps", "undo"),
    "reading": (),
    "map": (
        "needs",
        "needs-nothing",
        "one-of",
        "ongoing",
        "opens",
        "opens-nothing",
        "plan-found",
        "plan-found-more",
        "plan-found-none",
        "plan-the-way",
        "ready",
    ),
}


def search_words(labels: Mapping[str, str]) -> dict[str, str]:
    """Give the words of the search, which every page has."""
    return {name: words for name, words in labels.items() if name.split("-")[0] == "search"} | {
        "loading": labels["loading"]
    }


def told(page: str, labels: Mapping[str, str], *parts: str, **more: Any) -> dict[str, Any]:
    """Give what a sort of page tells, with the words of those of its `parts` that not every such page has.

    A word whose name begins with that of the page, as in `plan-goals`, is one of its own.
    """
    names = {*_ALWAYS, *_OF_PAGE[page], *(name for part in parts for name in _OF_PAGE[part])}
    names.update(name for name in labels if name.startswith(f"{page}-"))
    return {"page": page, "words": {name: labels[name] for name in sorted(names)}, **more}
