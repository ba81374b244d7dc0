import re
from collections.abc import Callable
from pathlib import Path

import pytest

from stadtfuehrer.content.catalogue import Catalogue, load_catalogue
from stadtfuehrer.refusals import UnknownArticle, UnknownPage
from stadtfuehrer.settings.errors import MistakesFound

Put = Callable[..., Path]
Facts = dict[str, object]


def mistakes(instance: Path, facts: Facts) -> list[tuple[str, str, str]]:
    """File name, place and reason of every mistake."""
    with pytest.raises(MistakesFound) as found:
        load_catalogue(instance, facts)
    return [(Path(one.file).name, one.place, one.reason) for one in found.value.mistakes]


def test_the_shipped_content(shipped: Catalogue) -> None:
    assert [service.slug for service in shipped.offers.services] == [
        "marketingberatung",
        "marketingkonzeption",
        "marketingumsetzung",
    ]
    assert sorted(shipped.pages) == ["barrierefreiheit", "datenschutz", "impressum", "ueber"]
    assert len(shipped.quiz.questions) == 10
    assert [stage.title for stage in shipped.course.stages] == ["Standort", "Route", "Weg"]
    assert len(shipped.faq.groups) == 4
    assert [article.slug for article in shipped.articles] == [
        "marketing-als-gespraech",
        "marketing-und-kommunikation",
    ]


def test_an_unknown_page(shipped: Catalogue) -> None:
    assert shipped.get_page("impressum").title == "Impressum"
    with pytest.raises(UnknownPage):
        shipped.get_page("agb")


def test_an_unknown_article(shipped: Catalogue) -> None:
    assert shipped.get_article("marketing-als-gespraech") == shipped.articles[0]
    with pytest.raises(UnknownArticle):
        shipped.get_article("feed.xml")


def test_a_file_more_in_the_folder_of_articles(
    tmp_path: Path, put: Put, facts: Facts, shipped: Catalogue
) -> None:
    head = '+++\ntitle = "{0}"\ndescription = "{0}"\ndate = {1}\n+++\n'
    put("articles/neu.md", head.format("Neu", "2026-12-24") + "Von {{ consultant_name }}.")
    put("articles/alt.md", head.format("Alt", "2020-01-01") + "Text")
    catalogue = load_catalogue(tmp_path, facts)

    assert catalogue.articles[1:-1] == shipped.articles
    assert (catalogue.articles[0].slug, catalogue.articles[-1].slug) == ("neu", "alt")
    assert catalogue.articles[0].html == "<p>Von Vera Beispiel.</p>\n"


def test_a_mistake_in_an_article_stops_the_start(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("articles/neu.md", '+++\ntitle = "Neu"\ndescription = "Neu"\ndate = gestern\n+++\nText')

    assert [(file, place) for file, place, _reason in mistakes(tmp_path, facts)] == [
        ("neu.md", "Zeile 4, Spalte 8")
    ]


def test_broken_offers_bring_no_further_mistakes_where_they_are_told_of(
    tmp_path: Path, put: Put, facts: Facts
) -> None:
    put("offers.toml", old="low = 600", new="low = 6000")

    assert mistakes(tmp_path, facts) == [
        ("offers.toml", "services[0].price", "low darf nicht unter 0 und nicht über high liegen")
    ]


def test_a_file_of_the_instance_replaces_the_shipped_one(
    tmp_path: Path, put: Put, facts: Facts, shipped: Catalogue
) -> None:
    put("quiz.toml", old='theme = "Orientierung"', new='theme = "Überblick"')
    put("pages/impressum.md", '+++\ntitle = "Wer"\ndescription = "Ich"\n+++\nNur ich.\n')
    catalogue = load_catalogue(tmp_path, facts)

    assert catalogue.quiz.questions[0].theme == "Überblick"
    assert catalogue.quiz.version == shipped.quiz.version
    assert catalogue.get_page("impressum").html == "<p>Nur ich.</p>\n"
    assert catalogue.offers == shipped.offers
    assert catalogue.get_page("ueber") == shipped.get_page("ueber")


@pytest.mark.parametrize(
    "name",
    [
        *("quizz.toml", "pages/impresum.md", "impressum.md"),
        *("articles/neu.toml", "articles/2026/neu.md", "article/neu.md"),
    ],
)
def test_a_file_that_replaces_nothing(tmp_path: Path, put: Put, facts: Facts, name: str) -> None:
    path = put(name, "egal")

    assert mistakes(tmp_path, facts) == [
        (path.name, "", "eine Datei dieses Namens wird nicht gelesen")
    ]


def test_mistakes_of_all_files_come_together(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("offers.toml", old='title = "Marketingberatung"\n', new="")
    put("quiz.toml", old="clear_from = 15", new="clear_from = 4")
    put("pages/ueber.md", old="{{ consultant_name }}", new="{{ name }}")

    assert [(file, place) for file, place, _reason in mistakes(tmp_path, facts)] == [
        ("offers.toml", "services[0].title"),
        ("quiz.toml", "thresholds.close_below"),
        ("ueber.md", "Zeile 6"),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "place"),
    [
        ("quiz.toml", "gap = 3, text", "gap = drei, text", r"Zeile \d+, Spalte \d+"),
        ("quiz.toml", "[thresholds]", "[thresholds", r"Zeile \d+, Spalte 12"),
        ("offers.toml", 'sign = "weg"', 'sign = "weg', r"Zeile \d+, Spalte \d+"),
        (
            "pages/ueber.md",
            'title = "Wer dich führt"',
            "title = Wer dich führt",
            "Zeile 2, Spalte 9",
        ),
    ],
)
def test_broken_toml_has_line_and_column(
    tmp_path: Path, put: Put, facts: Facts, name: str, old: str, new: str, place: str
) -> None:
    put(name, old=old, new=new)
    [(file, found, reason)] = mistakes(tmp_path, facts)

    assert file == Path(name).name
    assert re.fullmatch(place, found)
    assert reason.startswith("kein gültiges TOML")


def test_an_end_too_soon_is_placed_at_the_end(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("quiz.toml", 'services = ["a"]\nx = [1,\n2')
    [(_file, place, _reason)] = mistakes(tmp_path, facts)

    assert place == "Zeile 3, Spalte 2"


def test_a_file_that_is_not_utf_8(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("offers.toml", "").write_bytes("# Grüße".encode("latin-1"))

    assert mistakes(tmp_path, facts) == [
        ("offers.toml", "Byte 4", "die Datei ist nicht in UTF-8 geschrieben")
    ]


def test_a_folder_in_the_place_of_a_file(tmp_path: Path, facts: Facts) -> None:
    (tmp_path / "content" / "offers.toml").mkdir(parents=True)
    [(file, _place, reason)] = mistakes(tmp_path, facts)

    assert file == "offers.toml"
    assert reason.startswith("lässt sich nicht lesen: ")


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(
    tmp_path: Path, put: Put, facts: Facts, shipped: Catalogue
) -> None:
    for name in ("quiz.toml", "offers.toml", "pages/ueber.md"):
        path = put(name)
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))

    assert load_catalogue(tmp_path, facts) == shipped


@pytest.mark.parametrize(
    ("name", "old", "new", "place", "reason"),
    [
        ("offers.toml", "not_for =", "notfor =", "services[0].notfor", "gibt es nicht"),
        ("offers.toml", 'sign = "route"', 'sign = "haus"', "services[1].sign", "nicht möglich"),
        ("offers.toml", 'effort = "Zwei bis vier', 'effort = " " #', "services[0].effort", "fehlt"),
        ("quiz.toml", 'why = "Wer die', 'wy = "Wer die', "questions[0].wy", "gibt es nicht"),
        ("quiz.toml", 'id = "ja", gap = 0,', 'id = "ja", gap = 0, note = 1,',
         "questions[0].options[0].note", "gibt es nicht"),
        ("quiz.toml", 'id = "orientierung"', 'id = "frage"', "questions[0].id", "vergeben"),
        ("quiz.toml", "{ marketingberatung = 2 }", "{ marketingberatung = 1 }",
         "questions", "dieselbe Summe"),
        ("quiz.toml", "{ marketingberatung = 2 }", "{ werbung = 2, marketingberatung = 2 }",
         "questions[0].weights.werbung", "nicht unter services"),
        ("quiz.toml", '{ id = "unklar", text = "Weiß ich nicht." },', "",
         "questions[0].options", "weiß ich nicht"),
        ("quiz.toml", "no_need_below = 30", "no_need_below = 130",
         "thresholds.no_need_below", "höchstens 100"),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_found_at_its_place(
    tmp_path: Path, put: Put, facts: Facts, name: str, old: str, new: str, place: str, reason: str
) -> None:
    put(name, old=old, new=new)
    found = mistakes(tmp_path, facts)

    assert (name, place) in [(file, where) for file, where, _why in found]
    assert any(reason in why for _file, where, why in found if where == place)


def test_a_quiz_that_recommends_what_is_not_offered(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("offers.toml", old='slug = "marketingkonzeption"', new='slug = "konzept"')

    assert mistakes(tmp_path, facts) == [
        (
            "quiz.toml",
            "services[1]",
            "die Leistung „marketingkonzeption“ steht nicht in offers.toml",
        )
    ]
