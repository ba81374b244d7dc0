"""Links to a quiz that has changed since: what is known is kept, what is not is explained."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.other_content import content_of, site_with
from tests.support.quiz_ways import query, questions, quiz, result
from tests.support.sites import Site

LADEN = content_of("laden")
ANSWERS = {"schaufenster": "nie", "schlange": "lang", "gespraech": "nie", "feierabend": "ja"}
GONE = "Der Test hat sich geändert, seit dein Link entstand: Eine Frage ist weggefallen."


def file_with(questions_of: Callable[[list[str]], list[str]]) -> dict[str, str]:
    """The quiz with its questions, each a piece of the file, made others."""
    head, *parts = LADEN["quiz.toml"].split("[[questions]]")
    last, found, tail = parts[-1].partition("[outcomes.")
    pieces = questions_of([f"[[questions]]{part}" for part in (*parts[:-1], last)])
    return LADEN | {"quiz.toml": head + "".join(pieces) + found + tail}


def file_with_text(*changes: tuple[str, str]) -> dict[str, str]:
    text = LADEN["quiz.toml"]
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return LADEN | {"quiz.toml": text}


def without_gespraech(parts: list[str]) -> list[str]:
    # The others make up for its weight of 3.
    others = [part for part in parts if '"gespraech"' not in part]
    return [part.replace("zweite-kasse = 2 }", "zweite-kasse = 5 }") for part in others]


def with_one_more(parts: list[str]) -> list[str]:
    more = parts[2].replace('"gespraech"', '"licht"').replace("mit Stammkunden", "im Licht")
    return [*parts[:1], more.replace("{ zweite", "{ blick-von-aussen = 3, zweite"), *parts[1:]]


def asked(site: Site, question_id: str) -> str:
    return next(one.text for one in questions(site) if one.id == question_id)


def test_questions_in_another_order_or_words_change_nothing(tmp_path: Path) -> None:
    with site_with(tmp_path / "before", LADEN) as site:
        before = site.guest.get(result(ANSWERS))
        assert before.notices == []
    with site_with(tmp_path / "after", file_with(lambda parts: parts[::-1])) as site:
        after = site.guest.get(result(ANSWERS))
        assert questions(site)[0].id == "feierabend"
    assert (after.heading, after.notices) == (before.heading, before.notices)
    reworded = file_with_text(('text = "Nein."', 'text = "Nein, nie."'))
    with site_with(tmp_path / "reworded", reworded) as site:
        site.guest.get(result(ANSWERS))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('id = "lang"', 'id = "mittel"'),
        # The answer is another question's now.
        ('id = "lang", gap = 2, text = "Fünf Minuten', 'id = "oft", gap = 2, text = "Fünf Minuten'),
    ],
    ids=["renamed", "with an id of another question"],
)
def test_an_answer_that_is_gone_is_asked_anew(tmp_path: Path, old: str, new: str) -> None:
    with site_with(tmp_path, file_with_text((old, new))) as site:
        page = site.guest.get(site.guest.get(result(ANSWERS), status=303).location)
        text = asked(site, "schlange")
        assert page.heading == text
        assert page.notices == [
            f"Deine Antwort auf „{text}“ gibt es so nicht mehr. Bitte wähle neu."
        ]
        after = site.guest.press(page, "Ergebnis ansehen", {"schlange": "kurz"})
        assert query(after.location).items() >= (ANSWERS | {"schlange": "kurz"}).items()


def test_an_answer_that_moved_to_another_question_answers_neither(tmp_path: Path) -> None:
    # „lang“ belongs to the question after it now, which has „ist-nie“ for „nie“.
    moved = file_with_text(
        ('"lang"', '"mittel"'),
        ('"oft"', '"lang"'),
        ('"nie", gap = 3, text = "Nein."', '"ist-nie", gap = 3, text = "Nein."'),
    )
    with site_with(tmp_path, moved) as site:
        page = site.guest.get(site.guest.get(result(ANSWERS), status=303).location)
        assert page.heading == asked(site, "schlange")
        sent = dict(page.forms()[0].fields).items() & ANSWERS.items()
        assert dict(sent) == {"schaufenster": "nie", "feierabend": "ja"}
        assert [asked(site, name) in "".join(page.notices) for name in ANSWERS] == [
            *(False, True, True, False)
        ]


def test_a_question_that_is_new_is_asked_and_the_others_are_not(tmp_path: Path) -> None:
    with site_with(tmp_path, file_with(with_one_more)) as site:
        back = site.guest.get(result(ANSWERS), status=303).location
        page = site.guest.get(back)
        assert page.heading == asked(site, "licht")
        led = site.guest.press(page, "Ergebnis ansehen", {"licht": "oft"})
        assert query(led.location).items() >= (ANSWERS | {"licht": "oft"}).items()


@pytest.mark.parametrize("missing", [None, "schlange"])
def test_a_question_that_is_gone_is_explained(tmp_path: Path, missing: str | None) -> None:
    left = {name: option for name, option in ANSWERS.items() if name != missing}
    with site_with(tmp_path, file_with(without_gespraech)) as site:
        page = site.guest.get(quiz(left))
        (notice,) = page.notices
        assert notice.startswith(GONE)
        assert page.heading == (asked(site, missing) if missing else "Deine Antworten")


def test_a_wholly_other_quiz_starts_anew(tmp_path: Path) -> None:
    with site_with(tmp_path, content_of("fuenf")) as site:
        back = site.guest.get(result(ANSWERS), status=303).location
        page = site.guest.get(back)
        assert page.heading == questions(site)[0].text
        # No answer came along; that the quiz is another one now is said.
        assert query(back) == {"alt": "1"}
        assert "Der Test hat sich geändert" in page.text


def test_a_result_of_a_quiz_that_had_a_question_more_says_so(tmp_path: Path) -> None:
    """A name of ours stands before other answers; what others hang onto links stands behind."""
    with site_with(tmp_path, LADEN) as site:
        first, *others = ANSWERS.items()
        gone = f"/quiz/ergebnis?{urlencode([first, ('laufkundschaft', 'nie-gehabt'), *others])}"
        page = site.guest.get(gone)
        assert any("Eine Frage ist weggefallen" in notice for notice in page.notices)
        assert "laufkundschaft" not in page.body.decode()
        back = site.guest.get(f"/quiz/ergebnis?laufkundschaft=x&{urlencode(others)}", status=303)
        page = site.guest.get(back.location)
        assert any("Eine Frage ist weggefallen" in notice for notice in page.notices)
        tracked = site.guest.get(f"{result(ANSWERS)}&fbclid=abc")
        assert tracked.notices == []
