"""A kind with few times, those who wait for one, and what each of them was written."""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import select

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.slots import Kind
from stadtfuehrer.booking.tables import DbWaiting
from stadtfuehrer.booking.waiting import wait_for
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import LetterKind
from stadtfuehrer.text import Mailbox
from stadtfuehrer.text.formatting import find_instant
from stadtfuehrer.web import init_context
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
from tests.support.sites import Site
from tests.support.stored import letters

SCARCE = "sprechstunde"
APPENDED = f"""
[[booking.kinds]]
id = "{SCARCE}"
title = "Sprechstunde"
minutes = 30
step = 30
horizon_days = 7
hours = {{ thursday = ["09:00-09:30"] }}
"""
BUTTON = "Bescheid bekommen"
PATH, LINE = f"/termin/{SCARCE}", f"/termin/{SCARCE}/warten"
NINE = in_berlin("2026-03-05 09:00")


def with_scarce_times(
    context: AppContext, hours: Sequence[Hours], *, kind_id: str = SCARCE
) -> AppContext:
    """The context with one more kind: half hours on Thursdays, a week ahead."""
    kind = Kind(id=kind_id, title="Sprechstunde", minutes=30, step=30)
    opening = replace(context.rules.opening, week={3: tuple(hours)})
    rules = replace(
        context.rules, opening=opening, horizon_days=7, notice=timedelta(hours=1), per_day=0
    )
    return replace(
        context,
        kinds=(*(one for one in context.kinds if one.id != kind_id), kind),
        kind_rules={**context.kind_rules, kind_id: rules},
    )


def never_open(context: AppContext, kind: str = SCARCE) -> AppContext:
    """The context with no time at all of this kind, so that one can wait for it."""
    rules = context.rules_of(kind)
    never = replace(rules, opening=replace(rules.opening, week={}, special={}))
    return replace(context, kind_rules={**context.kind_rules, kind: never})


@contextmanager
def nothing_free(site: Site, kind: str) -> Iterator[None]:
    """The site with no time at all of this kind, for as long as the block lasts."""
    init_context(site.app, never_open(site.context, kind), site.clock)
    try:
        yield
    finally:
        init_context(site.app, site.context, site.clock)


def join(context: AppContext, *names: str, now: datetime, kind: str = SCARCE) -> None:
    """Let them join the line, a second after one another, as if nothing were free."""
    full, its = never_open(context, kind), context.get_kind(kind)
    for seconds, name in enumerate(names):
        mailbox = Mailbox(name="", address=address_of(name))
        wait_for(full, its, mailbox, now=now + timedelta(seconds=seconds))


def address_of(name: str) -> str:
    return f"{name}@gast.example"


def in_line(context: AppContext) -> list[str]:
    """The names of those who wait, by how long they do."""
    with context.database.read() as session:
        query = select(DbWaiting.address).order_by(DbWaiting.since, DbWaiting.id)
        return [address.partition("@")[0] for address in session.scalars(query)]


def notified(context: AppContext) -> list[tuple[str, datetime]]:
    """Who was written to, and of which start, in the order of the letters."""
    return [
        (letter.recipient.partition("@")[0], _start(read(letter).text))
        for letter in letters(context)
        if letter.kind == LetterKind.FREE_AGAIN
    ]


def _start(text: str) -> datetime:
    (written,) = re.findall(r"/termin/[a-z-]+/([0-9TZ]+)\s", text)
    start = find_instant(written)
    assert start is not None
    return start
