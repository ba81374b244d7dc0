"""What is said to the database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import event

from stadtfuehrer.services.office import Office
from tests.support.sites import Site


@contextmanager
def heard(office: Office) -> Iterator[list[str]]:
    """Collect statements, without those that begin and end a transaction."""
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    event.listen(office.database.engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(office.database.engine, "before_cursor_execute", hear)


def statements(site: Site) -> AbstractContextManager[list[str]]:
    """The same of a site."""
    return heard(site.office)
