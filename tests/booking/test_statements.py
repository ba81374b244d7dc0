"""How many statements each step costs: few, and no more when there is more in the database."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from stadtfuehrer.booking.service import book, cancel, look_up, move
from stadtfuehrer.booking.times import free_times, nearest_free
from stadtfuehrer.booking.visitor import Interest
from stadtfuehrer.context import AppContext
from stadtfuehrer.web.rate_limit import check_rate
from tests.support.contexts import NOW, a_wish, full_answers, in_berlin
from tests.support.rows import a_booking, add
from tests.support.statements import heard

TEN, THREE = in_berlin("2026-03-05 10:00"), in_berlin("2026-03-10 15:00")


@pytest.mark.parametrize("full", [False, True], ids=["empty", "full"])
def test_each_step_costs_a_handful(context: AppContext, *, full: bool) -> None:
    """With a hundred bookings inside the horizon and as many outside it, or with none."""
    with context.database.begin() as session:
        for number in range(100 if full else 0):
            for day in ("2026-03-12", "2020-03-12"):
                start = in_berlin(f"{day} 18:00") + timedelta(hours=12 * number)
                add(session, a_booking(start))

    def cost(step: Callable[[], object]) -> int:
        with heard(context) as statements:
            step()
        return len(statements)

    kind = context.kinds[0]
    assert cost(lambda: free_times(context, kind, now=NOW)) == 1
    assert cost(lambda: nearest_free(context, kind, TEN, now=NOW)) == 1
    wanted = a_wish(context, TEN, interest=Interest(answers=full_answers(context)))
    # PostgreSQL has to be asked for the lock that SQLite's writers have anyway.
    most = 8 if context.database.is_sqlite else 9
    assert cost(lambda: book(context, wanted, now=NOW)) <= most
    # Sent again, the form costs the look at its key; who looks up or asks leave, costs no more.
    token = book(context, wanted, now=NOW)
    assert cost(lambda: book(context, wanted, now=NOW)) == 1
    assert cost(lambda: look_up(context, token)) == 1
    assert cost(lambda: check_rate(context, "192.0.2.1", now=NOW)) == 0
    assert cost(lambda: move(context, token, THREE, now=NOW)) <= 10
    assert cost(lambda: cancel(context, token, "", now=NOW)) <= 6
