"""The commands, called as the console script calls them, on an instance of their own."""

import logging
import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from stadtfuehrer.booking.service import book
from stadtfuehrer.booking.times import free_times
from stadtfuehrer.bootstrap import open_context
from stadtfuehrer.cli import main
from tests.support.commands import Book, Run
from tests.support.contexts import NO_LIMITS, a_visitor, a_wish
from tools.provision.site import change_settings

UNTOUCHED = dict.fromkeys(
    (
        "STADTFUEHRER_INSTANCE",
        "STADTFUEHRER_MAIL_PASSWORD",
        "STADTFUEHRER_MAILBOX_PASSWORD",
        "STADTFUEHRER_SECRET_KEY",
        "STADTFUEHRER_DATABASE_URL",
        "STADTFUEHRER_CALENDAR_PASSWORD",
    )
)
"""For CliRunner, None takes a variable away."""


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """`run("check", "--connect", environment={…})` on the instance `tmp_path / "instance"`."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def ran(*arguments: str | Path, environment: Mapping[str, str] | None = None) -> Result:
        command = ["--instance", str(tmp_path / "instance"), *map(str, arguments)]
        return CliRunner().invoke(
            main, command, env=UNTOUCHED | dict(environment or {}), catch_exceptions=False
        )

    yield ran
    # The commands log to the runner's standard error, which is gone.
    root.handlers[:], root.level = handlers, level


@pytest.fixture(scope="session")
def made_instance(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an instance as `init` makes it, with no limit on bookings; only to be copied."""
    folder = tmp_path_factory.mktemp("made") / "instance"
    command = ["--instance", str(folder), "init"]
    CliRunner().invoke(main, command, env=UNTOUCHED, catch_exceptions=False)
    change_settings(folder, NO_LIMITS)
    return folder


@pytest.fixture
def instance(tmp_path: Path, made_instance: Path) -> Path:
    """Give an instance of the test's own."""
    return shutil.copytree(made_instance, tmp_path / "instance")


@pytest.fixture
def book_one(instance: Path) -> Book:
    """`book_one(now=…, name=…)` books the first free time; returns the token."""

    def booked(*, now: datetime | None = None, **typed: str) -> str:
        now = now or datetime.now(UTC)
        context = open_context(instance, {})
        try:
            visitor = a_visitor(**typed)
            kind = context.get_kind("kennenlernen")
            start = free_times(context, kind, now=now)[0]
            return book(context, a_wish(context, start, visitor=visitor), now=now)
        finally:
            context.database.close()

    return booked
