"""What a settings file may say, and the rules and kinds that it becomes."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.slots import Caller, Kind, Place, Rules
from stadtfuehrer.settings import load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from tests.support.contexts import a_kind
from tests.support.settings_files import MistakesIn, Write
from tools.provision.site import change_settings

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'
OWN = "eigen"


def rules_of(folder: Path, kind: str = OWN) -> Rules:
    booking = load_settings(folder, {}).booking
    return rules_by_kind(booking, booking_rules(booking))[kind]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("[]", ()),
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
        ('url = "http://127.0.0.1:8000"', 'url = "https://stadt-9.example:8443"'),
        ('timezone = "Europe/Berlin"', 'timezone = "America/Argentina/Buenos_Aires"'),
        ('subdivision = "BY"', 'subdivision = ""'),
        ('video_url = "https://video.stadtfuehrer.example/vera"', 'video_url = ""'),
    ],
)
def test_the_last_value_that_is_allowed(tmp_path: Path, write: Write, old: str, new: str) -> None:
    write((old, new), ('place = "video"', 'place = "telefon"'))

    load_settings(tmp_path, {})


def test_guests_who_call_need_a_number_to_call(write: Write, mistakes_in: MistakesIn) -> None:
    write(
        ('phone = "+49 89 5550 1234"', 'phone = ""'), ('caller = "consultant"', 'caller = "guest"')
    )
    reason = "fehlt, denn bei „Kennenlerngespräch“ rufen die Gäste an"
    assert mistakes_in() == [("consultant.phone", reason)]


def test_who_calls_is_the_consultant_where_an_older_file_does_not_say(
    tmp_path: Path, write: Write
) -> None:
    write(('caller = "consultant"', ""))
    kinds = consultation_kinds(load_settings(tmp_path, {}).booking)
    assert {kind.caller for kind in kinds} == {Caller.CONSULTANT}


def test_openings_that_touch_are_one(tmp_path: Path, write: Write, mistakes_in: MistakesIn) -> None:
    touching = (MONDAY, 'monday = ["09:00-12:00", "12:00-16:00"]')
    write(("minutes = 90", "minutes = 420"), touching)
    assert load_settings(tmp_path, {}).booking.kinds[2].minutes == 420
    write(("minutes = 90", "minutes = 425"), touching)
    assert [place for place, _ in mistakes_in()] == ["booking.kinds[2].minutes"]


def test_an_opening_of_a_special_day_is_long_enough_for_a_kind(
    tmp_path: Path, write: Write
) -> None:
    special = '[[booking.special]]\ndate = 2026-12-05\nhours = ["09:00-17:00"]'
    write(("minutes = 90", "minutes = 480"), appended=special)

    assert load_settings(tmp_path, {}).booking.kinds[2].minutes == 480


def test_a_byte_order_mark_is_read_over(tmp_path: Path, write: Write) -> None:
    path = write()
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_settings(tmp_path, {}).consultant.name == "Vera Beispiel"


def test_secrets_of_the_environment_go_before_the_files_and_do_not_show(
    tmp_path: Path, write: Write
) -> None:
    write(('password = ""', 'password = "geheim"'))
    address = "postgresql+psycopg://u:geheim@h/d"
    environment = {"STADTFUEHRER_MAIL_PASSWORD": "neu", "STADTFUEHRER_DATABASE_URL": address}
    settings = load_settings(tmp_path, environment)

    assert (settings.mail.password, settings.database.url) == ("neu", address)
    # An empty variable is how compose files and units say „not set“.
    without = load_settings(tmp_path, dict.fromkeys(environment, ""))
    assert without.mail.password == "geheim"
    assert "geheim" not in repr((settings, without))


@pytest.mark.parametrize(
    ("host", "username", "password", "missing"),
    [
        ("", "", "", []),
        ("", "", "geheim", []),
        ("imap.example", "termine", "geheim", []),
        ("imap.example", "", "", ["username", "password"]),
        ("imap.example", "termine", "", ["password"]),
        ("", "termine", "geheim", ["host"]),
    ],
)
def test_a_mailbox_is_read_with_all_it_needs_or_not_at_all(
    tmp_path: Path,
    write: Write,
    mistakes_in: MistakesIn,
    host: str,
    username: str,
    password: str,
    missing: list[str],
) -> None:
    write()
    wanted = {"host": host, "username": username, "password": password}
    change_settings(tmp_path, {f"mailbox.{key}": f'"{one}"' for key, one in wanted.items()})
    if not missing:
        assert load_settings(tmp_path, {}).mailbox.host == host
        return
    reason = "fehlt; ohne lässt sich das Postfach nicht lesen"
    assert mistakes_in() == [(f"mailbox.{key}", reason) for key in missing]


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


def test_the_file_becomes_the_general_rules_and_the_kinds(tmp_path: Path, write: Write) -> None:
    write(
        appended='[[booking.special]]\ndate = 2026-11-01\nhours = ["10:00-14:00"]\n'
        "[[booking.closed]]\nfrom = 2026-12-24\nto = 2027-01-06\n" + a_kind(OWN, per_day="1")
    )
    booking = load_settings(tmp_path, {}).booking
    rules, kinds = booking_rules(booking), consultation_kinds(booking)
    opening = rules.opening

    assert (rules.notice, rules.horizon_days, rules.per_day) == (timedelta(hours=24), 60, 4)
    assert opening.zone.key == "Europe/Berlin"
    assert opening.special == {date(2026, 11, 1): (Hours(600, 840),)}
    closed = [(one.first, one.last) for one in opening.closures]
    assert closed == [(date(2026, 12, 24), date(2027, 1, 6))]
    assert kinds[2] == Kind(
        id="hausbesuch",
        title="Besuch im Büro",
        description="Wir setzen uns bei mir an einen Tisch, mit Stadtplan und Kaffee.",
        minutes=90,
        step=30,
        before=15,
        after=30,
        place=Place.ON_SITE,
    )
    # A limit of its own belongs to the kind; a kind that says nothing has the general rules.
    limits = {"kennenlernen": 0, "stadtrundgang": 0, "hausbesuch": 0, OWN: 1}
    assert {kind.id: kind.per_day for kind in kinds} == limits
    assert rules_by_kind(booking, rules) == dict.fromkeys(limits, rules)


@pytest.mark.parametrize(("land", "holiday"), [("BY", True), ("BE", False), ("", False)])
def test_public_holidays_are_those_of_the_land(
    tmp_path: Path, write: Write, land: str, *, holiday: bool
) -> None:
    write(('subdivision = "BY"', f'subdivision = "{land}"'))
    opening = booking_rules(load_settings(tmp_path, {}).booking).opening
    epiphany = date(2027, 1, 6)  # Heilige Drei Könige, in Bayern and two other Länder

    assert opening.is_public_holiday(epiphany) is holiday
    assert opening.is_public_holiday(date(2027, 1, 1)) is bool(land)


@pytest.mark.parametrize(
    ("key", "value", "name", "read"),
    [
        ("notice_hours", "0", "notice", timedelta(0)),
        ("notice_hours", "8760", "notice", timedelta(days=365)),
        ("horizon_days", "1", "horizon_days", 1),
        ("horizon_days", "730", "horizon_days", 730),
        ("change_hours", "0", "change", timedelta(0)),
        ("change_hours", "8760", "change", timedelta(days=365)),
    ],
)
def test_one_key_changes_one_rule_of_this_kind(
    tmp_path: Path, write: Write, key: str, value: str, name: str, read: object
) -> None:
    write(appended=a_kind(OWN, **{key: value}))
    own, general = rules_of(tmp_path), rules_of(tmp_path, "kennenlernen")
    for rule in ("notice", "horizon_days", "change", "per_day"):
        assert getattr(own, rule) == (read if rule == name else getattr(general, rule))
    assert own.opening.week == general.opening.week


def test_hours_of_a_kind_replace_the_week_and_nothing_else(tmp_path: Path, write: Write) -> None:
    write(
        appended=a_kind(OWN, minutes="240", hours='{ tuesday = ["14:00-18:00"] }')
        + '[[booking.special]]\ndate = 2026-12-05\nhours = ["10:00-14:00"]\n'
        + "[[booking.closed]]\nfrom = 2026-12-15\nto = 2026-12-15"
    )
    opening = rules_of(tmp_path).opening
    on = {day: opening.hours_on(date(2026, 12, day)) for day in (1, 2, 5, 8, 15)}
    assert on == {
        1: (Hours(840, 1080),),
        2: (),
        5: (Hours(600, 840),),  # a special day opens for all
        8: (Hours(840, 1080),),
        15: (),  # a closure closes for all
    }
    assert opening.hours_on(date(2027, 1, 6)) == ()  # a holiday in Bayern
    assert rules_of(tmp_path, "kennenlernen").opening.hours_on(date(2026, 12, 2)) != ()


def test_hours_long_enough_for_the_kind_alone_are_enough(tmp_path: Path, write: Write) -> None:
    write(appended=a_kind(OWN, minutes="480", hours='{ sunday = ["08:00-16:00"] }'))

    assert rules_of(tmp_path).opening.week[6] == (Hours(480, 960),)


def test_what_the_shipped_file_shows_in_comments_can_be_used(tmp_path: Path, write: Write) -> None:
    keys = ("notice_hours = 48", "horizon_days = 30", "per_day = 1 ", "change_hours = 24")
    write(*((f"# {key}", key) for key in (*keys, "hours = {")))
    rules = rules_of(tmp_path, "kennenlernen")
    assert (rules.notice, rules.change) == (timedelta(hours=48), timedelta(hours=24))
    assert rules.horizon_days == 30
    assert rules.opening.week[1] == (Hours(840, 1080),)
    assert consultation_kinds(load_settings(tmp_path, {}).booking)[0].per_day == 1


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("https://stadtführer.de", "https://xn--stadtfhrer-feb.de"),
        ("https://Stadtführer.DE:8443/", "https://xn--stadtfhrer-feb.de:8443"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_sites_address_is_the_one_that_browsers_and_the_dns_know(
    tmp_path: Path, write: Write, written: str, read: str
) -> None:
    write(('url = "http://127.0.0.1:8000"', f'url = "{written}"'))

    assert load_settings(tmp_path, {}).site.url == read


def test_no_break_spaces_of_a_copied_text_are_spaces(tmp_path: Path, write: Write) -> None:
    write(('phone = "+49 89 5550 1234"', 'phone = "+49\u00a089\u202f5550\u00a01234"'))

    assert load_settings(tmp_path, {}).consultant.phone == "+49 89 5550 1234"
