"""What a kind of consultation may say about itself, beside [booking]."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.slots import Rules
from stadtfuehrer.settings import load_settings
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from tests.support.contexts import a_kind
from tests.support.settings_files import MistakesIn, Write

OWN = "eigen"
TUESDAYS = '{ tuesday = ["14:00-18:00"] }'


def rules_of(folder: Path, kind: str = OWN) -> Rules:
    booking = load_settings(folder, {}).booking
    return rules_by_kind(booking, booking_rules(booking))[kind]


def test_a_kind_that_says_nothing_has_the_general_rules(tmp_path: Path, write: Write) -> None:
    write(appended=a_kind(OWN))
    booking = load_settings(tmp_path, {}).booking
    general = booking_rules(booking)
    by_kind = rules_by_kind(booking, general)
    assert list(by_kind) == ["kennenlernen", "stadtrundgang", "hausbesuch", OWN]
    assert all(rules is general for rules in by_kind.values())


@pytest.mark.parametrize(
    ("key", "value", "read"),
    [
        ("notice_hours", "0", timedelta(0)),
        ("notice_hours", "1", timedelta(hours=1)),
        ("notice_hours", "8760", timedelta(days=365)),
        ("horizon_days", "1", 1),
        ("horizon_days", "730", 730),
        ("change_hours", "0", timedelta(0)),
        ("change_hours", "8760", timedelta(days=365)),
    ],
)
def test_one_key_changes_one_rule_of_this_kind(
    tmp_path: Path, write: Write, key: str, value: str, read: object
) -> None:
    write(appended=a_kind(OWN, **{key: value}))
    own, general = rules_of(tmp_path), rules_of(tmp_path, "kennenlernen")
    names = {"notice_hours": "notice", "change_hours": "change"}
    rules = ("notice", "horizon_days", "change", "per_day")
    for name in rules:
        expected = read if name == names.get(key, key) else getattr(general, name)
        assert getattr(own, name) == expected
    assert own.opening.week == general.opening.week


def test_hours_of_a_kind_replace_the_week_and_nothing_else(tmp_path: Path, write: Write) -> None:
    write(
        appended=a_kind(OWN, hours=TUESDAYS)
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


def test_a_limit_of_its_own_belongs_to_the_kind(tmp_path: Path, write: Write) -> None:
    write(appended=a_kind(OWN, per_day="1"))
    booking = load_settings(tmp_path, {}).booking
    assert {kind.id: kind.per_day for kind in consultation_kinds(booking)} == {
        "kennenlernen": 0,
        "stadtrundgang": 0,
        "hausbesuch": 0,
        OWN: 1,
    }
    assert rules_of(tmp_path).per_day == 4


def test_what_the_shipped_file_shows_in_comments_can_be_used(tmp_path: Path, write: Write) -> None:
    keys = (
        "notice_hours = 48",
        "horizon_days = 30",
        "per_day = 1 ",
        "change_hours = 24",
        "hours = {",
    )
    write(*((f"# {key}", key) for key in keys))
    rules = rules_of(tmp_path, "kennenlernen")
    assert (rules.notice, rules.change) == (timedelta(hours=48), timedelta(hours=24))
    assert rules.horizon_days == 30
    assert rules.opening.week[1] == (Hours(840, 1080),)
    assert consultation_kinds(load_settings(tmp_path, {}).booking)[0].per_day == 1


@pytest.mark.parametrize(
    ("key", "value", "place", "reason"),
    [
        ("notice_hours", "-1", "notice_hours", "muss mindestens 0 sein, ist aber -1"),
        ("notice_hours", "8761", "notice_hours", "darf höchstens 8760 sein, ist aber 8761"),
        ("notice_hours", '"1"', "notice_hours",
         "muss eine ganze Zahl sein, ist aber der Text „1“"),
        ("notice_hours", "true", "notice_hours", "muss eine ganze Zahl sein, ist aber true"),
        ("horizon_days", "0", "horizon_days", "muss mindestens 1 sein, ist aber 0"),
        ("horizon_days", "731", "horizon_days", "darf höchstens 730 sein, ist aber 731"),
        ("per_day", "-1", "per_day", "muss mindestens 0 sein, ist aber -1"),
        ("change_hours", "-1", "change_hours", "muss mindestens 0 sein, ist aber -1"),
        ("change_hours", "8761", "change_hours", "darf höchstens 8760 sein, ist aber 8761"),
        ("change_hour", "1", "change_hour",
         "diesen Schlüssel gibt es nicht; ist „change_hours“ gemeint?"),
        ("hours", '["09:00-12:00"]', "hours",
         "muss ein Abschnitt mit Schlüsseln sein, ist aber eine Liste"),
        ("hours", '{ tuesdays = ["09:00-12:00"] }', "hours.tuesdays",
         "diesen Schlüssel gibt es nicht; ist „tuesday“ gemeint?"),
        ("hours", '{ tuesday = ["12:00-09:03"] }', "hours.tuesday[0]",
         "„12:00-09:03“ liegt nicht auf dem Raster von 5 Minuten"),
        ("hours", '{ tuesday = ["09:00-12:00", "11:00-13:00"] }', "hours.tuesday",
         "die Öffnungen überschneiden sich"),
        ("hours", '{ tuesday = ["09:00-09:25"] }', "minutes",
         "30 Minuten sind länger als jede Öffnung in booking.kinds[3].hours"),
        ("hours", "{}", "minutes",
         "30 Minuten sind länger als jede Öffnung in booking.kinds[3].hours"),
    ],
)  # fmt: skip
def test_one_mistake_of_a_kind(
    write: Write, mistakes_in: MistakesIn, key: str, value: str, place: str, reason: str
) -> None:
    write(appended=a_kind(OWN, **{key: value}))

    assert mistakes_in() == [(f"booking.kinds[3].{place}", reason)]


def test_hours_long_enough_for_the_kind_alone_are_enough(tmp_path: Path, write: Write) -> None:
    write(appended=a_kind(OWN, minutes="480", hours='{ sunday = ["08:00-16:00"] }'))

    assert rules_of(tmp_path).opening.week[6] == (Hours(480, 960),)
