"""What passes for a name, and lines as they were meant, whatever was pasted along."""

import pytest
from wtforms import Form

from stadtfuehrer.web.fields import name_field
from tests.support.contexts import in_berlin
from tests.support.sites import TYPED, Site


def refused(name: str) -> bool:
    class Named(Form):
        name = name_field(missing="Wie heißt du?")

    form = Named(data={"name": name})
    return not form.validate()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Anna",
            "Jörg-Ößwald D’Artagnan",
            "Dr. Änne Müller",
            "Dr.Anna",
            "Prof.Dr.Weiß",
            "St.Pauli",
        ),
        *(
            "J. R. R. Tolkien",
            "Müller, Hans",
            "Anna u. Bernd",
            "李 雷",
            "علی‌رضا",
            "Familie Weiß/Schwarz",
        ),
        *("Anna.", "Jo", "Karl III.", "Mia 2", "Änne 4f8a12cd", "👩‍💻 Ünï", "Anna :)"),
    ],
)
def test_people_are_welcome(name: str) -> None:
    assert not refused(name)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Gewonnen! https://x.example",
            "www.gewinn.de",
            "gewinn.de",
            "Ruf an: GEWINN.COM",
            "t.co/x",
        ),
        *("dr.de", "anna@gewinn.de", "Gewinn．de", "gewinn。com", "gewinn․de", "http://1.2.3.4"),
        *("a.b.gewinn.de.", "(gewinn.de)", "Dr.gewinn.de"),
        *("Anna\nGewonnen", "Anna\u2028Gewonnen"),
    ],
)
def test_what_leads_somewhere_is_refused(name: str) -> None:
    assert refused(name)


@pytest.mark.parametrize(
    ("field", "pasted", "meant"),
    [
        ("telefon", "089\u00a0123456", "089 123456"),
        ("telefon", "089\u202f12\u200934\u300056", "089 12 34 56"),
        ("telefon", "089\u2011123\u2010456", "089-123-456"),
        ("telefon", "089\u2013123\u2014456\u2212 7", "089-123-456- 7"),
        ("telefon", "\u202d+49 89 123456\u202c", "+49 89 123456"),
        ("telefon", "(+49) 89 123456", "+49 89 123456"),
        ("telefon", "(089) 123456", "(089) 123456"),
        ("telefon", "＋４９（89）123456", "+49(89)123456"),
        ("telefon", "\ufeff089\u200b123456\u00a0", "089123456"),
        ("name", "Än\u00adne\u00a0Müller\u200b", "Änne Müller"),
        ("name", "Jörg\u2011Oßwald \u200fGroß", "Jörg-Oßwald Groß"),
        ("name", "👩\u200d💻 علی\u200cرضا", "👩\u200d💻 علی\u200cرضا"),
        ("firma", "Müller\u202f–\u202fSöhne\u2060", "Müller – Söhne"),
        ("email", "\u200baenne@gast.example\u00a0", "aenne@gast.example"),
    ],
)
def test_what_phones_and_autofill_paste_is_taken_as_it_was_meant(
    site: Site, field: str, pasted: str, meant: str
) -> None:
    path, typed = site.form_path(in_berlin("2026-03-05 09:00")), TYPED | {field: pasted}
    again = site.guest.post(path, typed | {"website": "x"}, status=422)
    assert again.value(field) == meant
    site.guest.post(path, typed)
    (booking,) = site.bookings()
    assert booking.visitor.asked[field] == meant


def test_what_was_pasted_along_hides_no_address() -> None:
    assert refused("gewinn\u200b.\u2060de")


@pytest.mark.parametrize("typed", ["¸", "０８９", "½ 0891234", "089 12 34 lang nach 17 Uhr"])
def test_what_is_no_number_stays_as_it_was_typed(site: Site, typed: str) -> None:
    path = site.form_path(in_berlin("2026-03-05 09:00"))
    again = site.guest.post(path, TYPED | {"telefon": typed}, status=422)
    assert again.value("telefon") == typed
