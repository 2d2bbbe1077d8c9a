"""Whole builds with MkDocs, of the five-concept knowledge base that `learnpath new` makes."""

import os
import random
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from conftest import fingerprint, mkdocs
from learnpath.cli import main


@pytest.fixture
def bread(tmp_path: Path) -> Path:
    folder = tmp_path / "bread"
    assert CliRunner().invoke(main, ["new", str(folder)]).exit_code == 0
    return folder


def test_a_new_knowledge_base_builds_as_it_is(bread: Path) -> None:
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode == 0, done.stderr
    page = (bread / "site" / "concepts" / "dough" / "index.html").read_text(encoding="utf-8")
    assert 'href="../flour/"' in page
    assert not list(bread.glob(".site*"))


def test_two_builds_are_identical_to_the_byte(bread: Path) -> None:
    mkdocs("build", folder=bread)
    first = fingerprint(bread / "site")
    mkdocs("build", folder=bread)
    assert fingerprint(bread / "site") == first


def test_a_broken_graph_leaves_the_former_site_and_names_the_place(bread: Path) -> None:
    mkdocs("build", folder=bread)
    former = fingerprint(bread / "site")
    (bread / "graph" / "concepts" / "loaf.yaml").write_text(
        "title: Loaf\nprerequisites: [prooving]\n"
    )
    done = mkdocs("build", folder=bread)
    assert done.returncode != 0
    assert (
        "graph/concepts/loaf.yaml:2:17: unknown prerequisite 'prooving', did you mean 'proofing'?"
        in done.stderr
    )
    assert "Traceback" not in done.stderr
    assert fingerprint(bread / "site") == former


def test_a_strict_build_with_a_dead_link_leaves_the_former_site(bread: Path) -> None:
    mkdocs("build", folder=bread)
    former = fingerprint(bread / "site")
    (bread / "docs" / "index.md").write_text("[nowhere](nowhere.md)\n")
    assert mkdocs("build", "--strict", folder=bread).returncode != 0
    assert fingerprint(bread / "site") == former
    assert [each.name for each in bread.glob(".site*")] == []


def test_a_zip_is_written_beside_the_site_whole_or_not_at_all(bread: Path) -> None:
    mkdocs("build", folder=bread)
    former = fingerprint(bread / "site")
    config = bread / "mkdocs.yml"
    config.write_text(config.read_text().replace("- learnpath", "- learnpath: {zip: true}"))
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode == 0, done.stderr
    assert fingerprint(bread / "site") == former
    pack = (bread / "site.zip").read_bytes()
    mkdocs("build", folder=bread)
    assert (bread / "site.zip").read_bytes() == pack, "the same to the byte"
    (bread / "docs" / "index.md").write_text("[nowhere](nowhere.md)\n")
    assert mkdocs("build", "--strict", folder=bread).returncode != 0
    assert (bread / "site.zip").read_bytes() == pack
    assert [each.name for each in bread.glob(".site*")] == []


def test_two_builds_at_once_leave_a_whole_site(bread: Path) -> None:
    mkdocs("build", folder=bread)
    former = fingerprint(bread / "site")
    builds = []
    for _ in range(2):
        builds.append(
            subprocess.Popen(
                [sys.executable, "-m", "mkdocs", "build", "-q"],
                cwd=bread,
                env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
            )
        )
        time.sleep(0.2)
    assert [build.wait() for build in builds] == [0, 0]
    assert fingerprint(bread / "site") == former
    assert [each.name for each in bread.glob(".site*")] == []


def test_another_search_is_there_wherever_it_stands_among_the_plugins_and_hidden_files_stay(
    bread: Path,
) -> None:
    (bread / "mkdocs.yml").write_text(
        "site_name: B\ntheme: {name: material, font: false}\nplugins: [learnpath, search]\n"
    )
    (bread / "site" / ".git").mkdir(parents=True)
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    assert (bread / "site" / "search" / "search_index.json").is_file()
    assert (bread / "site" / "assets" / "search" / "pagefind-entry.json").is_file()
    assert (bread / "site" / ".git").is_dir()


def test_a_site_that_is_a_link_stays_one_and_one_that_is_a_file_is_told(bread: Path) -> None:
    (bread / "real").mkdir()
    (bread / "site").symlink_to("real")
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    assert (bread / "site").is_symlink()
    assert (bread / "real" / "index.html").is_file()
    (bread / "site").unlink()
    (bread / "site").touch()
    done = mkdocs("build", folder=bread)
    assert done.returncode == 1
    assert f"{bread}/site: the site cannot be built here: Not a directory" in done.stdout
    assert "Traceback" not in done.stderr


def test_addresses_that_end_in_html_lead_to_pages(bread: Path) -> None:
    config = bread / "mkdocs.yml"
    config.write_text(config.read_text() + "use_directory_urls: false\n")
    manifest = bread / "graph" / "knowledge-base.yaml"
    manifest.write_text(manifest.read_text() + "languages: [en, zh]\n")
    file = bread / "graph" / "concepts" / "loaf.yaml"
    file.write_text(file.read_text() + "formerly: [bread]\n")
    done = mkdocs("build", folder=bread)
    assert done.returncode == 0, done.stderr
    site = bread / "site"
    for page in ("concepts/dough.html", "zh/concepts/dough.html", "concepts/bread.html"):
        text = (site / page).read_text(encoding="utf-8")
        assert "loaf" in text
        for address in re.findall(r'(?:href|url)="?([^"#?]+)', text):
            if "://" not in address:
                assert (site / page).parent.joinpath(address).is_file(), (page, address)
    assert 'href="../zh/concepts/dough.html"' in (site / "concepts" / "dough.html").read_text()


def test_edit_links_begin_at_the_folder_of_the_configuration(bread: Path) -> None:
    (bread / "docs").rename(bread / "written")
    (bread / "sub").mkdir()
    (bread / "written").rename(bread / "sub" / "docs")
    (bread / "sub" / "docs" / "my notes.md").write_text("# Notes\n")
    config = bread / "mkdocs.yml"
    config.write_text(
        "docs_dir: sub/docs\nextra: {repository: https://example.org/r}\n"
        + config.read_text().replace(
            "name: material", "name: material\n  features: [content.action.edit]"
        )
    )
    done = mkdocs("build", "-f", str(config), folder=bread / "sub")
    assert done.returncode == 0, done.stderr
    page = (bread / "site" / "concepts" / "loaf" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/r/edit/main/graph/concepts/loaf.yaml"' in page
    page = (bread / "site" / "my notes" / "index.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/r/edit/main/sub/docs/my%20notes.md"' in page


def test_pages_that_the_site_leaves_out_are_not_checked(bread: Path) -> None:
    config = bread / "mkdocs.yml"
    config.write_text(config.read_text() + "exclude_docs: drafts/\n")
    (bread / "docs" / "drafts").mkdir()
    (bread / "docs" / "drafts" / "a.md").write_text("[x](concept:typo)\n")
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode == 0, done.stderr


def kill_builds(bread: Path, times: int) -> None:
    mkdocs("build", folder=bread)
    former = fingerprint(bread / "site")
    begin = time.perf_counter()
    mkdocs("build", folder=bread)
    whole = time.perf_counter() - begin
    generator = random.Random(7)
    for _ in range(times):
        build = subprocess.Popen(
            [sys.executable, "-m", "mkdocs", "build"],
            cwd=bread,
            env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(generator.uniform(0, whole))
        build.send_signal(signal.SIGKILL)
        build.wait()
        assert fingerprint(bread / "site") == former
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    assert [each.name for each in bread.glob(".site*")] == [], "what they left is removed"


def test_a_killed_build_leaves_the_former_site(bread: Path) -> None:
    kill_builds(bread, 3)


@pytest.mark.full
def test_twenty_killed_builds_leave_the_former_site(bread: Path) -> None:
    kill_builds(bread, 20)


def test_a_graph_elsewhere_and_a_site_in_a_folder(bread: Path) -> None:
    (bread / "graph").rename(bread / "elsewhere")
    (bread / "mkdocs.yml").write_text(
        "site_name: B\nsite_url: https://example.org/deep/bread/\ntheme: {name: material, font: false}\n"
        "plugins: [learnpath: {graph_dir: elsewhere}]\n"
    )
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode == 0, done.stderr
    assert 'href="../flour/"' in (bread / "site" / "concepts" / "dough" / "index.html").read_text(
        encoding="utf-8"
    )
    assert "/deep/bread/" in (bread / "site" / "404.html").read_text(encoding="utf-8")


def test_a_former_address_leads_to_the_present_one(bread: Path) -> None:
    file = bread / "graph" / "concepts" / "loaf.yaml"
    file.write_text(file.read_text() + "formerly: [bread]\n")
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    assert 'url=../loaf/"' in (bread / "site" / "concepts" / "bread" / "index.html").read_text(
        encoding="utf-8"
    )


SNIPPET = """\
# ---
# title: Weigh
# summary: One weight.
# minutes: 1
# ---

# %% [markdown] lang="en"
# ## Half of it
# Half of $w = 1$, see [dough](concept:dough) and [itself](snippet:weigh).

# %% name="half"
half = 1 / 2
print(half)

# %%
assert half == 0.5
"""


def with_snippet(bread: Path) -> None:
    """Give the knowledge base a snippet, and the plugin that makes its page."""
    (bread / "snippets").mkdir()
    (bread / "snippets" / "weigh.py").write_text(SNIPPET)
    loaf = bread / "graph" / "concepts" / "loaf.yaml"
    loaf.write_text(loaf.read_text() + "snippets: [weigh]\n")
    config = bread / "mkdocs.yml"
    jupyter = "  - mkdocs-jupyter: {include: ['*.ipynb'], ignore: ['*.md', '*.py'], execute: false, no_prompt: true, cache: false}\n"
    config.write_text(config.read_text().replace("  - learnpath\n", "  - learnpath\n" + jupyter))


def test_snippets_without_the_plugin_for_notebooks_are_told_in_one_line(bread: Path) -> None:
    config = (bread / "mkdocs.yml").read_text()
    with_snippet(bread)
    (bread / "mkdocs.yml").write_text(config)
    done = mkdocs("build", folder=bread)
    assert done.returncode != 0
    assert "which `plugins` in mkdocs.yml lacks" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("directories", ["true", "false"])
def test_a_snippet_without_a_record_shows_its_code_and_leads_on(
    bread: Path, directories: str
) -> None:
    with_snippet(bread)
    config = bread / "mkdocs.yml"
    config.write_text(config.read_text() + f"\nuse_directory_urls: {directories}\n")
    done = mkdocs("build", folder=bread)
    assert done.returncode == 0, done.stderr
    folder = directories == "true"
    page = bread / "site" / ("snippets/weigh/index.html" if folder else "snippets/weigh.html")
    text = page.read_text(encoding="utf-8")
    assert "No run of it is recorded" in text
    assert "<math" in text
    for way in ("concepts/dough/", "snippets/weigh/") if folder else ("concepts/dough.html",):
        assert f'href="../../{way}"' in text or f'href="../{way}"' in text or 'href="./"' in text
    assert 'href="#half-of-it"' in text.lower(), "its headings are the contents of the page"


def test_a_page_shows_one_cell_of_a_snippet_where_its_prose_says_so(bread: Path) -> None:
    with_snippet(bread)
    prose = bread / "docs" / "concepts" / "loaf.md"
    prose.parent.mkdir()
    prose.write_text(
        "One.\n\n![Half of it.](snippet:weigh#half)\n\nTwo, and [more](snippet:weigh).\n"
    )
    assert mkdocs("build", folder=bread).returncode == 0
    page = (bread / "site" / "concepts" / "loaf" / "index.html").read_text(encoding="utf-8")
    article = page.partition("<article")[2].partition("</article")[0]
    assert article.index("One.") < article.index("Half of it.") < article.index("Two, and")
    assert "assert" not in article, "the other cell is not shown"
    assert 'href="../../snippets/weigh/">more</a>' in article


def test_formulas_are_set_while_building_and_a_wrong_one_is_named(bread: Path) -> None:
    prose = bread / "docs" / "concepts" / "dough.md"
    prose.parent.mkdir()
    prose.write_text("Mass $m = \\frac{a}{b}$ and\n\n$$\\sum_i x_i$$\n")
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    page = (bread / "site" / "concepts" / "dough" / "index.html").read_text(encoding="utf-8")
    assert len(re.findall("<math[ >]", page)) == 2
    assert r'<annotation encoding="application/x-tex">m = \frac{a}{b}</annotation>' in page
    assert "assets/formulas.css" in page
    assert not list((bread / "site").rglob("temml.min.js")), "pages need no engine"
    prose.write_text("$\\frac{a$\n")
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode != 0
    assert "concepts/dough.md: formula" in done.stderr


@pytest.fixture
def served(bread: Path) -> Iterator[tuple[Path, str]]:
    import socket

    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (bread / "log").open("w")
    server = subprocess.Popen(
        [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", f"127.0.0.1:{port}"],
        cwd=bread,
        stdout=log,
        stderr=log,
    )
    try:
        yield bread, f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        log.close()


def page_with(address: str, words: str, seconds: float = 30) -> bool:
    """Tell whether a page comes to contain some words."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:
                if words in answer.read().decode():
                    return True
        except OSError:
            pass
        time.sleep(0.2)
    return False


def test_an_edit_shows_and_a_broken_graph_keeps_the_last_good_site(
    served: tuple[Path, str],
) -> None:
    bread, address = served
    file = bread / "graph" / "concepts" / "loaf.yaml"
    sound = file.read_text()
    assert page_with(f"{address}/concepts/loaf/", "A loaf from start to finish")
    file.write_text(sound.replace("A loaf from start to finish", "A good loaf"))
    assert page_with(f"{address}/concepts/loaf/", "A good loaf")
    file.write_text(sound.replace("proofing", "prooving"))
    end = time.monotonic() + 30
    while "unknown prerequisite" not in (bread / "log").read_text() and time.monotonic() < end:
        time.sleep(0.2)
    assert (
        "graph/concepts/loaf.yaml:7:5: unknown prerequisite 'prooving'"
        in (bread / "log").read_text()
    )
    assert page_with(f"{address}/concepts/loaf/", "A good loaf"), "the last good site stays"
    file.write_text(sound.replace("A loaf from", "The loaf from"))
    assert page_with(f"{address}/concepts/loaf/", "The loaf from")


def page_of(bread: Path, address: str) -> str:
    return (bread / "site" / address / "index.html").read_text(encoding="utf-8")


def test_a_language_that_the_theme_lacks_is_built_and_named(bread: Path) -> None:
    manifest = bread / "graph" / "knowledge-base.yaml"
    manifest.write_text("languages: [la, zh-CN]\nareas: {basics: {title: Basics}}\n")
    done = mkdocs("build", folder=bread)
    assert done.returncode == 0, done.stderr
    assert "knowledge-base.yaml:1:13: words of the pages, such as 'home', are missing in 'la'" in (
        done.stderr
    )
    home, chinese = page_of(bread, ""), page_of(bread, "zh-CN")
    assert '<html lang="la"' in home
    assert '<html lang="zh-CN"' in chinese
    assert 'lang="zh-CN">简体中文</a>' in home
    assert 'lang="la">Latina</a>' in chinese
    assert "跳转至" in chinese  # the theme's own words


def test_the_page_for_wrong_addresses_speaks_the_languages_of_the_graph(bread: Path) -> None:
    (bread / "graph" / "knowledge-base.yaml").write_text(
        "languages: [zh]\nareas: {basics: {title: 基础}}\n"
    )
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    page = (bread / "site" / "404.html").read_text(encoding="utf-8")
    assert '<html lang="zh"' in page
    assert "没有这个页面" in page
    assert "does not exist" not in page


def test_untranslated_prose_keeps_its_pictures_and_links(bread: Path) -> None:
    manifest = bread / "graph" / "knowledge-base.yaml"
    manifest.write_text(manifest.read_text() + "languages: [en, zh]\n")
    (bread / "docs" / "img.png").write_bytes(b"")
    (bread / "docs" / "about.md").write_text("# About\n")
    (bread / "docs" / "index.md").write_text("![p](img.png) [a](about.md) [l](concepts/loaf.md)\n")
    done = mkdocs("build", folder=bread)
    assert "not found among documentation files" not in done.stdout + done.stderr
    page = page_of(bread, "zh")
    assert 'src="../img.png"' in page
    assert '<a href="../about/">a</a>' in page
    assert '<a href="concepts/loaf/">l</a>' in page


def test_front_matter_of_prose_is_that_of_the_page(bread: Path) -> None:
    (bread / "docs" / "index.md").write_text("---\ndescription: Bread & co\nhide: [toc]\n---\nHi\n")
    (bread / "docs" / "about.md").write_text("---\ntitle: Who we are\n---\nWe bake.\n")
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    page = page_of(bread, "")
    assert "hide:" not in page
    assert 'content="Bread &amp; co"' in page
    assert 'data-md-type="toc" hidden' in page
    assert "Who we are" in page


def test_titles_are_plain_text_on_every_page(bread: Path) -> None:
    loaf = bread / "graph" / "concepts" / "loaf.yaml"
    loaf.write_text(loaf.read_text().replace("title: Loaf", 'title: "List<T> of\\n__C#__"'))
    manifest = bread / "graph" / "knowledge-base.yaml"
    manifest.write_text(manifest.read_text().replace("Baking bread", '"Bread <b> & \\"co\\""'))
    assert mkdocs("build", "--strict", folder=bread).returncode == 0
    page = page_of(bread, "concepts/loaf")
    assert '<h1 id="list-of-__c__">List&lt;T&gt; of __C#__<' in page
    assert "<title>List&lt;T&gt; of __C#__ - Bread &lt;b&gt; &amp; &quot;co&quot;</title>" in page
    assert "<T>" not in page
    assert ">List&lt;T&gt; of __C#__</a>" in page_of(bread, "glossary")


def test_a_file_at_the_address_of_a_made_one_is_named(bread: Path) -> None:
    (bread / "docs" / "assets").mkdir()
    (bread / "docs" / "assets" / "learnpath.css").write_text("p {}\n")
    (bread / "docs" / "graph.json").write_text("{}\n")
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode != 0
    for name in ("docs/assets/learnpath.css", "docs/graph.json"):
        assert f"{name}:1:1: a made file has this address; rename yours [stray-page]" in done.stderr


def test_a_link_to_a_concept_that_nobody_understood_is_named(bread: Path) -> None:
    (bread / "docs" / "index.md").write_text('<a href="concept:loaf">Loaf</a>\n')
    done = mkdocs("build", "--strict", folder=bread)
    assert done.returncode != 0
    assert "index.md: the link to the concept 'loaf' is not understood here" in done.stderr
