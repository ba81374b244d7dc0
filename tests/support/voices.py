"""What somebody said here, put past the pages: a question, its answer, what is shown of both."""

import secrets
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from stadtfuehrer.context import AppContext
from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.asking import token_of
from stadtfuehrer.dialogue.model import Kind, Voice, consent_to_publish
from stadtfuehrer.dialogue.tables import DbSatisfied
from tests.support.contexts import NOW
from tests.support.sites import Site

QUESTION = "Lohnt sich ein Newsletter für eine Bäckerei?"
ANSWER = "Ja, wenn er etwas erzählt.\n\nFang mit *einem* im Monat an."


def said(where: Site | AppContext, **changes: Any) -> Voice:
    """Keep what somebody says, by default a question of Änne Müller's, two days ago.

    ``changes`` are fields of Voice. No letter is owed for it.
    """
    at: datetime = changes.get("said_at", _now(where) - timedelta(days=2))
    by_default: dict[str, Any] = {
        "uid": secrets.token_hex(16),
        "kind": Kind.QUESTION,
        "text": QUESTION,
        "name": "Änne Müller",
        "email": "aenne@gast.example",
        "said_at": at,
    }
    voice = Voice(**by_default | changes)
    with _context(where).database.begin() as session:
        return replace(voice, id=store.add(session, voice))


def answered(where: Site | AppContext, **changes: Any) -> Voice:
    """The same with an answer, a day later."""
    at: datetime = changes.get("said_at", _now(where) - timedelta(days=2))
    given: dict[str, Any] = {"said_at": at, "answer": ANSWER, "answered_at": at + timedelta(days=1)}
    return said(where, **given | changes)


def published(where: Site | AppContext, **changes: Any) -> Voice:
    """The same with consent and first name, shown since it was answered."""
    at: datetime = changes.get("said_at", _now(where) - timedelta(days=2))
    consent = consent_to_publish(changes.get("kind", Kind.QUESTION), now=at)
    shown: dict[str, Any] = {
        "consent": consent,
        "with_name": True,
        "published_at": at + timedelta(days=1),
    }
    return answered(where, **{"said_at": at} | shown | changes)


def all_voices(where: Site | AppContext) -> list[Voice]:
    """All that is kept of what was said, the oldest first."""
    with _context(where).database.read() as session:
        # Whatever somebody settled, and whatever waits or is held.
        found = [
            *store.waiting(session, most=1000),
            *store.held(session, most=1000),
            *store.settled(session, most=1000),
        ]
    return sorted(found, key=lambda one: one.id)


def own_page(where: Site | AppContext, voice: Voice) -> str:
    """The path of the page of whoever said it."""
    return f"/frage/{token_of(_context(where), voice)}"


def _context(where: Site | AppContext) -> AppContext:
    return where.context if isinstance(where, Site) else where


def _now(where: Site | AppContext) -> datetime:
    return where.clock() if isinstance(where, Site) else NOW


def satisfied_rows(session: Session) -> list[tuple[date, str, int]]:
    """Day, choice and number of all that was counted."""
    query = select(DbSatisfied.day, DbSatisfied.choice, DbSatisfied.number)
    rows = session.execute(query.order_by(DbSatisfied.day, DbSatisfied.choice))
    return [(day, choice, number) for day, choice, number in rows]
