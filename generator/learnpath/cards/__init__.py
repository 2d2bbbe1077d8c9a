"""The cards of pages, drawn: pictures that other sites show where the address of a page is shared.

This is the only package that knows Pillow. A card is kept beside the graph for as long as it would be drawn the same.
"""

import json
from contextlib import suppress
from dataclasses import asdict
from functools import cached_property
from importlib import metadata
from pathlib import Path

from PIL import features

from learnpath import storing
from learnpath.cards.sheet import HEIGHT, LOOKS, WIDTH, drawn
from learnpath.engines import FONTS
from learnpath.views.cards import Card

__all__ = ["HEIGHT", "WIDTH", "Cards", "drawn"]

_END_OF_PNG = b"IEND\xaeB`\x82"


class Cards:
    """Draws cards, and keeps them in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def picture(self, card: Card) -> bytes:
        """Give the picture of a card as PNG.

        Raises:
            LearnpathError: the fonts are missing.
        """
        file = self._folder / f"{storing.content_hash(self._looks, json.dumps(asdict(card)))}.png"
        self._used.add(file.name)
        picture = _read(file)
        if not picture.endswith(_END_OF_PNG):  # absent, or damaged
            picture = drawn(card)
            with suppress(OSError):  # what cannot be kept costs time and nothing else
                storing.write_atomically(file, picture)
        return picture

    def forget_others(self) -> None:
        """Remove the pictures that were not asked for."""
        for file in self._folder.glob("*.png"):
            if file.name not in self._used:
                with suppress(OSError):
                    file.unlink()

    @cached_property
    def _looks(self) -> str:
        """Give a hash of what a picture depends on besides its words."""
        files = [*Path(__file__).parent.glob("*.py"), *LOOKS, *FONTS.rglob("*.woff2")]
        shapes = str(features.check_feature("raqm"))  # with it, letters stand closer where they fit
        parts = [file.read_bytes() for file in sorted(files)]
        return storing.content_hash(metadata.version("pillow"), shapes, *parts)


# Private functions


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:
        return b""
