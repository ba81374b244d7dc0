"""On which days a settings file closes and opens: holidays of three countries, special days."""

from datetime import date
from pathlib import Path

import pytest

from stadtfuehrer.booking.opening import Hours, OpeningHours
from stadtfuehrer.settings import load_settings
from stadtfuehrer.settings.rules import booking_rules, rules_by_kind
from tests.support.contexts import a_kind
from tests.support.settings_files import Write

OWN = "eigen"
ASSUMPTION, PEACE, SWISS = date(2026, 8, 15), date(2026, 8, 8), date(2026, 8, 1)
AUSTRIAN, GERMAN = date(2026, 10, 26), date(2026, 10, 3)


def opening_of(folder: Path, kind: str) -> OpeningHours:
    booking = load_settings(folder, {}).booking
    return rules_by_kind(booking, booking_rules(booking))[kind].opening


@pytest.mark.parametrize(
    ("country", "part", "categories", "closed"),
    [
        ("DE", "BY", '["public"]', {GERMAN}),
        ("DE", "BY", '["public", "catholic"]', {GERMAN, ASSUMPTION}),
        ("DE", "Augsburg", '["public"]', {GERMAN, ASSUMPTION, PEACE}),
        ("DE", "BY", "[]", set()),
        ("DE", "", '["public", "catholic"]', set()),
        ("AT", "9", '["public"]', {ASSUMPTION, AUSTRIAN}),
        ("CH", "ZH", '["public"]', {SWISS}),
        ("CH", "TI", '["public"]', {SWISS, ASSUMPTION}),
    ],
)
def test_public_holidays_are_those_of_country_land_and_category(
    tmp_path: Path, write: Write, country: str, part: str, categories: str, closed: set[date]
) -> None:
    every_day = [("saturday = []", 'saturday = ["09:00-12:00"]')]
    every_day += [("sunday = []", 'sunday = ["09:00-12:00"]')]
    write(
        ('country = "DE"', f'country = "{country}"'),
        ('subdivision = "BY"', f'subdivision = "{part}"'),
        ('holidays = ["public"]', f"holidays = {categories}"),
        *every_day,
    )
    opening = opening_of(tmp_path, "kennenlernen")
    days = (ASSUMPTION, PEACE, SWISS, AUSTRIAN, GERMAN)
    assert {day for day in days if not opening.hours_on(day)} == closed


def test_christmas_eve_and_new_years_eve_are_closed_in_every_year(
    tmp_path: Path, write: Write
) -> None:
    write(appended='[[booking.special]]\ndate = 2027-12-31\nhours = ["10:00-12:00"]')
    opening = opening_of(tmp_path, "kennenlernen")
    # None of these is a weekend.
    eves = [date(2026, 12, 24), date(2026, 12, 31), date(2027, 12, 24), date(2029, 12, 31)]
    assert [opening.hours_on(day) for day in eves] == [()] * 4
    assert opening.hours_on(date(2026, 12, 23))
    assert opening.hours_on(date(2027, 12, 31)) == (Hours(600, 720),)


def test_a_leap_day_can_be_closed(tmp_path: Path, write: Write) -> None:
    write(('closed_days = ["12-24", "12-31"]', 'closed_days = ["02-29"]'))
    opening = opening_of(tmp_path, "kennenlernen")
    leap = date(2028, 2, 29)
    assert (opening.hours_on(leap), opening.week[leap.weekday()] != ()) == ((), True)


SATURDAY = date(2026, 12, 5)
EIGHT_TO_TEN = '[[booking.special]]\ndate = 2026-12-05\nhours = ["08:00-10:00"]\n'


@pytest.mark.parametrize(
    ("kinds", "opened"),
    [
        ("", {"kennenlernen", "hausbesuch", OWN}),
        ("kinds = []", {"kennenlernen", "hausbesuch", OWN}),
        ('kinds = ["kennenlernen"]', {"kennenlernen"}),
        (f'kinds = ["{OWN}", "hausbesuch"]', {"hausbesuch", OWN}),
    ],
)
def test_a_special_day_is_for_all_kinds_or_for_those_it_names(
    tmp_path: Path, write: Write, kinds: str, opened: set[str]
) -> None:
    own = a_kind(OWN, hours='{ tuesday = ["14:00-18:00"] }')
    write(appended=f"{own}\n{EIGHT_TO_TEN}{kinds}")
    asked = ("kennenlernen", "hausbesuch", OWN)
    found = {kind for kind in asked if opening_of(tmp_path, kind).hours_on(SATURDAY)}
    assert found == opened


def test_a_day_can_be_special_in_two_ways_for_two_kinds(tmp_path: Path, write: Write) -> None:
    later = EIGHT_TO_TEN.replace("08:00-10:00", "12:00-14:00")
    write(appended=f'{EIGHT_TO_TEN}kinds = ["kennenlernen"]\n{later}kinds = ["hausbesuch"]\n')
    both = ("kennenlernen", "hausbesuch")
    hours = [opening_of(tmp_path, kind).hours_on(SATURDAY) for kind in both]
    assert hours == [(Hours(480, 600),), (Hours(720, 840),)]


def test_a_special_day_of_others_makes_no_room_for_a_long_kind(
    tmp_path: Path, write: Write
) -> None:
    long = EIGHT_TO_TEN.replace("08:00-10:00", "08:00-18:00")
    write(("minutes = 90", "minutes = 480"), appended=f'{long}kinds = ["hausbesuch"]')
    assert load_settings(tmp_path, {}).booking.kinds[2].minutes == 480
