"""Several workers at once: nobody is told twice, and of nothing twice."""

from collections.abc import Callable
from threading import Thread

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.store import get_by_token_hash, keep_change
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.booking.waiting_store import note_notified
from stadtfuehrer.context import AppContext
from stadtfuehrer.database.base import advisory_lock
from stadtfuehrer.tokens import token_hash
from tests.support.contexts import NOW, a_wish, in_berlin
from tests.support.lines import SCARCE, in_line, join, told, with_scarce_times
from tests.support.racing import forking, in_processes, race

NAMES = [f"gast{number}" for number in range(6)]
STARTS = [in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "09:30", "10:00", "10:30")]
FOUR_TIMES = [Hours(540, 660)]
PAUSE_SECONDS = 0.3
"""For a thread that cannot be asked how far it is; too short, the test proves less."""


def test_of_workers_at_once_each_guest_hears_from_one(context: AppContext) -> None:
    open_context = with_scarce_times(context, FOUR_TIMES)
    join(open_context, *NAMES, now=NOW)
    outcomes = race([lambda: tell_waiting(open_context, now=NOW)] * 6)
    assert sorted(outcomes, key=str) == [0, 0, 0, 0, 0, 4]
    assert told(open_context) == list(zip(NAMES, STARTS, strict=False))
    assert in_line(open_context) == NAMES[4:]


@forking
def test_of_processes_at_once_each_guest_hears_from_one(context: AppContext) -> None:
    open_context = with_scarce_times(context, FOUR_TIMES)
    join(open_context, *NAMES, now=NOW)
    context.database.close()

    def work(_which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        return [str(tell_waiting(open_context, now=NOW)) for _ in range(3)]

    told_by_each = [sum(map(int, said)) for said in in_processes(2, work)]
    assert sorted(told_by_each) == [0, 4]
    assert told(open_context) == list(zip(NAMES, STARTS, strict=False))


def test_guests_who_join_at_once_all_find_their_place(context: AppContext) -> None:
    open_context = with_scarce_times(context, FOUR_TIMES)
    outcomes = race(
        [lambda name=name: join(open_context, name, now=NOW) for name in [*NAMES, *NAMES]]  # type: ignore[misc]
    )
    assert outcomes == [None] * 12
    assert sorted(in_line(open_context)) == NAMES


def test_what_another_worker_has_just_told_of_is_no_news(context: AppContext) -> None:
    """A worker that looked at the calendar too early must not forget what has been told since."""
    narrow = with_scarce_times(context, [Hours(540, 570)])
    token = book(narrow, a_wish(narrow, STARTS[0], kind=SCARCE), now=NOW)
    join(narrow, "a", now=NOW)
    late = Thread(target=tell_waiting, args=(narrow,), kwargs={"now": NOW})
    with narrow.database.begin() as session:
        advisory_lock(session, f"line {SCARCE}")
        late.start()
        late.join(PAUSE_SECONDS)  # It comes as far as it can.
        # The time becomes free, and the worker whose turn it is tells somebody of it.
        row_id, was, _ = get_by_token_hash(session, token_hash(token))
        keep_change(session, row_id, was=was, booking=was.cancelled("", now=NOW))
        note_notified(session, SCARCE, [STARTS[0]], now=NOW)
    late.join()
    assert tell_waiting(narrow, now=NOW) == 0
    assert in_line(narrow) == ["a"]
