"""The letter worker: writes and delivers what is due, again and again, and forgets what is over."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING

import structlog

from stadtfuehrer.booking.answers import follow_up, read_in_background
from stadtfuehrer.booking.calendar_events import ask_about_events, tend_calendar
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.booking.pending import let_lapse
from stadtfuehrer.booking.reminders import remind, thank
from stadtfuehrer.booking.times import read_calendars
from stadtfuehrer.booking.waiting import tell_waiting
from stadtfuehrer.calendar.service import tell_of_stale
from stadtfuehrer.mail import heartbeat
from stadtfuehrer.mail.delivery import LEASE, Round, deliver_due
from stadtfuehrer.mail.folder import POSTFACH, FolderMailer
from stadtfuehrer.mail.mailer import Mailer, MailServer
from stadtfuehrer.mail.service import examine
from stadtfuehrer.mail.smtp import SmtpMailer
from stadtfuehrer.purge import forget

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

LOOK_EVERY_SECONDS = 0.5

REST_SECONDS = 15
"""How long the queue pauses when nobody takes letters, or the database does not answer."""

LONGEST_REST_SECONDS = 900
"""Where letters are blocked, rests grow up to this: too many vain logins would lock an account."""

BEAT_EVERY_SECONDS = 10.0

AGAIN_AFTER = timedelta(minutes=1)
"""A chore that failed is left alone for so long at least."""

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
    lease: timedelta = LEASE,
) -> None:
    """Deliver letters until ``stop`` is set, with signs of life; nothing that fails ends it."""
    minute = timedelta(minutes=1)
    chores: tuple[tuple[str, Callable[..., object], timedelta], ...] = (
        ("read calendars", read_calendars, minute),
        ("tell of calendars", tell_of_stale, minute),
        ("tend the calendar", tend_calendar, timedelta(seconds=15)),
        ("ask about events", ask_about_events, minute),
        ("remind", remind, minute),
        ("thank", thank, minute),
        ("let lapse", let_lapse, timedelta(seconds=10)),
        ("tell who waits", tell_waiting, minute),
        ("read the mailbox", read_in_background, minute),
        ("follow up", follow_up, minute),
        ("warn", _say_what_is_wrong, 10 * minute),
        ("forget", forget, 60 * minute),
    )
    due, blocked = dict.fromkeys((name for name, _, _ in chores), clock()), 0
    with _signs_of_life(context, clock) as pulse:
        while not stop.is_set():
            for name, do, every in chores:
                now = clock()
                if now < due[name]:
                    continue
                due[name] = now + max(every, AGAIN_AFTER)
                with _going_on(name):
                    do(context, now=now)
                    due[name] = now + every
            rest: float = REST_SECONDS
            with _going_on("delivery"):
                done = deliver_due(
                    context,
                    mailer,
                    compose=compose,
                    clock=clock,
                    lease=lease,
                    goes_on=lambda: not stop.is_set(),
                )
                pulse.note(done, now=clock())
                blocked = blocked + 1 if done.blocked else 0
                rest = min(REST_SECONDS * 2 ** max(blocked - 1, 0), LONGEST_REST_SECONDS)
                if not (done.blocked or done.away):
                    rest = LOOK_EVERY_SECONDS
            stop.wait(rest)


class _Pulse:
    """The worker's signs of life, and since when it gets rid of nothing."""

    def __init__(self, context: "AppContext", clock: Callable[[], datetime]) -> None:
        self._context, self._clock = context, clock
        self._stuck_since: datetime | None = None

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
        with _going_on("heartbeat"), self._context.database.begin() as session:
            heartbeat.beat(session, heartbeat.WORKER, now=now, stuck_since=stuck_since)


@contextmanager
def _signs_of_life(context: "AppContext", clock: Callable[[], datetime]) -> Iterator[_Pulse]:
    """Give signs of life, also during a long conversation: from a thread, which sleeps with us."""
    pulse, over = _Pulse(context, clock), Event()

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
        # Only where and what kind of error: its text may quote what is in the database.
        last = traceback.extract_tb(error.__traceback__)[-1]
        where = f"{last.filename}:{last.lineno}"
        _log.error("failed", what=name, error=type(error).__name__, where=where)


def _say_what_is_wrong(context: "AppContext", *, now: datetime) -> None:
    health = examine(context, now=now)
    if health.letters_wait_since is not None:
        _log.error("letters cannot leave", since=health.letters_wait_since.isoformat())
    if health.failed.to_consultant:
        _log.error("letters to the consultant failed", letters=health.failed.to_consultant)
    if health.failed.never_composed:
        _log.error("letters could not be composed", letters=health.failed.never_composed)
