"""The postfach reads a few files for few people: nobody else, nothing else, no database."""

import pytest

from tests.support.neighbour import Demonstration, Neighbour
from tests.support.sites import Site
from tests.support.statements import statements


def test_the_postfach_asks_nothing_of_the_database(lived: Demonstration) -> None:
    with statements(lived) as sent:
        lived.look()
        for letter_id in lived.letter_ids().values():
            lived.look(f"/{letter_id}")
    assert sent == []


@pytest.mark.parametrize(
    "strange",
    [
        *("..", "../secret.key", "%2e%2e/secret.key", "..%2fsecret.key", "..%2Fsecret"),
        *("/etc/passwd", "secret", "nix.eml", "%00", "*", "a" * 5000),
        "20260302T080000.000000Z-bestaetigung-1.eml",
        "20260302T080000.000000Z-bestaetigung-2",
        ".20260302T080000.000000Z-bestaetigung-1.eml",
    ],
)
def test_an_address_reaches_no_other_file(demonstration: Demonstration, strange: str) -> None:
    demonstration.lay("Hallo")
    (demonstration.folder.parent / "secret.key").write_text("geheim")
    (demonstration.folder / "secret.eml").write_text("geheim")
    for page in ("", "/brief.html", "/brief.eml", "/einladung.ics"):
        assert b"geheim" not in demonstration.look(f"/{strange}{page}", status=404).body


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_changed(demonstration: Demonstration, method: str) -> None:
    letter_id = demonstration.lay("Hallo")
    for path in ("/postfach", f"/postfach/{letter_id}", f"/postfach/{letter_id}/brief.eml"):
        assert demonstration.neighbour.ask(method, path).status == 405
    assert len(list(demonstration.folder.iterdir())) == 1


def test_the_footer_leads_there(demonstration: Demonstration) -> None:
    """Pages are the same for everyone, so the hint is too; where it leads is guarded."""
    link = ("Postfach der Vorführung", "/postfach")
    for path in ("/", "/termin", "/quiz"):
        assert link in demonstration.neighbour.get(path).links()
        assert link in demonstration.guest.get(path).links()


def test_strangers_find_the_ordinary_page_for_wrong_addresses(lived: Demonstration) -> None:
    letter_id = next(iter(lived.letter_ids().values()))
    plain = lived.guest.get("/postfach-nix", status=404)
    for path in ("/postfach", f"/postfach/{letter_id}", f"/postfach/{letter_id}/brief.eml"):
        page = lived.guest.get(path, status=404)
        assert (page.body, page.headers) == (plain.body, plain.headers)
        assert lived.guest.ask("POST", path).body == plain.body


def test_there_is_no_postfach_while_letters_are_sent(site: Site) -> None:
    page = Neighbour(app=site.app).get("/postfach", status=404)
    assert page.body == site.guest.get("/nix", status=404).body
    assert "Postfach der Vorführung" not in Neighbour(app=site.app).get("/").text
