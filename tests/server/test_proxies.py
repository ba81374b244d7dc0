"""Behind nginx, Caddy and Apache, set up as doc/proxies.md says: nobody's claims are believed."""

import os
import re
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from stadtfuehrer.tokens import network_hashes
from tests.support.processes import START_SECONDS
from tests.support.served import FORM, Served, answered_quickly, booking_form, head, served
from tests.support.wire import Wire
from tools.provision.proxies import find_proxy
from tools.provision.site import change_settings, free_port
from tools.provision.visitor import Visitor
from tools.until import until

MANUAL = Path(__file__).parents[2] / "doc" / "proxies.md"
OURS = "127.0.0.1:8000"


def nginx(snippet: str, port: int, folder: Path) -> list[str]:
    stores = "".join(
        f"{name}_temp_path {folder}/{name};"
        for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (folder / "nginx.conf").write_text(
        f"daemon off; user root; pid {folder}/pid; events {{}} http {{ access_log off; {stores} "
        f"server {{ listen 127.0.0.1:{port}; {snippet} }} }}"
    )
    return ["-p", str(folder), "-c", "nginx.conf", "-e", "stderr"]


def caddy(snippet: str, port: int, folder: Path) -> list[str]:
    snippet = snippet.replace("stadtfuehrer.example", f"http://:{port}")
    (folder / "Caddyfile").write_text("{\nadmin off\n}\n" + snippet)
    return ["run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def apache2(snippet: str, port: int, folder: Path) -> list[str]:
    modules = ("mpm_event", "authz_core", "proxy", "proxy_http", "headers")
    loaded = "".join(
        f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules
    )
    (folder / "apache2.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\n{loaded}"
        f"DefaultRuntimeDir {folder}\nErrorLog /dev/stderr\nListen 127.0.0.1:{port}\n{snippet}"
    )
    return ["-D", "FOREGROUND", "-f", str(folder / "apache2.conf")]


PROXIES: dict[str, Callable[[str, int, Path], list[str]]] = {
    "nginx": nginx,
    "caddy": caddy,
    "apache2": apache2,
}


@dataclass(frozen=True, kw_only=True)
class Proxied:
    """A site, and the port of the proxy in front of it."""

    site: Served
    port: int

    @property
    def visitor(self) -> Visitor:
        return Visitor("127.0.0.1", self.port)

    def counted(self) -> list[bytes]:
        """The networks whose forms were counted."""
        with closing(sqlite3.connect(self.site.instance / "stadtfuehrer.db")) as database:
            return [
                row[0]
                for row in database.execute("SELECT subject FROM rate_events WHERE what = 'post'")
            ]


@pytest.fixture(scope="module")
def believing(tmp_path_factory: pytest.TempPathFactory, made: Path) -> Iterator[Served]:
    """Give a site that believes one proxy, and counts forms."""
    instance = shutil.copytree(made, tmp_path_factory.mktemp("believing") / "instance")
    change_settings(instance, {"proxies": "1", "posts_per_hour": "1000"})
    with served(instance) as site:
        yield site


@pytest.fixture(scope="module", params=PROXIES)
def proxied(
    request: pytest.FixtureRequest, believing: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Proxied]:
    """Give the site behind each of the proxies."""
    program = find_proxy(request.param)
    assert program, f"{request.param} is missing. Run: make provision"
    found = re.search(rf"```{request.param.rstrip('2')}\n(.*?)```", MANUAL.read_text(), re.DOTALL)
    assert found
    assert OURS in found[1]
    snippet = found[1].replace(OURS, f"127.0.0.1:{believing.port}")
    folder, port = tmp_path_factory.mktemp("proxy"), free_port()
    command = [program, *PROXIES[request.param](snippet, port, folder)]
    # Apache ends with its terminal's window; a session of its own keeps its signals to itself.
    # Caddy writes down what it was told.
    own = os.environ | dict.fromkeys(("XDG_CONFIG_HOME", "XDG_DATA_HOME"), str(folder))
    process = subprocess.Popen(command, cwd=folder, env=own, start_new_session=True)
    try:
        it = Proxied(site=believing, port=port)

        def is_up() -> bool:
            assert process.poll() is None
            try:
                return it.visitor.get("/healthz").status == 200
            except OSError:
                return False

        until(is_up, within=START_SECONDS, what="the proxy comes up")
        yield it
    finally:
        process.terminate()
        process.wait(20)


def test_a_visitor_is_counted_by_the_address_that_the_proxy_saw(proxied: Proxied) -> None:
    path, _ = booking_form(proxied.site.visitor)
    claims = [
        *("X_Forwarded_For: 9.9.9.1", "X-Forwarded-For: 9.9.9.2", "X-Forwarded_For: 9.9.9.3"),
        *("Forwarded: for=9.9.9.4", "X-Real-IP: 9.9.9.5"),
    ]
    # A form that is not filled in is counted as well.
    with Wire(proxied.port) as wire:
        wire.send(head("POST", path, FORM, *claims, "Content-Length: 6"), b"name=A")
        assert wire.reply().status == 422
    secret = (proxied.site.instance / "secret.key").read_bytes().strip()
    assert set(proxied.counted()) == {*network_hashes(secret, "127.0.0.1")}


def test_a_visitor_cannot_say_which_site_this_is(proxied: Proxied) -> None:
    path, _ = booking_form(proxied.site.visitor)
    for claim in ("X-Forwarded-Host", "X_Forwarded_Host"):
        claims = (f"{claim}: fremd.example", "Origin: http://fremd.example")
        with Wire(proxied.port) as wire:
            wire.send(head("POST", path, FORM, *claims, "Content-Length: 6"), b"name=A")
            assert wire.reply().status == 403


def test_a_booking_that_breaks_off_is_none_and_a_whole_one_is_one(proxied: Proxied) -> None:
    before = proxied.site.bookings()
    path, body = booking_form(proxied.site.visitor)
    request = head("POST", path, FORM, f"Content-Length: {len(body)}")
    Wire(proxied.port).send(request, body[:-1]).finish().close()
    Wire(proxied.port).send(request, body[:-1]).reset()
    chunk = b"%x\r\n%b\r\n" % (len(body), body)
    unfinished = head("POST", path, FORM, "Transfer-Encoding: chunked")
    Wire(proxied.port).send(unfinished, chunk).close()
    time.sleep(0.3)
    assert proxied.visitor.get("/").status == 200
    assert proxied.site.bookings() == before
    with Wire(proxied.port) as wire:
        reply = wire.send(request, body).reply()
    assert (reply.status, proxied.site.bookings()) == (303, before + 1)
    assert proxied.visitor.get(reply.headers["location"]).status == 200


def test_slow_forms_keep_nobody_waiting(proxied: Proxied) -> None:
    begun = head("POST", "/quiz/ergebnis", FORM, "Content-Length: 1000") + b"name=A&"
    with ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(Wire(proxied.port)).send(begun)
        answered_quickly(proxied.visitor)
