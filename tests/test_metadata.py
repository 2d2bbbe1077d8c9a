"""What pages say about themselves to programs, that they are valid, and that no text of theirs runs anything."""

import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from playwright.sync_api import Browser

from cases import write_files
from conftest import ROOT, mkdocs, serving
from learnpath.cleaning import with_safe_links
from learnpath.policy import with_policy
from learnpath.rendering import words
from learnpath.views.metadata import bare, first_words

EVIL = "</script><script>stolen=1</script><img src=x onerror=stolen=1> \"'&lt; [go](javascript:stolen=1)"

KNOWLEDGE = """\
== mkdocs.yml
site_name: Sums
site_url: https://example.org/sums/
theme: {name: material, font: false}
plugins: [search, learnpath]
== docs/about.md
# About

Sums, *step* by [step](index.md): see [there](https://example.com/) and [mail](mailto:a@example.com).

```mermaid
graph LR
    a --> b
```
== graph/knowledge-base.yaml
title: {en: Sums, zh: 算术}
summary: {en: All of it., zh: 全部。}
languages: [en, zh]
areas: {numbers: {title: {en: EVIL, zh: 数}, summary: EVIL}}
== graph/concepts/counting.yaml
title: {en: EVIL, zh: 数数}
aliases: [EVIL]
summary: EVIL
area: numbers
kind: EVIL-KIND
minutes: 90
difficulty: 1
objectives: [{en: Count *up* to ten., zh: 数到十。}, EVIL]
resources: [{resource: book, note: EVIL, part: EVIL}]
questions: [{ask: EVIL, choices: [EVIL, other], answer: 0, because: EVIL}]
related: [{concept: adding, why: EVIL}]
== graph/concepts/adding.yaml
title: {en: Adding, zh: 加法}
summary: {en: "Putting $a<b$ together, as `<b>` says.", zh: 合起来。}
minutes: 20
prerequisites: [{concept: counting, why: EVIL}, {any_of: [fingers, beads]}]
== graph/concepts/fingers.yaml
title: {en: Fingers, zh: 手指}
== graph/concepts/beads.yaml
title: {en: Beads, zh: 珠子}
== graph/paths/first.yaml
title: {en: EVIL, zh: 第一步}
summary: EVIL
audience: EVIL
story: EVIL
known: [fingers]
steps: [{concept: counting, because: EVIL}, adding]
== graph/faq.yaml
why:
  question: {en: "Why *count*?", zh: 为什么要数？}
  answer: {en: "Because of [adding](concept:adding).", zh: "为了[加法](concept:adding)。"}
  concepts: [adding]
evil: {question: EVIL, answer: EVIL}
== graph/resources.yaml
book:
  title: EVIL
  authors: [EVIL]
  venue: EVIL
  note: EVIL
  type: book
  level: beginner
  url: "https://example.com/a')[go](javascript:stolen=1)"
""".replace("EVIL-KIND", "skill").replace("EVIL", json.dumps(EVIL))


@pytest.fixture(scope="module")
def sums(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A knowledge base whose texts try to run something, built."""
    folder = tmp_path_factory.mktemp("sums")
    write_files(KNOWLEDGE, folder)
    done = mkdocs("build", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def dated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same sums in a repository, where one page was changed later than all others."""
    folder = tmp_path_factory.mktemp("dated")
    write_files(KNOWLEDGE, folder)

    def commit(day: str) -> None:
        name = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
        environment = {**os.environ, "GIT_COMMITTER_DATE": f"{day}T09:00:00Z"}
        for command in (["init", "-q"], ["add", "."], [*name, "commit", "-qm", day]):
            subprocess.run(["git", *command], cwd=folder, env=environment, check=True)

    commit("2026-01-02")
    about = folder / "docs" / "about.md"
    about.write_text(about.read_text(encoding="utf-8") + "\nMore.\n", encoding="utf-8")
    commit("2026-03-04")
    done = mkdocs("build", folder=folder)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def page_of(site: Path, key: str) -> str:
    return (site / key / "index.html").read_text(encoding="utf-8")


def records_of(page: str) -> dict[str, Any]:
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    return {record["@type"]: record for record in map(json.loads, found)}


def pages_in(site: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(site.rglob("*.html")):
        yield file.relative_to(site).as_posix(), file.read_text(encoding="utf-8")


def faults_of(*files: Path) -> list[str]:
    """What html-validate has against pages or folders of pages."""
    script = ROOT / "tests" / "node_modules" / "html-validate" / "bin" / "html-validate.mjs"
    rules = ROOT / "tests" / ".htmlvalidate.json"
    node = Path(sys.executable).parent / "node"
    command = [node, script, "--config", rules, "--ext", "html", "--formatter", "json", *files]
    with tempfile.TemporaryFile("w+") as said:  # it ends before a pipe has taken all
        done = subprocess.run([str(part) for part in command], stdout=said, cwd=ROOT)
        assert done.returncode in (0, 1)
        said.seek(0)
        found = json.load(said)
    return [
        f"{page['filePath']}:{each['line']}:{each['column']}: {each['message']}"
        for page in found
        for each in page["messages"]
    ]


def faults_of_records(folder: Path, records: list[dict[str, Any]]) -> str:
    """What TypeScript has against JSON-LD, held against Google's types of schema.org's words."""
    modules = ROOT / "tests" / "node_modules"
    names = ", ".join(sorted({record["@type"] for record in records}))
    lines = [f'import type {{ WithContext, {names} }} from "schema-dts";']
    for number, record in enumerate(records):
        said = json.dumps(record, ensure_ascii=False)
        lines.append(f"export const r{number}: WithContext<{record['@type']}> = {said};")
    (folder / "records.ts").write_text("\n".join(lines), encoding="utf-8")
    (folder / "node_modules").symlink_to(modules)
    compiler = [Path(sys.executable).parent / "node", modules / "typescript" / "bin" / "tsc"]
    rules = ["--noEmit", "--strict", "--skipLibCheck"]
    command = [
        *compiler,
        *rules,
        "--module",
        "esnext",
        "--moduleResolution",
        "bundler",
        "records.ts",
    ]
    done = subprocess.run(
        [str(part) for part in command], cwd=folder, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout


def kind_of(value: object) -> object:
    """The names and types in a record, the same for all pages that say the same of themselves."""
    if isinstance(value, dict):
        return tuple(
            (name, each if name == "@type" else kind_of(each)) for name, each in value.items()
        )
    if isinstance(value, list):
        return frozenset(kind_of(each) for each in value)
    return type(value).__name__


# what a page says about itself


def test_a_page_names_its_address_and_its_translations(sums: Path) -> None:
    page = page_of(sums, "zh/concepts/adding")
    assert '<link rel="canonical" href="https://example.org/sums/zh/concepts/adding/">' in page
    links = re.findall(r'<link rel="alternate ?" hreflang="([^"]+)" href="([^"]+)">', page)
    assert links == [
        ("en", "https://example.org/sums/concepts/adding/"),
        ("zh", "https://example.org/sums/zh/concepts/adding/"),
        ("x-default", "https://example.org/sums/concepts/adding/"),
    ]
    assert "hreflang" not in re.sub(r"<body.*", "", page_of(sums, "about"), flags=re.DOTALL)


def test_the_map_of_the_site_has_every_page_with_its_translations(sums: Path) -> None:
    text = (sums / "sitemap.xml").read_text(encoding="utf-8")
    unlisted = {"404.html", "stats/index.html", "zh/stats/index.html"}
    pages = {name for name, _ in pages_in(sums) if name not in unlisted}
    listed = re.findall(r"<loc>https://example.org/sums/([^<]*)</loc>", text)
    assert {f"{each}index.html" for each in listed} == pages
    assert (
        '<xhtml:link rel="alternate" hreflang="zh" href="https://example.org/sums/zh/faq/"/>'
        in text
    )


def test_without_an_address_nothing_guesses_one(tmp_path: Path) -> None:
    write_files(KNOWLEDGE.replace("site_url: https://example.org/sums/\n", ""), tmp_path)
    assert mkdocs("build", folder=tmp_path).returncode == 0
    assert not (tmp_path / "site" / "sitemap.xml").exists()
    page = page_of(tmp_path / "site", "concepts/adding")
    head = page[: page.index("<body")]
    assert "canonical" not in head
    assert "hreflang" not in head
    assert set(records_of(page)) == {"LearningResource"}
    assert "url" not in records_of(page)["LearningResource"]


def test_the_feed_names_the_pages_that_changed_last_first(dated: Path) -> None:
    name = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.parse(dated / "feed.xml").getroot()
    titles = [title.text for title in feed.findall("a:entry/a:title", name)]
    days = [day.text for day in feed.findall("a:entry/a:updated", name)]
    assert titles[0] == "About"
    assert days[0] == feed.findtext("a:updated", namespaces=name) == "2026-03-04T00:00:00Z"
    assert set(days[1:]) == {"2026-01-02T00:00:00Z"}
    links = [link.get("href") for link in feed.findall("a:entry/a:link", name)]
    assert links[0] == "https://example.org/sums/about/"
    assert 'type="application/atom+xml"' in page_of(dated, "about")
    chinese = ElementTree.parse(dated / "zh" / "feed.xml").getroot()
    assert all("/zh/" in str(link.get("href")) for link in chinese.findall("a:entry/a:link", name))
    assert "<lastmod>2026-03-04</lastmod>" in (dated / "sitemap.xml").read_text(encoding="utf-8")


def test_without_days_there_is_no_feed(sums: Path) -> None:
    assert not list(sums.rglob("feed.xml"))
    assert "atom+xml" not in page_of(sums, "about")
    assert "lastmod" not in (sums / "sitemap.xml").read_text(encoding="utf-8")


def test_every_page_has_a_title_and_a_description_for_previews_too(site: Path) -> None:
    said: Counter[tuple[str, str]] = Counter()
    for name, page in pages_in(site):
        head = page[: page.index("<body")]
        title = re.search(r"<title>([^<]+)</title>", head)
        assert title, name
        if name == "404.html":
            continue
        description = re.search(r'<meta name="description" content="([^"]+)">', head)
        assert description, name
        assert f'property="og:description" content="{description[1]}"' in head, name
        assert re.search(r'property="og:title" content="[^"]+"', head), name
        assert re.search(r'property="og:type" content="(article|website)"', head), name
        said[title[1], description[1]] += 1
    assert [each for each, count in said.items() if count > 1] == []


def test_a_concept_is_a_learning_resource(sums: Path) -> None:
    record = records_of(page_of(sums, "concepts/adding"))["LearningResource"]
    assert record == {
        "@context": "https://schema.org",
        "@type": "LearningResource",
        "name": "Adding",
        "description": "Putting $a<b$ together, as <b> says.",
        "inLanguage": "en",
        "timeRequired": "PT20M",
        "competencyRequired": [EVIL, "Fingers / Beads"],
        "url": "https://example.org/sums/concepts/adding/",
    }
    counting = records_of(page_of(sums, "zh/concepts/counting"))["LearningResource"]
    assert counting["timeRequired"] == "PT1H30M"
    assert counting["educationalLevel"] == "1/5"
    assert counting["teaches"][0] == "数到十。"


def test_a_guided_path_is_a_course_with_its_steps(sums: Path) -> None:
    record = records_of(page_of(sums, "paths/first"))["Course"]
    assert record["timeRequired"] == "PT1H50M"
    assert record["coursePrerequisites"] == ["Fingers"]
    sections = record["syllabusSections"]
    assert [each["position"] for each in sections] == [1, 2]
    assert sections[1]["name"] == "Adding"
    assert sections[1]["url"] == "https://example.org/sums/concepts/adding/"


def test_the_questions_are_a_page_of_questions(sums: Path) -> None:
    first = records_of(page_of(sums, "faq"))["FAQPage"]["mainEntity"][0]
    assert first["name"] == "Why count?"
    assert first["url"] == "https://example.org/sums/faq/#why"
    assert first["acceptedAnswer"] == {"@type": "Answer", "text": "Because of adding."}


def test_crumbs_lead_from_the_front_page_to_this_one(sums: Path) -> None:
    items = records_of(page_of(sums, "zh/concepts/counting"))["BreadcrumbList"]["itemListElement"]
    assert [(each["position"], each["name"], each["item"]) for each in items] == [
        (1, "首页", "https://example.org/sums/zh/"),
        (2, "概念", "https://example.org/sums/zh/concepts/"),
        (3, "数", "https://example.org/sums/zh/areas/numbers/"),
        (4, "数数", "https://example.org/sums/zh/concepts/counting/"),
    ]


def test_a_markdown_text_loses_its_marks() -> None:
    assert bare("A *b* **c** `d_e` [f](concept:g)[^h] $i_1 * j_2$\n\nk_l_m") == (
        "A b c d_e f $i_1 * j_2$ k_l_m"
    )


def test_a_written_page_is_described_by_its_first_paragraph() -> None:
    assert first_words("---\na: b\n---\n# T\n\n- list\n\n*One* two.\n\nThree.") == "One two."
    assert first_words("# T\n\n" + "word " * 90).endswith(" word …")
    assert first_words("# T\n\n```\ncode\n```\n") == ""


@pytest.mark.parametrize("here", ["snippets/lstm-cell-by-hand", "concepts/lstm", "about"])
def test_the_way_to_the_other_language_leads_to_the_same_page(site: Path, here: str) -> None:
    page = page_of(site, here)
    found = re.search(r'<a class="md-header__language" href="([^"]*)" hreflang="zh"', page)
    assert found
    assert (site / here / found[1] / "index.html").resolve() == site / "zh" / here / "index.html"


# valid pages


def test_every_page_is_valid_html(site: Path) -> None:
    assert faults_of(site) == []


def test_the_validator_finds_faults(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text('<!doctype html><title>a</title><p id="b">c</b><p id="b">d', encoding="utf-8")
    assert len(faults_of(page)) >= 2


def test_what_pages_are_is_said_in_the_words_of_schema_org(
    site: Path, sums: Path, tmp_path: Path
) -> None:
    kinds: dict[object, dict[str, Any]] = {}
    for folder in (site, sums):
        for _, page in pages_in(folder):
            for record in records_of(page).values():
                kinds.setdefault(kind_of(record), record)
    assert len(kinds) > 10
    assert faults_of_records(tmp_path, list(kinds.values())) == ""


@pytest.mark.parametrize(
    "record",
    [
        {"@context": "https://schema.org", "@type": "Course", "nam": "a"},
        {"@context": "https://schema.org", "@type": "LearningResource", "name": {"@type": "Cours"}},
    ],
)
def test_a_word_that_schema_org_does_not_have_is_found(
    record: dict[str, Any], tmp_path: Path
) -> None:
    assert "error" in faults_of_records(tmp_path, [record])


# safe pages


def test_no_text_of_the_graph_becomes_html(sums: Path) -> None:
    for name, page in pages_in(sums):
        assert "<script>stolen" not in page, name
        assert "<img src=x" not in page, name
        assert not re.search(r"href=.?javascript", page, re.IGNORECASE), name
    assert faults_of(sums) == []
    assert "&lt;img src=x onerror=stolen=1&gt;" in page_of(sums, "concepts/counting")


def test_marks_formulas_and_code_in_texts_stay() -> None:
    assert words("*a* `<b>` $x<y$ <https://a.b> < c\n\n```\n<d>\n```\n") == (
        "*a* `<b>` $x< y$ <https://a.b> < c\n\n```\n<d>\n```\n"
    )
    assert words("<b onclick='x'>a</b> <!-- c -->") == ("&lt;b onclick='x'>a&lt;/b> &lt;!-- c -->")
    assert "<s" not in words("$ <script> $ 5 and `<script>")[:-9]


@pytest.mark.parametrize(
    "address",
    [
        '"javascript:a()"',
        "'JaVaScRiPt:a()'",
        "javascript:a()",
        '"java\nscript:a()"',
        '" &#106;avascript&colon;a()"',
        '"data:text/html,a"',
        '"vbscript:a"',
    ],
)
def test_a_link_that_would_run_something_leads_nowhere(address: str) -> None:
    page, left_out = with_safe_links(f'<p><a title="a > b" href={address} class="c">words</a></p>')
    assert page == '<p><a title="a > b" class="c">words</a></p>'
    assert len(left_out) == 1


def test_links_to_other_hosts_are_parted_from_the_page() -> None:
    foreign, own = '<a href="https://b.org/">b</a>', '<a href="https://a.org/c">c</a>'
    near = '<a href="../d/#e">d</a><a href="mailto:e@f.org">e</a>'
    page, left_out = with_safe_links(foreign + own + near, "https://a.org/")
    assert page == '<a href="https://b.org/" rel="external noopener">b</a>' + own + near
    assert left_out == []


def test_only_scripts_of_the_page_around_the_content_are_let_run() -> None:
    head = '<meta charset="utf-8"><script>a()</script><script type="application/json">{}</script>'
    content = "<p><script>b()</script></p>"
    page = with_policy(head + content, content)
    assert page.count("'sha256-") == 1
    assert re.search(r"script-src 'self' 'wasm-unsafe-eval' 'sha256-[^']+'\"", page)


def test_every_page_states_its_policy_before_anything_is_loaded(site: Path) -> None:
    for name, page in pages_in(site):
        start = page.index("<head>")
        found = re.match(
            r'<head>\s*<meta charset="?utf-8"?>\s*<meta http-equiv="Content-Security-Policy" content="([^"]+)">',
            page[start:],
            re.IGNORECASE,
        )
        assert found, name
        scripts = re.search(r"script-src ([^;]+)", found[1])
        assert scripts, name
        assert "unsafe-inline" not in scripts[1], name
        assert not re.search(r"<[a-z][^<>]*\son[a-z]+\s*=", page), name


@pytest.mark.browser
def test_no_script_of_the_site_is_refused_and_no_other_runs(site: Path, browser: Browser) -> None:
    context = browser.new_context()
    tab = context.new_page()
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    with serving(site) as address:
        for page in (
            "",
            "concepts/lstm/",
            "zh/article/",
            "plan/?goals=lstm",
            "snippets/lstm-cell-by-hand/",
        ):
            tab.goto(address + page)
            tab.wait_for_load_state("networkidle")
            assert [each for each in said if "Content Security Policy" in each] == [], page
        tab.goto(address + "zh/article/")
        tab.locator(".mermaid svg, .mermaid").first.wait_for()
        said.clear()
        tab.evaluate(
            "document.body.append(Object.assign(document.createElement('script'), {text: 'stolen = 1'}))"
        )
        assert tab.evaluate("typeof stolen") == "undefined"
        assert any("Content Security Policy" in each for each in said)
    context.close()


@pytest.mark.browser
def test_texts_that_try_to_run_something_do_not(sums: Path, browser: Browser) -> None:
    context = browser.new_context()
    tab = context.new_page()
    with serving(sums) as address:
        for page in (
            "",
            "concepts/counting/",
            "paths/first/",
            "faq/",
            "reading/",
            "glossary/",
            "plan/?goals=adding",
        ):
            tab.goto(address + page)
            tab.wait_for_load_state("networkidle")
            assert tab.evaluate("typeof stolen") == "undefined", page
    context.close()


def test_a_site_may_do_without_the_policy(tmp_path: Path) -> None:
    config = KNOWLEDGE.replace(
        "[search, learnpath]", "[{learnpath: {content_security_policy: false}}]"
    )
    write_files(config, tmp_path)
    assert mkdocs("build", folder=tmp_path).returncode == 0
    assert "Content-Security-Policy" not in page_of(tmp_path / "site", "about")


@pytest.mark.browser
def test_a_page_that_is_served_to_its_author_still_reloads_itself(
    tmp_path: Path, browser: Browser
) -> None:
    write_files(KNOWLEDGE.replace("https://example.org/sums/", ""), tmp_path)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    context = browser.new_context()
    tab = context.new_page()
    command = [sys.executable, "-m", "mkdocs", "serve", "--dev-addr", address]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
        try:
            wait_for(f"http://{address}/about/")
            tab.goto(f"http://{address}/about/")
            (tmp_path / "docs" / "about.md").write_text("# About\n\nChanged.\n")
            tab.get_by_text("Changed.").wait_for(timeout=30_000)
        finally:
            context.close()
            server.terminate()
            server.wait()


def wait_for(address: str) -> None:
    for _ in range(300):
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"nothing answers at {address}")
