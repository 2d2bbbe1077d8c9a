"""What an outcome means: the problems it has, and the record that is made of it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from learnpath import storing
from learnpath.model import KnowledgeBase, Run, pictures
from learnpath.problems import Place, Problem, problem
from learnpath.snippets.recording import differences, differing, notebook
from learnpath.snippets.running import Failure, Job, Outcome, imported


def jobs(base: KnowledgeBase, ids: list[str]) -> list[Job]:
    """Give the jobs of the snippets `ids`, with their data files read."""
    folder = Path(base.snippet_folder) / "data"
    return [
        Job(
            base.snippets[id],
            {name: (folder / name).read_bytes() for name in base.snippets[id].data},
        )
        for id in ids
    ]


def problems_of(base: KnowledgeBase, outcome: Outcome) -> Iterator[Problem]:
    """Give what is wrong with an outcome: a failure, pictures without a description, or other outputs than recorded.

    Outputs are compared where code, data and all versions are those of the record.
    """
    snippet = base.snippets[outcome.id]
    file, run = base.file_of(snippet), base.runs.get(snippet.id)
    if outcome.failure:
        place = Place(file, outcome.failure.line, 0)
        yield problem("snippet-failed", place, str(outcome.failure), snippet.id)
        return
    drawn = len(pictures(outcome.outputs))
    if drawn != len(snippet.figures):
        place = base.places.of(file, "figures")
        yield problem("figure-count", place, snippet.count_figures(drawn), snippet.id)
    if run and run.digest == snippet.digest and run.versions == imported(snippet):
        for cell, difference in differences(snippet, run, outcome.outputs):
            message = (
                f"{difference}; if that is meant, run `learnpath snippets record {snippet.id}`"
            )
            yield problem("record-differs", Place(file, cell.line, 0), message, snippet.id)
        id = differing(snippet, run, outcome.kept)
        if id:
            message = f"what it keeps for '{id}' is not what was recorded; if that is meant, run `learnpath snippets record {snippet.id}`"
            yield problem("record-differs", base.places.of(file, "keeps", id), message, snippet.id)


def excerpt(failure: Failure) -> str:
    """Give the cell that failed, each line with its number in the file, the failing one marked."""
    if failure.cell is None:
        return ""
    lines = enumerate(failure.cell.source.splitlines(), failure.cell.line)
    return "".join(
        f"{'>' if number == failure.line else ' '} {number:4} | {line}".rstrip() + "\n"
        for number, line in lines
    )


def record(base: KnowledgeBase, outcome: Outcome, day: str) -> bool:
    """Keep an outcome as the recorded run of its snippet; tell whether the record is another than before.

    A record that would only change its day is left as it is.
    """
    snippet, former = base.snippets[outcome.id], base.runs.get(outcome.id)
    now = Run(snippet.id, snippet.digest, day, imported(snippet), outcome.outputs, outcome.kept)
    if former and replace(former, ran=day) == now:
        now = former
    target = Path(base.snippet_folder) / "recorded" / f"{snippet.id}.ipynb"
    return storing.write_atomically(target, notebook(snippet, now))
