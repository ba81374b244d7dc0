"""Who is let in front of the postfach, with no, one and two trusted proxies."""

from dataclasses import replace
from pathlib import Path

import pytest

from stadtfuehrer.app import create_app
from tests.support.sites import Site

HERE = {"REMOTE_ADDR": "127.0.0.1", "HTTP_HOST": "127.0.0.1:8000", "SERVER_PROTOCOL": "HTTP/1.1"}
FOR, HOST = "HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_HOST"

LET_IN = [
    (0, {}),
    (0, {"HTTP_HOST": "localhost"}),
    (0, {"HTTP_HOST": "LocalHost:8000"}),
    (0, {"HTTP_HOST": "[::1]:8000", "REMOTE_ADDR": "::1"}),
    (0, {"REMOTE_ADDR": "127.8.9.1"}),
    (0, {"REMOTE_ADDR": "::ffff:127.0.0.1"}),
    (1, {FOR: "127.0.0.1"}),
    (1, {FOR: "::1", HOST: "localhost:8443", "HTTP_X_FORWARDED_PROTO": "https"}),
    (1, {FOR: "127.0.0.1", "HTTP_VIA": "1.1 Caddy"}),
    (1, {FOR: "127.0.0.1", "SERVER_PROTOCOL": "HTTP/1.0"}),
    (2, {FOR: "127.0.0.1, 127.0.0.1", HOST: "localhost, 127.0.0.1:8000"}),
]

KEPT_OUT = [
    # Another machine.
    (0, {"REMOTE_ADDR": "192.0.2.7"}),
    (0, {"REMOTE_ADDR": "2001:db8::1"}),
    (0, {"REMOTE_ADDR": "::ffff:192.0.2.7"}),
    (0, {"REMOTE_ADDR": "10.0.0.1"}),
    (0, {"REMOTE_ADDR": "0.0.0.0"}),  # noqa: S104 - an address, not a place to listen at
    # No address at all, as with a socket of the file system.
    (0, {"REMOTE_ADDR": ""}),
    (0, {"REMOTE_ADDR": "unix:"}),
    # Somebody's name that leads here: DNS rebinding, or a proxy.
    (0, {"HTTP_HOST": "stadtfuehrer.example"}),
    (0, {"HTTP_HOST": "localhost.anderswo.example"}),
    (0, {"HTTP_HOST": "127.0.0.1.anderswo.example"}),
    (0, {"HTTP_HOST": "anderswo.example:8000"}),
    (0, {"HTTP_HOST": "localhost@anderswo.example"}),
    (0, {"HTTP_HOST": "anderswo.example#@localhost"}),
    (0, {"HTTP_HOST": "127.0.0.1:8000\n"}),
    (0, {"HTTP_HOST": "0.0.0.0:8000"}),
    (0, {"HTTP_HOST": "::1"}),
    (0, {"HTTP_HOST": ""}),
    # A proxy on this machine that nobody spoke of.
    (0, {FOR: "192.0.2.7"}),
    (0, {FOR: "127.0.0.1"}),
    (0, {HOST: "localhost"}),
    (0, {"HTTP_X_FORWARDED_PROTO": "http"}),
    (0, {"HTTP_X_FORWARDED_SERVER": "localhost"}),
    (0, {"HTTP_X_FORWARDED_PREFIX": "/"}),
    (0, {"HTTP_FORWARDED": "for=127.0.0.1"}),
    (0, {"HTTP_X_REAL_IP": "127.0.0.1"}),
    (0, {"HTTP_VIA": "1.1 nah"}),
    (0, {"SERVER_PROTOCOL": "HTTP/1.0"}),
    # A trusted proxy that did not say for whom, or spoke for somebody elsewhere.
    (1, {}),
    (1, {FOR: ""}),
    (1, {FOR: "192.0.2.7"}),
    (1, {FOR: "127.0.0.1", HOST: "stadtfuehrer.example"}),
    (1, {FOR: "127.0.0.1", "HTTP_HOST": "stadtfuehrer.example"}),
    (1, {FOR: "127.0.0.1", "HTTP_HOST": "stadtfuehrer.example", HOST: "localhost"}),
    (1, {FOR: "127.0.0.1", "REMOTE_ADDR": "192.0.2.7"}),
    (1, {FOR: "127.0.0.1", "HTTP_FORWARDED": "for=127.0.0.1"}),
    (2, {FOR: "127.0.0.1"}),
    # What a visitor sends stays in front of what the proxies add.
    (1, {FOR: "127.0.0.1, 192.0.2.7"}),
    (1, {FOR: "192.0.2.7, 127.0.0.1"}),
    (1, {FOR: "127.0.0.1, 127.0.0.1"}),
    (1, {FOR: "127.0.0.1", "HTTP_VIA": "1.1 weit, 1.1 nah"}),
    (1, {FOR: "127.0.0.1", HOST: "localhost, localhost"}),
    (2, {FOR: "127.0.0.1, 192.0.2.7, 127.0.0.1"}),
    (2, {FOR: "192.0.2.7, 127.0.0.1"}),
]


def status(site: Site, folder: Path, proxies: int, environ: dict[str, str]) -> int:
    """What the site answers to whoever asks for the postfach so."""
    settings = site.context.settings
    settings = replace(settings, site=replace(settings.site, proxies=proxies))
    app = create_app(replace(site.context, settings=settings), letters=folder)
    overrides = HERE | environ
    return app.test_client().get("/postfach", environ_overrides=overrides).status_code


@pytest.mark.parametrize(("proxies", "environ"), LET_IN)
def test_whoever_sits_at_this_machine_is_let_in(
    site: Site, tmp_path: Path, proxies: int, environ: dict[str, str]
) -> None:
    assert status(site, tmp_path, proxies, environ) == 200


@pytest.mark.parametrize(("proxies", "environ"), KEPT_OUT)
def test_nobody_else_is(site: Site, tmp_path: Path, proxies: int, environ: dict[str, str]) -> None:
    assert status(site, tmp_path, proxies, environ) == 404
