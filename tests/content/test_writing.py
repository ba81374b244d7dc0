"""Changes of content files: checked, whole, with what was before."""

import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from stadtfuehrer.content import SHIPPED, ContentFiles
from stadtfuehrer.content.catalogue import load_catalogue
from stadtfuehrer.content.writing import KEPT, OwnTexts, put_file
from stadtfuehrer.refusals import UnknownText
from stadtfuehrer.settings.errors import MistakesFound

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
PAGE = '+++\ntitle = "Wer"\ndescription = "Ich"\n+++\n{}\n'
ARTICLE = '+++\ntitle = "Neu"\ndescription = "Neu"\ndate = 2026-01-01\ndraft = true\n+++\nText\n'
Facts = dict[str, object]


@pytest.fixture
def texts(tmp_path: Path) -> OwnTexts:
    return OwnTexts(tmp_path)


def test_every_shipped_file_can_be_changed_and_own_articles(
    tmp_path: Path, texts: OwnTexts
) -> None:
    put_file(tmp_path / "content/articles/eigener.md", b"egal")
    shipped = {
        str(path.relative_to(SHIPPED))
        for path in SHIPPED.rglob("*")
        if path.suffix in {".toml", ".md"}
    }
    assert set(texts.names()) == shipped | {"articles/eigener.md"}
    for name in texts.names():
        text = texts.get(name, now=NOW)
        assert (text.is_own, text.is_shipped) == ((name not in shipped), name in shipped)


@pytest.mark.parametrize(
    "name",
    [
        *("", "quiz", "markdown.py", "pages/agb.md", "articles/neu.txt", "articles/Neu.md"),
        *("articles/../neu.md", "../stadtfuehrer.toml", "/etc/passwd", "articles/neu.md\n"),
    ],
)
def test_what_no_file_can_be_called(texts: OwnTexts, name: str) -> None:
    with pytest.raises(UnknownText):
        texts.get(name, now=NOW)


def test_an_article_begins_with_what_it_needs(
    tmp_path: Path, texts: OwnTexts, facts: Facts
) -> None:
    new = texts.get("articles/neu.md", now=NOW)
    assert (new.is_own, new.is_shipped) == (False, False)
    assert "date = 2026-03-02\ndraft = true  #" in new.text
    texts.write(new.name, new.text.replace('""', '"Neu"') + "Text\n", now=NOW)
    assert "neu" not in [one.slug for one in load_catalogue(tmp_path, facts).articles]
    assert "neu" in [one.slug for one in load_catalogue(tmp_path, facts, drafts=True).articles]


def test_the_last_ten_versions_stay_and_upset_nobody(
    tmp_path: Path, texts: OwnTexts, facts: Facts
) -> None:
    moments = [NOW + timedelta(minutes=number) for number in range(KEPT + 3)]
    for number, moment in enumerate(moments):
        texts.write("pages/ueber.md", PAGE.format(number), now=moment)
    assert texts.versions("pages/ueber.md") == moments[:2:-1]
    assert texts.version("pages/ueber.md", moments[-1]) == PAGE.format(KEPT + 1)
    assert texts.versions("pages/impressum.md") == []
    with pytest.raises(UnknownText):
        texts.version("pages/ueber.md", moments[1])
    assert load_catalogue(tmp_path, facts).get_page("ueber").html == f"<p>{KEPT + 2}</p>\n"
    assert ContentFiles(tmp_path).unknown_files() == []


def test_the_shipped_text_comes_back_and_the_own_one_is_kept(texts: OwnTexts) -> None:
    shipped = texts.get("pages/ueber.md", now=NOW)
    texts.write("pages/ueber.md", PAGE.format("eigen"), now=NOW)
    texts.write("pages/ueber.md", None, now=NOW)
    assert texts.get("pages/ueber.md", now=NOW) == shipped
    assert texts.version("pages/ueber.md", NOW) == PAGE.format("eigen")


def test_a_check_names_mistakes_of_all_files_and_changes_nothing(
    tmp_path: Path, texts: OwnTexts, facts: Facts
) -> None:
    put_file(tmp_path / "content/fragen.toml", b"broken")
    offers = texts.get("offers.toml", now=NOW).text.replace("marketingberatung", "beratung")
    with pytest.raises(MistakesFound) as found:
        texts.check("offers.toml", offers, facts, drafts=False)
    assert [(one.file, one.place) for one in found.value.mistakes] == [
        ("fragen.toml", "Zeile 1, Spalte 7"),
        ("quiz.toml", "services[0]"),
    ]
    left = [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")]
    assert sorted(left) == ["content", "content/fragen.toml"]
    # What is tried stands in the place of what is broken.
    sound = (SHIPPED / "fragen.toml").read_text("utf-8")
    assert texts.check("fragen.toml", sound, facts, drafts=False).faq.groups
    assert texts.check("fragen.toml", None, facts, drafts=False).faq.groups


def test_a_file_that_is_no_text_can_be_put_right(tmp_path: Path, texts: OwnTexts) -> None:
    put_file(tmp_path / "content/pages/ueber.md", b"\xef\xbb\xbfGr\xfc\xdfe\r\n")
    assert texts.get("pages/ueber.md", now=NOW).text == "Gr\ufffd\ufffde\n"


def test_one_at_a_time(texts: OwnTexts) -> None:
    """Eight who each add a line to what they have read: none is lost."""

    def add(line: int) -> None:
        with texts.alone():
            present = texts.get("articles/neu.md", now=NOW).text
            texts.write("articles/neu.md", f"{present}{line}\n", now=NOW)

    with texts.alone():
        texts.write("articles/neu.md", ARTICLE, now=NOW)
    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    added = texts.get("articles/neu.md", now=NOW).text.removeprefix(ARTICLE).split()
    assert sorted(added) == list("01234567")


def test_a_write_that_fails_leaves_what_was_before(tmp_path: Path) -> None:
    file = tmp_path / "a.md"
    put_file(file, b"before")
    (tmp_path / "taken.md").mkdir()
    with pytest.raises(OSError, match="taken"):
        put_file(tmp_path / "taken.md", b"after")
    put_file(file, b"after")
    assert (file.read_bytes(), f"{file.stat().st_mode:o}") == (b"after", "100644")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.md", "taken.md"]
