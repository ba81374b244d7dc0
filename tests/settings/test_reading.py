"""What a settings file may say, and what becomes of it."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.slots import Kind, Place
from stadtfuehrer.settings import load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds
from tests.support.settings_files import Write

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[]", ()),
        ('["09:00-12:00"]', (Hours(540, 720),)),
        ('["13:00-17:00", "09:00-12:00"]', (Hours(540, 720), Hours(780, 1020))),
        ('["09:00-12:00", "12:00-13:00"]', (Hours(540, 720), Hours(720, 780))),
        ('["22:00-02:00"]', (Hours(1320, 1560),)),
        ('["20:00-08:00"]', (Hours(1200, 1920),)),
        ('["00:00-24:00"]', (Hours(0, 1440),)),
        ('["23:55-24:00"]', (Hours(1435, 1440),)),
        ('["18:00-00:00"]', (Hours(1080, 1440),)),
    ],
)
def test_the_hours_of_a_day(
    tmp_path: Path, write: Write, written: str, read: tuple[Hours, ...]
) -> None:
    write((MONDAY, f"monday = {written}"))

    assert load_settings(tmp_path, {}).booking.hours.by_weekday()[0] == read


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("proxies = 0", "proxies = 10"),
        ("horizon_days = 60", "horizon_days = 730"),
        ("horizon_days = 60", "horizon_days = 1"),
        ("port = 587", "port = 65535"),
        ("port = 587", "port = 1"),
        ("step = 30", "step = 5"),
        ("minutes = 90", "minutes = 360"),  # as long as the longest opening
        ('id = "kennenlernen"', f'id = "{"a" * 40}"'),
        ('url = "http://127.0.0.1:8000"', 'url = "https://[::1]:8000/"'),
        ('timezone = "Europe/Berlin"', 'timezone = "America/Argentina/Buenos_Aires"'),
        ('subdivision = "BY"', 'subdivision = ""'),
        ('video_url = "https://video.stadtfuehrer.example/vera"', 'video_url = ""'),
    ],
)
def test_the_last_value_that_is_allowed(tmp_path: Path, write: Write, old: str, new: str) -> None:
    write((old, new), ('place = "video"', 'place = "telefon"'))

    load_settings(tmp_path, {})


def test_an_opening_of_a_special_day_is_long_enough_for_a_kind(
    tmp_path: Path, write: Write
) -> None:
    write(
        ("minutes = 90", "minutes = 480"),
        appended='[[booking.special]]\ndate = 2026-12-05\nhours = ["09:00-17:00"]',
    )

    assert load_settings(tmp_path, {}).booking.kinds[2].minutes == 480


def test_a_byte_order_mark_is_read_over(tmp_path: Path, write: Write) -> None:
    path = write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_settings(tmp_path, {}).consultant.name == "Vera Beispiel"


def test_secrets_of_the_environment_go_before_the_files(tmp_path: Path, write: Write) -> None:
    write(('password = ""', 'password = "alt"'))
    environment = {
        "STADTFUEHRER_MAIL_PASSWORD": "neu",
        "STADTFUEHRER_DATABASE_URL": "postgresql+psycopg://u:p@h/d",
    }
    settings = load_settings(tmp_path, environment)

    assert settings.mail.password == "neu"
    assert settings.database.url == "postgresql+psycopg://u:p@h/d"
    # An empty variable is how compose files and units say „not set“.
    assert load_settings(tmp_path, dict.fromkeys(environment, "")).mail.password == "alt"


def test_secrets_do_not_show_in_a_settings_repr(tmp_path: Path, write: Write) -> None:
    write(('password = ""', 'password = "geheim"'))
    environment = {"STADTFUEHRER_DATABASE_URL": "postgresql+psycopg://u:geheim@h/d"}

    assert "geheim" not in repr(load_settings(tmp_path, environment))


@pytest.mark.parametrize(
    ("written", "file"),
    [("sqlite:///daten/s.db", "{instance}/daten/s.db"), ("sqlite:////var/s.db", "/var/s.db")],
)
def test_sqlite_lies_relative_to_the_instance(
    tmp_path: Path, write: Write, written: str, file: str
) -> None:
    write(("sqlite:///stadtfuehrer.db", written))
    url = load_settings(tmp_path, {}).database.url

    assert url == "sqlite:///" + file.format(instance=tmp_path.resolve())


def test_the_file_becomes_the_rules_and_kinds_of_the_domain(tmp_path: Path, write: Write) -> None:
    write(
        appended='[[booking.special]]\ndate = 2026-11-01\nhours = ["10:00-14:00"]\n'
        "[[booking.closed]]\nfrom = 2026-12-24\nto = 2027-01-06"
    )
    booking = load_settings(tmp_path, {}).booking
    rules = booking_rules(booking)
    opening = rules.opening

    assert (rules.notice, rules.horizon_days, rules.per_day) == (timedelta(hours=24), 60, 4)
    assert opening.zone.key == "Europe/Berlin"
    assert opening.special == {date(2026, 11, 1): (Hours(600, 840),)}
    assert [(one.first, one.last) for one in opening.closures] == [
        (date(2026, 12, 24), date(2027, 1, 6))
    ]
    assert consultation_kinds(booking)[2] == Kind(
        id="hausbesuch",
        title="Besuch im Büro",
        description="Wir setzen uns bei mir an einen Tisch, mit Stadtplan und Kaffee.",
        minutes=90,
        step=30,
        before=15,
        after=30,
        place=Place.ON_SITE,
    )


@pytest.mark.parametrize(("land", "holiday"), [("BY", True), ("BE", False), ("", False)])
def test_public_holidays_are_those_of_the_land(
    tmp_path: Path, write: Write, land: str, *, holiday: bool
) -> None:
    write(('subdivision = "BY"', f'subdivision = "{land}"'))
    opening = booking_rules(load_settings(tmp_path, {}).booking).opening
    epiphany = date(2027, 1, 6)  # Heilige Drei Könige, in Bayern and two other Länder

    assert opening.is_public_holiday(epiphany) is holiday
    assert opening.is_public_holiday(date(2027, 1, 1)) is bool(land)
