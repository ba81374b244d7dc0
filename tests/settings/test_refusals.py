"""All that a settings file can have wrong, with the place and the reason that are shown."""

import pytest

from tests.support.contexts import a_kind
from tests.support.settings_files import MistakesIn, Write

MONDAY = 'monday = ["09:00-12:00", "13:00-17:00"]'
KIND = 'id = "kennenlernen"'
NAME = 'name = "Vera Beispiel"'
URL = 'url = "http://127.0.0.1:8000"'
ZONE = 'timezone = "Europe/Berlin"'
DATABASE = 'url = "sqlite:///stadtfuehrer.db"'
VIDEO = 'video_url = "https://video.stadtfuehrer.example/vera"'
SPECIAL = "[[booking.special]]\ndate = 2026-12-05\nhours = {hours}\n"
CLOSED = "[[booking.closed]]\n{begin} = 2027-01-06\nto = 2027-01-0{last}\n"
QUESTION = '[[booking.kinds.questions]]\nid = "team"\ntext = "Wie viele seid ihr?"\n'
ASKING = "booking.kinds[2].questions"
KINDS = "kennenlernen, stadtrundgang, hausbesuch"
AUSTRIA = (
    "1 (Burgenland), 2 (Kärnten), 3 (Niederösterreich), 4 (Oberösterreich), 5 (Salzburg), "
    "6 (Steiermark), 7 (Tirol), 8 (Vorarlberg), 9 (Wien)"
)
NO_HOST = (
    "kann keine Seite im Internet heißen: Zwischen den Punkten gehen nur Buchstaben, Ziffern und "
    "Bindestriche, höchstens 63 Zeichen"
)
# ISO 3166-2:DE, and the one town with a holiday of its own.
LAENDER = "BB, BE, BW, BY, HB, HE, HH, MV, NI, NW, RP, SH, SL, SN, ST, TH, Augsburg"

# Places and reasons that come more than once.
OPENING, FIRST = "booking.hours.monday[0]", "booking.kinds[0]"
NO_KEY = "diesen Schlüssel gibt es nicht"
WHOLE, A_TEXT = ("muss eine ganze Zahl sein, ist aber ",
                 "muss ein Text in Anführungszeichen sein, ist aber ")  # fmt: skip
UNSEEN = "enthält einen Zeilenumbruch oder ein unsichtbares Zeichen"
SLUG = "hat anderes als Kleinbuchstaben a–z, Ziffern und Bindestriche dazwischen"
MAIL = "ist keine E-Mail-Adresse, an die sich schreiben lässt"
ROOT = "ist keine Adresse wie https://stadtfuehrer.example, ohne Pfad dahinter"
NO_ZONE = "gibt es nicht (Beispiel: Europe/Berlin)"
BACKWARDS = (
    "läuft rückwärts (über Mitternacht wären das {} Stunden, mehr als 12 sind nicht möglich)"
)
PICTURE = (
    "ist kein Bild im Ordner static: ohne Leerzeichen und Umlaute, mit einer Endung wie .jpg, "
    ".png, .webp oder .svg"
)
A_DATE = "muss ein Datum wie 2026-12-24 sein (ohne Anführungszeichen), ist aber "


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        # keys
        ("notice_hours", "notice_hour", "booking.notice_hour",
         f"{NO_KEY}; ist „notice_hours“ gemeint?"),
        ("[limits]", "[limit]", "limit", f"{NO_KEY}; ist „limits“ gemeint?"),
        ("[site]", "[site]\ncolour = 1", "site.colour", NO_KEY),
        ("[site]", '[site]\nsender = ""', "site.sender", "dieser Schlüssel gehört nach [mail]"),
        ("[site]", "[site]\nminutes = 3", "site.minutes",
         "dieser Schlüssel gehört nach [booking.kinds]"),
        ("[site]", "[site]\nhours = []", "site.hours", NO_KEY),
        (KIND, f"{KIND}\nlength = 3", f"{FIRST}.length", NO_KEY),
        # types
        ("horizon_days = 60", "horizon_days = true", "booking.horizon_days", f"{WHOLE}true"),
        ("port = 587", 'port = "587"', "mail.port", f"{WHOLE}der Text „587“"),
        ("port = 587", "port = 587.0", "mail.port", f"{WHOLE}die Zahl 587.0"),
        ("port = 587", "port = 2026-12-05", "mail.port", f"{WHOLE}„2026-12-05“"),
        ('host = ""', "host = 25", "mail.host", f"{A_TEXT}die Zahl 25"),
        ('host = ""', "host = []", "mail.host", f"{A_TEXT}eine Liste"),
        ('host = ""', "host = {}", "mail.host", f"{A_TEXT}ein Abschnitt"),
        (MONDAY, 'monday = "09:00-12:00"', "booking.hours.monday",
         "muss eine Liste in eckigen Klammern sein, ist aber der Text „09:00-12:00“"),
        ("subdivision", 'special = ["2026-12-05"]\nsubdivision', "booking.special[0]",
         "muss ein Abschnitt mit Schlüsseln sein, ist aber der Text „2026-12-05“"),
        ("embed_on = []", 'embed_on = ["https://firma.example/seite"]', "site.embed_on[0]",
         f"„https://firma.example/seite“ {ROOT}"),
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
        ("step = 30", "step = 0", f"{FIRST}.step", "muss mindestens 5 sein, ist aber 0"),
        ("minutes = 30", "minutes = 0", f"{FIRST}.minutes", "muss mindestens 5 sein, ist aber 0"),
        ("before = 0 ", "before = -5 ", f"{FIRST}.before", "muss mindestens 0 sein, ist aber -5"),
        ("before = 0 ", "before = 7 ", f"{FIRST}.before", "muss ein Vielfaches von 5 sein"),
        # choices
        ('place = "telefon"', 'place = "phone"', f"{FIRST}.place",
         "„phone“ ist nicht möglich; erlaubt sind telefon, video oder vor-ort"),
        ('caller = "consultant"', 'caller = "beide"', f"{FIRST}.caller",
         "„beide“ ist nicht möglich; erlaubt sind guest oder consultant"),
        ('transport = "folder"', 'transport = "Folder"', "mail.transport",
         "„Folder“ ist nicht möglich; erlaubt sind folder oder smtp"),
        ('security = "starttls"', 'security = "ssl"', "mail.security",
         "„ssl“ ist nicht möglich; erlaubt sind starttls, tls oder none"),
        # texts
        (NAME, 'name = "  "', "consultant.name", "darf nicht leer sein"),
        ('title = "Stadtführerin"', 'title = ""', "consultant.title", "darf nicht leer sein"),
        ("facts = []", 'facts = [" "]', "consultant.facts[0]", "darf nicht leer sein"),
        ("facts = []", 'facts = ["a", "b", "c", "d"]', "consultant.facts",
         "darf höchstens 3 Einträge haben"),
        ("facts = []", f'facts = ["{"a" * 61}"]', "consultant.facts[0]",
         "darf höchstens 60 Zeichen haben"),
        ('photo = ""', 'photo = "../vera.jpg"', "consultant.photo", f"„../vera.jpg“ {PICTURE}"),
        ('photo = ""', 'photo = "vera.html"', "consultant.photo", f"„vera.html“ {PICTURE}"),
        ('logo = ""', 'logo = "Bürologo.svg"', "consultant.logo", f"„Bürologo.svg“ {PICTURE}"),
        ('logo = ""', 'logo = "logo.svg"', "consultant.logo",
         "im Ordner static neben dieser Datei fehlt „logo.svg“"),
        (NAME, r'name = "Vera\nBcc: x"', "consultant.name", UNSEEN),
        ('city = "München"', r'city = "M\u202en"', "consultant.city", UNSEEN),
        (KIND, 'id = "Kennen Du"', f"{FIRST}.id", f"„Kennen Du“ {SLUG}"),
        (KIND, 'id = "a-"', f"{FIRST}.id", f"„a-“ {SLUG}"),
        (KIND, f'id = "{"a" * 41}"', f"{FIRST}.id", "darf höchstens 40 Zeichen haben"),
        ('email = "vera@stadtfuehrer.example"', 'email = "vera"', "consultant.email",
         f"„vera“ {MAIL}"),
        ('sender = "termine@stadtfuehrer.example"', 'sender = "a@b.example, c@d.example"',
         "mail.sender", f"„a@b.example, c@d.example“ {MAIL}"),
        (URL, 'url = "stadtfuehrer.example"', "site.url", f"„stadtfuehrer.example“ {ROOT}"),
        (URL, 'url = "https://a.example/b"', "site.url", f"„https://a.example/b“ {ROOT}"),
        (URL, 'url = "https://stadt_führer.de"', "site.url", f"„stadt_führer.de“ {NO_HOST}"),
        (URL, 'url = "https://städte..example:80"', "site.url", f"„städte..example“ {NO_HOST}"),
        (URL, f'url = "https://{"ü" * 60}.example"', "site.url", f"„{'ü' * 60}.example“ {NO_HOST}"),
        (URL, 'url = "https://[::g]"', "site.url", f"„[::g]“ {NO_HOST}"),
        ('video_url = "https:', 'video_url = "http:', "consultant.video_url",
         "„http://video.stadtfuehrer.example/vera“ ist keine Adresse, die mit https:// beginnt"),
        (VIDEO, 'video_url = "https://v.example/{raum}"', "consultant.video_url",
         "„{raum}“ ist kein Platzhalter; möglich sind {random}, {name}, {date}"),
        (VIDEO, 'video_url = "https://v.example/{name"', "consultant.video_url",
         "„{“ ist kein Platzhalter; möglich sind {random}, {name}, {date}"),
        (ZONE, 'timezone = "Europe/Münster"', "booking.timezone",
         f"die Zeitzone „Europe/Münster“ {NO_ZONE}"),
        (ZONE, 'timezone = "Europe"', "booking.timezone", f"die Zeitzone „Europe“ {NO_ZONE}"),
        (ZONE, 'timezone = "../../etc/passwd"', "booking.timezone",
         f"die Zeitzone „../../etc/passwd“ {NO_ZONE}"),
        ('subdivision = "BY"', 'subdivision = "Bayern"', "booking.subdivision",
         f"„Bayern“ ist kein Bundesland; möglich sind {LAENDER} oder leer"),
        ('country = "DE"', 'country = "LI"', "booking.country",
         "„LI“ ist nicht möglich; erlaubt sind DE, AT oder CH"),
        ('country = "DE"', 'country = "AT"', "booking.subdivision",
         f"„BY“ ist kein Bundesland; möglich sind {AUSTRIA} oder leer"),
        ('holidays = ["public"]', 'holidays = ["public", "katholisch"]', "booking.holidays[1]",
         "„katholisch“ ist keine Art von Feiertagen (DE); möglich sind catholic, public, school"),
        ('closed_days = ["12-24"', 'closed_days = ["24.12."', "booking.closed_days[0]",
         "„24.12.“ ist kein Tag des Jahres wie „12-24“ (Monat-Tag)"),
        ('"12-31"]', '"02-30"]', "booking.closed_days[1]",
         "„02-30“ ist kein Tag des Jahres wie „12-24“ (Monat-Tag)"),
        # hours
        (MONDAY, 'monday = ["9-12"]', OPENING, "„9-12“ ist keine Öffnung wie „09:00-12:00“"),
        (MONDAY, 'monday = ["09:00-12:00", "25:00-26:00"]', "booking.hours.monday[1]",
         "„25:00-26:00“ enthält eine Uhrzeit, die es nicht gibt"),
        (MONDAY, 'monday = ["24:00-02:00"]', OPENING,
         "„24:00-02:00“ enthält eine Uhrzeit, die es nicht gibt"),
        (MONDAY, 'monday = ["09:60-12:00"]', OPENING,
         "„09:60-12:00“ ist keine Öffnung wie „09:00-12:00“"),
        (MONDAY, 'monday = ["09:02-12:00"]', OPENING,
         "„09:02-12:00“ liegt nicht auf dem Raster von 5 Minuten"),
        (MONDAY, 'monday = ["09:00-12:01"]', OPENING,
         "„09:00-12:01“ liegt nicht auf dem Raster von 5 Minuten"),
        (MONDAY, 'monday = ["17:00-13:00"]', OPENING, f"„17:00-13:00“ {BACKWARDS.format(20)}"),
        (MONDAY, 'monday = ["20:00-08:05"]', OPENING, f"„20:00-08:05“ {BACKWARDS.format(12.0833)}"),
        (MONDAY, 'monday = ["09:00-09:00"]', OPENING, f"„09:00-09:00“ {BACKWARDS.format(24)}"),
        (MONDAY, 'monday = ["13:00-17:00", "09:00-13:05"]', "booking.hours.monday",
         "die Öffnungen überschneiden sich"),
        # what only contradicts together
        ("minutes = 90", "minutes = 370", "booking.kinds[2].minutes",
         "370 Minuten sind länger als jede Öffnung in booking.hours"),
        ('id = "stadtrundgang"', KIND, "booking.kinds[1].id",
         "„kennenlernen“ steht schon weiter oben"),
        (VIDEO, 'video_url = ""', "consultant.video_url",
         "fehlt, denn „Stadtrundgang“ ist ein Videogespräch"),
        ('street = "Musterweg 7"', 'street = ""', "consultant.street",
         "Straße und Ort fehlen für „Besuch im Büro“ vor Ort"),
        ('city = "München"', 'city = ""', "consultant.street",
         "Straße und Ort fehlen für „Besuch im Büro“ vor Ort"),
        ('transport = "folder"', 'transport = "smtp"', "mail.host",
         "fehlt; ohne Mailserver verlässt kein Brief das Haus"),
        # secrets are never shown
        ('password = ""', "password = 4711", "mail.password", f"{A_TEXT}der Text „…“"),
        (DATABASE, 'url = "postgresql://u:geheim@h/d"', "database.url",
         "beginnt weder mit sqlite:/// noch mit postgresql+psycopg://, oder enthält Leerraum"),
        (DATABASE, 'url = "postgresql+psycopg://u:geheim@h:port/d"', "database.url",
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
         f"„12:00-11:55“ {BACKWARDS.format(23.9167)}"),
        (SPECIAL.format(hours="[]") * 2, "booking.special[1].date",
         "2026-12-05 steht schon weiter oben"),
        (SPECIAL.format(hours="[]").replace("2026-12-05", '"2026-12-05"'),
         "booking.special[0].date", f"{A_DATE}der Text „2026-12-05“"),
        (SPECIAL.format(hours="[]").replace("05", "05T10:00:00"), "booking.special[0].date",
         f"{A_DATE}„2026-12-05 10:00:00“"),
        (SPECIAL.format(hours="[]").replace("date", "dates"), "booking.special[0].dates",
         f"{NO_KEY}; ist „date“ gemeint?"),
        (SPECIAL.format(hours="[]") + 'kinds = ["erstgespraech"]', "booking.special[0].kinds[0]",
         f"„erstgespraech“ ist keine Art von Gespräch; es gibt {KINDS}"),
        (SPECIAL.format(hours="[]") + SPECIAL.format(hours="[]") + 'kinds = ["hausbesuch"]',
         "booking.special[1].date", "2026-12-05 steht schon weiter oben"),
        (CLOSED.format(begin="from", last=5), "booking.closed[0]",
         "endet am 2027-01-05, vor dem 2027-01-06"),
        (CLOSED.format(begin="fron", last=6), "booking.closed[0].fron",
         f"{NO_KEY}; ist „from“ gemeint?"),
        (CLOSED.format(begin="first", last=6), "booking.closed[0].first", NO_KEY),
        (QUESTION * 2, f"{ASKING}[1].id", "„team“ steht schon weiter oben"),
        (QUESTION + 'choices = ["ja"]', f"{ASKING}[0].choices",
         "lässt keine Wahl; [] = mit eigenen Worten"),
        (QUESTION + 'choices = ["ja", "nein", "ja"]', f"{ASKING}[0].choices",
         "nennt eine Antwort zweimal"),
        (QUESTION + 'choices = ["ja", " "]', f"{ASKING}[0].choices[1]", "darf nicht leer sein"),
        ("".join(QUESTION.replace("team", f"team-{n}") for n in range(6)), ASKING,
         "darf höchstens 5 Einträge haben"),
        (QUESTION + "pflicht = true", f"{ASKING}[0].pflicht", NO_KEY),
    ],
)  # fmt: skip
def test_a_mistake_in_a_day(
    write: Write, mistakes_in: MistakesIn, appended: str, place: str, reason: str
) -> None:
    write(appended=appended)

    assert (place, reason) in mistakes_in()


@pytest.mark.parametrize(
    ("key", "value", "place", "reason"),
    [
        ("notice_hours", "-1", "notice_hours", "muss mindestens 0 sein, ist aber -1"),
        ("notice_hours", "8761", "notice_hours", "darf höchstens 8760 sein, ist aber 8761"),
        ("horizon_days", "0", "horizon_days", "muss mindestens 1 sein, ist aber 0"),
        ("horizon_days", "731", "horizon_days", "darf höchstens 730 sein, ist aber 731"),
        ("per_day", "-1", "per_day", "muss mindestens 0 sein, ist aber -1"),
        ("change_hours", "-1", "change_hours", "muss mindestens 0 sein, ist aber -1"),
        ("change_hours", "8761", "change_hours", "darf höchstens 8760 sein, ist aber 8761"),
        ("change_hour", "1", "change_hour", f"{NO_KEY}; ist „change_hours“ gemeint?"),
        ("hours", '["09:00-12:00"]', "hours",
         "muss ein Abschnitt mit Schlüsseln sein, ist aber eine Liste"),
        ("hours", '{ tuesdays = ["09:00-12:00"] }', "hours.tuesdays",
         f"{NO_KEY}; ist „tuesday“ gemeint?"),
        ("hours", '{ tuesday = ["09:00-09:25"] }', "minutes",
         "30 Minuten sind länger als jede Öffnung in booking.kinds[3].hours"),
        ("hours", "{}", "minutes",
         "30 Minuten sind länger als jede Öffnung in booking.kinds[3].hours"),
    ],
)  # fmt: skip
def test_one_mistake_of_a_kind(
    write: Write, mistakes_in: MistakesIn, key: str, value: str, place: str, reason: str
) -> None:
    write(appended=a_kind("eigen", **{key: value}))

    assert mistakes_in() == [(f"booking.kinds[3].{place}", reason)]


def test_a_canton_is_none_of_germany(write: Write, mistakes_in: MistakesIn) -> None:
    write(('country = "DE"', 'country = "CH"'))
    ((place, reason),) = mistakes_in()
    assert place == "booking.subdivision"
    assert reason.startswith("„BY“ ist kein Kanton; möglich sind AG, AI, ")
