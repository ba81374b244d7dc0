"""What is said to the database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import event

from stadtfuehrer.context import AppContext
from tests.support.sites import Site


@contextmanager
def heard(context: AppContext) -> Iterator[list[str]]:
    """Collect statements, without those that begin and end a transaction."""
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(context.database.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(context.database.engine, "before_cursor_execute", hear)


def statements(site: Site) -> AbstractContextManager[list[str]]:
    """The same of a site."""
    return heard(site.context)
