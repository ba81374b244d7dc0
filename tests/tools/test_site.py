import sys
from pathlib import Path

import pytest

from tools.provision.site import change_settings, free_port, running
from tools.provision.visitor import Answer, Form


def test_server_that_does_not_come_up_is_quoted(tmp_path: Path) -> None:
    refuse = "raise SystemExit('stadtfuehrer.toml: unbekannter Schlüssel')"
    starting = running([sys.executable, "-c", refuse], port=free_port(), cwd=tmp_path)
    with pytest.raises(AssertionError, match="unbekannter Schlüssel"), starting:
        pass


def test_settings_are_changed_in_every_table_that_has_the_key(tmp_path: Path) -> None:
    file = tmp_path / "stadtfuehrer.toml"
    file.write_text("[a]\nstep = 30  # Minuten\nbefore_step = 1\n[b]\nstep = 15\n", "utf-8")
    change_settings(tmp_path, {"step": "5"})
    assert file.read_text("utf-8") == "[a]\nstep = 5\nbefore_step = 1\n[b]\nstep = 5\n"


def test_setting_that_the_file_does_not_have_is_refused(tmp_path: Path) -> None:
    (tmp_path / "stadtfuehrer.toml").write_text("# step = 30\n", "utf-8")
    with pytest.raises(KeyError, match="step"):
        change_settings(tmp_path, {"step": "5"})


def test_form_gives_what_it_would_send_untouched() -> None:
    page = Answer(
        path="/termin/kennenlernen/20261202T080000Z",
        status=200,
        headers={},
        body=b"""
        <a href="/termin">zur&uuml;ck</a><a name="hier">hier</a>
        <form method="POST">
          <input type="hidden" name="schluessel" value="abc">
          <input name="name"><textarea name="anliegen">Wir m&ouml;chten</textarea>
          <input type="radio" name="farbe" value="rot"><input type="radio" name="farbe"
            value="blau" checked><input type="checkbox" name="ja" value="1">
          <input type="submit" name="weiter" value="1"><button name="zu">zu</button>
        </form><form action="/quiz"></form>""",
    )
    assert page.links() == ["/termin"]
    assert page.forms() == [
        Form(
            action="/termin/kennenlernen/20261202T080000Z",
            method="post",
            fields={"schluessel": "abc", "name": "", "anliegen": "Wir möchten", "farbe": "blau"},
        ),
        Form(action="/quiz", method="get", fields={}),
    ]
