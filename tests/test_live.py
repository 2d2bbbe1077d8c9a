"""Kernels on the reader's own machine: `learnpath live`, and the pages that run code in them."""

import http.client
import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil
import pytest
from click.testing import CliRunner
from playwright.sync_api import BrowserContext, Page

from conftest import ROOT, serving
from learnpath import building, policy, reading
from learnpath.cli import main
from learnpath.model import Snippet
from learnpath.snippets import recording, running

ASSETS = ROOT / "generator" / "learnpath" / "assets"

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A page</title></head>
<body><script type="application/json" id="words">{words}</script>
<script type="module" src="/page.js"></script></body></html>"""

# What a page does with an engine: it shows outputs, and clears them when it is told to.
SCRIPT = """
import { KernelEngine, connected } from "./run/kernel.js";

const engine = new KernelEngine(JSON.parse(document.querySelector("#words").textContent));
let shown = [];
let clearNext = false;

function show(output) {
  if (output.output_type === "clear" && output.wait) clearNext = true;
  else if (output.output_type === "clear") shown = [];
  else {
    if (clearNext) shown = [];
    clearNext = false;
    const last = shown.at(-1);
    if (output.output_type === "stream" && last?.name === output.name) last.text += output.text;
    else shown.push({ ...output });
  }
}

globalThis.live = {
  engine,
  connected,
  told: [],
  start: () => engine.start((words) => live.told.push(words)),
  shown: () => shown,
  result: null,
  begin(code) {
    shown = [];
    live.result = null;
    const done = (result) => { live.result = result; };
    engine.run(code, show).then(done, (error) => done(`refused: ${error.message}`));
  },
};
"""


@dataclass
class Live:
    """A running `learnpath live`."""

    process: subprocess.Popen[str]
    link: str
    log: Path
    body: bytes = b""

    @property
    def port(self) -> int:
        return int(self.link.partition("#live=")[2].partition(":")[0])

    @property
    def token(self) -> str:
        return self.link.rpartition(":")[2]

    def ask(self, method: str, path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.putrequest(method, path, skip_host="Host" in headers)
        for name, value in headers.items():
            connection.putheader(name.replace("_", "-"), value)
        connection.endheaders()
        answer = connection.getresponse()
        self.body = answer.read()
        connection.close()
        return answer

    def kernels(self) -> list[Any]:
        self.ask("GET", "/api/kernels", Authorization=f"token {self.token}")
        found: list[Any] = json.loads(self.body)
        return found

    def processes(self) -> list[psutil.Process]:
        whole = psutil.Process(self.process.pid)
        return [whole, *whole.children(recursive=True)]


@contextmanager
def live(folder: Path, site: str, *arguments: str, below: str = "") -> Iterator[Live]:
    """Start `learnpath live` for a site; with `below`, as the child of a shell."""
    log = folder / f"{time.monotonic_ns()}.log"
    command = [sys.executable, "-c", "from learnpath.cli import main; main()", "live"]
    command += ["--no-browser", "--site", site, "--graph", str(ROOT / "graph"), *arguments]
    with log.open("w") as errors:
        process = subprocess.Popen(
            ["sh", "-c", f'"$@" {below}', "sh", *command] if below else command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
        )
    assert process.stdout
    try:
        link = process.stdout.readline().strip()
        assert "#live=" in link, log.read_text()
        yield Live(process, link, log)
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A page of two languages that runs code, under the policy of the site's pages."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ASSETS / "run", folder / "run")
    (folder / "page.js").write_text(SCRIPT)
    for below, language in (("snippets", "en"), ("zh/snippets", "zh")):
        words = {
            name: text
            for name, text in reading.labels(language).items()
            if name.startswith("kernel-")
        }
        page = PAGE.format(words=json.dumps(words))
        (folder / below).mkdir(parents=True)
        (folder / below / "index.html").write_text(policy.with_policy(page))
    with serving(folder) as address:
        yield address


@pytest.fixture(scope="module")
def server(pages: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("live"), pages) as started:
        yield started


@pytest.fixture
def page(visit: Callable[..., BrowserContext], server: Live) -> Page:
    page = visit().new_page()
    page.goto(server.link)
    return page


def run(page: Page, code: str, seconds: float = 60) -> tuple[str, list[dict[str, Any]]]:
    """Run code to its end, and give the result and what is shown."""
    page.evaluate("code => live.begin(code)", code)
    until(lambda: page.evaluate("live.result"), seconds)
    return page.evaluate("live.result"), page.evaluate("live.shown()")


def until(holds: Callable[[], Any], seconds: float = 20) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.05)


def printed(shown: list[dict[str, Any]]) -> str:
    return "".join(each["text"] for each in shown if each["output_type"] == "stream")


# The link


@pytest.mark.browser
def test_the_link_connects_a_tab_and_leaves_the_address_at_once(
    page: Page, server: Live, visit: Callable[..., BrowserContext]
) -> None:
    assert server.link.startswith(page.url)
    assert "#" not in page.url
    assert page.evaluate("live.connected()")
    assert server.token not in page.content()
    assert page.evaluate("localStorage.length") == 0
    assert page.context.cookies() == []
    page.reload()
    assert page.evaluate("live.connected()"), "it is kept as long as the tab is open"
    other = visit().new_page()
    other.goto(page.url)
    assert not other.evaluate("live.connected()")


@pytest.mark.browser
def test_the_link_connects_a_page_that_is_open_already(
    visit: Callable[..., BrowserContext], server: Live
) -> None:
    page = visit().new_page()
    page.goto(server.link.partition("#")[0])
    assert not page.evaluate("live.connected()")
    page.evaluate("link => { location.href = link; }", server.link)
    page.wait_for_function("() => globalThis.live?.connected()")  # the page is read anew
    assert "#" not in page.url


@pytest.mark.browser
def test_the_token_goes_in_no_address_and_no_referrer(
    page: Page, server: Live, visit: Callable[..., BrowserContext]
) -> None:
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url + request.headers.get("referer", ""))
    )
    page.on("websocket", lambda socket: asked.append(socket.url))
    run(page, "1")
    assert len(asked) >= 2
    assert not any(server.token in each for each in asked)


def test_a_built_page_takes_the_token_before_any_other_script_runs() -> None:
    template = (ROOT / "generator" / "learnpath" / "theme" / "main.html").read_text()
    scripts = re.findall(r"assets/[\w/-]+\.js", template)
    assert scripts[0] == "assets/run/session.js"


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "offered", "connected"),
    [("en", "With learnpath live", "Connected until"), ("zh", "运行 learnpath live", "已连接")],
)
def test_a_built_site_says_that_it_is_connected_and_runs_a_snippet_with_tensorflow(
    site: Path,
    tmp_path: Path,
    visit: Callable[..., BrowserContext],
    language: str,
    offered: str,
    connected: str,
) -> None:
    below, words = "" if language == "en" else f"{language}/", reading.labels(language)
    with serving(site) as address, live(tmp_path, address) as server:
        page = visit().new_page()
        said: list[tuple[str, str]] = []
        page.on("console", lambda message: said.append((message.type, message.text)))
        page.goto(f"{address}{below}snippets/")
        assert offered in page.locator("[data-live]").inner_text()
        with page.expect_event("load"):  # the page that shows already is loaded anew
            page.evaluate(
                "link => { location.href = link; }",
                server.link.replace("/snippets/", f"/{below}snippets/"),
            )
        until(lambda: connected in page.locator("[data-live]").inner_text())
        assert "#" not in page.url
        page.goto(f"{address}{below}snippets/the-articles-code/")
        cell = page.locator("[data-cell]").last
        recorded = cell.locator(".outputs").inner_text()
        cell.get_by_role("button", name=words["cell-run"]).click()
        until(lambda: words["cell-done"] in cell.locator("[role=status]").inner_text(), 120)
        assert page.locator(".blame").count() == 0
        assert cell.locator(".outputs").inner_text().split() == recorded.split()
        until(lambda: len(server.kernels()) == 1)
        cell.get_by_role("button", name=words["cell-restart"]).click()
        until(lambda: words["cell-restarted"] in cell.locator("[role=status]").inner_text())
        first = page.locator("[data-cell]").first
        first.get_by_role("button", name=words["cell-run"]).click()
        until(lambda: words["cell-done"] in first.locator("[role=status]").inner_text(), 120)
        assert len(server.kernels()) == 1
        page.goto(f"{address}{below}snippets/")
        until(lambda: server.kernels() == [])
        assert [text for kind, text in said if kind == "error"] == []


# Running code


@pytest.mark.browser
def test_output_comes_while_the_code_runs(page: Page) -> None:
    page.evaluate(
        "code => live.begin(code)",
        "import time\nprint('first', flush=True)\ntime.sleep(3)\nprint('last')",
    )
    until(lambda: "first" in printed(page.evaluate("live.shown()")))
    assert page.evaluate("live.result") is None
    until(lambda: page.evaluate("live.result") == "ok")
    assert printed(page.evaluate("live.shown()")) == "first\nlast\n"


@pytest.mark.browser
def test_what_a_cell_defines_is_there_in_the_next(page: Page) -> None:
    assert run(page, "a = 20")[0] == "ok"
    result, shown = run(page, "a + 1")
    assert (result, shown[0]["data"]["text/plain"]) == ("ok", "21")


@pytest.mark.browser
def test_a_bar_of_progress_stays_one_line(page: Page) -> None:
    code = """
import sys, time
print("training")
for step in range(1, 6):
    sys.stdout.write(f"\\r\\033[1m{step}/5\\033[0m " + "=" * step)
    sys.stdout.flush()
    time.sleep(0.15)
print()
"""
    result, shown = run(page, code)
    assert (result, printed(shown)) == ("ok", "training\n5/5 =====\n")


@pytest.mark.browser
def test_a_plot_arrives_as_in_the_record(page: Page) -> None:
    result, shown = run(page, "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nplt.show()")
    assert result == "ok"
    assert shown[-1]["data"]["image/svg+xml"].lstrip().startswith("<?xml")


@pytest.mark.browser
def test_a_display_can_be_changed_and_cleared(page: Page) -> None:
    code = """
from IPython.display import clear_output, display
print("gone")
clear_output(wait=True)
handle = display("before", display_id=True)
print("kept")
handle.update("after")
"""
    result, shown = run(page, code)
    assert result == "ok"
    assert [each.get("text") or each["data"]["text/plain"] for each in shown] == [
        "'after'",
        "kept\n",
    ]


@pytest.mark.browser
def test_an_error_comes_with_its_line(page: Page) -> None:
    result, shown = run(page, "a = 1\nb = 0\na / b")
    assert result == "error"
    assert shown[-1]["ename"] == "ZeroDivisionError"
    assert "----> 3 a / b" in "\n".join(shown[-1]["traceback"])
    assert "\x1b" not in "".join(shown[-1]["traceback"])


@pytest.mark.browser
def test_stop_ends_an_endless_loop_and_keeps_the_variables(page: Page) -> None:
    assert run(page, "kept = 7")[0] == "ok"
    page.evaluate("code => live.begin(code)", "print('on', flush=True)\nwhile True: pass")
    until(lambda: "on" in printed(page.evaluate("live.shown()")))
    page.evaluate("live.engine.stop()")
    until(lambda: page.evaluate("live.result"))
    assert page.evaluate("live.result") == "stopped"
    assert [each["output_type"] for each in page.evaluate("live.shown()")] == ["stream"]
    assert run(page, "print(kept)")[1][0]["text"] == "7\n"


@pytest.mark.browser
def test_a_restart_forgets_the_variables_and_ends_what_runs(page: Page) -> None:
    assert run(page, "kept = 7")[0] == "ok"
    page.evaluate("code => live.begin(code)", "while True: pass")
    page.evaluate("live.engine.restart()")
    assert page.evaluate("live.result") == "stopped"
    result, shown = run(page, "kept")
    assert (result, shown[-1]["ename"]) == ("error", "NameError")


@pytest.mark.browser
def test_a_kernel_that_dies_is_told_and_another_one_is_there(page: Page) -> None:
    result, shown = run(page, "import os\nos._exit(1)")
    assert result == "error"
    assert "The kernel died" in shown[-1]["evalue"]
    assert run(page, "print(1)")[1][0]["text"] == "1\n"


@pytest.mark.browser
@pytest.mark.parametrize(("below", "words"), [("", "cannot be reached"), ("zh/", "连不上你的内核")])
def test_the_page_says_in_its_language_that_the_command_has_ended(
    visit: Callable[..., BrowserContext], pages: str, tmp_path: Path, below: str, words: str
) -> None:
    with live(tmp_path, pages) as server:
        page = visit().new_page()
        page.goto(server.link.replace("/snippets/", f"/{below}snippets/"))
        assert run(page, "1")[0] == "ok"
        page.evaluate("code => live.begin(code)", "import time; time.sleep(60)")
        time.sleep(0.5)
        server.process.send_signal(signal.SIGINT)
        until(lambda: page.evaluate("live.result"))
        assert page.evaluate("live.result") == "error"
    result, _ = run(page, "1")
    assert words in result
    assert not page.evaluate("live.connected()")


@pytest.mark.browser
def test_one_page_has_one_kernel_which_ends_with_it(
    page: Page, server: Live, visit: Callable[..., BrowserContext]
) -> None:
    until(lambda: server.kernels() == [])
    page.reload()
    assert server.kernels() == [], "none is started before something runs"
    run(page, "1")
    run(page, "2")
    assert len(server.kernels()) == 1
    other = page.context.new_page()
    other.goto(server.link)
    run(other, "1")
    assert len(server.kernels()) == 2
    other.close()
    until(lambda: len(server.kernels()) == 1)
    page.evaluate("code => live.begin(code)", "while True: pass")
    page.goto("about:blank")
    until(lambda: server.kernels() == [])
    until(lambda: len(server.processes()) == 1)


@pytest.mark.browser
def test_a_kernel_ends_with_a_page_that_could_not_say_so(page: Page, server: Live) -> None:
    page.evaluate(
        """() => {
          const ask = fetch;
          globalThis.fetch = (to, how) => (how.method === "DELETE" ? Promise.reject() : ask(to, how));
        }"""
    )
    run(page, "1")
    page.close()
    until(lambda: server.kernels() == [])


def flagship(id: str) -> tuple[Any, Snippet]:
    base = building.checked(ROOT / "graph").base
    return base.runs[id], base.snippets[id]


@pytest.mark.browser
@pytest.mark.parametrize(
    "id",
    [
        "the-articles-code",
        pytest.param("the-corrected-model", marks=pytest.mark.full),
        pytest.param("seq2seq-with-attention", marks=pytest.mark.full),
    ],
)
def test_a_snippet_with_tensorflow_gives_in_the_page_what_was_recorded(page: Page, id: str) -> None:
    recorded, snippet = flagship(id)
    assert snippet.runtime == "tensorflow"
    outputs = []
    for cell in snippet.code:
        result, shown = run(page, cell.source, snippet.seconds)
        assert result == "ok", shown
        outputs.append(recording.trimmed(shown, {}))
    if recorded.versions == running.imported(snippet):
        assert list(recording.differences(snippet, recorded, tuple(outputs))) == []


@pytest.mark.browser
@pytest.mark.full
def test_training_tells_its_progress_while_it_runs(page: Page) -> None:
    code = """
import keras, numpy
model = keras.Sequential([keras.layers.Input((1,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
model.fit(numpy.ones((3000, 1)), numpy.ones((3000, 1)), batch_size=1, epochs=2)
print("done")
"""
    page.evaluate("code => live.begin(code)", code)
    until(lambda: "Epoch 1/2" in printed(page.evaluate("live.shown()")), 120)
    assert page.evaluate("live.result") is None
    until(lambda: page.evaluate("live.result"), 120)
    lines = [each for each in printed(page.evaluate("live.shown()")).splitlines() if each.strip()]
    assert [line.split()[0] for line in lines] == [
        "Epoch",
        "3000/3000",
        "Epoch",
        "3000/3000",
        "done",
    ]


# Who is refused


def socket_headers(server: Live, **headers: str) -> dict[str, str]:
    return {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }


def test_who_has_no_token_or_a_wrong_one_is_refused(server: Live) -> None:
    wrong = "0" * len(server.token)
    for method, path in [("GET", "/api/kernels"), ("POST", "/api/kernels")]:
        for headers in (
            {},
            {"Authorization": f"token {wrong}"},
            {"Authorization": "token "},
            {"Cookie": f"token={server.token}"},
        ):
            answer = server.ask(method, path, **headers)
            assert answer.status == 403
            assert answer.getheader("Set-Cookie") is None
    for path in (f"/api/kernels?token={server.token}", f"/api/kernels?token={wrong}"):
        assert server.ask("GET", path).status == 403, "an address would be kept in a history"
    assert server.ask("GET", "/api/kernels", Authorization=f"token {server.token}").status == 200


def test_no_other_origin_may_ask_not_even_with_the_token(server: Live, pages: str) -> None:
    own = pages.rstrip("/")
    until(lambda: server.kernels() == [])  # those of the pages before
    for origin in (
        "https://example.org",
        "http://127.0.0.1:1",
        "null",
        own.replace("http:", "https:"),
        f"{own}0",
    ):
        for method in ("GET", "POST"):
            answer = server.ask(
                method, "/api/kernels", Origin=origin, Authorization=f"token {server.token}"
            )
            assert answer.status in (403, 404)
        asked = server.ask("OPTIONS", "/api/kernels", Origin=origin)
        assert asked.getheader("Access-Control-Allow-Origin") == own
    assert server.kernels() == []


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "127.0.0.1.example.org"])
def test_no_other_name_may_be_asked_for(server: Live, host: str) -> None:
    """A foreign name can be made to lead to this machine: then its pages would be of the same origin as the server."""
    until(lambda: server.kernels() == [])
    answer = server.ask(
        "POST",
        "/api/kernels",
        Host=f"{host}:{server.port}",
        Origin=f"http://{host}:{server.port}",
        Authorization=f"token {server.token}",
    )
    assert answer.status == 403
    assert server.kernels() == []


def test_a_web_socket_needs_the_token_and_the_origin(server: Live, pages: str) -> None:
    key = {"Authorization": f"token {server.token}"}
    made = server.ask("POST", "/api/kernels", **key)
    address = made.getheader("Location")
    path = f"{address}/channels"
    protocols = "v1.kernel.websocket.jupyter.org, v1.token.websocket.jupyter.org."
    own = pages.rstrip("/")
    stolen = socket_headers(server, Origin=own)
    for headers in (
        stolen,
        {**stolen, "Sec-WebSocket-Protocol": protocols + "0" * 64},
        {**stolen, "Sec-WebSocket-Protocol": protocols.rpartition(",")[0]},
        socket_headers(
            server,
            Origin="https://example.org",
            **{"Sec-WebSocket-Protocol": protocols + server.token},
        ),
        socket_headers(
            server,
            Origin=own,
            Host="example.org",
            **{"Sec-WebSocket-Protocol": protocols + server.token},
        ),
    ):
        answer = server.ask("GET", path, **headers)
        assert answer.status == 403
        assert answer.getheader("Set-Cookie") is None
    assert server.ask("GET", f"{path}?token={server.token}", **stolen).status == 403
    assert server.ask("DELETE", str(address), **key).status == 204


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/login",
        "/logout",
        "/api",
        "/api/contents",
        "/api/contents/../../etc/passwd",
        "/api/contents/%2e%2e/%2e%2e/etc/passwd",
        "/files/../../etc/passwd",
        "/files/..%2f..%2fetc%2fpasswd",
        "/static/../../../etc/passwd",
        "/view/x.html",
        "/nbconvert/html/x.ipynb",
        "/api/terminals",
        "/terminals/websocket/1",
        "/api/sessions",
        "/api/kernelspecs",
        "/api/config/common",
        "/api/me",
        "/api/status",
        "/api/events/subscribe",
        "/api/shutdown",
        "/metrics",
        "/favicon.ico",
    ],
)
def test_there_is_nothing_but_kernels(server: Live, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE"):
        answer = server.ask(method, path, Authorization=f"token {server.token}")
        assert answer.status in (403, 404)
        assert answer.getheader("Set-Cookie") is None
    assert server.process.poll() is None


def test_a_page_may_not_choose_where_a_kernel_starts(server: Live) -> None:
    key = {"Authorization": f"token {server.token}"}
    until(lambda: len(server.processes()) == 1)
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    asked = json.dumps({"path": "../../../../etc", "name": "other"})
    connection.request("POST", "/api/kernels", asked, {**key, "Content-Type": "application/json"})
    answer = connection.getresponse()
    made = json.loads(answer.read())
    connection.close()
    assert made["name"] == "python3"
    (kernel,) = server.processes()[1:]
    assert Path(kernel.cwd()).parent.name.startswith("learnpath-live-")
    assert server.ask("DELETE", f"/api/kernels/{made['id']}", **key).status == 204


def test_a_page_of_the_web_is_asked_to_prove_itself_as_chrome_wants_it(
    tmp_path: Path,
) -> None:
    with live(tmp_path, "https://example.org/course/") as server:
        assert server.link.startswith("https://example.org/course/snippets/#live=")
        answer = server.ask(
            "OPTIONS",
            "/api/kernels",
            Origin="https://example.org",
            Access_Control_Request_Method="POST",
            Access_Control_Request_Headers="authorization",
            Access_Control_Request_Private_Network="true",
        )
        assert answer.status == 200
        assert answer.getheader("Access-Control-Allow-Origin") == "https://example.org"
        assert "authorization" in str(answer.getheader("Access-Control-Allow-Headers"))
        assert answer.getheader("Access-Control-Allow-Private-Network") == "true"
        assert answer.getheader("Access-Control-Allow-Credentials") is None


@pytest.mark.browser
def test_a_page_on_another_port_reaches_nothing(
    visit: Callable[..., BrowserContext], server: Live, tmp_path: Path
) -> None:
    until(lambda: server.kernels() == [])
    (tmp_path / "evil").mkdir()
    (tmp_path / "evil" / "index.html").write_text("<!doctype html><title>Evil</title>")
    with serving(tmp_path / "evil") as address:
        page = visit().new_page()
        page.goto(address)
        tried = page.evaluate(
            """async ({ port, token }) => {
              const to = `http://127.0.0.1:${port}/api/kernels`;
              const tried = [];
              const attempts = [
                () => fetch(to, { method: "POST", headers: { Authorization: `token ${token}` } }),
                () => fetch(to, { method: "POST", mode: "no-cors", body: "{}" }),
                () => fetch(to, { method: "POST", credentials: "include", body: "{}" }),
              ];
              for (const attempt of attempts) {
                tried.push(await attempt().then((answer) => answer.type, () => "refused"));
              }
              const socket = new WebSocket(`ws://127.0.0.1:${port}/api/kernels/a-b-c-d-e/channels`,
                ["v1.kernel.websocket.jupyter.org", `v1.token.websocket.jupyter.org.${token}`]);
              tried.push(await new Promise((resolve) => {
                socket.onopen = () => resolve("open");
                socket.onerror = () => resolve("refused");
              }));
              return tried;
            }""",
            {"port": server.port, "token": server.token},
        )
        assert tried == ["refused", "opaque", "refused", "refused"]
        page.set_content(
            f'<form method="post" enctype="text/plain" action="http://127.0.0.1:{server.port}/api/kernels">'
            '<input name="token"><button>Win</button></form>'
        )
        with page.expect_navigation():
            page.click("button")
        assert server.kernels() == []


# What is left


def test_it_listens_on_this_machine_alone(server: Live) -> None:
    made = server.ask("POST", "/api/kernels", Authorization=f"token {server.token}")
    time.sleep(2)
    listening = {
        each.laddr.ip
        for process in server.processes()
        for each in process.net_connections("inet")
        if each.status == psutil.CONN_LISTEN
    }
    assert listening == {"127.0.0.1"}
    key = {"Authorization": f"token {server.token}"}
    assert server.ask("DELETE", str(made.getheader("Location")), **key).status == 204


@pytest.mark.parametrize(
    "ending",
    [
        signal.SIGINT,
        signal.SIGKILL,
        pytest.param(signal.SIGTERM, marks=pytest.mark.full),
        pytest.param(signal.SIGHUP, marks=pytest.mark.full),
    ],
)
def test_nothing_is_left_running(tmp_path: Path, pages: str, ending: signal.Signals) -> None:
    with live(tmp_path, pages) as server:
        server.ask("POST", "/api/kernels", Authorization=f"token {server.token}")
        time.sleep(3)
        processes = server.processes()
        assert len(processes) >= 2
        server.process.send_signal(ending)
        assert psutil.wait_procs(processes, timeout=15)[1] == []


def test_it_ends_with_the_program_that_started_it(tmp_path: Path, pages: str) -> None:
    with live(tmp_path, pages, below="& wait") as server:
        server.ask("POST", "/api/kernels", Authorization=f"token {server.token}")
        processes = server.processes()[1:]
        assert len(processes) >= 2
        server.process.kill()
        assert psutil.wait_procs(processes, timeout=15)[1] == []


def test_the_token_stands_in_the_link_alone(
    tmp_path: Path, pages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    with live(tmp_path, pages) as server:
        key = {"Authorization": f"token {server.token}"}
        server.ask("GET", f"/api/kernels?token={server.token}")
        server.ask("GET", "/nothing", **key)
        server.ask("POST", "/api/kernels", **key)
        processes = server.processes()
        assert not any(server.token in " ".join(each.cmdline()) for each in processes)
        assert not any(server.token in str(each.environ()) for each in processes)
        kept = [file for file in tmp_path.rglob("*") if file.is_file() and file != server.log]
        assert kept
        assert not any(server.token.encode() in file.read_bytes() for file in kept)
        server.process.send_signal(signal.SIGINT)
        assert server.process.stdout
        assert server.process.stdout.read() == ""
    assert server.token not in server.log.read_text()


def test_what_the_reader_has_set_for_jupyter_opens_nothing(
    tmp_path: Path, pages: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "settings"
    settings.mkdir()
    (settings / "jupyter_server_config.py").write_text(
        "c.ServerApp.allow_origin = '*'\nc.IdentityProvider.token = ''\nc.ServerApp.ip = '0.0.0.0'\n"
    )
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(settings))
    monkeypatch.setenv("JUPYTER_TOKEN", "known")
    with live(tmp_path, pages) as server:
        assert server.ask("GET", "/api/kernels").status == 403
        assert server.ask("GET", "/api/kernels", Authorization="token known").status == 403
        foreign = server.ask(
            "GET",
            "/api/kernels",
            Authorization=f"token {server.token}",
            Origin="https://example.org",
        )
        assert foreign.status == 404


# What is told


def test_wrong_input_is_told_in_one_line(tmp_path: Path, pages: str) -> None:
    port = urlsplit(pages).port
    taken = CliRunner().invoke(main, ["live", "--port", str(port), "--no-browser"])
    assert taken.exit_code == 1
    assert taken.output.startswith(f"port {port} cannot be used (Address already in use)")
    for address in ("file:///site/index.html", "127.0.0.1:8000", "https://", "http://a/#b"):
        wrong = CliRunner().invoke(main, ["live", "--site", address, "--no-browser"])
        assert wrong.exit_code == 1
        assert wrong.output.startswith(f"{address}: is no address of a site")
        assert len(wrong.output.splitlines()) == 1


def test_without_jupyter_server_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "learnpath.snippets.serving", raising=False)
    monkeypatch.setitem(sys.modules, "jupyter_server", None)
    monkeypatch.setitem(sys.modules, "jupyter_server.auth", None)
    done = CliRunner().invoke(main, ["live"])
    assert done.exit_code == 1
    assert done.output == "Jupyter Server is not installed; run: pip install 'learnpath[live]'\n"
