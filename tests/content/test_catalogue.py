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
    assert [stage.title for stage in shipped.course.stages][:3] == ["Test", "Gespräch", "Vorschlag"]
    assert len(shipped.faq.groups) == 4
    assert [article.slug for article in shipped.articles] == [
        "marketing-als-gespraech",
        "marketing-und-kommunikation",
    ]


def test_what_is_not_there(shipped: Catalogue) -> None:
    assert shipped.get_page("impressum").title == "Impressum"
    assert shipped.get_article("marketing-als-gespraech") == shipped.articles[0]
    with pytest.raises(UnknownPage):
        shipped.get_page("agb")
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


@pytest.mark.parametrize(
    "name",
    [
        *("articles/._a.md", "articles/Thumbs.db", "articles/desktop.ini", "articles/a.md~"),
        *("articles/.a.md.swp", "articles/.#a.md", "articles/#a.md#", "articles/.DS_Store"),
        *("._quiz.toml", "pages/._impressum.md", "pages/~$ueber.md", ".git/hooks/a.md"),
        *("__MACOSX/articles/a.md", ".obsidian/vorlage.md", "quiz.toml~", "quiz.toml.bak"),
    ],
)
def test_what_systems_and_editors_leave_is_nothing(
    tmp_path: Path, put: Put, facts: Facts, shipped: Catalogue, name: str
) -> None:
    put(name, "\x00\x05\x16\x07")

    assert load_catalogue(tmp_path, facts) == shipped


def test_mistakes_of_all_files_come_together(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("offers.toml", old='title = "Marketingberatung"\n', new="")
    put("quiz.toml", old="clear_from = 15", new="clear_from = 4")
    put("pages/ueber.md", old="{{ consultant_name }}", new="{{ name }}")

    assert [(file, place) for file, place, _reason in mistakes(tmp_path, facts)] == [
        ("offers.toml", "services[0].title"),
        ("quiz.toml", "thresholds.close_below"),
        ("ueber.md", "Zeile 6"),
    ]


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
        ("offers.toml", 'sign = "weg"', 'sign = "weg', r"Zeile \d+, Spalte \d+", "gültiges TOML"),
        ("offers.toml", "not_for =", "notfor =", "services[0].notfor", "gibt es nicht"),
        ("offers.toml", 'sign = "route"', 'sign = "haus"', "services[1].sign", "nicht möglich"),
        ("offers.toml", 'effort = "Zwei bis vier', 'effort = " " #', "services[0].effort", "fehlt"),
        # Broken offers bring no further mistakes where they are asked for.
        ("offers.toml", "low = 600", "low = 6000", "services[0].price", "nicht über high liegen"),
        ("quiz.toml", "[thresholds]", "[thresholds", r"Zeile \d+, Spalte 12", "gültiges TOML"),
        ("quiz.toml", 'why = "Wer die', 'wy = "Wer die', "questions[0].wy", "gibt es nicht"),
        ("quiz.toml", 'id = "ja", gap = 0,', 'id = "ja", gap = 0, note = 1,',
         "questions[0].options[0].note", "gibt es nicht"),
        ("quiz.toml", "{ marketingberatung = 2 }", "{ werbung = 2, marketingberatung = 2 }",
         "questions[0].weights.werbung", "nicht unter services"),
        ("pages/ueber.md", 'title = "Wer dich führt"', "title = Wer dich führt",
         "Zeile 2, Spalte 9", "gültiges TOML"),
        ("articles/marketing-als-gespraech.md", "title =", "titel =", "titel", "„title“ gemeint"),
    ],
)  # fmt: skip
def test_a_planted_mistake_is_found_at_its_place(
    tmp_path: Path, put: Put, facts: Facts, name: str, old: str, new: str, place: str, reason: str
) -> None:
    put(name, old=old, new=new)
    found = mistakes(tmp_path, facts)

    assert {file for file, _where, _why in found} == {Path(name).name}
    assert any(
        reason in why and (where == place or re.fullmatch(place, where))
        for _file, where, why in found
    ), found


def test_a_quiz_that_recommends_what_is_not_offered(tmp_path: Path, put: Put, facts: Facts) -> None:
    put("offers.toml", old='slug = "marketingkonzeption"', new='slug = "konzept"')

    reason = "die Leistung „marketingkonzeption“ steht nicht in offers.toml"
    assert mistakes(tmp_path, facts) == [("quiz.toml", "services[1]", reason)]
