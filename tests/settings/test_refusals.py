"""Everything that a settings file can have wrong, with the place and the reason that are told."""

import pytest

from tests.support.settings_files import MistakesIn, Write

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'
KIND = 'id = "kennenlernen"'
SPECIAL = "[[booking.special]]\ndate = 2026-12-05\nhours = {hours}\n"
CLOSED = "[[booking.closed]]\nfrom = {first}\nto = {last}\n"
# ISO 3166-2:DE, and the one town with a holiday of its own.
LAENDER = "BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, Augsburg"


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        # keys
        (
            "notice_hours",
            "notice_hour",
            "booking.notice_hour",
            "diesen Schlüssel gibt es nicht; ist „notice_hours“ gemeint?",
        ),
        ("[limits]", "[limit]", "limit", "diesen Schlüssel gibt es nicht; ist „limits“ gemeint?"),
        ("[site]", "[site]\ncolour = 1", "site.colour", "diesen Schlüssel gibt es nicht"),
        ("[site]", '[site]\nhost = ""', "site.host", "dieser Schlüssel gehört nach [mail]"),
        ("[site]", "[site]\nminutes = 3", "site.minutes", ("dieser Schlüssel gehört nach "
         "[booking.kinds]")),
        ("[site]", "[site]\nhours = []", "site.hours", "diesen Schlüssel gibt es nicht"),
        (KIND, f"{KIND}\nlength = 3", "booking.kinds[0].length", "diesen Schlüssel gibt es nicht"),
        ("horizon_days = 60", "horizon_days = true", "booking.horizon_days",
         "muss eine ganze Zahl sein, ist aber true"),
        # types
        ("port = 587", 'port = "587"', "mail.port",
         "muss eine ganze Zahl sein, ist aber der Text „587“"),
        ("port = 587", "port = 587.0", "mail.port",
         "muss eine ganze Zahl sein, ist aber die Zahl 587.0"),
        ("port = 587", "port = 2026-12-05", "mail.port",
         "muss eine ganze Zahl sein, ist aber „2026-12-05“"),
        ('host = ""', "host = 25", "mail.host",
         "muss ein Text in Anführungszeichen sein, ist aber die Zahl 25"),
        ('host = ""', "host = []", "mail.host",
         "muss ein Text in Anführungszeichen sein, ist aber eine Liste"),
        ('host = ""', "host = {}", "mail.host",
         "muss ein Text in Anführungszeichen sein, ist aber ein Abschnitt"),
        (MONDAY, 'monday = "09:00-12:00"', "booking.hours.monday",
         "muss eine Liste in eckigen Klammern sein, ist aber der Text „09:00-12:00“"),
        ("subdivision", 'special = ["2026-12-05"]\nsubdivision', "booking.special[0]",
         "muss ein Abschnitt mit Schlüsseln sein, ist aber der Text „2026-12-05“"),
        # bounds: the last that is wrong on either side
        ("proxies = 0", "proxies = -1", "site.proxies", "muss mindestens 0 sein, ist aber -1"),
        ("proxies = 0", "proxies = 11", "site.proxies", "darf höchstens 10 sein, ist aber 11"),
        ("horizon_days = 60", "horizon_days = 0", "booking.horizon_days",
         "muss mindestens 1 sein, ist aber 0"),
        ("horizon_days = 60", "horizon_days = 731", "booking.horizon_days",
         "darf höchstens 730 sein, ist aber 731"),
        ("port = 587", "port = 0", "mail.port", "muss mindestens 1 sein, ist aber 0"),
        ("port = 587", "port = 65536", "mail.port", "darf höchstens 65535 sein, ist aber 65536"),
        ("bookings_months = 6", "bookings_months = 0", "privacy.bookings_months",
         "muss mindestens 1 sein, ist aber 0"),
        ("step = 30", "step = 0", "booking.kinds[0].step", "muss mindestens 5 sein, ist aber 0"),
        ("minutes = 30", "minutes = 0", "booking.kinds[0].minutes",
         "muss mindestens 5 sein, ist aber 0"),
        ("before = 0 ", "before = -5 ", "booking.kinds[0].before",
         "muss mindestens 0 sein, ist aber -5"),
        ("before = 0 ", "before = 7 ", "booking.kinds[0].before",
         "muss ein Vielfaches von 5 sein"),
        # choices
        ('place = "telefon"', 'place = "phone"', "booking.kinds[0].place",
         "„phone“ ist nicht möglich; erlaubt sind telefon, video oder vor-ort"),
        ('transport = "folder"', 'transport = "Folder"', "mail.transport",
         "„Folder“ ist nicht möglich; erlaubt sind folder oder smtp"),
        ('security = "starttls"', 'security = "ssl"', "mail.security",
         "„ssl“ ist nicht möglich; erlaubt sind starttls, tls oder none"),
        # texts
        ('name = "Vera Beispiel"', 'name = ""', "consultant.name", "darf nicht leer sein"),
        ('name = "Vera Beispiel"', 'name = "  "', "consultant.name", "darf nicht leer sein"),
        ('name = "Vera Beispiel"', r'name = "Vera\nBcc: x"', "consultant.name",
         "enthält einen Zeilenumbruch oder ein unsichtbares Zeichen"),
        ('city = "München"', r'city = "M\u202en"', "consultant.city",
         "enthält einen Zeilenumbruch oder ein unsichtbares Zeichen"),
        (KIND, 'id = "Kennen Du"', "booking.kinds[0].id",
         "„Kennen Du“ hat anderes als Kleinbuchstaben a–z, Ziffern und Bindestriche dazwischen"),
        (KIND, 'id = "a-"', "booking.kinds[0].id",
         "„a-“ hat anderes als Kleinbuchstaben a–z, Ziffern und Bindestriche dazwischen"),
        (KIND, f'id = "{"a" * 41}"', "booking.kinds[0].id", "darf höchstens 40 Zeichen haben"),
        ('email = "vera@stadtfuehrer.example"', 'email = "vera"', "consultant.email",
         "„vera“ ist keine E-Mail-Adresse, an die sich schreiben lässt"),
        ('sender = "termine@stadtfuehrer.example"', 'sender = "a@b.example, c@d.example"',
         "mail.sender",
         "„a@b.example, c@d.example“ ist keine E-Mail-Adresse, an die sich schreiben lässt"),
        ('url = "http://127.0.0.1:8000"', 'url = "stadtfuehrer.example"', "site.url",
         ("„stadtfuehrer.example“ ist keine Adresse wie https://stadtfuehrer.example, "
         "ohne Pfad dahinter")),
        ('url = "http://127.0.0.1:8000"', 'url = "https://a.example/b"', "site.url",
         ("„https://a.example/b“ ist keine Adresse wie https://stadtfuehrer.example, "
         "ohne Pfad dahinter")),
        ('video_url = "https:', 'video_url = "http:', "consultant.video_url",
         "„http://video.stadtfuehrer.example/vera“ ist keine Adresse, die mit https:// beginnt"),
        ('timezone = "Europe/Berlin"', 'timezone = "Europe/Münster"', "booking.timezone",
         "die Zeitzone „Europe/Münster“ gibt es nicht (Beispiel: Europe/Berlin)"),
        ('timezone = "Europe/Berlin"', 'timezone = "Europe"', "booking.timezone",
         "die Zeitzone „Europe“ gibt es nicht (Beispiel: Europe/Berlin)"),
        ('timezone = "Europe/Berlin"', 'timezone = "../../etc/passwd"', "booking.timezone",
         "die Zeitzone „../../etc/passwd“ gibt es nicht (Beispiel: Europe/Berlin)"),
        ('subdivision = "BY"', 'subdivision = "Bayern"', "booking.subdivision",
         f"„Bayern“ ist kein Bundesland; möglich sind {LAENDER} oder leer"),
        # hours
        (MONDAY, 'monday = ["9-12"]', "booking.hours.monday[0]",
         "„9-12“ ist keine Öffnung wie „09:00-12:00“"),
        (MONDAY, 'monday = ["09:00-12:00", "25:00-26:00"]', "booking.hours.monday[1]",
         "„25:00-26:00“ enthält eine Uhrzeit, die es nicht gibt"),
        (MONDAY, 'monday = ["24:00-02:00"]', "booking.hours.monday[0]",
         "„24:00-02:00“ enthält eine Uhrzeit, die es nicht gibt"),
        (MONDAY, 'monday = ["09:60-12:00"]', "booking.hours.monday[0]",
         "„09:60-12:00“ ist keine Öffnung wie „09:00-12:00“"),
        (MONDAY, 'monday = ["09:02-12:00"]', "booking.hours.monday[0]",
         "„09:02-12:00“ liegt nicht auf dem Raster von 5 Minuten"),
        (MONDAY, 'monday = ["09:00-12:01"]', "booking.hours.monday[0]",
         "„09:00-12:01“ liegt nicht auf dem Raster von 5 Minuten"),
        (MONDAY, 'monday = ["17:00-13:00"]', "booking.hours.monday[0]",
         ("„17:00-13:00“ läuft rückwärts (über Mitternacht wären das 20 Stunden, "
         "mehr als 12 sind nicht möglich)")),
        (MONDAY, 'monday = ["20:00-08:05"]', "booking.hours.monday[0]",
         ("„20:00-08:05“ läuft rückwärts (über Mitternacht wären das 12.0833 Stunden, "
         "mehr als 12 sind nicht möglich)")),
        (MONDAY, 'monday = ["09:00-09:00"]', "booking.hours.monday[0]",
         ("„09:00-09:00“ läuft rückwärts (über Mitternacht wären das 24 Stunden, "
         "mehr als 12 sind nicht möglich)")),
        (MONDAY, 'monday = ["13:00-17:00", "09:00-13:05"]', "booking.hours.monday",
         "die Öffnungen überschneiden sich"),
        # what only contradicts together
        ("minutes = 90", "minutes = 370", "booking.kinds[2].minutes",
         "370 Minuten sind länger als jede Öffnung in booking.hours"),
        ('id = "stadtrundgang"', KIND, "booking.kinds[1].id",
         "„kennenlernen“ steht schon weiter oben"),
        ('video_url = "https://video.stadtfuehrer.example/vera"', 'video_url = ""',
         "consultant.video_url", "fehlt, denn „Stadtrundgang“ ist ein Videogespräch"),
        ('street = "Musterweg 7"', 'street = ""', "consultant.street",
         "Straße und Ort fehlen für „Besuch im Büro“ vor Ort"),
        ('city = "München"', 'city = ""', "consultant.street",
         "Straße und Ort fehlen für „Besuch im Büro“ vor Ort"),
        ('transport = "folder"', 'transport = "smtp"', "mail.host",
         "fehlt; ohne Mailserver verlässt kein Brief das Haus"),
        # secrets are never shown
        ('password = ""', "password = 4711", "mail.password",
         "muss ein Text in Anführungszeichen sein, ist aber der Text „…“"),
        ('url = "sqlite:///stadtfuehrer.db"', 'url = "postgresql://u:geheim@h/d"', "database.url",
         "beginnt weder mit sqlite:/// noch mit postgresql+psycopg://, oder enthält Leerraum"),
        ('url = "sqlite:///stadtfuehrer.db"', 'url = "postgresql+psycopg://u:geheim@h:port/d"',
         "database.url",
         "ist keine Adresse wie postgresql+psycopg://name:passwort@rechner:5432/datenbank"),
    ],
)  # fmt: skip
def test_one_mistake(
    write: Write, mistakes_in: MistakesIn, old: str, new: str, place: str, reason: str
) -> None:
    write((old, new))

    assert mistakes_in() == [(place, reason)]


@pytest.mark.parametrize(
    ("appended", "place", "reason"),
    [
        (SPECIAL.format(hours='["12:00-11:55"]'), "booking.special[0].hours[0]",
         ("„12:00-11:55“ läuft rückwärts (über Mitternacht wären das 23.9167 Stunden, "
         "mehr als 12 sind nicht möglich)")),
        (SPECIAL.format(hours="[]") * 2, "booking.special[1].date",
         "2026-12-05 steht schon weiter oben"),
        (SPECIAL.format(hours="[]").replace("2026-12-05", '"2026-12-05"'),
         "booking.special[0].date",
         ("muss ein Datum wie 2026-12-24 sein (ohne Anführungszeichen), "
         "ist aber der Text „2026-12-05“")),
        (SPECIAL.format(hours="[]").replace("05", "05T10:00:00"), "booking.special[0].date",
         ("muss ein Datum wie 2026-12-24 sein (ohne Anführungszeichen), "
         "ist aber „2026-12-05 10:00:00“")),
        (SPECIAL.format(hours="[]").replace("date", "dates"), "booking.special[0].dates",
         "diesen Schlüssel gibt es nicht; ist „date“ gemeint?"),
        (CLOSED.format(first="2027-01-06", last="2027-01-05"), "booking.closed[0]",
         "endet am 2027-01-05, vor dem 2027-01-06"),
        (CLOSED.format(first="2027-01-06", last="2027-01-06").replace("from", "fron"),
         "booking.closed[0].fron", "diesen Schlüssel gibt es nicht; ist „from“ gemeint?"),
        (CLOSED.format(first="2027-01-06", last="2027-01-06").replace("from", "first"),
         "booking.closed[0].first", "diesen Schlüssel gibt es nicht"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_day(
    write: Write, mistakes_in: MistakesIn, appended: str, place: str, reason: str
) -> None:
    write(appended=appended)

    assert (place, reason) in mistakes_in()


@pytest.mark.parametrize(
    ("section", "place"), [("site", "site"), ("consultant", "consultant"), ("mail", "mail")]
)
def test_a_section_that_is_missing(
    write: Write, mistakes_in: MistakesIn, section: str, place: str
) -> None:
    path = write()
    before, _, rest = path.read_text("utf-8").partition(f"\n[{section}]")
    path.write_text(before + "\n[" + rest.partition("\n[")[2], "utf-8")

    assert mistakes_in() == [(place, "fehlt")]


def test_a_booking_without_kinds(write: Write, mistakes_in: MistakesIn) -> None:
    path = write()
    before, _, after = path.read_text("utf-8").partition("\n[[booking.kinds]]")
    path.write_text(
        f"{before.replace('per_day', 'kinds = []' + chr(10) + 'per_day')}\n[mail]"
        + after.partition("\n[mail]")[2],
        "utf-8",
    )

    assert mistakes_in() == [("booking.kinds", "braucht mindestens 1 Eintrag")]
