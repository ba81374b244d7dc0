"""Mailboxes, lines and letters: what may stand in a header, and what is refused."""

import unicodedata

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.mail.postfach import kind_in_words
from stadtfuehrer.text import Mailbox, check_line, plain_text

UNUSABLE = [
    *map(chr, (*range(0x20), *range(0x7F, 0xA0))),
    *("\u00ad", "\u061c", "\u200b", "\u200e", "\u200f", "\u2028", "\u2029", "\ufeff", "\ud800"),
    # Bidirectional embeddings, overrides and isolates.
    *map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))),
    # Noncharacters, which HTML forbids: the two at the end of each plane, and 32 Arabic ones.
    *("\ufffe", "\uffff", "\U0001fffe", "\U0010ffff", "\ufdd0", "\ufdef"),
]


def mailbox(name: str = "Vera", address: str = "vera@stadtfuehrer.example") -> Mailbox:
    return Mailbox(name=name, address=address)


def test_a_name_with_an_invisible_character_is_refused() -> None:
    for character in UNUSABLE:
        for name in (character, f"{character}Vera", f"Ve{character}ra", f"Vera{character}"):
            with pytest.raises(ValueError, match=f"U\\+{ord(character):04X} has no place"):
                mailbox(name=name)


@pytest.mark.parametrize(
    "name", ["", "Müller, Hans", 'Vera "Lotse" <x>', "O’Neill", "👩‍💻 Ünï", "علی‌رضا", "李 雷", "🏴󠁧󠁢󠁳󠁣󠁴󠁿"]
)
def test_names_that_people_have_stay_as_they_are(name: str) -> None:
    assert mailbox(name=name).name == name


def test_a_name_loses_the_blanks_around_it() -> None:
    assert mailbox(name="  Vera ").name == "Vera"


@pytest.mark.parametrize(
    "address",
    [
        *("", "vera", "@x.example", "vera@", "vera@@x.example", "vera@x..example"),
        *("vera@.example", ".vera@x.example", "ve..ra@x.example"),
        *(f"vera@x.example{between}otto@x.example" for between in (",", " ", ";", ">,<")),
        *("<vera@x.example>", "Vera <vera@x.example>", '"vera otto"@x.example'),
        *("=?utf-8?q?vera?=@x.example", "vera@x.example\r\nBcc: otto@x.example"),
        *("vera\n@x.example", "vera@x.example\n", "vera@x.example ", "vera@x\u2028.example"),
        *("vera@x\u202e.example", "vera@[127.0.0.1]", "vera@-x.example", "vera@x-.example"),
        *("vera@x。example", "vera@ex/ample", "vera@ümlaut!.example", "vérà@x.example"),
        *(f"{'v' * 65}@x.example", f"vera@{'x' * 64}.example", f"vera@{'ü' * 70}.example"),
        f"{'v' * 64}@{'x' * 60}.{'x' * 60}.{'x' * 60}.examples",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a plain mail address"):
        mailbox(address=address)


@pytest.mark.parametrize(
    "address",
    [
        *("v@localhost", "o'neill+termin=x@x.example", "vera?=x@x.example"),
        *(f"{'v' * 64}@x.example", f"vera@{'x' * 63}.example"),
        f"{'v' * 64}@{'x' * 60}.{'x' * 60}.{'x' * 60}.exampl",
    ],
)
def test_plain_addresses_stay_as_they_are(address: str) -> None:
    assert mailbox(address=address).address == address


@pytest.mark.parametrize(
    ("domain", "a_label"),
    [
        ("müller.example", "xn--mller-kva.example"),
        ("MÜLLER.Example", "xn--mller-kva.example"),
        ("mu\u0308ller.example", "xn--mller-kva.example"),
        # IDNA 2003 would make strasse.example of it, somebody else's domain
        ("straße.example", "xn--strae-oqa.example"),
        ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
        ("ｍüller.example", "xn--mller-kva.example"),
        ("①.example", "1.example"),
        # The last Σ of a word is small as ς in prose, but the DNS knows no words.
        ("ΣΊΣΥΦΟΣ.example", "xn--kxa6akbbkh.example"),
        ("σίσυφος.example", "xn--kxa6ajbbmh.example"),
        ("xn--mller-kva.example", "xn--mller-kva.example"),
    ],
)
def test_a_domain_becomes_its_a_label(domain: str, a_label: str) -> None:
    assert mailbox(address=f"vera@{domain}").address == f"vera@{a_label}"


@given(st.text("abcxyzäöüßéñøçłşœæπλжщ0123456789-", min_size=1, max_size=40))
def test_a_labels_are_those_of_idna_2008(label: str) -> None:
    try:
        expected = idna.encode(unicodedata.normalize("NFC", label)).decode()
    except idna.IDNAError:
        return
    assert mailbox(address=f"vera@{label}.example").address == f"vera@{expected}.example"


@given(st.text())
def test_plain_text_keeps_nothing_but_line_feeds_and_tabs_of_what_is_invisible(text: str) -> None:
    plain = plain_text(text)
    check_line(plain.replace("\n", "").replace("\t", ""))
    assert plain_text(plain) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("a\n\r\nb", "a\n\nb"),
        ("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg", "a\nb\nc\nd\ne\nf\ng"),
        ("a\x00b\x1bc\x7fd\u202ee", "abcde"),
        ("\tä 👩‍💻\n", "\tä 👩‍💻\n"),
        # The neighbours of noncharacters may stay.
        *[("\ufdcf\ufdf0\ufffd\U0001fffd\U00020000",) * 2],
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        *(
            ({"subject": f"a{end}"}, "has no place in a line")
            for end in ("\nBcc: b@x.example", "\rb", "\x0bb", "\x1cb", "\u2028b")
        ),
        ({"invitation": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"}, "invitation"),
        ({"method": "REQUEST"}, "invitation"),
        (
            {"method": "CANCEL", "invitation": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"},
            "invitation",
        ),
        (
            {"method": "REQUEST", "invitation": b"BEGIN:VCALENDAR\r\nX-METHOD:REQUEST\r\n"},
            "invitation",
        ),
    ],
)
def test_many_lines_or_another_method_are_refused(changes: dict[str, object], words: str) -> None:
    facts: dict[str, object] = {
        "kind": LetterKind.CONFIRMATION,
        "recipient": mailbox(),
        "reply_to": mailbox(),
        "subject": "Dein Termin",
        "text": "Hallo",
        "html": "<p>Hallo</p>",
    }
    with pytest.raises(ValueError, match=words):
        Letter(**(facts | changes))  # type: ignore[arg-type]


def test_every_kind_is_one_of_the_contract_and_has_a_name() -> None:
    assert [kind.value for kind in LetterKind] == [
        *("ergebnis", "nachgefragt"),
        *("bestaetigung", "einladung", "verschoben-gast", "verschoben-beratung"),
        *("absage-gast", "absage-beratung", "adresse", "anfrage-gast", "anfrage-beratung"),
        *("anfrage-absage", "andrang", "frei-geworden", "erinnerung", "danke", "verpasst"),
        *("rueckmeldung", "abgelehnt-gast", "abgelehnt-beratung", "unzustellbar", "neue-adresse"),
        *("kalender", "kalender-termin", "kalender-eintragen", "anmelden"),
        *("gefragt", "stimme", "antwort", "veroeffentlicht", "wie-laeufts"),
    ]
    assert kind_in_words("unbekannt") not in {kind_in_words(kind) for kind in LetterKind}
