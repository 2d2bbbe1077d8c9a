"""What was made before, kept under a hash of all that it was made from, in one file.

What is kept is never wrong, only missing: the hash names everything that could change it, the program itself and all
packages too. A file that is damaged or cannot be written is begun anew and nobody is told, as everything in it can be made
again. SQLite writes it: a kill leaves what was there before, and two builds may use it at once.
"""

import json
import sqlite3
import sys
import time
import zlib
from collections.abc import Callable
from contextlib import closing, suppress
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any

from learnpath import storing

HERE = Path(__file__).parent

FORGOTTEN = 30 * 24 * 3600  # seconds after which what nobody asked for goes away

WAITING = 5  # seconds for another process that writes


class Kept:
    """Values (as JSON has them) by key, in a file; what this process has made or asked for is in memory too."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._known: dict[str, Any] = {}
        self._new: dict[str, Any] = {}
        self._asked: set[str] = set()
        self._open: sqlite3.Connection | None = None

    def get(self, key: str) -> Any:
        """Give what is kept under a key; None where there is nothing."""
        self._asked.add(key)
        if key not in self._known:
            value = self._read(key)
            if value is None:
                return None
            self._known[key] = value
        return self._known[key]

    def put(self, key: str, value: Any) -> None:
        """Keep a value; it is written when this is saved."""
        self._asked.add(key)
        self._known[key] = self._new[key] = value

    def once(self, key: str, make: Callable[[], Any]) -> Any:
        """Give what is kept under a key; where there is nothing, make it and keep it."""
        value = self.get(key)
        if value is None:
            value = make()
            self.put(key, value)
        return value

    def save(self) -> None:
        """Write what is new, note what was asked for, and forget what nobody asked for since long."""
        now = int(time.time())
        new = [(key, now, _packed(value)) for key, value in self._new.items()]
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with closing(sqlite3.connect(self._file, timeout=WAITING)) as file, file:
                file.execute(_TABLE)
                file.executemany("INSERT OR REPLACE INTO kept VALUES (?, ?, ?)", new)
                asked = [(now, key) for key in self._asked]
                file.executemany("UPDATE kept SET used = ? WHERE key = ?", asked)
                file.execute("DELETE FROM kept WHERE used < ?", [now - FORGOTTEN])
        except (sqlite3.OperationalError, OSError):
            pass  # locked by another build for long, or in a folder that cannot be written to
        except sqlite3.DatabaseError:
            self._begin_anew()
        self._known = {key: self._known[key] for key in self._asked if key in self._known}
        self._new, self._asked = {}, set()

    def _read(self, key: str) -> Any:
        if not self._file.is_file():
            return None
        try:
            if self._open is None:
                self._open = sqlite3.connect(self._file, timeout=WAITING)
            row = self._open.execute("SELECT value FROM kept WHERE key = ?", [key]).fetchone()
            return json.loads(zlib.decompress(row[0])) if row else None
        except sqlite3.OperationalError:  # locked for long, or begun by nobody yet
            return None
        except (sqlite3.DatabaseError, ValueError, zlib.error):
            self._begin_anew()
            return None

    def _begin_anew(self) -> None:
        if self._open is not None:
            self._open.close()
            self._open = None
        for end in ("", "-journal"):
            with suppress(OSError):
                self._file.with_name(self._file.name + end).unlink()


def program() -> str:
    """Give a hash of this program as it lies there now, of the Python that runs it and of all packages that it may use."""
    own = sorted(
        file for file in HERE.rglob("*") if file.is_file() and _OTHERS.isdisjoint(file.parts)
    )
    contents = [part for file in own for part in (str(file.relative_to(HERE)), file.read_bytes())]
    return storing.content_hash(sys.version, _packages(), *contents)


# Private functions

_TABLE = (
    "CREATE TABLE IF NOT EXISTS kept (key TEXT PRIMARY KEY, used INTEGER, value BLOB) WITHOUT ROWID"
)
_OTHERS = frozenset({"__pycache__", "vendor"})


@cache
def _packages() -> str:
    packages = sorted(f"{each.name} {each.version}" for each in metadata.distributions())
    vendor = sorted(file for file in (HERE / "vendor").rglob("*") if file.is_file())
    sizes = [f"{file.relative_to(HERE)} {file.stat().st_size}" for file in vendor]
    return storing.content_hash(*packages, *sizes)


def _packed(value: Any) -> bytes:
    return zlib.compress(json.dumps(value, ensure_ascii=False).encode(), 1)
