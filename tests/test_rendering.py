"""Templates, labels and the links in texts."""

import re

import pytest

from learnpath import reading, rendering

TEMPLATES = sorted(rendering.TEMPLATES.glob("*.j2"))


def test_every_label_is_there_in_both_languages() -> None:
    whole = reading.parse(
        (rendering.TEMPLATES.parent / "labels.yaml").read_text(encoding="utf-8"), "labels.yaml"
    )
    assert whole.problems == []
    assert [
        name
        for name, words in whole.data.items()
        if list(words) != ["en", "zh"] or not all(words.values())
    ] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_a_template_asks_only_for_labels_that_are_there(template: object) -> None:
    text = rendering.TEMPLATES.joinpath(str(template)).read_text(encoding="utf-8")
    asked = set(re.findall(r"labels\['([a-z-]+)'\](?! ~)", text))
    assert asked <= reading.labels("en").keys()


def test_a_language_without_words_speaks_english_and_a_knowledge_base_may_say_its_own() -> None:
    assert reading.labels("fr", {"home": "Accueil"})["home"] == "Accueil"
    assert reading.labels("fr")["home"] == "Home"


def test_links_to_concepts_are_relative_to_their_page_and_stay_in_its_language() -> None:
    text = "see [A](concept:a)"
    assert rendering.resolve_links(text, "concepts/b.md", "en", "en") == "see [A](a.md)"
    assert rendering.resolve_links(text, "zh/paths/p.md", "zh", "en") == "see [A](../concepts/a.md)"
    assert rendering.resolve_links(text, "index.md", "en", "en") == "see [A](concepts/a.md)"
