"""Which of the free times are offered; when there will be any again."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache

from stadtfuehrer.booking.opening import DAY
from stadtfuehrer.booking.slots import Kind, Rules


def offered(
    rules: Rules, kind: Kind, free: Mapping[date, Sequence[datetime]]
) -> Mapping[date, Sequence[datetime]]:
    """At most ``rules.shown_per_day`` of each day's free starts, spread over the day.

    Which ones depends on the day's grid and on what is free there, on nothing else: whoever looks
    sees the same, and where one is taken the others stay and one more joins them. ``free`` are
    those of ``free_days``, which alone decides what can be booked. So a form that was opened for
    a time still books it when another one has taken its place here.
    """
    if not rules.shown_per_day:
        return free
    shown: dict[date, Sequence[datetime]] = {}
    for day, starts in free.items():
        grid = rules.opening.starts(day, step=kind.step, length=kind.minutes)
        # What is free for another reason than these hours comes behind.
        own = set(starts)
        others = sorted(own.difference(grid))
        in_turn = [one for one in (*_far_apart(grid), *_far_apart(others)) if one in own]
        shown[day] = sorted(in_turn[: rules.shown_per_day])
    return shown


def _far_apart(starts: Sequence[datetime]) -> list[datetime]:
    return [starts[at] for at in _spread(len(starts))]


def next_open_day(rules: Rules, kind: Kind, *, now: datetime) -> date | None:
    """The first day on which a consultation could begin by the rules alone, within two years.

    It may lie behind the horizon, after holidays. None: there is no such day.
    """
    earliest = rules.earliest(now)
    today = now.astimezone(rules.zone).date()
    for day in (today + number * DAY for number in range(2 * 366)):
        starts = rules.opening.starts(day, step=kind.step, length=kind.minutes)
        if starts and starts[-1] >= earliest:
            return day
    return None


@cache
def _spread(length: int) -> list[int]:
    """Positions in such an order that the first few of them lie far apart: 0, 4, 2, 6, 1, 5, 3.

    By the digits of the binary number backwards (van der Corput's sequence).
    """
    digits = max(1, (length - 1).bit_length())
    return sorted(range(length), key=lambda at: f"{at:0{digits}b}"[::-1])
