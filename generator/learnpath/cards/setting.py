"""Setting words: where lines break, how large a title may be, what is left out where the room ends."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from learnpath.cards.faces import Style, width_of

_OPENS = "([{<“‘（《〈「『【〔"
_CLOSES = ")]}>”’，。、；：？！）》〉」』】〕…—·%,.;:?!"
_PARTS = "，。、；：？！—,;:?!"
_BETWEEN_WORDS, _ANYWHERE = (
    0.15,
    0.35,
)  # what other breaks cost; those among Chinese may be inside a word
_WIDE = "\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"  # lines break beside each of these
_PIECES = re.compile(
    rf"[{re.escape(_OPENS)}]*(?:[^\s{_WIDE}{re.escape(_OPENS)}]+|\S)[{re.escape(_CLOSES)}]*\s*"
)


@dataclass(frozen=True)
class Block:
    """Lines of one style."""

    lines: tuple[str, ...]
    style: Style
    is_whole: bool
    """Whether nothing was left out."""


def fitting(text: str, styles: Sequence[tuple[Style, int]], width: int, language: str) -> Block:
    """Set a text in the first style in which it needs no more than the number of lines beside it, or cut in the last."""
    blocks = (block(text, style, width, most, language) for style, most in styles)
    found = None
    for found in blocks:
        if found.is_whole:
            break
    assert found is not None, "there is a style"
    return found


def block(text: str, style: Style, width: int, most: int, language: str) -> Block:
    """Break a text into at most so many lines, of about the same length; what does not fit ends in an ellipsis."""
    pieces = _pieces(text, style, width, language)
    lines = _broken(pieces, style, width, language)
    is_whole = len(lines) <= most
    if not is_whole:
        lines = [*lines[: most - 1], _cut("".join(lines[most - 1 :]), style, width, language)]
    else:
        lines = _balanced(pieces, lines, style, width, language)
    return Block(tuple(line.strip() for line in lines), style, is_whole)


# Private functions


def _pieces(text: str, style: Style, width: int, language: str) -> list[str]:
    """Take a text apart where a line may end; a word that is longer than a line may end anywhere."""
    found: list[str] = []
    for piece in _PIECES.findall(text):
        fits = width_of(piece.rstrip(), style, language) <= width
        found += [piece] if fits else list(piece)
    return found


def _broken(pieces: Sequence[str], style: Style, width: float, language: str) -> Sequence[str]:
    """Fill lines one after the other."""
    lines, line, length = [], "", 0.0
    for piece in pieces:
        if line and length + width_of(piece.rstrip(), style, language) > width:
            lines.append(line)
            line, length = "", 0.0
        line += piece
        length += width_of(piece, style, language)
    return [*lines, line] if line else lines


def _balanced(
    pieces: Sequence[str], lines: Sequence[str], style: Style, width: int, language: str
) -> Sequence[str]:
    """Break anew into as many lines: two where the sense breaks, more at the least width that will do."""
    if len(lines) == 2:
        return _halves(pieces, style, width, language) or lines
    low, high = width // 2, width
    while high - low > 8:
        middle = (low + high) // 2
        if len(_broken(pieces, style, middle, language)) > len(lines):
            low = middle
        else:
            high = middle
    return _broken(pieces, style, high, language)


def _halves(pieces: Sequence[str], style: Style, width: int, language: str) -> Sequence[str]:
    """Break in two: into lines of about the same length, or after a mark that parts what is said."""
    ends = list(accumulate(width_of(each, style, language) for each in pieces))

    def faults(number: int) -> float:
        first, second = ends[number - 1], ends[-1] - ends[number - 1]
        if max(first, second) > width:
            return math.inf
        last = pieces[number - 1]
        other = _BETWEEN_WORDS if last[-1].isspace() else _ANYWHERE
        return abs(first - second) / width + (0 if last.rstrip()[-1] in _PARTS else other)

    best = min(range(1, len(pieces)), key=faults)
    return ["".join(pieces[:best]), "".join(pieces[best:])] if faults(best) < math.inf else []


def _cut(text: str, style: Style, width: int, language: str) -> str:
    """Shorten a text to one line that ends in an ellipsis."""
    room = width - width_of("…", style, language)
    line = next(iter(_broken(_pieces(text, style, int(room), language), style, room, language)), "")
    return line.rstrip().rstrip(_OPENS + "，、；：,;:—· ") + "…"
