"""What differs between two knowledge bases, printed: for people, as a comment on a change, and for programs.

A report is a list of parts with a line each for what differs. Texts of the graph stand in it to the letter: a comment
shows the marks that a text has, and nothing in it links, calls somebody or ends the list that it stands in. What is too
long for a comment is cut there.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from learnpath.comparing import ChangedPage, ChangedPlan, Difference, Edge, Minutes
from learnpath.joining import in_one_line
from learnpath.model import Concept, Text
from learnpath.problems import Problem, printable

LONGEST = 60_000
"""The characters that a comment may have: GitHub takes 65,536."""
LONGEST_TEXT = 300
"""The characters of a text of the graph in a comment."""


@dataclass(frozen=True)
class Part:
    """A part of a report: its title and its lines."""

    title: str
    lines: Sequence[str]


def as_text(found: Difference, named: str, labels: Mapping[str, str], language: str) -> str:
    """Print for people, all of it."""
    told = _Report(found, labels, language, _Terminal())
    parts = [f"{part.title}\n{_below('  ', part)}" for part in told.parts()]
    return "\n".join([f"{told.heading(named)}\n{told.summary()}\n", *parts])


def as_markdown(found: Difference, named: str, labels: Mapping[str, str], language: str) -> str:
    """Print as a comment on a change; of long lists the beginning, so that it stays short enough for one."""
    for most in (100, 40, 15, 5):
        told = _Report(found, labels, language, _Markdown(), most)
        parts = [f"\n### {part.title}\n\n{_below('- ', part)}" for part in told.parts()]
        whole = "".join([f"## {told.heading(named)}\n\n{told.summary()}\n", *parts])
        if len(whole) <= LONGEST:
            return whole
    return whole[:LONGEST].rpartition("\n")[0] + "\n"


def as_json(found: Difference, named: str, labels: Mapping[str, str], language: str) -> str:
    """Print for programs; concepts go by their ids, texts are as they stand in the files."""
    whole: dict[str, Any] = {
        "base": named,
        "errors": dict(zip(("before", "after"), found.errors, strict=True)),
        "concepts": {
            "added": found.added,
            "removed": found.removed,
            "renamed": dict(sorted(found.renamed.items())),
        },
        "prerequisites": {
            "added": [asdict(each) for each in found.edges_added],
            "removed": [asdict(each) for each in found.edges_removed],
            "reworded": [
                {**asdict(new), "before": old.why, "after": new.why} for old, new in found.reworded
            ],
        },
        "minutes": {
            "before": found.minutes.before,
            "after": found.minutes.after,
            "paths": [asdict(each) for each in found.minutes_of_paths],
            "concepts": [asdict(each) for each in found.minutes_of_concepts],
        },
        "plans": None if found.plans is None else [_plan_row(each) for each in found.plans],
        "pages": [asdict(each) for each in found.pages],
        "problems": {
            "new": [_problem_row(each) for each in found.problems_new],
            "gone": [_problem_row(each) for each in found.problems_gone],
        },
    }
    for each in whole["prerequisites"]["reworded"]:
        del each["why"]
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


FORMATS: dict[str, Callable[[Difference, str, Mapping[str, str], str], str]] = {
    "text": as_text,
    "markdown": as_markdown,
    "json": as_json,
}


# Private functions


def _below(mark: str, part: Part) -> str:
    return "".join(f"{mark}{line}\n" for line in part.lines)


def _plan_row(each: ChangedPlan) -> dict[str, Any]:
    row = asdict(each)
    for name in ("steps", "minutes"):
        row[name] = dict(zip(("before", "after"), row[name], strict=True))
    return row


def _problem_row(each: Problem) -> dict[str, Any]:
    return {
        "file": each.place.file,
        "line": each.place.line,
        "severity": each.severity,
        "code": each.code,
        "message": each.message,
        "where": each.where,
    }


class _Form(Protocol):
    """How a form shows a text to the letter, a name, and the sign that begins a line."""

    def words(self, text: str) -> str: ...

    def name(self, text: str) -> str: ...

    def sign(self, sign: str) -> str: ...


class _Terminal:
    def words(self, text: str) -> str:
        return printable(in_one_line(text))

    def name(self, text: str) -> str:
        return self.words(text)

    def sign(self, sign: str) -> str:
        return sign


class _Markdown:
    """Markdown as GitHub shows it, which makes links of names, numbers and addresses, and pictures of words in colons."""

    _LINKED = re.compile(
        r"(?<=@)(?=\w)|(?<=\\#)(?=\d)|(?<=\w)(?=://)|(?<=www)(?=\.)|(?<=:)(?=[\w+-]+:)", re.I
    )

    def words(self, text: str) -> str:
        text = in_one_line(text)
        text = text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"
        text = printable(text).replace("&", "&amp;").replace("<", "&lt;")
        return self._LINKED.sub("<!-- -->", re.sub(r"[\\`*_\[\]#~$]", r"\\\g<0>", text))

    def name(self, text: str) -> str:
        text = printable(in_one_line(text))
        fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
        pad = " " if len(fence) > 1 else ""
        return f"{fence}{pad}{text}{pad}{fence}"

    def sign(self, sign: str) -> str:
        return f"**{sign}**"  # a bare one would begin a list in the list


@dataclass
class _Report:
    """The sentences of a report, in one language and one form."""

    found: Difference
    labels: Mapping[str, str]
    language: str
    form: _Form
    most: int = 1_000_000
    """The lines of a part, and the names in a line; how many more there are is said."""

    def heading(self, named: str) -> str:
        return self._fill("diff-title", base=self.form.name(named))

    def summary(self) -> str:
        """Say in a line how much differs."""
        found = self.found
        if found.is_empty:
            return self.labels["diff-nothing"]
        counts = {
            "diff-count-added": len(found.added),
            "diff-count-removed": len(found.removed),
            "diff-count-renamed": len(found.renamed),
            "diff-count-edges-added": len(found.edges_added),
            "diff-count-edges-removed": len(found.edges_removed),
            "diff-count-plans": len(found.plans or ()),
            "diff-count-pages": len(found.pages),
            "diff-count-problems-new": len(found.problems_new),
            "diff-count-problems-gone": len(found.problems_gone),
        }
        said = [self._count(label, n) for label, n in counts.items() if n]
        return " · ".join(
            [*said, self._fill("diff-hours-of-whole", change=self._change(found.minutes))]
        )

    def parts(self) -> Iterator[Part]:
        """Give the parts that have something to say."""
        found = self.found
        parts = {
            "diff-problems-new": map(self._problem, found.problems_new),
            "diff-problems-gone": map(self._problem, found.problems_gone),
            "diff-concepts": self._concepts(),
            "diff-edges": self._edges(),
            "diff-hours": self._hours(),
            "diff-plans": self._plans(),
            "diff-pages": map(self._page, found.pages),
        }
        for label, lines in parts.items():
            shown = list(lines)
            if len(shown) > self.most:
                left = len(shown) - self.most
                shown[self.most :] = [self._count("diff-more", left)]
            if shown:
                yield Part(self.labels[label], shown)

    # one function a part

    def _problem(self, each: Problem) -> str:
        place = self.form.name(f"{each.place.file}:{each.place.line}")
        weight = self.labels[f"diff-{each.severity}"]
        return f"{place} {weight} {self.form.words(each.message)} [{self.form.name(each.code)}]"

    def _concepts(self) -> Iterator[str]:
        found = self.found
        for id in found.added:
            concept = found.after.concepts[id]
            about = found.after.say(concept.summary, self.language)
            time = self._time(concept)
            yield self._signed("+", self._joined(self._named(id), time, self.form.words(about)))
        for id in found.removed:
            yield self._signed(
                "−", self._joined(self._named(id), self._time(found.before.concepts[id]))
            )
        for old, new in sorted(found.renamed.items()):
            yield self._signed(
                "~", self._fill("diff-renamed", old=self.form.name(old), new=self._named(new))
            )

    def _edges(self) -> Iterator[str]:
        found = self.found
        for sign, edges in (("+", found.edges_added), ("−", found.edges_removed)):
            for each in edges:
                yield self._signed(sign, self._edge(each) + self._because(each.why))
        for old, new in found.reworded:
            said = [
                self.form.words(self._say(each.why)) or self.labels["diff-no-reason"]
                for each in (old, new)
            ]
            yield self._signed("~", f"{self._edge(new)}: {said[0]} → {said[1]}")

    def _hours(self) -> Iterator[str]:
        found = self.found
        for each in found.minutes_of_paths:
            base = found.after if each.id in found.after.paths else found.before
            title = self.form.words(base.say(base.paths[each.id].title, self.language))
            yield f"{self._fill('diff-path', title=title)} ({self.form.name(each.id)}): {self._change(each)}"
        for each in found.minutes_of_concepts:
            yield self._signed("~", f"{self._named(each.id)}: {self._change(each)}")

    def _plans(self) -> Iterator[str]:
        if self.found.plans is None:
            yield self.labels["diff-no-plans"]
        for each in self.found.plans or ():
            steps = (
                "{} → {}".format(*each.steps)
                if each.steps[0] != each.steps[1]
                else str(each.steps[0])
            )
            head = self._fill(
                "diff-plan",
                goal=self._named(each.goal),
                steps=steps,
                change=self._change(Minutes("", *each.minutes)),
            )
            lists = {"gained": each.gained, "lost": each.lost, "moved": each.moved}
            said = [
                self._fill(f"diff-{name}", steps=self._names(ids))
                for name, ids in lists.items()
                if ids
            ]
            yield "; ".join([head, *said])

    def _page(self, each: ChangedPage) -> str:
        sign = {"added": "+", "removed": "−"}.get(each.how, "~")
        parts = ", ".join(self.form.name(part) for part in each.parts)
        languages = f" ({', '.join(each.languages)})" if each.languages else ""
        return self._signed(
            sign, f"{self.form.name(each.name)}{f': {parts}' if parts else ''}{languages}"
        )

    # what the parts have in common

    def _fill(self, label: str, **values: str) -> str:
        return self.labels[label].format(**values)

    def _count(self, label: str, n: int) -> str:
        one, _, other = self.labels[label].partition("|")
        return (one if n == 1 or not other else other).format(n=n)

    def _say(self, text: Text | None) -> str:
        return self.found.after.say(text, self.language)

    def _named(self, id: str) -> str:
        base = self.found.after if id in self.found.after.concepts else self.found.before
        concept = base.concepts.get(id)
        name = self.form.name(id)
        if concept is None:
            return name
        title = self.form.words(base.say(concept.title, self.language))
        return f"{title} ({name})"

    def _names(self, ids: Sequence[str]) -> str:
        shown = [self._named(id) for id in ids[: self.most]]
        if len(ids) > self.most:
            shown.append(self._count("diff-more", len(ids) - self.most))
        return ", ".join(shown)

    def _edge(self, each: Edge) -> str:
        needs = f" {self.labels['diff-or']} ".join(self._named(id) for id in each.needs)
        return self._fill("diff-needs", concept=self._named(each.concept), needs=needs)

    def _because(self, why: Text | None) -> str:
        said = self.form.words(self._say(why))
        return f": {said}" if said else ""

    def _time(self, concept: Concept) -> str:
        return self._hours_of(concept.minutes) if concept.minutes else ""

    def _hours_of(self, minutes: int | None) -> str:
        return f"{minutes / 60:.3g} h" if minutes is not None else self.labels["diff-none"]

    def _change(self, each: Minutes) -> str:
        """Say how the hours changed; in minutes what is too little to be seen in hours."""
        before, after = self._hours_of(each.before), self._hours_of(each.after)
        if each.before is not None and each.after is not None and each.before != each.after:
            more = each.after - each.before
            return f"{before} → {after} ({'+' if more > 0 else '−'}{abs(more)} min)"
        return before if before == after else f"{before} → {after}"

    def _signed(self, sign: str, said: str) -> str:
        return f"{self.form.sign(sign)} {said}"

    def _joined(self, *parts: str) -> str:
        return " · ".join(part for part in parts if part)
