"""What tests of the commands share: their fixtures' types, an old day, a mail server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from click.testing import Result

from tools.provision.site import change_settings

Run = Callable[..., Result]
Book = Callable[..., str]


def long_ago() -> datetime:
    """An instant after which a booking has outlived its six months."""
    return datetime.now(UTC) - timedelta(days=400)


def through_smtp(instance: Path, port: int) -> None:
    """Send through the mail server on this port of the loopback interface."""
    changes = {"transport": '"smtp"', "mail.host": '"127.0.0.1"', "security": '"none"'}
    change_settings(instance, changes | {"mail.port": str(port)})
