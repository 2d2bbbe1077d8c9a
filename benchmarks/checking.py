"""How long `learnpath check` takes on a graph of 10,000 concepts, cold and with its cache, against plain PyYAML.

The alternative only loads the same files with `yaml.safe_load`; it checks nothing.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONCEPTS = 10_000

LOAD = "import sys, pathlib, yaml; [yaml.safe_load(f.read_text()) for f in pathlib.Path(sys.argv[1]).rglob('*.yaml')]"


def write_graph(folder: Path, concepts: int) -> None:
    """Write a layered graph in two languages, each concept with up to three prerequisites."""
    target = folder / "graph" / "concepts"
    target.mkdir(parents=True)
    (folder / "graph" / "knowledge-base.yaml").write_text(
        "languages: [en, zh]\ntitle: {en: Many, zh: 许多}\n", encoding="utf-8"
    )
    for number in range(concepts):
        needs = {number * 7 // 11, number * 5 // 9, number * 3 // 4} - {number} if number else set()
        lines = [
            f"title:\n  en: Concept number {number}\n  zh: 第 {number} 个概念\n",
            f"summary:\n  en: What concept number {number} says, in a sentence.\n  zh: 第 {number} 个概念的一句话说明。\n",
            f"difficulty: {1 + number * 4 // concepts}\nminutes: {30 + number % 300}\n",
            "prerequisites:\n" if needs else "",
            *(
                f"  - concept: c-{need}\n    why: {{en: It uses number {need}., zh: 用到第 {need} 个。}}\n"
                for need in sorted(needs)
            ),
        ]
        (target / f"c-{number}.yaml").write_text("".join(lines), encoding="utf-8")


def timed(*command: str, folder: Path) -> float:
    """Run a command; give its seconds."""
    begin = time.perf_counter()
    subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return time.perf_counter() - begin


def main() -> None:
    """Print the figures."""
    folder = Path(tempfile.mkdtemp())
    try:
        write_graph(folder, CONCEPTS)
        check = ("-c", "from learnpath.cli import main; main()", "check")
        cold = timed(*check, folder=folder)
        warm = min(timed(*check, folder=folder) for _ in range(3))
        load = timed("-c", LOAD, str(folder / "graph"), folder=folder)
        print(
            f"{CONCEPTS:,} concepts: check cold {cold:.2f} s, with cache {warm:.2f} s; yaml.safe_load alone {load:.2f} s"
        )
        print(f"ratio to yaml.safe_load: cold {cold / load:.2f}, with cache {warm / load:.2f}")
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
