"""How many statements each step costs: few, and no more when there is more in the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stadtfuehrer.domain.booking import Interest
from stadtfuehrer.services.booking import book, cancel, look_up, move
from stadtfuehrer.services.limits import admit_post
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.times import nearest_free, whole_horizon
from tests.support.offices import NOW, a_wish, full_answers, in_berlin
from tests.support.rows import a_booking, add
from tests.support.statements import heard

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")


def fill(office: Office) -> None:
    """A hundred bookings inside the horizon and two hundred outside it."""
    with office.database.begin() as session:
        for number in range(100):
            add(session, a_booking(in_berlin("2026-03-12 18:00") + timedelta(hours=12 * number)))
        for number in range(200):
            add(session, a_booking(in_berlin("2020-03-12 18:00") + timedelta(hours=12 * number)))


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
@pytest.mark.parametrize(
    ("most", "step"),
    [
        (1, lambda office: whole_horizon(office, office.kinds[0], now=NOW)),
        (1, lambda office: nearest_free(office, office.kinds[0], TEN, now=NOW)),
    ],
    ids=["free times", "nearest"],
)
def test_free_times_cost_one_statement(
    office: Office, most: int, step: Callable[[Office], object], *, full: bool
) -> None:
    if full:
        fill(office)
    with heard(office) as statements:
        assert step(office)
    assert len(statements) == most


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_each_step_costs_a_handful(office: Office, *, full: bool) -> None:
    if full:
        fill(office)
    wish = a_wish(office, TEN, interest=Interest(answers=full_answers(office)))
    costs = {}
    with heard(office) as statements:
        token = book(office, wish, now=NOW)
    costs["book"] = len(statements)
    with heard(office) as statements:
        book(office, wish, now=NOW)
    costs["book again"] = len(statements)
    with heard(office) as statements:
        look_up(office, token)
    costs["look up"] = len(statements)
    with heard(office) as statements:
        move(office, token, THREE, now=NOW)
    costs["move"] = len(statements)
    with heard(office) as statements:
        cancel(office, token, "", now=NOW)
    costs["cancel"] = len(statements)
    with heard(office) as statements:
        admit_post(office, "192.0.2.1", now=NOW)
    costs["admit"] = len(statements)
    assert costs["book"] <= 8
    assert (costs["book again"], costs["look up"], costs["admit"]) == (1, 1, 0)
    assert costs["move"] <= 10
    assert costs["cancel"] <= 6
