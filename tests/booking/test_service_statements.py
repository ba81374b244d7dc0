"""How many statements each step costs: few, and no more when there is more in the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stadtfuehrer.booking.model import Interest
from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.times import nearest_free, whole_horizon
from stadtfuehrer.context import AppContext
from stadtfuehrer.web.rate_limit import check_rate
from tests.support.contexts import NOW, a_wish, full_answers, in_berlin
from tests.support.rows import a_booking, add
from tests.support.statements import heard

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")


def fill(context: AppContext) -> None:
    """A hundred bookings inside the horizon and two hundred outside it."""
    with context.database.begin() as session:
        for number in range(100):
            add(session, a_booking(in_berlin("2026-03-12 18:00") + timedelta(hours=12 * number)))
        for number in range(200):
            add(session, a_booking(in_berlin("2020-03-12 18:00") + timedelta(hours=12 * number)))


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
@pytest.mark.parametrize(
    ("most", "step"),
    [
        (1, lambda context: whole_horizon(context, context.kinds[0], now=NOW)),
        (1, lambda context: nearest_free(context, context.kinds[0], TEN, now=NOW)),
    ],
    ids=["free times", "nearest"],
)
def test_free_times_cost_one_statement(
    context: AppContext, most: int, step: Callable[[AppContext], object], *, full: bool
) -> None:
    if full:
        fill(context)
    with heard(context) as statements:
        assert step(context)
    assert len(statements) == most


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_each_step_costs_a_handful(context: AppContext, *, full: bool) -> None:
    if full:
        fill(context)
    wanted = a_wish(context, TEN, interest=Interest(answers=full_answers(context)))
    costs = {}
    with heard(context) as statements:
        token = book(context, wanted, now=NOW)
    costs["book"] = len(statements)
    with heard(context) as statements:
        book(context, wanted, now=NOW)
    costs["book again"] = len(statements)
    with heard(context) as statements:
        look_up(context, token)
    costs["look up"] = len(statements)
    with heard(context) as statements:
        move(context, token, THREE, now=NOW)
    costs["move"] = len(statements)
    with heard(context) as statements:
        cancel(context, token, "", now=NOW)
    costs["cancel"] = len(statements)
    with heard(context) as statements:
        check_rate(context, "192.0.2.1", now=NOW)
    costs["admit"] = len(statements)
    assert costs["book"] <= 8
    assert (costs["book again"], costs["look up"], costs["admit"]) == (1, 1, 0)
    assert costs["move"] <= 10
    assert costs["cancel"] <= 6
