from datetime import date
from pathlib import Path

import pytest

from stadtfuehrer.content.loaders import load_faq
from stadtfuehrer.pages.model import Faq, FaqEntry, FaqGroup
from tests.support.refused import mistakes_of

TEXT = """\
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


def load(folder: Path, text: str) -> Faq:
    path = folder / "fragen.toml"
    path.write_text(text, encoding="utf-8")
    return load_faq(path, {"name": "Vera", "prices": ("5 *Euro*", "6 Euro")})


def test_questions_in_their_group(tmp_path: Path) -> None:
    assert load(tmp_path, TEXT) == Faq(
        title="Fragen",
        description="Was gefragt wird",
        lead="Antworten.",
        updated=date(2026, 11, 21),
        groups=(
            FaqGroup(
                title="Geld",
                entries=(
                    FaqEntry(
                        id="kosten",
                        question="Was kostet es?",
                        answer="<p>Das sagt Vera:</p>\n"
                        "<ul>\n<li>5 *Euro*</li>\n<li>6 Euro</li>\n</ul>\n",
                    ),
                    FaqEntry(
                        id="preis",
                        question="Bleibt es dabei?",
                        answer='<p>Ja, siehe <a href="#kosten">oben</a>.</p>\n',
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ('lead = "Antworten."\n', "", "lead", "fehlt"),
        ("Was kostet es?", " ", "groups[0].entries[0].question", "hier fehlt der Text"),
        ('id = "preis"', 'id = "kosten"', "groups[0].entries[1].id", "„kosten“ gibt es schon"),
        ('id = "preis"', 'id = "Preis"', "groups[0].entries[1].id", "nur Kleinbuchstaben"),
        ("question =", "frage =", "groups[0].entries[0].frage", "gibt es nicht"),
        ("{{ name }}", "{{ nam }}", "groups[0].entries[0].answer, Zeile 1", "„nam“ gibt es nicht"),
        ("{{ one }}", "{{ eins }}", "groups[0].entries[0].answer, Zeile 4", "„eins“ gibt es nicht"),
        ("{% endfor %}", "{%", "groups[0].entries[0].answer, Zeile 5", "falsch geschrieben"),
        ("{{ one }}", "{{ one.euro }}", "groups[0].entries[0].answer", "nicht füllen"),
        ('"Ja, siehe', '"## Ja', "groups[0].entries[1].answer", "gehören nicht in diesen Text"),
        ("2026-11-21", '"gestern"', "updated", "muss ein Datum"),
    ],
)
def test_a_planted_mistake(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    assert old in TEXT
    mistakes = mistakes_of(lambda: load(tmp_path, TEXT.replace(old, new, 1)))

    assert any(where == place and reason in why for where, why in mistakes), mistakes


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (TEXT.partition("[[groups]]")[0] + "groups = []", "groups"),
        (TEXT.partition("[[groups.entries]]")[0] + "entries = []", "groups[0].entries"),
    ],
)
def test_a_page_without_questions(tmp_path: Path, text: str, place: str) -> None:
    assert [where for where, _ in mistakes_of(lambda: load(tmp_path, text))] == [place]
