"""What is in the program is in its documentation, in every language."""

from pathlib import Path

import click
import pytest

from conftest import ROOT
from learnpath import cli, exporting, model
from learnpath.problems import CODES

RECORDS = [
    kind
    for kind in vars(model).values()
    if isinstance(kind, type)
    and issubclass(kind, model.Record)
    and kind not in (model.Record, model.Brief)
]
INJECTED = {"id", "key"}


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_field_says_what_it_holds(kind: type[model.Record]) -> None:
    silent = [
        name
        for name, field in kind.model_fields.items()
        if not field.description and name not in INJECTED
    ]
    assert silent == []


@pytest.mark.parametrize("language", ["", "zh"])
@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_every_field_stands_in_the_reference(kind: type[model.Record], language: str) -> None:
    page = (ROOT / "docs" / language / "about" / "format.md").read_text(encoding="utf-8")
    missing = [
        name for name in kind.model_fields if f"`{name}`" not in page and name not in INJECTED
    ]
    assert missing == []


@pytest.mark.parametrize("language", ["", "zh"])
def test_every_code_stands_in_the_reference(language: str) -> None:
    page = (ROOT / "docs" / language / "about" / "problems.md").read_text(encoding="utf-8")
    assert [code for code in CODES if f"`{code}`" not in page] == []


def test_the_schemas_beside_the_graph_are_those_of_the_model() -> None:
    folder = ROOT / "graph" / "schema"
    assert {
        file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")
    } == exporting.schemas()


def test_every_file_of_the_graph_is_tied_to_its_schema() -> None:
    loose = [
        str(file)
        for file in (ROOT / "graph").rglob("*.yaml")
        if file.name != "translations.yaml"
        and not (
            file.parent
            / file.read_text(encoding="utf-8").partition("$schema=")[2].partition("\n")[0]
        ).is_file()
    ]
    assert loose == []


@pytest.mark.parametrize("language", ["", "zh"])
def test_every_export_stands_on_its_page(language: str) -> None:
    page = (ROOT / "docs" / language / "about" / "exports.md").read_text(encoding="utf-8")
    formats = [*exporting.FORMATS, "schema"]
    assert [name for name in formats if f"## `{name}`\n" not in page] == []
    assert [name for name in formats if f"learnpath export {name}" not in page] == []
    for option in ("site", "language"):
        row = next(line for line in page.splitlines() if line.startswith(f"| `--{option} "))
        heeding = {name for name, each in exporting.FORMATS.items() if option in each.heeds}
        assert {name for name in formats if f"`{name}`" in row} == heeding


def test_every_command_explains_itself() -> None:
    context = click.Context(cli.main)
    names = cli.main.list_commands(context)
    assert "snippets" in names
    found = {name: cli.main.get_command(context, name) for name in names}
    assert [name for name, command in found.items() if not (command and command.help)] == []


def test_the_starter_is_tied_to_its_schemas() -> None:
    starter = ROOT / "generator" / "learnpath" / "starter" / "graph"
    assert all(
        "$schema=" in file.read_text(encoding="utf-8") for file in Path(starter).rglob("*.yaml")
    )
