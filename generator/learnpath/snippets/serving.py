"""Kernels for the pages of a site: Jupyter Server, of which only the kernels are left, for one site and one reader.

It listens on 127.0.0.1 and answers nobody but who knows a random token, which is told in a header (or, as browsers send
none with a WebSocket, as one of its protocols), never in an address. No other origin than that of the site may ask, not
even with the token, and no other name than that of this machine may stand in `Host`, so that no foreign page reaches it
under a name of its own. There are no files, no terminals, no cookies and no page to log in. Settings that a reader made
for a Jupyter of their own are not read.

A kernel starts as that of a recorded run does, in a folder of its own with the data of all snippets. It ends with its
page: as soon as the page's WebSocket is closed. All of them end with the server, and the server with whoever started it.
"""

import hmac
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterable, Mapping
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.serverapp import ServerApp
from jupyter_server.services.kernels import handlers, websocket
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado import web
from tornado.ioloop import PeriodicCallback
from traitlets import Dict
from traitlets.config import Config

from learnpath.problems import LearnpathError
from learnpath.snippets.running import ENVIRONMENT, PROFILE, Job

HOST = "127.0.0.1"

PATIENCE = 60  # seconds until a kernel that no page has asked for anything is given up


def serve(site: str, port: int, jobs: Iterable[Job], ready: Callable[[str, Path], None]) -> None:
    """Let the pages of a site run code in kernels on this machine, until this process is told to end.

    Args:
        site: the address of the site.
        port: where to listen; 0 for any port that is free.
        jobs: the snippets, whose data lie beside each kernel and whose declared warnings are no errors.
        ready: is given the link that connects a browser, once it can be followed, and a page that leads there, to open
            a browser with: the arguments of a program can be read by everybody on this machine.

    Raises:
        LearnpathError: the address is not one of the web, or somebody listens at the port already.
    """
    origin = _origin(site)
    _must_be_free(port)
    jobs = list(jobs)
    token = secrets.token_hex(32)
    with tempfile.TemporaryDirectory(prefix="learnpath-live-", ignore_cleanup_errors=True) as name:
        server = _Server.instance(
            **_SETTINGS,
            config=Config({"IdentityProvider": {"token": token}, **_CONFIG}),
            port=port,
            allow_origin=origin,
            root_dir=name,
            cookie_secret=secrets.token_bytes(),  # else Jupyter writes one into a file
            environment=_environment(Path(name), jobs),
            data={file: content for job in jobs for file, content in job.data.items()},
        )
        server.initialize(argv=[], find_extensions=False)
        server.kernel_spec_manager.kernel_dirs = []  # the Python that runs this, and no other
        link = f"{site.rstrip('/')}/snippets/#live={server.port}:{token}"
        page = Path(name, "open.html")
        page.write_text(_LEADS.format(escape(link)), encoding="utf-8")
        server.io_loop.add_callback(ready, link, page)
        server.start()


class _Server(ServerApp):
    """Jupyter Server without all that is no kernel."""

    default_services = ("kernels",)
    environment: Any = Dict()
    data: Any = Dict()

    def load_config_file(self, suppress_errors: bool = True) -> None:
        """Leave alone what the reader has set for a Jupyter of their own: it may open more than is wanted here."""

    def write_server_info_file(self) -> None:
        """Write no file: it would hold the token."""

    def init_webapp(self) -> None:
        """Keep the addresses of kernels; all others, those that Jupyter adds to each server too, lead nowhere."""
        super().init_webapp()
        router = self.web_app.wildcard_router
        router.rules = [
            rule
            for rule in router.rules
            if rule.target.__module__ in (handlers.__name__, websocket.__name__)
        ]
        for rule in router.rules:
            if rule.target is websocket.KernelWebsocketHandler:
                rule.target = _Channels

    def init_signal(self) -> None:
        """End without a question, whatever the signal."""
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            if hasattr(signal, name):
                signal.signal(getattr(signal, name), self._end)
        parent = os.getppid()

        def look() -> None:
            if os.getppid() != parent:
                self._end()

        PeriodicCallback(look, 1000).start()

    def _end(self, *_: object) -> None:
        if not self._stopping:
            self.stop(from_signal=True)


class _Channels(websocket.KernelWebsocketHandler):
    """The WebSocket of a kernel, which refuses without a page: Jupyter's would come with a cookie."""

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        web.RequestHandler.write_error(self, status_code, **kwargs)


class _Token(IdentityProvider):
    """Knows the reader by the token alone, and checks the origin all the same."""

    login_available = False
    logout_available = False

    def get_user(self, handler: web.RequestHandler) -> User | None:
        headers = handler.request.headers
        protocols = headers.get("Sec-WebSocket-Protocol", "").split(",")
        given = [headers.get("Authorization", "").removeprefix("token ")]
        given += [each.strip().removeprefix(_PROTOCOL) for each in protocols]
        if not any(hmac.compare_digest(each.encode(), self.token.encode()) for each in given):
            return None
        return User("reader")

    def is_token_authenticated(self, handler: web.RequestHandler) -> bool:
        """Tell that who is known has sent the token, which a form of another page cannot."""
        return handler.current_user is not None

    def should_check_origin(self, handler: web.RequestHandler) -> bool:
        return True


_PROTOCOL = "v1.token.websocket.jupyter.org."


class _Kernels(AsyncMappingKernelManager):
    """Starts each kernel as that of a recorded run, and ends it with its page."""

    async def start_kernel(self, **asked: Any) -> str:
        """Start a kernel; which one, and where, is not for the page to say."""
        server, loop = self.parent, self.parent.io_loop
        folder = Path(tempfile.mkdtemp(dir=server.root_dir, prefix="work-"))
        for name, content in server.data.items():
            (folder / name).write_bytes(content)
        id: str = await super().start_kernel(
            kernel_name="python3", cwd=str(folder), env=dict(server.environment)
        )
        loop.call_later(PATIENCE, self._end_if_left, id)
        return id

    def notify_disconnect(self, kernel_id: str) -> None:
        super().notify_disconnect(kernel_id)
        self.parent.io_loop.add_callback(self._end_if_left, kernel_id)

    async def _end_if_left(self, id: str) -> None:
        if id in self and not self._kernel_connections.get(id):
            await self.shutdown_kernel(id, now=True)


class _OnlyKernels(Authorizer):
    """Allows what is about kernels, should an address of anything else ever be left."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return resource == "kernels"


_SETTINGS: Mapping[str, Any] = {
    "ip": HOST,
    "port_retries": 0,
    "log_level": logging.ERROR,
    "allow_remote_access": False,
    "local_hostnames": [],
    "allow_root": True,  # it can do what its user can, as any program
    "terminals_enabled": False,
    "open_browser": False,
    "no_browser_open_file": True,  # it would hold the token
    "identity_provider_class": _Token,
    "authorizer_class": _OnlyKernels,
    "kernel_manager_class": _Kernels,
    "tornado_settings": {
        "headers": {
            # asked by Chrome before a page of the web may reach this machine
            "Access-Control-Allow-Private-Network": "true",
            "Cache-Control": "no-store",
        }
    },
}

_CONFIG: Mapping[str, Any] = {
    "MappingKernelManager": {"buffer_offline_messages": False},
    # the page starts another one: what a kernel that is started again by itself says first would be lost
    "KernelRestarter": {"restart_limit": 0},
    "ZMQChannelsWebsocketConnection": {"iopub_data_rate_limit": 1e7},  # plots are large
}

# Private functions

_LEADS = '<!doctype html><meta charset="utf-8"><meta http-equiv="refresh" content="0; url={}">'


def _origin(site: str) -> str:
    parts = urlsplit(site)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise LearnpathError(
            f"{site}: is no address of a site, such as http://127.0.0.1:8000/ or https://example.org/course/"
        )
    return f"{parts.scheme}://{parts.netloc}".lower()


def _must_be_free(port: int) -> None:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        raise LearnpathError(
            f"port {port} cannot be used ({os.strerror(error.errno or 0)}); name another one, or leave out --port"
        ) from None


def _environment(folder: Path, jobs: Iterable[Job]) -> Mapping[str, str]:
    profile = folder / "ipython" / "profile_default"
    profile.mkdir(parents=True)
    shutil.copy(PROFILE, profile)
    return {
        **os.environ,
        **ENVIRONMENT,
        "IPYTHONDIR": str(profile.parent),
        "PYTHONHASHSEED": "0",
        "LEARNPATH_WARNS": json.dumps(sorted({each for job in jobs for each in job.snippet.warns})),
    }
