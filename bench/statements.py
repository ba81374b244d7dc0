"""How many statements the site sends to its database for one request."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
from sqlalchemy import Engine, event

from stadtfuehrer.app import create_app
from stadtfuehrer.bootstrap import open_context


def count_statements(instance: Path, pages: dict[str, str]) -> dict[str, int]:
    """Return the number of SQL statements behind each of `pages` (name to path), by name.

    Transactions' BEGIN and COMMIT are not counted, and neither is what a first request sets up.
    """
    # Each request's own log line would stand between the figures.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    client = create_app(open_context(instance, {})).test_client()
    counts = {}
    for name, path in pages.items():
        client.get(f"{path}{'&' if '?' in path else '?'}warm=up")
        with _heard() as statements:
            client.get(path)
        counts[name] = len(statements)
    return counts


@contextmanager
def _heard() -> Iterator[list[str]]:
    """Collect the statements of every engine of this process."""
    statements: list[str] = []

    def hear(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.split(maxsplit=1)[0].upper() not in {"BEGIN", "COMMIT", "ROLLBACK", "PRAGMA"}:
            statements.append(statement)

    event.listen(Engine, "before_cursor_execute", hear)
    try:
        yield statements
    finally:
        event.remove(Engine, "before_cursor_execute", hear)
