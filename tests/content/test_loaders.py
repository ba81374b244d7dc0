"""What each kind of content file becomes, and where its mistakes are."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from stadtfuehrer.content.loaders import load_article, load_course, load_faq, load_page
from stadtfuehrer.pages.model import Article, Course, Faq, FaqEntry, FaqGroup, Page, Sign, Stage
from tests.support.refused import mistakes_of

FACTS: dict[str, object] = {"name": "Vera", "prices": ("5 *Euro*", "6 Euro")}
PAGE = '+++\ntitle = "Titel"\ndescription = "Worum es geht"\n+++\n'
ARTICLE = PAGE.replace("+++\n", "+++\ndate = 2026-11-21\n", 1)
COURSE = """\
title = "Ablauf"
description = "Wie es geht"
lead = "Schritt für Schritt."

[[stages]]
sign = "weg"
title = "Weg"
lead = "Losgehen."
before = "Ruf [{{ name }}](/termin) an."
during = "Gehen."
after = "Ankommen."
cost = "Nichts."
back = "Jederzeit."
"""
FAQ = """\
title = "Fragen"
description = "Was gefragt wird"
lead = "Antworten."
updated = 2026-11-21

[[groups]]
title = "Geld"

[[groups.entries]]
id = "kosten"
question = "Was kostet es?"
answer = \"\"\"
Das sagt {{ name }}:

{% for one in prices -%}
- {{ one }}
{% endfor %}\"\"\"

[[groups.entries]]
id = "preis"
question = "Bleibt es dabei?"
answer = "Ja, siehe [oben](#kosten)."
"""

Load = Callable[..., Any]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """`load(load_page, text, name="seite.md", facts=…)`: what becomes of a file with this text."""

    def loaded(loader: Load, text: str, *, name: str = "seite.md", facts: object = FACTS) -> object:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return loader(path, facts)

    return loaded


@pytest.mark.parametrize("updated", [None, date(2026, 12, 1)])
def test_a_page_and_an_article(load: Load, updated: date | None) -> None:
    added = f"+++\nupdated = {updated}\n" if updated else "+++\n"
    page, article = (text.replace("+++\n", added, 1) for text in (PAGE, ARTICLE))
    both = {"title": "Titel", "description": "Worum es geht"}

    assert load(load_page, f"{page}## Wer\n\nIch bin {{{{ name }}}}.\n") == Page(
        slug="seite", html="<h2>Wer</h2>\n<p>Ich bin Vera.</p>\n", updated=updated, **both
    )
    day = date(2026, 11, 21)
    assert load(load_article, f"{article}Text", name="ein-beitrag.md") == Article(
        slug="ein-beitrag",
        published=day,
        updated=updated or day,
        minutes=1,
        html="<p>Text</p>\n",
        **both,
    )


def test_the_stages_of_the_way(load: Load) -> None:
    stage = Stage(
        sign=Sign.WAY,
        title="Weg",
        lead="Losgehen.",
        before='<p>Ruf <a href="/termin">Vera</a> an.</p>\n',
        during="<p>Gehen.</p>\n",
        after="<p>Ankommen.</p>\n",
        cost="<p>Nichts.</p>\n",
        back="<p>Jederzeit.</p>\n",
    )
    assert load(load_course, COURSE) == Course(
        title="Ablauf", description="Wie es geht", lead="Schritt für Schritt.", stages=(stage,)
    )


def test_questions_in_their_group(load: Load) -> None:
    listed = "<ul>\n<li>5 *Euro*</li>\n<li>6 Euro</li>\n</ul>\n"
    entries = (
        FaqEntry(id="kosten", question="Was kostet es?", answer=f"<p>Das sagt Vera:</p>\n{listed}"),
        FaqEntry(
            id="preis",
            question="Bleibt es dabei?",
            answer='<p>Ja, siehe <a href="#kosten">oben</a>.</p>\n',
        ),
    )
    assert load(load_faq, FAQ) == Faq(
        title="Fragen",
        description="Was gefragt wird",
        lead="Antworten.",
        updated=date(2026, 11, 21),
        groups=(FaqGroup(title="Geld", entries=entries),),
    )


@pytest.mark.parametrize(
    ("words", "minutes"), [(1, 1), (299, 1), (301, 2), (499, 2), (501, 3), (2000, 10)]
)
def test_how_long_it_takes_to_read(load: Load, words: int, minutes: int) -> None:
    assert load(load_article, ARTICLE + "[Wort](/quiz) " * words).minutes == minutes


def test_a_draft_is_checked_but_not_given_out(load: Load) -> None:
    draft = ARTICLE.replace("+++\n", "+++\ndraft = true\n", 1)

    assert load(load_article, draft + "Text") is None
    found = mistakes_of(lambda: load(load_article, draft + "{{ nix }}"))
    assert found == [("Zeile 7", "„nix“ gibt es nicht")]


def test_a_file_name_becomes_the_address(load: Load) -> None:
    assert load(load_article, f"{ARTICLE}Text", name="a" * 40 + ".md").slug == "a" * 40
    for name in ("Beitrag.md", "mein beitrag.md", "öffnen.md", "2.md", "a" * 41 + ".md"):
        [(place, reason)] = mistakes_of(
            lambda name=name: load(load_article, f"{ARTICLE}Text", name=name)  # type: ignore[misc]
        )
        assert place == ""
        assert reason.startswith("der Dateiname wird zur Adresse")


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("{{ fact }}", "Vera *Müller*"),
        ("{{ fact }}", "<script>alert(1)</script>"),
        ("{{ fact }}", "[a](javascript:x) `b` \\ _c_"),
        ("{{ fact }}", "&amp;"),
        ("<b>fett</b>", "<b>fett</b>"),
    ],
)
def test_facts_and_raw_html_stand_for_themselves(load: Load, text: str, html: str) -> None:
    shown = html.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert load(load_page, f"{PAGE}{text}\n", facts={"fact": html}).html == f"<p>{shown}</p>\n"


@pytest.mark.parametrize(
    ("text", "fact", "html"),
    [
        ("{{ fact }}", "eins\n\n# zwei", "<p>eins # zwei</p>\n"),
        ("[{{ fact }}](mailto:{{ fact }})", "v_e-r_a@x.example",
         '<p><a href="mailto:v_e-r_a@x.example">v_e-r_a@x.example</a></p>\n'),
        ("{% if fact %}USt {{ fact }}{% endif %}", "DE1", "<p>USt DE1</p>\n"),
        ("{% if fact %}USt {{ fact }}{% endif %}", "", ""),
    ],
)  # fmt: skip
def test_what_becomes_of_a_fact(load: Load, text: str, fact: str, html: str) -> None:
    assert load(load_page, f"{PAGE}{text}\n", facts={"fact": fact}).html == html


def test_every_unknown_placeholder_has_its_line(load: Load) -> None:
    text = f"{PAGE}Erste {{{{ eins }}}}\n{{{{ name }}}}\n\n{{% if zwei %}}ja{{% endif %}}\n"

    assert mistakes_of(lambda: load(load_page, text)) == [
        ("Zeile 5", "„eins“ gibt es nicht"),
        ("Zeile 8", "„zwei“ gibt es nicht"),
    ]


@pytest.mark.parametrize(
    ("loader", "text", "place", "reason"),
    [
        (load_page, "Kein Kopf\n", "Zeile 1", "zwischen +++ mit title und description"),
        (load_page, '+++\ntitle = "a"\n', "Zeile 1", "zwischen +++"),
        (load_page, '+++\ntitle = "a"\n+++\n', "description", "fehlt"),
        (load_page, PAGE.replace("Worum es geht", " "), "description", "hier fehlt der Text"),
        (load_page, PAGE.replace("title", "titel"), "titel", "ist „title“ gemeint?"),
        (load_page, PAGE + "gut\n{% if name %}\n", "Zeile 6", "falsch geschrieben"),
        (load_page, PAGE + "{{ name\n", "Zeile 5", "falsch geschrieben"),
        (load_page, PAGE + "{{ name.first }}\n", "", "lässt sich nicht füllen"),
        (load_page, PAGE + "{{ name / 2 }}\n", "", "lässt sich nicht füllen"),
        (load_page, PAGE + "{{ name.__class__.__mro__ }}\n", "", "lässt sich nicht füllen"),
        (load_page, PAGE + "# Titel\n", "", "beginnen mit ##"),
        (load_article, "Kein Kopf\n", "Zeile 1", "zwischen +++ mit title, description und date"),
        (load_article, PAGE + "Text", "date", "fehlt"),
        (load_article, ARTICLE.replace("2026-11-21", '"2026-11-21"'), "date", "ohne Anführungszei"),
        (load_article, ARTICLE.replace("2026-11-21", "2026-11-31"), "Zeile 2, Spalte 8", "TOML"),
        (load_article, ARTICLE.replace("2026-11-21", "21.11.2026"), "Zeile 2, Spalte 13", "TOML"),
        (load_article, ARTICLE.replace("+++\n", "+++\ndraft = 1\n", 1), "draft", "true oder false"),
        (load_article, ARTICLE.replace("+++\n", "+++\nupdated = 2026-11-20\n", 1), "updated",
         "liegt vor dem Tag der Veröffentlichung (2026-11-21)"),
        (load_article, ARTICLE, "Zeile 6", "hier fehlt der Text"),
        (load_article, ARTICLE + "---\n", "Zeile 6", "hier fehlt der Text"),
        (load_article, ARTICLE + "gut\n{{ nix }}\n", "Zeile 7", "„nix“ gibt es nicht"),
        (load_course, COURSE.replace('"weg"', '"haus"'), "stages[0].sign", "nicht möglich"),
        (load_course, COURSE.replace("Gehen.", ""), "stages[0].during", "hier fehlt der Text"),
        (load_course, COURSE.replace('back = "Jederzeit."\n', ""), "stages[0].back", "fehlt"),
        (load_course, COURSE.replace("Nichts.", "# N"), "stages[0].cost", "gehören nicht in"),
        (load_course, COURSE.replace("Ankommen.", "{{ nam }}"), "stages[0].after, Zeile 1",
         "„nam“ gibt es nicht"),
        (load_course, COURSE.replace("{{ name }}", "{{ name"), "stages[0].before, Zeile 1",
         "falsch geschrieben"),
        (load_course, f'updated = "gestern"\n{COURSE}', "updated", "muss ein Datum"),
        (load_faq, FAQ.replace('lead = "Antworten."\n', ""), "lead", "fehlt"),
        (load_faq, FAQ.replace("Was kostet es?", " "), "groups[0].entries[0].question",
         "hier fehlt der Text"),
        (load_faq, FAQ.replace('"preis"', '"kosten"'), "groups[0].entries[1].id",
         "„kosten“ gibt es schon"),
        (load_faq, FAQ.replace('"preis"', '"Preis"'), "groups[0].entries[1].id",
         "nur Kleinbuchstaben"),
        (load_faq, FAQ.replace("question =", "frage ="), "groups[0].entries[0].frage",
         "gibt es nicht"),
        (load_faq, FAQ.replace("{{ one }}", "{{ eins }}"), "groups[0].entries[0].answer, Zeile 4",
         "„eins“ gibt es nicht"),
        (load_faq, FAQ.replace("{% endfor %}", "{%"), "groups[0].entries[0].answer, Zeile 5",
         "falsch geschrieben"),
        (load_faq, FAQ.replace("{{ one }}", "{{ one.euro }}"), "groups[0].entries[0].answer",
         "nicht füllen"),
        (load_faq, FAQ.replace('"Ja, siehe', '"## Ja'), "groups[0].entries[1].answer",
         "gehören nicht in diesen Text"),
        (load_faq, FAQ.replace("2026-11-21", '"2026-11-21"'), "updated", "muss ein Datum"),
        (load_faq, FAQ.partition("[[groups]]")[0] + "groups = []", "groups", "fehlt der Text"),
        (load_faq, FAQ.partition("[[groups.entries]]")[0] + "entries = []", "groups[0].entries",
         "fehlt der Text"),
    ],
)  # fmt: skip
def test_a_planted_mistake(load: Load, loader: object, text: str, place: str, reason: str) -> None:
    found = mistakes_of(lambda: load(loader, text))

    assert any(where == place and reason in why for where, why in found), found
