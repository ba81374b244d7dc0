"""`signin`: a link for whoever may sign in, when mail fails."""

import re
from pathlib import Path

from stadtfuehrer.app import create_app
from stadtfuehrer.bootstrap import open_context
from tests.support.commands import Run
from tools.provision.site import change_settings

LINK = re.compile(r"http://127\.0\.0\.1:8000(/buero/anmelden/[A-Za-z0-9_-]{43})\n")


def test_a_link_is_printed_that_signs_in(instance: Path, run: Run) -> None:
    change_settings(instance, {"people": '["max@stadtfuehrer.example"]'})
    for address in ("vera@stadtfuehrer.example", "Max@stadtfuehrer.example"):
        printed = run("signin", address)
        found = LINK.fullmatch(printed.stdout)
        assert found
        assert printed.exit_code == 0
        assert "15 Minuten" in printed.stderr
        app = create_app(open_context(instance, {}))
        assert b"Hier anmelden" in app.test_client().get(found[1]).data


def test_for_anybody_else_there_is_none(instance: Path, run: Run) -> None:
    refused = run("signin", "fremd@gast.example")
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert refused.stderr == (
        "fremd@gast.example steht weder als consultant.email noch unter office.people\n"
    )
