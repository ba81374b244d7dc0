"""The rules that every page is held to find what they are for."""

import pytest
from html5lib.html5parser import ParseError

from tests.support.page_rules import complaints
from tests.support.pages import Page
from tests.support.sites import Site

GOOD = """<!doctype html>
<html lang="de"><head><meta charset="utf-8"><title>Probe – Stadtführer</title>
<meta name="description" content="Eine Probe."><meta name="robots" content="noindex"></head>
<body><main id="inhalt"><h1>Probe</h1><h2 id="zwei">Zwei</h2>
<p>„Ja“ um 09:00–10:30 Uhr, 11:00 Uhr (UTC+5:30).</p>
<p><a href="/quiz">Quiz</a> <a href="mailto:vera@stadtfuehrer.example">Mail</a></p>
<form action="/quiz/ergebnis" method="post">
<label for="name">Name</label><input id="name" name="name">
<button type="submit">Los</button></form></main></body></html>"""

FAULTS = [
    ('lang="de"', 'lang="en"', "language"),
    ("Probe – Stadtführer", "Probe", "title"),
    ("Probe – Stadtführer", "Fehler: Probe – Stadtführer", "title"),
    ('id="zwei"', 'id="fehler"', "title"),
    ("<h1>Probe</h1>", "<h1>Probe</h1><h1>Zwei</h1>", "headings"),
    ("<h1>Probe</h1>", "", "headings"),
    ('<h2 id="zwei">Zwei</h2>', "<h3>Zwei</h3>", "headings"),
    ('id="zwei"', 'id="name"', "ids"),
    ('for="name"', 'for="nome"', "ids labels"),
    ('<input id="name"', '<input aria-describedby="hinweis" id="name"', "ids"),
    ('href="/quiz"', 'href="#fort"', "ids"),
    ('<label for="name">Name</label>', "", "labels"),
    (">Quiz</a>", "></a>", "labels"),
    ('type="submit"', "", "labels"),
    ("<h1>", '<h1 style="color:red">', "inline"),
    ("<h1>", '<iframe src="/quiz" title="Quiz"></iframe><h1>', "inline"),
    ("<h1>", '<h1 onclick="x()">', "inline"),
    ("<main", "<script>x()</script><main", "inline"),
    ("<main", '<script src="https://cdn.example/x.js"></script><main', "inline ways"),
    (
        "Quiz</a>",
        'Quiz<svg aria-hidden="true" focusable="false" viewBox="0 0 40 40"></svg></a>',
        "drawings",
    ),
    (
        "Quiz</a>",
        'Quiz<svg aria-hidden="true" focusable="false"><text>1</text><text>2</text></svg></a>',
        "drawings",
    ),
    ('<meta name="robots" content="noindex">', "", "indexing"),
    ('content="Eine Probe."', 'content=" "', "indexing"),
    ('href="/quiz"', 'href="/quizz"', "ways"),
    ('href="/quiz"', 'href="https://anderswo.example/"', "ways"),
    ('href="/quiz"', 'href="//anderswo.example/"', "ways"),
    ('href="/quiz"', 'href="javascript:x()"', "ways"),
    ('href="/quiz"', 'href="/static/0/css/fort.css"', "ways"),
    ('href="/quiz"', 'href="/angebot/fort"', "ways"),
    ("mailto:vera@stadtfuehrer.example", "mailto:vera", "ways"),
    ('action="/quiz/ergebnis"', 'action="/quiz"', "ways"),
    ('type="submit"', 'type="submit" formaction="/fort"', "ways"),
    ("„Ja“", '"Ja"', "typography"),
    ("„Ja“", "Ja, so geht's", "typography"),
    ("„Ja“", "„Ja", "typography"),
    ("„Ja“", "„Sag „Ja““", "typography"),
    ("„Ja“", "Ja - nein", "typography"),
    ("„Ja“", "Ja ...", "typography"),
    ("„Ja“", "Ja!", "typography"),
    ("11:00 Uhr", "11:00", "typography"),
    ("11:00 Uhr", "11:00 h", "typography"),
]


def page(body: str) -> Page:
    return Page(method="GET", path="/probe", status=200, headers={}, body=body.encode())


def test_a_good_page_is_left_in_peace(site: Site) -> None:
    assert complaints(page(GOOD), site.app) == []


@pytest.mark.parametrize(("right", "wrong", "rules"), FAULTS)
def test_a_fault_is_found_by_its_rule(site: Site, right: str, wrong: str, rules: str) -> None:
    assert right in GOOD
    found = complaints(page(GOOD.replace(right, wrong, 1)), site.app)
    assert {complaint.partition(":")[0] for complaint in found} == set(rules.split())


def test_what_guests_typed_keeps_their_own_typography(site: Site) -> None:
    theirs = page(GOOD.replace("„Ja“", 'Ja - "so" ...'))
    assert complaints(theirs, site.app, ['Ja - "so" ...']) == []


@pytest.mark.parametrize("markup", ["<p><div></p>", "<b></i>", "&nix;", "<p a=1 a=2>", "\x00"])
def test_markup_that_a_browser_has_to_guess_at_is_refused(site: Site, markup: str) -> None:
    with pytest.raises(ParseError):
        complaints(page(GOOD.replace("<h1>", f"{markup}<h1>")), site.app)
