from datetime import date
from pathlib import Path

import pytest

from stadtfuehrer.content.loaders import load_page
from stadtfuehrer.pages.model import Page
from tests.support.refused import mistakes_of

HEAD = '+++\ntitle = "Titel"\ndescription = "Worum es geht"\n+++\n'


def load(folder: Path, text: str, **facts: object) -> Page:
    path = folder / "seite.md"
    path.write_text(text, encoding="utf-8")
    return load_page(path, facts)


def mistakes(folder: Path, text: str, **facts: object) -> list[tuple[str, str]]:
    return mistakes_of(lambda: load(folder, text, **facts))


def test_a_page(tmp_path: Path) -> None:
    page = load(tmp_path, HEAD + "## Wer\n\nIch bin {{ name }}.\n", name="Vera")

    assert page == Page(
        slug="seite",
        title="Titel",
        description="Worum es geht",
        html="<h2>Wer</h2>\n<p>Ich bin Vera.</p>\n",
        updated=None,
    )


def test_the_day_of_a_change(tmp_path: Path) -> None:
    page = load(tmp_path, HEAD.replace("+++\n", "+++\nupdated = 2026-11-21\n", 1) + "Text\n")

    assert page.updated == date(2026, 11, 21)


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("Vera *Müller*", "Vera *Müller*"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("[a](javascript:x) `b` \\ _c_", "[a](javascript:x) `b` \\ _c_"),
        ("eins\n\n# zwei", "eins # zwei"),
        ("Meier & Söhne", "Meier &amp; Söhne"),
        ("&amp;", "&amp;amp;"),
    ],
)
def test_a_fact_stands_for_itself(tmp_path: Path, value: str, html: str) -> None:
    assert load(tmp_path, HEAD + "{{ name }}\n", name=value).html == f"<p>{html}</p>\n"


def test_an_address_can_be_linked(tmp_path: Path) -> None:
    page = load(tmp_path, HEAD + "[{{ m }}](mailto:{{ m }})\n", m="v_e-r_a@x.example")

    assert page.html == '<p><a href="mailto:v_e-r_a@x.example">v_e-r_a@x.example</a></p>\n'


@pytest.mark.parametrize(("vat_id", "html"), [("DE1", "<p>USt DE1</p>\n"), ("", "")])
def test_a_part_that_depends_on_a_fact(tmp_path: Path, vat_id: str, html: str) -> None:
    text = "{% if vat_id %}USt {{ vat_id }}{% endif %}\n"

    assert load(tmp_path, HEAD + text, vat_id=vat_id).html == html


def test_raw_html_is_shown_not_used(tmp_path: Path) -> None:
    assert load(tmp_path, HEAD + "<b>fett</b>\n").html == "<p>&lt;b&gt;fett&lt;/b&gt;</p>\n"


def test_every_unknown_placeholder_has_its_line(tmp_path: Path) -> None:
    text = "Erste {{ eins }}\n{{ name }}\n\n{% if zwei %}ja{% endif %}\n"

    assert mistakes(tmp_path, HEAD + text, name="Vera") == [
        ("Zeile 5", "„eins“ gibt es nicht"),
        ("Zeile 8", "„zwei“ gibt es nicht"),
    ]


@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("Kein Kopf\n", "Zeile 1", "zwischen +++"),
        ('+++\ntitle = "a"\n', "Zeile 1", "zwischen +++"),
        ('+++\ntitle = "a"\n+++\n', "description", "fehlt"),
        ('+++\ntitle = "a"\ndescription = " "\n+++\n', "description", "fehlt"),
        (HEAD.replace("title", "titel"), "titel", "gibt es nicht"),
        (HEAD + "gut\n{% if name %}\n", "Zeile 6", "falsch geschrieben"),
        (HEAD + "{{ name\n", "Zeile 5", "falsch geschrieben"),
        (HEAD + "{{ name.first }}\n", "", "lässt sich nicht füllen"),
        (HEAD + "{{ name / 2 }}\n", "", "lässt sich nicht füllen"),
        (HEAD + "{{ name.__class__.__mro__ }}\n", "", "lässt sich nicht füllen"),
        (HEAD + "# Titel\n", "", "beginnen mit ##"),
    ],
)
def test_a_planted_mistake(tmp_path: Path, text: str, place: str, reason: str) -> None:
    found = mistakes(tmp_path, text, name="Vera")

    assert any(where == place and reason in why for where, why in found), found
