"""A kind with few times, those who wait for one, and what each of them was written."""

import re
from collections.abc import Sequence
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
from tests.support.contexts import in_berlin
from tests.support.mailbag import read
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


def join(context: AppContext, *names: str, now: datetime, kind: str = SCARCE) -> None:
    """Let them join the line, a second after one another."""
    for seconds, name in enumerate(names):
        mailbox = Mailbox(name="", address=address_of(name))
        wait_for(context, context.get_kind(kind), mailbox, now=now + timedelta(seconds=seconds))


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
