"""`check --connect` and `calendar`: what the consultant is told of their calendars."""

import json
import socket
import uuid
from datetime import datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest

from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.calendar.faults import BadStatus
from tests.support.authority import Authority
from tests.support.calendars import PASSWORD, USER, DavServer, answer, event, ics, misbehaving
from tests.support.commands import Book, Run
from tests.support.contexts import BERLIN
from tools.provision.site import change_settings


def set_up(instance: Path, **keys: object) -> None:
    written = {f"calendar.{key}": json.dumps(value) for key, value in keys.items()}
    change_settings(instance, written)


def at_server(instance: Path, server: DavServer, **keys: object) -> None:
    login = {"url": server.url, "username": USER, "password": PASSWORD}
    set_up(instance, **{**login, **keys})


def complaints(run: Run, **environment: str) -> list[str]:
    result = run("check", "--connect", environment=environment)
    assert result.exit_code == 1
    assert PASSWORD not in result.output
    return [line for line in result.stderr.splitlines() if not line.startswith(("Hinweis: ", "{"))]


def tomorrow() -> datetime:
    return (utc_now() + timedelta(days=1)).astimezone(BERLIN)


def test_check_lists_calendars_and_what_blocks(
    instance: Path, run: Run, radicale_server: DavServer
) -> None:
    one, other, third = (f"{name} {uuid.uuid4()}" for name in ("Privat", "Arbeit", "Kinder"))
    radicale_server.make_calendar(third)
    radicale_server.make_calendar(other)
    calendar = radicale_server.make_calendar(one)
    calendar.put("eins", ics(event(f"{tomorrow():%Y-%m-%d} 10:00")))
    calendar.put("zwei", ics(event(f"{tomorrow():%Y-%m-%d} 15:00", zone="Irgendwo")))
    at_server(instance, radicale_server, busy=[one, other], write=other)
    result = run("check", "--connect")
    assert result.exit_code == 0, result.output
    said = result.stdout
    assert f"Kalender „{one}“: blockiert\n" in said
    assert f"Kalender „{other}“: blockiert, Buchungen werden eingetragen\n" in said
    assert f"Kalender „{third}“: bleibt unbeachtet\n" in said
    assert f"{one}: gelesen, 2 Einträge\n" in said
    assert f"{one}: die Zeitzone „Irgendwo“ ist unbekannt" in said
    assert ", 10:00 bis 11:00 Uhr\n" in said
    assert said.count("blockiert: ") == 2
    assert PASSWORD not in result.output


def test_check_names_the_calendars_there_are(
    instance: Path, run: Run, radicale_server: DavServer
) -> None:
    name = f"Privat {uuid.uuid4()}"
    radicale_server.make_calendar(name)
    at_server(instance, radicale_server, busy=["Prvat"])
    (said,) = complaints(run)
    assert "Einen Kalender „Prvat“ gibt es dort nicht. Gefunden: " in said
    assert f"„{name}“" in said


def test_check_refuses_two_of_one_name(
    instance: Path, run: Run, radicale_server: DavServer
) -> None:
    name = f"Privat {uuid.uuid4()}"
    urls = [radicale_server.make_calendar(name).url for _ in range(2)]
    at_server(instance, radicale_server, busy=[name])
    (said,) = complaints(run)
    assert "Mehrere Kalender heißen" in said
    assert all(url in said for url in urls)


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"password": "falsch"}, "lehnt die Anmeldung ab: calendar.username oder das Passwort"),
        ({"url": "http://127.0.0.1:1/"}, "nimmt an diesem Port keine Verbindung an"),
        ({"url": "https://nirgends.invalid/"}, "„nirgends.invalid“ gibt es nicht, oder das Netz"),
        ({"url": "{server}nirgends/"}, ""),
    ],
)
def test_check_explains_what_is_wrong(
    instance: Path, run: Run, radicale_server: DavServer, keys: dict[str, str], said: str
) -> None:
    filled = {key: value.format(server=radicale_server.url) for key, value in keys.items()}
    at_server(instance, radicale_server, **{"busy": ["Privat"], **filled})
    (line,) = complaints(run)
    assert said in line


def test_check_explains_tls(instance: Path, run: Run, authority: Authority) -> None:
    with misbehaving(answer(200, ics()), authority.serving()) as server:
        set_up(instance, feeds=[server.url])
        (line,) = complaints(run)
        assert "Das Zertifikat von „localhost“ gilt nicht" in line
        trusted = {"SSL_CERT_FILE": str(authority.folder / "ca.pem")}
        assert run("check", "--connect", environment=trusted).exit_code == 0
    with socket.create_server(("127.0.0.1", 0)) as listening:
        Thread(target=_greet, args=(listening,)).start()
        set_up(instance, feeds=[f"https://127.0.0.1:{listening.getsockname()[1]}/"])
        (line,) = complaints(run)
    assert "keine verschlüsselte Verbindung" in line


def _greet(listening: socket.socket) -> None:
    """As a mail server does, which speaks first and knows no TLS yet."""
    line, _ = listening.accept()
    with line:
        line.sendall(b"220 hallo\r\n" * 99)
        line.recv(4096)


@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("caldav.icloud.com", "app-spezifisches Passwort"),
        ("caldav.fastmail.com", "App-Passwort mit Zugriff auf Kalender"),
        ("dav.mailbox.org", "Anwendungspasswort"),
        ("apidata.googleusercontent.com", "Privatadresse im iCal-Format"),
        ("cloud.example", "ein eigenes App-Passwort"),
        ("evilicloud.com", "ein eigenes App-Passwort"),
    ],
)
def test_a_refused_login_says_where_the_password_comes_from(host: str, hint: str) -> None:
    assert hint in BadStatus(host, 401).reason


def test_calendar_shows_what_was_read(instance: Path, run: Run) -> None:
    assert run("calendar").stdout == "Kein Kalender blockiert Zeiten.\n"
    day = f"{tomorrow():%Y-%m-%d}"
    feed = ics(event(f"{day} 10:00"), event(f"{day} 10:30"), event(f"{day} 15:00", zone="Ä"))
    with misbehaving(answer(200, feed)) as server:
        set_up(instance, feeds=[f"{server.url}geheim"])
        before = json.loads(run("calendar", "--format", "json").stdout)
        assert before["calendars"][0]["read_at"] is None
        assert run("worker", "--once").exit_code == 0
    found = json.loads(run("calendar", "--format", "json").stdout)
    (one,) = found["calendars"]
    assert one["name"] == "Feed 1 (localhost)"
    assert datetime.fromisoformat(one["read_at"]) > utc_now() - timedelta(minutes=1)
    assert (one["error"], len(one["faults"]), len(found["blocked"])) == ("", 1, 2)
    said = run("calendar").stdout
    assert "die Zeitzone „Ä“ ist unbekannt" in said
    assert "10:00 bis 11:30 Uhr" in said
    assert "geheim" not in said


def test_calendar_shows_what_waits_and_lays_back(
    instance: Path, run: Run, radicale_server: DavServer, book_one: Book
) -> None:
    name = f"Beratungen {uuid.uuid4()}"
    at_server(instance, radicale_server, write=name)
    book_one(name="Kofi O’Hara")
    (waits,) = json.loads(run("calendar", "--format", "json").stdout)["waiting"]
    assert (waits["name"], waits["since"], waits["error"]) == ("Kofi O’Hara", None, "")
    assert run("worker", "--once").exit_code == 0
    said = run("calendar").stdout
    assert "noch nicht eingetragen: " in said
    assert f"Kofi O’Hara: Einen Kalender „{name}“ gibt es dort nicht" in said
    calendar = radicale_server.make_calendar(name)
    at_server(instance, radicale_server, write=calendar.url)
    assert run("worker", "--once").exit_code == 0
    assert "noch nicht eingetragen" not in run("calendar").stdout
    assert run("calendar", "--put-back").stdout == "Wird neu eingetragen: 0\n"
    assert run("calendar", "--put-back", "--renew-feed").exit_code == 2


def test_check_says_that_a_calendar_is_read_only(instance: Path, run: Run) -> None:
    with misbehaving(answer(207, READ_ONLY, "application/xml")) as server:
        set_up(instance, url=server.url, username=USER, password=PASSWORD, write="Termine")
        said = complaints(run)
    assert "In den Kalender „Termine“ (calendar.write) darf dieser Benutzer nichts" in said[0]


READ_ONLY = b"""<d:multistatus xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav"><d:response>
<d:href>/</d:href><d:propstat><d:prop><d:resourcetype><c:calendar/></d:resourcetype>
<d:displayname>Termine</d:displayname><d:current-user-privilege-set><d:privilege><d:read/>
</d:privilege></d:current-user-privilege-set></d:prop><d:status>HTTP/1.1 200 OK</d:status>
</d:propstat></d:response></d:multistatus>"""
