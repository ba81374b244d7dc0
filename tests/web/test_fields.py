"""What passes for a name: people, and nothing that leads the reader of a letter anywhere."""

import pytest
from wtforms import Form

from stadtfuehrer.web.fields import name_field


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
