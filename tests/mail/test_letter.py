import unicodedata

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.text import check_line, plain_text
from stadtfuehrer.text.address import Mailbox

UNUSABLE = [
    *map(chr, range(0x20)),
    *map(chr, range(0x7F, 0xA0)),
    "\u00ad",  # soft hyphen
    "\u061c",  # Arabic letter mark
    "\u200b",  # zero width space
    "\u200e",
    "\u200f",
    "\u2028",
    "\u2029",
    *map(chr, range(0x202A, 0x202F)),  # bidirectional embeddings and overrides
    *map(chr, range(0x2066, 0x206A)),  # bidirectional isolates
    "\ufeff",
    "\ud800",
    # Noncharacters, which HTML forbids: the two at the end of each plane, and 32 Arabic ones.
    "\ufffe",
    "\uffff",
    "\U0001fffe",
    "\U0010ffff",
    "\ufdd0",
    "\ufdef",
]


def mailbox(name: str = "Vera", address: str = "vera@stadtfuehrer.example") -> Mailbox:
    return Mailbox(name=name, address=address)


@pytest.mark.parametrize("character", UNUSABLE, ids=lambda one: f"U+{ord(one):04X}")
@pytest.mark.parametrize("around", ["{}", "{}Vera", "Ve{}ra", "Vera{}"])
def test_a_name_with_an_invisible_character_is_refused(character: str, around: str) -> None:
    with pytest.raises(ValueError, match=f"U\\+{ord(character):04X} has no place"):
        mailbox(name=around.format(character))


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
        "",
        "vera",
        "@x.example",
        "vera@",
        "vera@@x.example",
        "vera@x..example",
        "vera@.example",
        ".vera@x.example",
        "ve..ra@x.example",
        "vera@x.example,otto@x.example",
        "vera@x.example otto@x.example",
        "vera@x.example;otto@x.example",
        "vera@x.example>,<otto@x.example",
        "<vera@x.example>",
        "Vera <vera@x.example>",
        '"vera otto"@x.example',
        "=?utf-8?q?vera?=@x.example",
        "vera@x.example\r\nBcc: otto@x.example",
        "vera\n@x.example",
        "vera@x.example\n",
        "vera@x.example ",
        "vera@x\u2028.example",
        "vera@x\u202e.example",
        "vera@[127.0.0.1]",
        "vera@-x.example",
        "vera@x-.example",
        "vera@x。example",
        "vera@ex/ample",
        "vera@ümlaut!.example",
        "vérà@x.example",
        f"{'v' * 65}@x.example",
        f"vera@{'x' * 64}.example",
        f"vera@{'ü' * 70}.example",
        f"{'v' * 64}@{'x' * 60}.{'x' * 60}.{'x' * 60}.examples",
    ],
)
def test_what_is_not_one_plain_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="not a plain mail address"):
        mailbox(address=address)


@pytest.mark.parametrize(
    "address",
    [
        "v@localhost",
        "o'neill+termin=x@x.example",
        "vera?=x@x.example",
        f"{'v' * 64}@x.example",
        f"vera@{'x' * 63}.example",
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


@pytest.mark.parametrize("beside", ["\ufdcf", "\ufdf0", "\ufffd", "\U0001fffd", "\U00020000"])
def test_the_neighbours_of_noncharacters_may_stay(beside: str) -> None:
    check_line(beside)
    assert plain_text(beside) == beside


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
    ],
)
def test_plain_text(text: str, plain: str) -> None:
    assert plain_text(text) == plain


def letter(**changes: object) -> Letter:
    facts: dict[str, object] = {
        "kind": LetterKind.CONFIRMATION,
        "recipient": mailbox(),
        "reply_to": mailbox(),
        "subject": "Dein Termin",
        "text": "Hallo",
        "html": "<p>Hallo</p>",
    }
    return Letter(**(facts | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("subject", ["a\nBcc: b@x.example", "a\rb", "a\x0bb", "a\x1cb", "a\u2028b"])
def test_a_subject_of_more_than_one_line_is_refused(subject: str) -> None:
    with pytest.raises(ValueError, match="has no place in a line"):
        letter(subject=subject)


@pytest.mark.parametrize(
    "changes",
    [
        {"invitation": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"},
        {"method": "REQUEST"},
        {"method": "CANCEL", "invitation": b"BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n"},
        {"method": "REQUEST", "invitation": b"BEGIN:VCALENDAR\r\nX-METHOD:REQUEST\r\n"},
    ],
)
def test_an_invitation_and_another_method_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"invitation"):
        letter(**changes)


def test_the_kinds_are_those_of_the_contract() -> None:
    assert [kind.value for kind in LetterKind] == [
        "ergebnis",
        "bestaetigung",
        "einladung",
        "verschoben-gast",
        "verschoben-beratung",
        "absage-gast",
        "absage-beratung",
        "frei-geworden",
        "erinnerung",
        "danke",
        "rueckmeldung",
    ]
