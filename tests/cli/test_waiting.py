"""`worker --once` tells those who wait, for those who run it by a timer."""

from email import message_from_bytes
from pathlib import Path

from stadtfuehrer.app.clock import utc_now
from stadtfuehrer.app.office import open_office
from stadtfuehrer.domain.letter import Mailbox
from stadtfuehrer.services.waiting import wait_for
from tests.support.commands import Run


def test_who_waits_is_told_by_a_single_round(instance: Path, run: Run) -> None:
    office = open_office(instance, {})
    guest = Mailbox(name="", address="gast@gast.example")
    wait_for(office, office.kinds[0], guest, now=utc_now())
    office.database.close()

    assert run("worker", "--once").stdout == "Zugestellt: 1\n"
    (letter,) = (instance / "postfach").glob("*.eml")
    assert message_from_bytes(letter.read_bytes())["To"] == "gast@gast.example"
    assert run("worker", "--once").stdout == "Zugestellt: 0\n"
