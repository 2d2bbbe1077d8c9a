"""The terms of the graph in running text: who is mentioned where, and how terms are spelled."""

import re
from collections.abc import Iterator
from functools import cache

from prose import Page, concepts, without_shown

BANNED: dict[str, dict[str, str]] = {
    "en": {
        r"\b[Bb]ack-propagat": "backpropagation",
        r"\b[Oo]ver-fit": "overfitting",
        r"\b[Hh]yper-parameter": "hyperparameter",
        r"\b[Mm]inibatch": "mini-batch",
        r"\b[Ww]ord-embedding": "word embedding",
        r"\b[Cc]ross entropy": "cross-entropy",
        r"\b[Ss]oft-max": "softmax",
        r"\b[Ll]ong-short": "long short-term",
        r"\b[Rr]ecursive neural network": "recurrent neural network; recursive ones are another model",
        r"\b(?!(?i:re)?(?i:siz|priz|seiz))\w+iz(?:e|es|ed|ing|er|ers|ation|ations)\b": "British: -ise",
        r"\b(?:[Bb]ehavior|[Nn]eighbor|[Cc]olor|[Ff]avor|[Ll]abeled|[Mm]odeling|[Cc]enter)\b": "British spelling",
        r"\b(?:[Ss]imply|[Cc]rucial|[Pp]owerful|[Dd]elve|[Jj]ourney|[Dd]ive into|[Ii]n summary)\b": "say what is meant",
        r"!(?!\[)": "no exclamation marks",
    },
    "zh": {
        r"递归神经网络": "循环神经网络",
        r"后向传播": "反向传播",
        r"梯度截断": "梯度裁剪",
        r"随机失活|丢弃法": "暂退法",
        r"词嵌套": "嵌入",
        r"隐藏状态|隐含状态": "隐状态",
        r"注意力机制机制": "注意力机制",
        r"迷你批|小批次": "小批量",
        r"过度拟合": "过拟合",
        r"交叉熵损失损失": "交叉熵损失",
        r"教师强制|老师强制": "强制教学",
        r"困惑值": "困惑度",
        r"长短时记忆": "长短期记忆",
        r"总而言之|综上所述|众所周知|毋庸置疑": "say what is meant",
        r"！": "no exclamation marks",
        r"[一-鿿][,;:?](?=[一-鿿])": "Chinese punctuation",
    },
}

PRAISE = {  # words that judge where the evidence should speak
    "en": r"\b(?:brilliant|genius|legendary|renowned|visionary|outstanding|remarkabl[ey]|exceptional|extraordinary|"
    r"gifted|talented|inspiring|world-class|masterful|impressive|amazing|famous|influential)\b",
    "zh": r"天才|杰出|卓越|传奇|著名|伟大|非凡|出色|顶尖|大师|令人钦佩|令人敬佩|极具影响力|大神|大牛|惊人",
}

_LINKED = re.compile(r"\[([^\]]*)\]\((?:<)?concept:([a-z0-9-]+)[^)]*\)")


@cache
def terms_of(language: str) -> dict[str, tuple[str, ...]]:
    """Give what each concept is called in a language, by id: its title without what stands in brackets, and its other names."""
    found = {}
    for id, concept in concepts().items():
        title = concept.title if isinstance(concept.title, str) else concept.title[language]
        names = [re.sub(r"\s*[(（][^)）]*[)）]", "", title)]
        names += re.findall(r"[(（]([A-Z][\w-]*)[)）]", title)  # an abbreviation
        for alias in concept.aliases:
            name = alias if isinstance(alias, str) else alias.get(language)
            if name:
                names.append(name)
        found[id] = tuple(dict.fromkeys(names))
    return found


def first_mentions(page: Page, text: str | None = None) -> Iterator[tuple[str, str, bool]]:
    """Give each concept that a text mentions, the term it is first mentioned with, and whether it is linked there or before.

    Headings, captions, code and formulas do not count.
    """
    text = page.text if text is None else text
    text = re.sub(r"^#.*$|\[\^[^\]]+\]", "", without_shown(text), flags=re.MULTILINE)
    text = re.sub(r"\$\$.+?\$\$|\$[^$\n]+\$|`[^`\n]+`", " ", text, flags=re.DOTALL)
    links: dict[str, int] = {}
    for link in _LINKED.finditer(text):
        links.setdefault(link[2], link.start())
    for id, (start, term) in _places(text, page.language).items():
        yield id, term, links.get(id, len(text)) <= start


# Private functions


def _places(text: str, language: str) -> dict[str, tuple[int, str]]:
    """Give the first place of each concept's terms; the longest term at a place counts alone."""
    hits: list[tuple[int, int, str, str]] = []
    for id, names in terms_of(language).items():
        for name in names:
            pattern = re.escape(name).replace(r"\ ", r"\s+")
            if language == "en" or name.isascii():
                pattern = rf"(?<![\w-]){pattern}(?:s|es)?(?![\w-])"
            flags = 0 if name.isupper() else re.IGNORECASE
            hits += [(m.start(), m.end(), id, name) for m in re.finditer(pattern, text, flags)]
    hits.sort(key=lambda hit: (hit[0], -hit[1]))
    found: dict[str, tuple[int, str]] = {}
    end = 0
    for start, stop, id, name in hits:
        if start >= end or stop > end:
            found.setdefault(id, (start, name))
            end = max(end, stop)
    return found
