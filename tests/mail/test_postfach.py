"""The postfach without a page: which letters are in it, and whose they are."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from stadtfuehrer.mail.folder import SavedMessage, saved_in
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.postfach import find_letter, pile_in, state_of
from stadtfuehrer.mail.views import framed, policy_for
from stadtfuehrer.text import Mailbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def lay(folder: Path, number: int, *, kind: LetterKind = LetterKind.CONFIRMATION) -> str:
    """Lay the letter of this number; its id."""
    mailbox = Mailbox(name="", address="aenne@gast.example")
    letter = Letter(
        kind=kind,
        recipient=mailbox,
        reply_to=mailbox,
        subject=f"Brief {number}",
        text="Hallo\n",
        html="<p>Hallo</p>",
    )
    message = as_message(letter, sender=mailbox, message_id=f"<{number}@x.example>", date=NOW)
    folder.mkdir(exist_ok=True)
    letter_id = f"20260302T0800{number:02d}.000000Z-{kind}-1"
    (folder / f"{letter_id}.eml").write_bytes(message)
    return letter_id


def test_the_newest_lie_on_top(tmp_path: Path) -> None:
    ids = [lay(tmp_path, number) for number in range(5)]
    pile = pile_in(tmp_path, most=2)
    assert [(one.read.subject, one.id) for one in pile.letters] == [
        ("Brief 4", ids[4]),
        ("Brief 3", ids[3]),
    ]
    assert pile.older == 3
    whole = pile_in(tmp_path, most=5)
    assert (len(whole.letters), whole.older) == (5, 0)
    for unknown in ("", ids[0] + ".eml", ids[0][:-1], f"../{tmp_path.name}/{ids[0]}"):
        assert find_letter(tmp_path, unknown) is None


@pytest.mark.parametrize("kind", LetterKind)
def test_whose_letter_it_is(tmp_path: Path, kind: LetterKind) -> None:
    """By its kind: the consultant may have another address by now, or try the site as a guest."""
    found = find_letter(tmp_path, lay(tmp_path, 1, kind=kind))
    assert found is not None
    assert found.for_consultant is kind.is_for_consultant


def test_the_state_changes_with_every_letter_that_comes_or_goes(tmp_path: Path) -> None:
    folder = tmp_path / "postfach"
    states = [state_of(folder)]
    ids = []
    for number in range(3):
        ids.append(lay(folder, number))
        states.append(state_of(folder))
    assert len(set(states)) == 4
    assert state_of(folder) == states[-1]
    (folder / f"{ids[-1]}.eml").unlink()
    assert state_of(folder) == states[-2]


def test_a_letter_that_is_taken_away_meanwhile_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, gone = lay(tmp_path, 1), lay(tmp_path, 2)

    def look_slowly(folder: Path) -> tuple[SavedMessage, ...]:
        found = saved_in(folder)
        (folder / f"{gone}.eml").unlink(missing_ok=True)
        return found

    monkeypatch.setattr("stadtfuehrer.mail.postfach.saved_in", look_slowly)
    assert [letter.id for letter in pile_in(tmp_path).letters] == [there]
    lay(tmp_path, 2)
    assert find_letter(tmp_path, gone) is None


def allowed(html: str) -> str:
    """The sources for styles."""
    directives = dict(one.split(" ", 1) for one in policy_for(html).split("; "))
    return directives["style-src"]


def sources(*styles: str) -> str:
    digests = [b64encode(sha256(style.encode()).digest()).decode() for style in styles]
    return " ".join(["'unsafe-hashes'", *(f"'sha256-{digest}'" for digest in digests)])


@pytest.mark.parametrize(
    ("html", "styles"),
    [
        ('<p style="color:red">', ["color:red"]),
        ('<p style="color:red"><b style="color:red">', ["color:red"]),
        ('<p style="a"><b STYLE=b><br style="c"/>', ["a", "b", "c"]),
        ('<p style="font-family:&quot;Ä&quot;">', ['font-family:"Ä"']),
        ('<p style="">', [""]),
        ("<style>p { color: red }</style>", ["p { color: red }"]),
        ('<style media="screen">\n&amp;<p></style><p style="a">', ["\n&amp;<p>", "a"]),
        ("<style></style>", [""]),
        ('<!--[if mso]><p style="a"></p><![endif]--><p style="b">', ["b"]),
        ('<p title="style=a">style="b"</p><p style="c">', ["c"]),
    ],
)
def test_the_styles_of_the_letter_are_let_through(html: str, styles: list[str]) -> None:
    assert allowed(html) == sources(*styles)


def test_nothing_else_is_let_through() -> None:
    assert allowed("<p>Hallo</p>") == "'none'"
    assert policy_for('<script>x()</script><p style="a">') == (
        f"default-src 'none'; style-src {sources('a')}; base-uri 'none'; form-action 'none'; "
        "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation"
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<html><head><title>", '<html><head><base target="_top"><title>'),
        ('<HEAD class="a"><title>', '<HEAD class="a"><base target="_top"><title>'),
        ("<header><p>", '<base target="_top"><header><p>'),
        ("Hallo", '<base target="_top">Hallo'),
    ],
)
def test_links_leave_the_frame(before: str, after: str) -> None:
    assert framed(before) == after
