"""The site as a WSGI server gets it, behind no, one or two proxies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import request
from flask.testing import FlaskClient

from stadtfuehrer.app import app_from_environment, create_app
from stadtfuehrer.settings.errors import MistakesFound
from stadtfuehrer.web import get_context
from tests.support.contexts import NO_LIMITS, make_context, opened_context

FORWARDED = {
    "X-Forwarded-For": "198.51.100.7, 203.0.113.9",
    "X-Forwarded-Proto": "http, https",
    "X-Forwarded-Host": "weit.example, nah.example",
}


@pytest.fixture(autouse=True)
def logs_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loggers that are used once as a server sets them up stay so for all later tests."""
    monkeypatch.setattr("stadtfuehrer.app.set_up_logs", lambda: None)


@contextmanager
def site_of_environment() -> Iterator[FlaskClient]:
    app = app_from_environment()
    yield app.test_client()
    with app.app_context():
        get_context().database.close()


@pytest.mark.parametrize(
    ("proxies", "address", "host", "scheme"),
    [
        (0, "127.0.0.1", "localhost", "http"),
        (1, "203.0.113.9", "nah.example", "https"),
        (2, "198.51.100.7", "weit.example", "http"),
    ],
)
def test_only_the_trusted_proxies_are_believed(
    tmp_path: Path, sqlite_database_url: str, proxies: int, address: str, host: str, scheme: str
) -> None:
    changes = NO_LIMITS | {"proxies": str(proxies)}
    with opened_context(tmp_path / "i", sqlite_database_url, changes=changes) as context:
        app = create_app(context)
        seen: list[tuple[str | None, str, str]] = []
        app.before_request(lambda: seen.append((request.remote_addr, request.host, request.scheme)))
        app.test_client().get("/quiz", headers=FORWARDED)

    assert seen == [(address, host, scheme)]


def test_the_environment_names_the_instance(
    tmp_path: Path, sqlite_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_context(tmp_path / "i", sqlite_database_url).database.close()
    monkeypatch.setenv("STADTFUEHRER_INSTANCE", str(tmp_path / "i"))
    monkeypatch.setenv("STADTFUEHRER_DATABASE_URL", sqlite_database_url)

    with site_of_environment() as client:
        assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("transport", "token", "status"),
    [("folder", "x", 200), ("folder", "", 404), ("smtp", "x", 404)],
)
def test_there_is_a_postfach_only_while_nothing_is_sent_and_with_a_token(
    tmp_path: Path,
    sqlite_database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    transport: str,
    token: str,
    status: int,
) -> None:
    changes = {"transport": f'"{transport}"', "mail.host": '"smtp.stadtfuehrer.example"'}
    make_context(tmp_path / "i", sqlite_database_url, changes=changes).database.close()
    monkeypatch.setenv("STADTFUEHRER_INSTANCE", str(tmp_path / "i"))
    monkeypatch.setenv("STADTFUEHRER_DATABASE_URL", sqlite_database_url)
    monkeypatch.setenv("STADTFUEHRER_POSTFACH_TOKEN", token)

    with site_of_environment() as client:
        client.set_cookie("postfach", token, path="/postfach")
        assert client.get("/postfach").status_code == status


def test_templates_of_ones_own_go_before_the_shipped_ones(
    tmp_path: Path, sqlite_database_url: str
) -> None:
    letter = "booking/letters/bestaetigung/subject.txt"
    for name in ("pages/offers.html", letter):
        (tmp_path / "i/templates" / name).parent.mkdir(parents=True)
        (tmp_path / "i/templates" / name).write_text("Von mir: {{ consultant.name }}")
    with opened_context(tmp_path / "i", sqlite_database_url, changes=NO_LIMITS) as context:
        client = create_app(context).test_client()
        assert client.get("/angebot").text == "Von mir: Vera Beispiel"
        assert client.get("/ablauf").status_code == 200
        said = context.letter_templates.get_template(letter).render(consultant={"name": "Vera"})
        assert said == "Von mir: Vera"


def test_an_instance_with_mistakes_does_not_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STADTFUEHRER_INSTANCE", str(tmp_path / "fehlt"))

    with pytest.raises(MistakesFound, match="diese Datei gibt es noch nicht"):
        app_from_environment()
