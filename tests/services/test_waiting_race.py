"""Several workers at once: nobody is told twice, and of nothing twice."""

from collections.abc import Callable
from threading import Thread

from stadtfuehrer.domain.opening import Hours
from stadtfuehrer.services.booking import book
from stadtfuehrer.services.office import Office
from stadtfuehrer.services.seal import token_hash
from stadtfuehrer.services.waiting import tell_waiting
from stadtfuehrer.storage.bookings import get_by_token_hash, keep_change
from stadtfuehrer.storage.turns import wait_in_turn
from stadtfuehrer.storage.waiting import note_told
from tests.support.lines import SCARCE, in_line, join, told, with_scarce_times
from tests.support.offices import NOW, a_wish, in_berlin
from tests.support.racing import forking, in_processes, race

NAMES = [f"gast{number}" for number in range(6)]
STARTS = [in_berlin(f"2026-03-05 {clock}") for clock in ("09:00", "09:30", "10:00", "10:30")]
FOUR_TIMES = [Hours(540, 660)]
PAUSE_SECONDS = 0.3
"""For a thread that cannot be asked how far it is; too short, the test proves less."""


def test_of_workers_at_once_each_guest_hears_from_one(office: Office) -> None:
    open_office = with_scarce_times(office, FOUR_TIMES)
    join(open_office, *NAMES, now=NOW)
    outcomes = race([lambda: tell_waiting(open_office, now=NOW)] * 6)
    assert sorted(outcomes, key=str) == [0, 0, 0, 0, 0, 4]
    assert told(open_office) == list(zip(NAMES, STARTS, strict=False))
    assert in_line(open_office) == NAMES[4:]


@forking
def test_of_processes_at_once_each_guest_hears_from_one(office: Office) -> None:
    open_office = with_scarce_times(office, FOUR_TIMES)
    join(open_office, *NAMES, now=NOW)
    office.database.close()

    def work(_which: int, wait: Callable[[], object]) -> list[str]:
        wait()
        return [str(tell_waiting(open_office, now=NOW)) for _ in range(3)]

    told_by_each = [sum(map(int, said)) for said in in_processes(2, work)]
    assert sorted(told_by_each) == [0, 4]
    assert told(open_office) == list(zip(NAMES, STARTS, strict=False))


def test_guests_who_join_at_once_all_find_their_place(office: Office) -> None:
    open_office = with_scarce_times(office, FOUR_TIMES)
    outcomes = race(
        [lambda name=name: join(open_office, name, now=NOW) for name in [*NAMES, *NAMES]]  # type: ignore[misc]
    )
    assert outcomes == [None] * 12
    assert sorted(in_line(open_office)) == NAMES


def test_what_another_worker_has_just_told_of_is_no_news(office: Office) -> None:
    """A worker that looked at the calendar too early must not forget what has been told since."""
    narrow = with_scarce_times(office, [Hours(540, 570)])
    token = book(narrow, a_wish(narrow, STARTS[0], kind=SCARCE), now=NOW)
    join(narrow, "a", now=NOW)
    late = Thread(target=tell_waiting, args=(narrow,), kwargs={"now": NOW})
    with narrow.database.begin() as session:
        wait_in_turn(session, f"line {SCARCE}")
        late.start()
        late.join(PAUSE_SECONDS)  # It comes as far as it can.
        # The time becomes free, and the worker whose turn it is tells somebody of it.
        row_id, was, _ = get_by_token_hash(session, token_hash(token))
        keep_change(session, row_id, was=was, booking=was.cancelled("", now=NOW))
        note_told(session, SCARCE, [STARTS[0]], now=NOW)
    late.join()
    assert tell_waiting(narrow, now=NOW) == 0
    assert in_line(narrow) == ["a"]
