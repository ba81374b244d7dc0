from datetime import date
from pathlib import Path

import pytest

from stadtfuehrer.content.loaders import load_article
from stadtfuehrer.pages.model import Article
from tests.support.refused import mistakes_of

HEAD = '+++\ntitle = "Titel"\ndescription = "Worum es geht"\ndate = 2026-11-21\n+++\n'


def load(folder: Path, text: str, name: str = "ein-beitrag.md") -> Article | None:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return load_article(path, {"name": "Vera"})


def mistakes(folder: Path, text: str, name: str = "ein-beitrag.md") -> list[tuple[str, str]]:
    return mistakes_of(lambda: load(folder, text, name))


def test_an_article(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + "## Erst\n\nVon {{ name }}.\n") == Article(
        slug="ein-beitrag",
        title="Titel",
        description="Worum es geht",
        published=date(2026, 11, 21),
        updated=date(2026, 11, 21),
        minutes=1,
        html="<h2>Erst</h2>\n<p>Von Vera.</p>\n",
    )


def test_the_day_of_a_change(tmp_path: Path) -> None:
    article = load(tmp_path, HEAD.replace("+++\n", "+++\nupdated = 2026-12-01\n", 1) + "Text")

    assert article is not None
    assert (article.published, article.updated) == (date(2026, 11, 21), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("words", "minutes"), [(1, 1), (299, 1), (301, 2), (499, 2), (501, 3), (2000, 10)]
)
def test_how_long_it_takes_to_read(tmp_path: Path, words: int, minutes: int) -> None:
    article = load(tmp_path, HEAD + "[Wort](/quiz) " * words)

    assert article is not None
    assert article.minutes == minutes


def test_a_draft_is_checked_but_not_given_out(tmp_path: Path) -> None:
    draft = HEAD.replace("+++\n", "+++\ndraft = true\n", 1)

    assert load(tmp_path, draft + "Text") is None
    assert mistakes(tmp_path, draft + "{{ nix }}") == [("Zeile 7", "„nix“ gibt es nicht")]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("Kein Kopf\n", "Zeile 1", "zwischen +++ mit title, description und date"),
        (HEAD.replace("date = 2026-11-21\n", "") + "Text", "date", "fehlt"),
        (HEAD.replace("2026-11-21", '"2026-11-21"') + "Text", "date", "ohne Anführungszeichen"),
        (HEAD.replace("2026-11-21", "2026-11-31") + "Text", "Zeile 4, Spalte 8", "kein gültiges"),
        (HEAD.replace("2026-11-21", "21.11.2026") + "Text", "Zeile 4, Spalte 13", "kein gültiges"),
        (HEAD.replace("Titel", " ") + "Text", "title", "hier fehlt der Text"),
        (HEAD.replace("title", "titel") + "Text", "titel", "ist „title“ gemeint?"),
        (HEAD.replace("+++\n", "+++\ndraft = 1\n", 1) + "Text", "draft", "true oder false"),
        (HEAD.replace("+++\n", "+++\nupdated = 2026-11-20\n", 1) + "Text", "updated",
         "liegt vor dem Tag der Veröffentlichung (2026-11-21)"),
        (HEAD, "Zeile 6", "hier fehlt der Text"),
        (HEAD + "---\n", "Zeile 6", "hier fehlt der Text"),
        (HEAD + "# Titel\n", "", "beginnen mit ##"),
        (HEAD + "gut\n{{ nix }}\n", "Zeile 7", "„nix“ gibt es nicht"),
    ],
)  # fmt: skip
def test_a_planted_mistake(tmp_path: Path, text: str, place: str, reason: str) -> None:
    found = mistakes(tmp_path, text)

    assert any(where == place and reason in why for where, why in found), found


@pytest.mark.parametrize("name", ["Beitrag.md", "mein beitrag.md", "öffnen.md", "2.md", "a" * 41])
def test_a_file_name_that_is_no_address(tmp_path: Path, name: str) -> None:
    [(place, reason)] = mistakes(tmp_path, HEAD + "Text", name)

    assert place == ""
    assert reason.startswith("der Dateiname wird zur Adresse")


def test_the_longest_file_name(tmp_path: Path) -> None:
    article = load(tmp_path, HEAD + "Text", "a" * 40 + ".md")

    assert article is not None
    assert article.slug == "a" * 40
