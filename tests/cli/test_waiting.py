"""`worker --once` tells those who wait, for those who run it by a timer."""

from email import message_from_bytes
from pathlib import Path

from stadtfuehrer.booking.waiting import wait_for
from stadtfuehrer.bootstrap import open_context, utc_now
from stadtfuehrer.text.address import Mailbox
from tests.support.commands import Run


def test_who_waits_is_told_by_a_single_round(instance: Path, run: Run) -> None:
    context = open_context(instance, {})
    guest = Mailbox(name="", address="gast@gast.example")
    wait_for(context, context.kinds[0], guest, now=utc_now())
    context.database.close()

    assert run("worker", "--once").stdout == "Zugestellt: 1\n"
    (letter,) = (instance / "postfach").glob("*.eml")
    assert message_from_bytes(letter.read_bytes())["To"] == "gast@gast.example"
    assert run("worker", "--once").stdout == "Zugestellt: 0\n"
