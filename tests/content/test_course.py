from pathlib import Path

import pytest

from stadtfuehrer.content.loaders import load_course
from stadtfuehrer.pages.model import Course, Sign, Stage
from tests.support.refused import mistakes_of

TEXT = """\
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


def load(folder: Path, text: str) -> Course:
    path = folder / "ablauf.toml"
    path.write_text(text, encoding="utf-8")
    return load_course(path, {"name": "Vera"})


def test_a_stage(tmp_path: Path) -> None:
    assert load(tmp_path, TEXT) == Course(
        title="Ablauf",
        description="Wie es geht",
        lead="Schritt für Schritt.",
        updated=None,
        stages=(
            Stage(
                sign=Sign.WAY,
                title="Weg",
                lead="Losgehen.",
                before='<p>Ruf <a href="/termin">Vera</a> an.</p>\n',
                during="<p>Gehen.</p>\n",
                after="<p>Ankommen.</p>\n",
                cost="<p>Nichts.</p>\n",
                back="<p>Jederzeit.</p>\n",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "place", "reason"),
    [
        ('sign = "weg"', 'sign = "haus"', "stages[0].sign", "nicht möglich"),
        ("Gehen.", "", "stages[0].during", "hier fehlt der Text"),
        ('back = "Jederzeit."\n', "", "stages[0].back", "fehlt"),
        ("Nichts.", "# Nichts", "stages[0].cost", "gehören nicht in diesen Text"),
        ("Ankommen.", "{{ nam }}", "stages[0].after, Zeile 1", "„nam“ gibt es nicht"),
        ("{{ name }}", "{{ name", "stages[0].before, Zeile 1", "falsch geschrieben"),
    ],
)
def test_a_planted_mistake(tmp_path: Path, old: str, new: str, place: str, reason: str) -> None:
    assert old in TEXT
    mistakes = mistakes_of(lambda: load(tmp_path, TEXT.replace(old, new, 1)))

    assert any(where == place and reason in why for where, why in mistakes), mistakes
