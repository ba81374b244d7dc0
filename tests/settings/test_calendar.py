"""What [calendar] refuses: the place, the reason, and never the secret."""

import pytest

from stadtfuehrer.settings import load_settings
from tests.support.settings_files import MistakesIn, Write

URL = 'url = ""'
BUSY = "busy = []"
FEEDS = "feeds = []"
NO_ADDRESS = "ist keine Adresse, die mit https:// beginnt"
PLAIN = "beginnt mit http://; unverschlüsselt geht das nur auf diesem Rechner"
WHERE = "fehlt; wo liegen die Kalender, die busy und write nennen?"
LOGIN = "enthält eine Anmeldung; die gehört nach calendar.username"
CLOUD = 'url = "https://cloud.example/dav"'
NAMED = 'username = ""\npassword = ""                        # besser: STADTFUEHRER_CALENDAR'


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        (URL, 'url = "cloud.example"', "url", NO_ADDRESS),
        (URL, 'url = "ftp://cloud.example"', "url", NO_ADDRESS),
        (URL, 'url = "https://"', "url", NO_ADDRESS),
        (URL, 'url = "https://[::1"', "url", NO_ADDRESS),
        (URL, 'url = "https://cloud.example:70000"', "url", NO_ADDRESS),
        (URL, 'url = "https://cloud.example/a b"', "url", NO_ADDRESS),
        (URL, 'url = "http://cloud.example"', "url", PLAIN),
        (URL, 'url = "http://127.0.0.1.nip.example"', "url", PLAIN),
        (URL, 'url = "https://vera:geheim@cloud.example"', "url", LOGIN),
        (FEEDS, 'feeds = ["geheim"]', "feeds[0]", NO_ADDRESS),
        (FEEDS, 'feeds = ["http://cloud.example/geheim"]', "feeds[0]", PLAIN),
        (FEEDS, 'feeds = [""]', "feeds[0]", "darf nicht leer sein"),
        (FEEDS, 'feeds = "https://cloud.example/geheim"', "feeds",
         "muss eine Liste in eckigen Klammern sein, ist aber der Text „…“"),
        (FEEDS, 'feeds = ["https://a.example/geheim", "https://a.example/geheim"]', "feeds[1]",
         "steht schon weiter vorn"),
        (BUSY, 'busy = ["Privat"]', "url", WHERE),
        ('write = ""', 'write = "Privat"', "url", WHERE),
        (f"{URL}  ", f'{CLOUD}\n{BUSY.replace("[]", "[5]")} #', "busy[0]",
         "muss ein Text in Anführungszeichen sein, ist aber die Zahl 5"),
        ("all_day_free = []", 'all_day_free = ["Privat"]', "all_day_free[0]",
         "steht weder in busy noch in feeds"),
        ("stale_minutes = 60", "stale_minutes = 4", "stale_minutes",
         "muss mindestens 5 sein, ist aber 4"),
        ('when_stale = "closed"', 'when_stale = "zu"', "when_stale",
         "„zu“ ist nicht möglich; erlaubt sind closed oder open"),
    ],
)  # fmt: skip
def test_one_mistake(
    write: Write, mistakes_in: MistakesIn, old: str, new: str, place: str, reason: str
) -> None:
    if old.startswith(f"{URL} "):
        write((BUSY, "#"), (old.strip(), new))
    else:
        write((old, new))
    found = mistakes_in()
    assert (f"calendar.{place}", reason) in found
    assert "geheim" not in str(found)


@pytest.mark.parametrize(
    ("changes", "place", "reason"),
    [
        ([(NAMED, NAMED.replace('""', '"vera"', 1)), (URL, CLOUD)], "password",
         "fehlt; am besten in STADTFUEHRER_CALENDAR_PASSWORD"),
        ([(NAMED, NAMED.replace('password = ""', 'password = "geheim"')), (URL, CLOUD)], "username",
         "fehlt; zu wem gehört das Passwort?"),
        ([(BUSY, 'busy = ["Privat", "privat"]'), (URL, CLOUD)], "busy[1]",
         "steht schon weiter vorn"),
    ],
)  # fmt: skip
def test_what_does_not_go_together(
    write: Write, mistakes_in: MistakesIn, changes: list[tuple[str, str]], place: str, reason: str
) -> None:
    write(*changes)
    assert mistakes_in() == [(f"calendar.{place}", reason)]


def test_what_is_taken(write: Write) -> None:
    """Apple's webcal addresses are ICS over HTTPS; the password may come from the environment."""
    path = write(
        (URL, 'url = "http://[::1]:5232/"'),
        (NAMED, NAMED.replace('""', '"vera"', 1)),
        (FEEDS, 'feeds = ["webcal://p1.example/published/2/x?a=b"]'),
    )
    environment = {"STADTFUEHRER_CALENDAR_PASSWORD": "geheim"}
    calendar = load_settings(path.parent, environment).calendar
    assert calendar.feeds == ("https://p1.example/published/2/x?a=b",)
    assert calendar.password == "geheim"
    assert "geheim" not in repr(calendar)
    assert "p1.example" not in repr(calendar)
