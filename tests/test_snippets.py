"""Snippets as their authors meet them: what fails is told with its line, and harms nothing else."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from learnpath import building
from learnpath.cli import main
from learnpath.snippets import running
from learnpath.snippets.judging import jobs

HEADER = """\
# ---
# title: A
# summary: A.
# minutes: 1
{more}# ---

"""


def script(code: str, more: str = "") -> str:
    """Give a snippet of the cells in `code`, its header with the lines `more`; its first cell begins on line 9."""
    assert more.count("\n") <= 1
    return HEADER.format(more=more or "# seed: 0\n") + "# %%\n" + code


FINE = "x = 1 + 1\nprint(x)\n\n# %%\nassert x == 2\n"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Make a knowledge base whose snippets are these, go there, and give its folder of snippets."""

    def make(**scripts: str) -> Path:
        monkeypatch.chdir(tmp_path)
        (tmp_path / "graph" / "concepts").mkdir(parents=True, exist_ok=True)
        ids = ", ".join(name.replace("_", "-") for name in scripts)
        (tmp_path / "graph" / "concepts" / "a.yaml").write_text(f"title: A\nsnippets: [{ids}]\n")
        (tmp_path / "snippets").mkdir(exist_ok=True)
        for name, text in scripts.items():
            (tmp_path / "snippets" / f"{name.replace('_', '-')}.py").write_text(text)
        return tmp_path / "snippets"

    return make


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["snippets", "run", "--jobs", "2", *arguments])


def descendants(pid: int) -> set[int]:
    """Give the processes that a process started, and those that they started."""
    children = {
        int(each)
        for task in Path(f"/proc/{pid}/task").glob("*/children")
        for each in task.read_text().split()
    }
    return children.union(*map(descendants, children))


def test_each_failure_is_one_line_with_its_place_and_the_others_still_run(
    house: Callable[..., Path],
) -> None:
    house(
        fine=script(FINE),
        wrong=script("x = 3\n\n# %%\ny = 4\nassert x == y, f'{x} is not {y}'\n"),
        endless=script("x = 1\nwhile True:\n    pass\n\n# %%\nassert x\n", "# seconds: 2\n"),
        hog=script("x = bytearray(3 * 2**30)\n\n# %%\nassert x\n", "# gigabytes: 1\n"),
        exits=script("import os\n\nos._exit(3)\n\n# %%\nassert True\n"),
        killed=script("import os\n\nos.kill(os.getpid(), 9)\n\n# %%\nassert True\n"),
        missing=script("import numpy_of_mars\n\n# %%\nassert True\n"),
        syntax=script("x = (1\n\n# %%\nassert x\n"),
        far=script("def f(x):\n    return 1 / x\n\n\n# %%\nf(0)\n\n# %%\nassert True\n"),
    )
    done = run()
    assert done.exit_code == 1
    lines = [line for line in done.output.splitlines() if line.startswith("snippets/")]
    found = {line.split(".py", 1)[0].removeprefix("snippets/"): line for line in lines}
    assert len(lines) == len(found) == 8, done.output
    assert found["wrong"] == "snippets/wrong.py:13: AssertionError: 3 is not 4 [snippet-failed]"
    assert found["endless"].startswith("snippets/endless.py:9: stopped here after 2 s;")
    assert found["hog"].startswith("snippets/hog.py:9: MemoryError: more than 1 GB;")
    assert found["exits"].startswith("snippets/exits.py:9: the kernel ended here;")
    assert found["killed"].startswith("snippets/killed.py:9: the kernel ended here;")
    assert "missing.py:9: ModuleNotFoundError: No module named 'numpy_of_mars'" in found["missing"]
    assert re.match(
        r"snippets/syntax\.py:9:\d+: not Python: '\(' was never closed", found["syntax"]
    )
    assert found["far"].startswith("snippets/far.py:10: ZeroDivisionError: division by zero")
    assert ">   13 | assert x == y, f'{x} is not {y}'" in done.output, "the cell is shown"
    assert "Traceback" not in done.output
    kept = sorted(file.stem for file in Path(".cache/learnpath/runs").iterdir())
    assert kept == ["fine"], "what failed is not kept"


def test_a_kernel_that_somebody_kills_is_told_and_the_next_one_runs(
    house: Callable[..., Path],
) -> None:
    house(slow=script("import time\n\ntime.sleep(60)\n\n# %%\nassert True\n"), fine=script(FINE))

    def kill_the_kernel() -> None:
        end = time.monotonic() + 30
        while time.monotonic() < end:
            for process in Path("/proc").glob("[0-9]*"):
                try:
                    called = (process / "cmdline").read_bytes()
                    where = (process / "cwd").readlink()
                except OSError:
                    continue
                if b"ipykernel_launcher" in called and (where / "is-slow").exists():
                    os.kill(int(process.name), signal.SIGKILL)
                    return
            time.sleep(0.1)

    text = Path("snippets/slow.py").read_text()
    Path("snippets/slow.py").write_text(
        text.replace("time.sleep", "open('is-slow', 'w').close()\ntime.sleep")
    )
    killer = threading.Thread(target=kill_the_kernel)
    killer.start()
    done = run()
    killer.join()
    assert done.exit_code == 1
    assert "snippets/slow.py:9: the kernel ended here" in done.output
    assert "2 snippets, 0 of them from the cache, 1 failed" in done.output


def test_what_ran_well_is_not_run_again_until_code_data_or_packages_change(
    house: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = house(
        fine=script("print(open('a.txt').read())\n\n# %%\nassert True\n", "# data: [a.txt]\n")
    )
    (folder / "data").mkdir()
    (folder / "data" / "a.txt").write_text("one")
    assert "0 of them from the cache, 0 failed" in run().output

    def no_kernel(*anything: object) -> Any:
        raise AssertionError("a kernel was started")

    with monkeypatch.context() as patch:
        patch.setattr("learnpath.cli.snippets.local", no_kernel)
        assert "1 of them from the cache, 0 failed" in run().output
    (folder / "fine.py").write_text(
        (folder / "fine.py").read_text().replace("# title: A", "# title: B")
    )
    assert "1 of them from the cache" in run().output, "its words are not its code"
    (folder / "data" / "a.txt").write_text("two")
    assert "0 of them from the cache, 0 failed" in run().output
    running._version.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(running, "_version", lambda name: "999")
        assert "0 of them from the cache" in run().output
    assert "0 of them from the cache" in run("--fresh").output


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"key": 1}', "[" * 100_000])
def test_a_damaged_cache_costs_time_only(house: Callable[..., Path], damage: str) -> None:
    house(fine=script(FINE))
    base = building.checked(Path("graph")).base
    cache = running.Cache(Path(".cache/learnpath/runs"))
    Path(".cache/learnpath/runs").mkdir(parents=True)
    Path(".cache/learnpath/runs/fine.json").write_text(damage)
    assert cache.get(base.snippets["fine"]) is None


def test_two_runners_at_once_and_a_killed_one_leave_a_sound_cache(
    house: Callable[..., Path],
) -> None:
    house(fine=script(FINE), other=script(FINE))
    command = [
        sys.executable,
        "-c",
        "from learnpath.cli import main; main()",
        "snippets",
        "run",
        "--fresh",
    ]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    pair = [subprocess.Popen(command, **quiet) for _ in range(2)]  # type: ignore[call-overload]
    assert [each.wait() for each in pair] == [0, 0]
    victim = subprocess.Popen(command, **quiet)  # type: ignore[call-overload]
    below: set[int] = set()
    end = time.monotonic() + 60
    while len(below) < 3 and victim.poll() is None and time.monotonic() < end:
        below = descendants(victim.pid)  # two workers, a tracker of resources, then kernels
        time.sleep(0.05)
    victim.kill()
    victim.wait()
    assert below, "it was killed while it had something running"
    end = time.monotonic() + 20
    while any(Path(f"/proc/{each}").exists() for each in below) and time.monotonic() < end:
        time.sleep(0.2)
    assert [each for each in below if Path(f"/proc/{each}").exists()] == [], (
        "nothing is left behind"
    )
    for file in Path(".cache/learnpath/runs").glob("*.json"):
        json.loads(file.read_text())
    assert "2 of them from the cache, 0 failed" in run().output


def test_a_deprecation_is_a_failure_unless_it_is_declared(house: Callable[..., Path]) -> None:
    code = "import warnings\n\nwarnings.warn('x is deprecated', UserWarning)\n\n# %%\nassert True\n"
    house(silent=script(code), declared=script(code, "# warns: [x is deprecated]\n"))
    done = run()
    assert "snippets/silent.py:11: UserWarning: x is deprecated [snippet-failed]" in done.output
    assert "1 failed" in done.output


def test_a_record_is_compared_within_the_tolerance_and_told_when_it_is_old(
    house: Callable[..., Path],
) -> None:
    folder = house(fine=script("print('sum', 1.0)\n\n# %%\nassert True\n", "# tolerance: 0.01\n"))
    assert [each.code for each in building.checked(Path("graph")).problems] == ["no-record"]
    assert CliRunner().invoke(main, ["snippets", "record"]).output == "fine: recorded\n"
    assert building.checked(Path("graph")).problems == []
    assert CliRunner().invoke(main, ["snippets", "record"]).output == "", "nothing new"
    record = folder / "recorded" / "fine.ipynb"
    record.write_text(record.read_text().replace("sum 1.0", "sum 1.001"))
    assert run().exit_code == 0
    record.write_text(record.read_text().replace("sum 1.001", "sum 1.1"))
    done = run()
    assert done.exit_code == 1
    assert (
        "snippets/fine.py:9: it gives 1.0 where the record has 1.1 (tolerance 0.01)" in done.output
    )
    (folder / "fine.py").write_text((folder / "fine.py").read_text().replace("1.0", "2.0"))
    assert [each.code for each in building.checked(Path("graph")).problems] == ["stale-record"]


def test_values_for_explorables_are_kept_with_the_record_and_compared(
    house: Callable[..., Path],
) -> None:
    keeps = "# keeps: {dots: \"y = [float(x), 2.5]\\n{'rows': [[each] for each in y]}\"}\n"
    folder = house(fine=script("x = 1\n\n# %%\nassert x == 1\n", keeps))
    assert CliRunner().invoke(main, ["snippets", "record"]).output == "fine: recorded\n"
    base = building.checked(Path("graph")).base
    assert base.runs["fine"].kept == {"dots": {"rows": [[1.0], [2.5]]}}
    assert run().exit_code == 0
    record = folder / "recorded" / "fine.ipynb"
    record.write_text(record.read_text().replace("2.5]", "2.6]"))
    done = run()
    assert (
        "snippets/fine.py:5:17: what it keeps for 'dots' is not what was recorded;" in done.output
    )
    code = folder / "fine.py"
    code.write_text(code.read_text().replace("2.5", "3.5"))
    assert [each.code for each in building.checked(Path("graph")).problems] == ["stale-record"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("x / 0", "division by zero"),
        ("y = 1", "it does not end in an expression"),
        ("x +", "invalid syntax"),
        ("open", "tolist"),
    ],
)
def test_values_that_cannot_be_had_are_a_failure(
    code: str, words: str, house: Callable[..., Path]
) -> None:
    house(fine=script("x = 1\n\n# %%\nassert x == 1\n", f"# keeps: {{dots: '{code}'}}\n"))
    done = run()
    assert done.exit_code == 1
    assert "what it keeps for 'dots' cannot be had" in done.output
    assert words in done.output


def test_a_record_holds_no_path_of_this_machine(house: Callable[..., Path]) -> None:
    folder = house(
        fine=script("import os, sys\n\nprint(os.getcwd(), sys.prefix)\n\n# %%\nassert True\n")
    )
    CliRunner().invoke(main, ["snippets", "record"])
    text = (folder / "recorded" / "fine.ipynb").read_text()
    assert sys.prefix not in text
    assert "/tmp" not in text
    assert '". …\\n"' in text


def test_a_cell_sees_the_seed_one_thread_and_its_data_alone(house: Callable[..., Path]) -> None:
    code = (
        "import os\n\nprint(os.environ['PYTHONHASHSEED'], os.environ['OMP_NUM_THREADS'], os.listdir())\n"
        "\n# %%\nassert True\n"
    )
    house(fine=script(code, "# seed: 7\n"))
    base = building.checked(Path("graph")).base
    outcome = running.execute(jobs(base, ["fine"])[0])
    assert outcome.outputs[0][0].data == "7 1 []\n"


def test_an_unknown_snippet_gets_a_suggestion(house: Callable[..., Path]) -> None:
    house(fine=script(FINE))
    done = run("fin")
    assert done.exit_code == 1
    assert "unknown snippet 'fin', did you mean 'fine'?" in done.output


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, host="127.0.0.1", silence_logs=50
    ) as cluster:
        yield cluster.scheduler_address


@pytest.mark.filterwarnings("default")  # distributed's own, on its way down
def test_a_dask_cluster_gives_the_same_results(house: Callable[..., Path], cluster: str) -> None:
    house(one=script(FINE), two=script(FINE), three=script("1 / 0\n\n# %%\nassert True\n"))
    base = building.checked(Path("graph")).base
    cache = running.Cache(Path("nowhere"))
    all_jobs = jobs(base, ["one", "two", "three"])
    here = {
        each.id: each for each in running.run(all_jobs, cache, lambda: running.local(2), fresh=True)
    }
    there = {
        each.id: each
        for each in running.run(all_jobs, cache, lambda: running.dask(cluster), fresh=True)
    }
    assert here.keys() == there.keys() == {"one", "two", "three"}
    for id, outcome in here.items():
        assert there[id].outputs == outcome.outputs
        assert str(there[id].failure) == str(outcome.failure)


def test_a_cluster_that_does_not_answer_is_told_in_one_line(house: Callable[..., Path]) -> None:
    house(fine=script(FINE))
    done = run("--dask", "not an address")
    assert done.exit_code == 1
    assert done.output.startswith("no dask scheduler answers at not an address")
    assert "Traceback" not in done.output
