"""Code that runs in the page: Python comes from the site itself, and only once somebody asks for it."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Locator, Page, expect

from cases import write_files
from conftest import ROOT, mkdocs, serving
from learnpath import building, runtime
from learnpath.model import Output
from learnpath.problems import LearnpathError
from learnpath.snippets.recording import differences

KEPT = ROOT / runtime.FILES
PYTHON = "assets/vendor/pyodide/"
IDS = sorted(
    file.stem
    for file in (ROOT / "snippets").glob("*.py")
    if "\n# runtime: tensorflow" not in file.read_text(encoding="utf-8")
)
LONG = 600_000  # milliseconds; the longest trains for some minutes
SOME = 60_000

KNOWLEDGE = """\
== mkdocs.yml
site_name: Sums
theme: {name: material, font: false, palette: [{scheme: default}, {scheme: slate}]}
plugins:
  - learnpath: {offline: false}
  - mkdocs-jupyter: {include: ["*.ipynb"], ignore: ["*.md"], execute: false, no_prompt: true, highlight_extra_classes: highlight}
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
languages: [en, zh]
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
snippets: [adding]
== docs/concepts/adding.md
![It adds.](snippet:adding#twice)
== snippets/adding.py
# ---
# title: {en: Adding by machine, zh: 让机器做加法}
# summary: {en: It adds., zh: 做加法。}
# runtime: numpy
# minutes: 5
# ---

# %%
import numpy as np

total = np.arange(5).sum()
print("total", total)

# %% name="twice"
print("twice", total * 2)

# %% tags=["tensorflow"]
import tensorflow

# %%
assert total == 10
{"total": int(total)}
"""


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A small knowledge base with one snippet, and with Python for the browser."""
    folder = tmp_path_factory.mktemp("live")
    write_files(KNOWLEDGE, folder)
    assert KEPT.is_dir(), "make pyodide"
    shutil.copytree(KEPT, folder / runtime.FILES)
    done = mkdocs("build", "--site-dir", str(folder / "served" / "sums"), folder=folder)
    assert done.returncode == 0, done.stderr
    with serving(folder / "served") as root:
        yield f"{root}sums/"


@pytest.fixture
def tab(visit: Callable[..., BrowserContext]) -> Page:
    """A tab that fails where a script of the page does."""
    page = visit().new_page()
    page.set_default_timeout(SOME)

    def fail(error: object) -> None:
        raise AssertionError(str(error))

    page.on("pageerror", fail)
    return page


def cell(tab: Page, number: int) -> Locator:
    return tab.locator(f'[data-cell="{number}"]')


def run(tab: Page, number: int, words: str = "Done.", name: str = "Run") -> Locator:
    found = cell(tab, number)
    found.get_by_role("button", name=name, exact=True).click()
    expect(found.get_by_role("status")).to_contain_text(words, timeout=SOME)
    return found


def see(place: Locator, words: str) -> None:
    expect(place).to_contain_text(words, timeout=SOME)


def write(tab: Page, number: int, code: str) -> Locator:
    """Put other code into a cell."""
    found = cell(tab, number)
    found.get_by_role("button", name="Edit", exact=True).click()
    found.get_by_role("textbox").fill(code)
    return found


@pytest.mark.browser
def test_a_cell_runs_after_those_above_it_and_its_output_takes_the_place_of_the_recorded_one(
    sums: str, tab: Page
) -> None:
    tab.goto(f"{sums}snippets/adding/")
    run(tab, 3)
    see(cell(tab, 0).locator(".outputs"), "total 10")
    see(cell(tab, 1).locator(".outputs"), "twice 20")
    see(cell(tab, 3).locator(".outputs"), "{'total': 10}")
    expect(cell(tab, 2).get_by_role("button")).to_have_count(1)  # copies it
    expect(cell(tab, 2)).to_contain_text("Needs TensorFlow")


@pytest.mark.browser
def test_nothing_of_python_is_loaded_before_a_click_and_nothing_ever_from_another_host(
    sums: str, tab: Page
) -> None:
    asked: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    tab.goto(f"{sums}snippets/adding/", wait_until="networkidle")
    assert not [each for each in asked if PYTHON in each or "runner.py" in each]
    size = sum(
        file.stat().st_size for file in KEPT.iterdir() if file.name.startswith(("py", "numpy"))
    )
    promised = int(re.findall(r"loads (\d+) MB", cell(tab, 0).inner_text())[0])
    assert promised == pytest.approx(size / 1e6, abs=2)
    run(tab, 1)
    assert {urlsplit(each).netloc for each in asked} == {urlsplit(sums).netloc}


@pytest.mark.browser
def test_an_edit_survives_a_reload_and_can_be_reset(sums: str, tab: Page) -> None:
    tab.goto(f"{sums}snippets/adding/")
    original = cell(tab, 0).locator("pre").first.inner_text()
    write(tab, 0, 'total = 7\nprint("mine", total)')
    tab.keyboard.press("Shift+Enter")
    see(cell(tab, 0).locator(".outputs"), "mine 7")
    tab.reload()
    expect(cell(tab, 0).locator("pre").first).to_contain_text("mine")
    found = run(tab, 1)
    see(found.locator(".outputs"), "twice 14")
    cell(tab, 0).get_by_role("button", name="Reset").click()
    assert cell(tab, 0).locator("pre").first.inner_text() == original
    run(tab, 1)
    see(found.locator(".outputs"), "twice 20")
    tab.reload()
    assert cell(tab, 0).locator("pre").first.inner_text() == original


@pytest.mark.browser
def test_an_edit_of_a_cell_that_has_changed_since_is_dropped_with_a_word(
    sums: str, tab: Page
) -> None:
    tab.goto(f"{sums}snippets/adding/")
    write(tab, 0, "total = 7")
    tab.evaluate(
        "for (const key of Object.keys(localStorage)) if (key.startsWith('learnpath.edit:'))"
        ' localStorage[key] = localStorage[key].replace(/"of":"\\w+"/, \'"of":"0"\')'
    )
    tab.reload()
    expect(cell(tab, 0).get_by_role("status")).to_contain_text("your version was dropped")
    expect(cell(tab, 0).locator("pre").first).to_contain_text("np.arange(5)")


@pytest.mark.browser
def test_an_error_says_its_line_and_the_line_is_marked(sums: str, tab: Page) -> None:
    tab.goto(f"{sums}snippets/adding/")
    found = write(tab, 0, "def half(x):\n    return x / 0\n\n\nhalf(1)")
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".blame"), "Line 2 of cell 1: ZeroDivisionError: division by zero")
    see(found.locator("pre.failed"), "return x / 0")
    tab.keyboard.press("Escape")
    expect(found.locator(".line-mark")).to_have_count(1)
    run(tab, 1, "Cell 1, which this one needs, ended with an error.")
    found.get_by_role("button", name="Reset").click()
    run(tab, 1)


@pytest.mark.browser
def test_an_endless_loop_is_stopped_and_what_was_there_is_still_there(sums: str, tab: Page) -> None:
    tab.goto(f"{sums}snippets/adding/")
    run(tab, 0)
    found = write(tab, 1, 'print("it goes")\nwhile True:\n    pass')
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".outputs"), "it goes")  # it comes while the loop runs
    found.get_by_role("button", name="Stop").click()
    expect(found.get_by_role("status")).to_have_text("Stopped.", timeout=2500)
    found.get_by_role("textbox").fill("print(total)")
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".outputs"), "10")


@pytest.mark.browser
def test_what_cannot_be_interrupted_is_given_up_and_the_page_says_that_all_is_gone(
    sums: str, tab: Page
) -> None:
    tab.goto(f"{sums}snippets/adding/")
    run(tab, 0)
    deaf = "print('deaf')\nwhile True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass"
    found = write(tab, 1, deaf)
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".outputs"), "deaf")
    found.get_by_role("button", name="Stop").click()
    see(found.get_by_role("status"), "all variables are gone")
    found.get_by_role("button", name="Reset").click()
    run(tab, 1)
    see(found.locator(".outputs"), "twice 20")


@pytest.mark.browser
def test_a_second_page_uses_the_python_that_runs_already(sums: str, tab: Page) -> None:
    """The bar of 150 ms is measured by the benchmark, on a machine that does nothing else."""
    tab.goto(f"{sums}snippets/adding/")
    run(tab, 0)
    asked: list[str] = []
    tab.context.on("request", lambda request: asked.append(request.url))
    second = tab.context.new_page()
    second.goto(f"{sums}concepts/adding/")
    found = second.locator('[data-cell="1"]')
    found.get_by_role("button", name="Run").click()
    expect(found.locator(".outputs")).to_have_text("twice 20", timeout=3000)
    assert not [each for each in asked if PYTHON in each]


@pytest.mark.browser
def test_without_shared_workers_each_page_has_one_of_its_own(
    sums: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit("delete globalThis.SharedWorker").new_page()
    tab.goto(f"{sums}snippets/adding/")
    run(tab, 1)
    see(cell(tab, 1).locator(".outputs"), "twice 20")


@pytest.mark.browser
def test_the_keyboard_is_enough(sums: str, tab: Page) -> None:
    tab.goto(f"{sums}snippets/adding/")
    found = cell(tab, 0)
    found.get_by_role("button", name="Run").focus()
    tab.keyboard.press("Enter")
    see(found.get_by_role("status"), "Done.")
    expect(found.get_by_role("button", name="Run")).to_be_focused()
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    expect(found.get_by_role("textbox")).to_be_focused()
    tab.keyboard.press("Control+End")
    tab.keyboard.press("Enter")
    tab.keyboard.type("if total:\nprint('typed')")  # the second line is indented by itself
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".outputs"), "total 10\ntyped")
    tab.keyboard.press("Escape")
    expect(found.get_by_role("textbox")).to_have_count(0)
    expect(found.get_by_role("button", name="Edit")).to_be_focused()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_while_a_cell_is_edited_and_runs_and_after(
    scheme: str, sums: str, visit: Callable[..., BrowserContext]
) -> None:
    tab = visit(color_scheme=scheme).new_page()
    tab.set_default_timeout(SOME)
    tab.goto(f"{sums}snippets/adding/")
    tab.evaluate(
        f"document.body.dataset.mdColorScheme = '{'slate' if scheme == 'dark' else 'default'}'"
    )
    found = write(tab, 0, "print(1)\nwhile True:\n    pass")

    def look() -> None:
        report = Axe().run(tab, context="article")
        assert report.violations_count == 0, report.generate_report()

    tab.keyboard.press("Shift+Enter")
    see(found.locator(".outputs"), "1")
    look()
    found.get_by_role("button", name="Stop").click()
    expect(found.get_by_role("status")).to_contain_text("Stopped.")
    found.get_by_role("textbox").fill("1 / 0")
    tab.keyboard.press("Shift+Enter")
    expect(found.locator(".blame")).to_be_visible(timeout=SOME)
    tab.keyboard.press("Escape")
    look()


@pytest.mark.browser
def test_cells_speak_chinese_to_readers_of_chinese(sums: str, tab: Page) -> None:
    tab.goto(f"{sums}zh/snippets/adding/")
    found = run(tab, 1, "运行完毕。", "运行")
    see(found.locator(".outputs"), "twice 20")
    found.get_by_role("button", name="编辑").click()
    found.get_by_role("textbox", name="第 2 格的代码").fill("1 / 0")
    tab.keyboard.press("Shift+Enter")
    see(found.locator(".blame"), "第 2 格第 1 行：ZeroDivisionError: division by zero")


@pytest.mark.browser
def test_a_site_without_python_says_how_to_get_it(tmp_path: Path, tab: Page) -> None:
    write_files(KNOWLEDGE, tmp_path)
    done = mkdocs("build", "--site-dir", str(tmp_path / "served"), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "served" / PYTHON).exists()
    with serving(tmp_path / "served") as root:
        tab.goto(f"{root}snippets/adding/")
        expect(tab.locator(".live")).to_contain_text("make pyodide")
        run(tab, 0, "make pyodide")


def test_a_wrong_file_is_refused_in_one_line(tmp_path: Path) -> None:
    folder = tmp_path / runtime.FILES
    write_files(KNOWLEDGE, tmp_path)
    shutil.copytree(KEPT, folder)
    assert runtime.kept(folder)
    for name in ("pyodide.asm.wasm", next(folder.glob("numpy*.whl")).name):
        file = folder / name
        right = file.read_bytes()
        file.write_bytes(right[:-1] + b"?")
        with pytest.raises(LearnpathError, match="SHA-256 is not the one") as error:
            runtime.kept(folder)
        assert name in str(error.value)
        assert "\n" not in str(error.value)
        done = mkdocs("build", folder=tmp_path)
        assert done.returncode != 0
        assert f"{name}: is refused" in done.stdout + done.stderr
        file.write_bytes(right)
    (folder / name).unlink()
    with pytest.raises(LearnpathError, match="is missing"):
        runtime.kept(folder)


def test_files_that_are_there_are_not_loaded_again(tmp_path: Path) -> None:
    folder = tmp_path / runtime.FILES
    shutil.copytree(KEPT, folder)
    assert not runtime.obtain(folder, ["no-such-npm"], lambda words: None)
    next(folder.glob("numpy*.whl")).unlink()
    with pytest.raises(LearnpathError, match="npm is needed"):
        runtime.obtain(folder, ["no-such-npm"], lambda words: None)


@pytest.mark.browser
@pytest.mark.parametrize(
    "id",
    [pytest.param(id, marks=() if id == "gradient-clipping" else pytest.mark.full) for id in IDS],
)
def test_a_snippet_runs_in_the_page_to_its_last_check_and_gives_what_was_recorded(
    id: str, site: Path, tab: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some read the library of the Python that they run in, which is another than the recorded one."""
    monkeypatch.chdir(ROOT)
    base = building.checked(Path("graph")).base
    snippet, recorded = base.snippets[id], base.runs[id]
    with serving(site) as root:
        tab.goto(f"{root}snippets/{id}/")
        last = tab.locator(".cell:has(.guide-button)").last
        last.get_by_role("button", name="Run", exact=True).click()
        expect(last.get_by_role("status")).to_have_text(
            re.compile("Done|ended|could not"), timeout=LONG
        )
        expect(last.get_by_role("status")).to_have_text("Done.")
        said = [
            [] if each.needs_tensorflow else cell(tab, number).locator("pre.said").all_inner_texts()
            for number, each in enumerate(snippet.code)
        ]
    if any("inspect.getsource" in each.source for each in snippet.code):
        return
    now = tuple(
        kept
        if each.needs_tensorflow
        else tuple(
            Output("text", "".join(f"{text}\n" for text in texts))
            if output.kind == "text"
            else output
            for output in kept
        )
        for each, kept, texts in zip(snippet.code, recorded.outputs, said, strict=True)
    )
    assert [str(each[1]) for each in differences(snippet, recorded, now)] == []
