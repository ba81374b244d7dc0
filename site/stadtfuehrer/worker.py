"""The letter worker: writes and delivers what is due, again and again, and forgets what is over.

It goes by a clock that does not jump (see ``stadtfuehrer.clock``), and measures pauses on one that
nobody can set. As long as it doubts the clock it delivers letters and does nothing else.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.booking.answers import follow_up, read_in_background, read_mailbox
from stadtfuehrer.booking.calendar_events import ask_about_events, tend_calendar
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.pending import let_lapse
from stadtfuehrer.booking.reminders import remind, thank
from stadtfuehrer.booking.times import read_calendars
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.calendar.service import READING_SECONDS, tell_of_stale
from stadtfuehrer.clock import SteadyClock, elapsed_seconds
from stadtfuehrer.faults import kind_and_place
from stadtfuehrer.hooks.service import ROUND_SECONDS, call_hooks
from stadtfuehrer.mail import heartbeat
from stadtfuehrer.mail import store as outbox
from stadtfuehrer.mail.delivery import LEASE, Round, deliver_due
from stadtfuehrer.mail.folder import POSTFACH, FolderMailer
from stadtfuehrer.mail.mailer import Mailer, MailServer
from stadtfuehrer.mail.service import examine, settings_digest
from stadtfuehrer.mail.smtp import SmtpMailer
from stadtfuehrer.purge import forget
from stadtfuehrer.quiz.follow_up import ask_about_plans

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

LOOK_EVERY_SECONDS = 0.5

REST_SECONDS = 15
"""How long the queue pauses when nobody takes letters, or the database does not answer."""

LONGEST_REST_SECONDS = 900
"""Where letters are blocked, rests grow up to this: too many vain logins would lock an account."""

BEAT_EVERY_SECONDS = 10.0

AGAIN_AFTER = 60.0
"""A chore that failed is left alone for so many seconds at least."""

_log = structlog.get_logger(__name__)


def mailer_of(context: "AppContext", instance: Path, clock: Callable[[], datetime]) -> Mailer:
    """The way in which this context sends letters."""
    mail = context.settings.mail
    if mail.transport == "folder":
        return FolderMailer(folder=instance / POSTFACH, clock=clock)
    server = MailServer(
        host=mail.host,
        port=mail.port,
        security=mail.security,
        username=mail.username,
        password=mail.password,
    )
    return SmtpMailer(server=server)


def work(
    context: "AppContext",
    mailer: Mailer,
    *,
    clock: Callable[[], datetime],
    stop: Event,
    elapsed: Callable[[], float] = elapsed_seconds,
    lease: timedelta = LEASE,
) -> None:
    """Deliver letters until ``stop`` is set, with signs of life; nothing that fails ends it.

    ``clock`` is the wall clock; ``elapsed`` counts seconds, whatever happens to that.
    """
    minute = 60.0
    chores: tuple[tuple[str, Callable[..., object], float], ...] = (
        ("read calendars", read_calendars, minute),
        ("tell of calendars", tell_of_stale, minute),
        ("tend the calendar", tend_calendar, 15.0),
        ("ask about events", ask_about_events, minute),
        ("remind", remind, minute),
        ("thank", thank, minute),
        ("let lapse", let_lapse, 10.0),
        ("tell who waits", tell_waiting, minute),
        ("read the mailbox", read_in_background, minute),
        ("follow up", follow_up, minute),
        ("ask about plans", ask_about_plans, minute),
        ("call hooks", call_hooks, 5.0),
        ("warn", _say_what_is_wrong, 10 * minute),
        ("forget", forget, 60 * minute),
    )
    due, blocked = dict.fromkeys((name for name, _, _ in chores), elapsed()), 0
    steady = steady_clock(context, clock, elapsed=elapsed)
    with _signs_of_life(context, clock, steady) as pulse:
        _hurry(context, now=steady())
        while not stop.is_set():
            for name, do, every in chores:
                now, at = steady(), elapsed()
                if at < due[name] or steady.in_doubt:
                    continue
                due[name] = at + max(every, AGAIN_AFTER)
                with _going_on(name):
                    do(context, now=now)
                    due[name] = at + every
            rest: float = REST_SECONDS
            with _going_on("delivery"):
                done = deliver_due(
                    context,
                    mailer,
                    compose=compose,
                    clock=steady,
                    lease=lease,
                    goes_on=lambda: not stop.is_set(),
                )
                pulse.note(done, now=steady())
                blocked = blocked + 1 if done.blocked else 0
                rest = min(REST_SECONDS * 2 ** max(blocked - 1, 0), LONGEST_REST_SECONDS)
                if not (done.blocked or done.away):
                    rest = LOOK_EVERY_SECONDS
            stop.wait(rest)


def work_once(context: "AppContext", mailer: Mailer, *, clock: Callable[[], datetime]) -> Round:
    """Do what is due now."""
    steady = steady_clock(context, clock)
    _hurry(context, now=steady())
    if steady.in_doubt:
        _log.error("the clock has jumped", to=steady().isoformat())
    else:
        read_calendars(context, now=steady(), wait=READING_SECONDS)
        tend_calendar(context, now=steady(), wait=READING_SECONDS)
        call_hooks(context, now=steady(), wait=ROUND_SECONDS)
        chores = (
            ask_about_events,
            tell_of_stale,
            let_lapse,
            remind,
            thank,
            tell_waiting,
            read_mailbox,
            follow_up,
            ask_about_plans,
        )
        for do in chores:
            do(context, now=steady())
    done = deliver_due(context, mailer, compose=compose, clock=steady)
    with context.database.begin() as session:
        heartbeat.keep_clock(session, believed=steady(), doubted=steady.doubted)
    return done


def steady_clock(
    context: "AppContext",
    wall: Callable[[], datetime],
    *,
    elapsed: Callable[[], float] = elapsed_seconds,
) -> SteadyClock:
    """The clock, compared with what the last worker saw."""
    seen = doubted = None
    with _going_on("clock"), context.database.read() as session:
        seen, doubted = heartbeat.find_clock(session)
    return SteadyClock(wall, elapsed=elapsed, seen=seen, doubted=doubted)


def _hurry(context: "AppContext", *, now: datetime) -> None:
    with _going_on("hurry"), context.database.begin() as session:
        outbox.hurry(session, settings_digest(context), now=now)


class _Pulse:
    """The worker's signs of life, since when it gets rid of nothing, and of its doubts."""

    def __init__(
        self, context: "AppContext", clock: Callable[[], datetime], steady: SteadyClock
    ) -> None:
        self._context, self._clock, self._steady = context, clock, steady
        self._stuck_since: datetime | None = None
        self._doubted: datetime | None = None

    def note(self, done: Round, *, now: datetime) -> None:
        """Learn from a round; one without a letter says nothing."""
        was = self._stuck_since
        if done.blocked or done.away:
            self._stuck_since = was or now
        elif done.heard:
            self._stuck_since = None
        if self._stuck_since != was:
            self.beat()

    def beat(self) -> None:
        """Give a sign of life."""
        now, stuck_since = self._clock(), self._stuck_since
        believed, doubted = self._steady(), self._steady.doubted
        if doubted != self._doubted:
            self._doubted = doubted
            if doubted is None:
                _log.warning("the clock is believed again", now=believed.isoformat())
            else:
                _log.error("the clock has jumped", to=doubted.isoformat())
        with _going_on("heartbeat"), self._context.database.begin() as session:
            heartbeat.beat(session, heartbeat.WORKER, now=now, stuck_since=stuck_since)
            heartbeat.keep_clock(session, believed=believed, doubted=doubted)


@contextmanager
def _signs_of_life(
    context: "AppContext", clock: Callable[[], datetime], steady: SteadyClock
) -> Iterator[_Pulse]:
    """Give signs of life, also during a long conversation: from a thread, which sleeps with us."""
    pulse, over = _Pulse(context, clock, steady), Event()

    def go_on() -> None:
        while not over.wait(BEAT_EVERY_SECONDS):
            pulse.beat()

    pulse.beat()
    thread = Thread(target=go_on, daemon=True)
    thread.start()
    try:
        yield pulse
    finally:
        over.set()
        thread.join()
    with _going_on("heartbeat"), context.database.begin() as session:
        heartbeat.end_beating(session)


@contextmanager
def _going_on(name: str) -> Iterator[None]:
    """Whatever is raised in here is logged, and keeps nobody from doing the next thing."""
    try:
        yield
    except (KeyboardInterrupt, GeneratorExit):
        raise
    except BaseException as error:  # noqa: BLE001 - the letters must go on leaving
        _log.error("failed", what=name, **kind_and_place(error))


def _say_what_is_wrong(context: "AppContext", *, now: datetime) -> None:
    health = examine(context, now=now)
    if health.letters_wait_since is not None:
        _log.error("letters cannot leave", since=health.letters_wait_since.isoformat())
    if health.failed.to_consultant:
        _log.error("letters to the consultant failed", letters=health.failed.to_consultant)
    if health.failed.never_composed:
        _log.error("letters could not be composed", letters=health.failed.never_composed)
