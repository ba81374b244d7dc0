"""The postfach without a page: which letters are in it, whose they are, when it changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.folder import SavedMessage, saved_in
from stadtfuehrer.mail.message import Letter, LetterKind, as_message
from stadtfuehrer.mail.postfach import find_letter, pile_in, state_of
from stadtfuehrer.text.address import Mailbox

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


def lay(folder: Path, number: int, *, to: str = "aenne@gast.example") -> str:
    """Lay the letter of this number; its id."""
    mailbox = Mailbox(name="", address=to)
    letter = Letter(
        kind=LetterKind.CONFIRMATION,
        recipient=mailbox,
        reply_to=mailbox,
        subject=f"Brief {number}",
        text="Hallo\n",
        html="<p>Hallo</p>",
    )
    message = as_message(letter, sender=mailbox, message_id=f"<{number}@x.example>", date=NOW)
    folder.mkdir(exist_ok=True)
    letter_id = f"20260302T0800{number:02d}.000000Z-bestaetigung-1"
    (folder / f"{letter_id}.eml").write_bytes(message)
    return letter_id


def test_the_newest_lie_on_top_and_the_rest_is_counted(
    shared_context: AppContext, tmp_path: Path
) -> None:
    ids = [lay(tmp_path, number) for number in range(5)]
    pile = pile_in(shared_context, tmp_path, most=2)
    assert [letter.read.subject for letter in pile.letters] == ["Brief 4", "Brief 3"]
    assert [letter.id for letter in pile.letters] == [ids[4], ids[3]]
    assert pile.older == 3
    whole = pile_in(shared_context, tmp_path, most=5)
    assert (len(whole.letters), whole.older) == (5, 0)


@pytest.mark.parametrize(
    ("to", "is_consultants"),
    [
        ("vera@stadtfuehrer.example", True),
        ("vera@STADTFUEHRER.example", True),
        ("aenne@gast.example", False),
        ("vera@stadtfuehrer.example.com", False),
    ],
)
def test_whose_letter_it_is(
    shared_context: AppContext, tmp_path: Path, to: str, *, is_consultants: bool
) -> None:
    found = find_letter(shared_context, tmp_path, lay(tmp_path, 1, to=to))
    assert found is not None
    assert found.for_consultant is is_consultants


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
    shared_context: AppContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = lay(tmp_path, 1), lay(tmp_path, 2)

    def look_slowly(folder: Path) -> tuple[SavedMessage, ...]:
        found = saved_in(folder)
        (folder / f"{gone}.eml").unlink(missing_ok=True)
        return found

    monkeypatch.setattr("stadtfuehrer.mail.postfach.saved_in", look_slowly)
    assert [letter.id for letter in pile_in(shared_context, tmp_path).letters] == [kept]
    lay(tmp_path, 2)
    assert find_letter(shared_context, tmp_path, gone) is None


def test_an_unknown_id_finds_nothing(shared_context: AppContext, tmp_path: Path) -> None:
    letter_id = lay(tmp_path, 1)
    for unknown in ("", letter_id + ".eml", letter_id[:-1], f"../{tmp_path.name}/{letter_id}"):
        assert find_letter(shared_context, tmp_path, unknown) is None
