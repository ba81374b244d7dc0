"""What becomes of bookings' links when the secret key changes."""

from typing import TYPE_CHECKING

from stadtfuehrer.booking import token_store

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def adopt_key(context: "AppContext") -> None:
    """Make every booking's links by today's key good, where another one was used before."""
    with context.database.read() as session:
        if token_store.is_adopted(session, context.secret):
            return
    with context.database.begin() as session:
        token_store.adopt(session, context.secret)


def count_foreign_links(context: "AppContext") -> int:
    """How many live bookings have links by a key that nobody knows any more, until it is adopted.

    Those by one of the old keys are expected.
    """
    with context.database.read() as session:
        if token_store.is_adopted(session, context.secret):
            return 0
        return token_store.count_foreign(session, (context.secret, *context.old_secrets))
