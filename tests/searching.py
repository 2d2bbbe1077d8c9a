"""Asks the search of a built site in a browser, as a reader does, and judges what it finds."""

from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, expect

from learnpath import reading  # noqa: F401
