"""What `make letters` writes: every kind of letter, in files that are the same each time."""

from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from pathlib import Path

from stadtfuehrer.mail.message import LetterKind
from tests.support.mailbag import Read
from tools.letters.files import write_letters, write_list
from tools.letters.life import Sample, sample_letters
from tools.letters.pictures import picture_names, take_pictures


def test_the_life_has_every_kind_of_letter(samples: list[Sample]) -> None:
    assert {one.letter.kind for one in samples} == set(LetterKind)
    assert len({one.name for one in samples}) == len(samples)


def test_the_life_has_each_change_by_either_side(samples: list[Sample]) -> None:
    names = " ".join(one.name for one in samples)
    for kind, acts in (("verschoben", "verschoben"), ("absage", "abgesagt")):
        for reader in ("gast", "beratung"):
            assert f"{kind}-{reader}-beratung-hat-{acts}" in names
    assert "verschoben-gast-aenne-hat-verschoben" in names
    assert "absage-gast-kofi-hat-abgesagt" in names


def test_two_lives_give_the_same_bytes(samples: list[Sample], tmp_path: Path) -> None:
    again = sample_letters(tmp_path)
    assert [(one.name, one.letter.message) for one in again] == [
        (one.name, one.letter.message) for one in samples
    ]


def test_each_letter_becomes_three_files_and_an_entry(
    samples: list[Sample], opened: dict[str, Read], tmp_path: Path
) -> None:
    (tmp_path / "99-an-earlier-run.txt").touch()
    write_letters(tmp_path, samples)
    write_list(tmp_path, samples)
    listed = (tmp_path / "index.html").read_text("utf-8")
    for sample in samples:
        letter = opened[sample.name]
        assert (tmp_path / f"{sample.name}.eml").read_bytes() == sample.letter.message
        assert (tmp_path / f"{sample.name}.txt").read_text("utf-8") == letter.text
        html = (tmp_path / f"{sample.name}.html").read_text("utf-8")
        assert html == letter.html.replace("\r\n", "\n")
        assert f'href="{sample.name}.eml"' in listed
    assert len(list(tmp_path.iterdir())) == 3 * len(samples) + 1


def test_pictures_are_taken_in_both_widths_by_day_and_at_night(
    samples: list[Sample], tmp_path: Path
) -> None:
    write_letters(tmp_path, samples[-1:])
    # In a thread: another test's browser may have left its event loop in this one.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(take_pictures, tmp_path, [samples[-1].name]).result()
    pictures = [(tmp_path / one).read_bytes() for one in picture_names(samples[-1].name)]
    write_list(tmp_path, samples[-1:])
    assert len(set(pictures)) == 4
    assert {int.from_bytes(picture[16:20]) for picture in pictures} == {360, 800}
    assert (tmp_path / "index.html").read_text("utf-8").count("<img ") == 4


def test_each_message_can_be_opened_by_itself(samples: list[Sample]) -> None:
    for sample in samples:
        message = message_from_bytes(sample.letter.message)
        assert message["Auto-Submitted"] == "auto-generated"
        assert message.defects == []
