"""The audit log: who, when, what."""

from stadtfuehrer.audit_log import Action, note
from tests.support.office import signed_in
from tests.support.sites import Site


def test_each_action_is_told_in_words(site: Site) -> None:
    guest = signed_in(site)
    with site.context.database.begin() as session:
        for action in Action:
            note(session, "max@stadtfuehrer.example", action, 7, 8, now=site.clock())
    lines = guest.get("/buero/protokoll").text.splitlines()
    told = {line for line in lines if line.startswith("max@stadtfuehrer.example hat ")}
    assert len(told) == len(Action)
    assert all(line.endswith("(Nr. 7, 8)") for line in told)
    assert lines.count("Montag, 2. März 2026, 09:00 Uhr") == len(Action) + 2
