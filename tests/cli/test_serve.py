"""`serve`, `web` and `worker` as processes: what they say, what they outlive, how they end."""

import os
import signal
import socket
from pathlib import Path

import pytest

from tests.support.commands import Book, Run, through_smtp
from tests.support.mail_server import Handler, serving
from tests.support.processes import START_SECONDS, alive, ends, serving_site, started
from tools.provision.site import change_settings, free_port
from tools.until import until

LETTER_SECONDS = 2


def letters_in(instance: Path) -> int:
    return len(list((instance / "postfach").glob("*.eml")))


def test_serving_through_the_death_of_the_letter_worker(instance: Path, book_one: Book) -> None:
    with serving_site(instance) as (running, visitor):
        assert f"Der Stadtführer läuft: {visitor.address}\n" in running.text
        assert f"Briefe landen in:      {instance / 'postfach'}\n" in running.text
        assert running.postfach.startswith(f"{visitor.address}/postfach?token=")
        assert f"Ins Büro (15 Minuten): {visitor.address}/buero/anmelden/" in running.text
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        book_one()
        until(lambda: letters_in(instance) == 2, within=START_SECONDS, what="first letters")

        # From here on all is warm, and letters are as quick as they are on any day.
        book_one()
        until(lambda: letters_in(instance) == 4, within=LETTER_SECONDS, what="quick letters")

        # A letter that it had in hand would stay there until its lease is over.
        until(
            lambda: running.text.count("letter sent") == 4, within=LETTER_SECONDS, what="all noted"
        )
        (first,) = running.letter_workers()
        os.kill(first, signal.SIGKILL)
        book_one()
        until(lambda: letters_in(instance) == 6, within=START_SECONDS, what="late letters")
        (second,) = running.letter_workers()
        assert second != first
        assert "letter worker died" in running.text
        assert visitor.get("/").status == 200
        ends(running, signal.SIGINT)


def test_the_end_by_kill_minus_nine_leaves_nothing_behind(instance: Path) -> None:
    with serving_site(instance, workers=2) as (running, visitor):
        until(running.letter_workers, within=START_SECONDS, what="a letter worker starts")
        family = running.family()
        assert len(family) == 4  # itself, two processes of the site, the letter worker
        running.process.kill()
        running.process.wait()
        until(lambda: not alive(family), within=START_SECONDS, what="the others end by themselves")

        def is_refused() -> bool:
            try:
                visitor.get("/healthz")
            except ConnectionRefusedError:
                return True
            except ConnectionResetError:
                pass  # the socket was about to close
            return False

        until(is_refused, within=START_SECONDS, what="nobody listens any more")


def test_the_site_alone_ends_when_asked(instance: Path) -> None:
    with serving_site(instance, "web", workers=2) as (running, _):
        assert running.letter_workers() == set()
        ends(running, signal.SIGTERM)


def test_both_together_end_while_they_still_start(instance: Path) -> None:
    with started(instance, "serve", "--port", str(free_port())) as running:
        until(running.web_processes, within=START_SECONDS, what="it starts others")
        ends(running, signal.SIGTERM)
        assert "Der Stadtführer läuft" not in running.text


def test_the_letter_worker_alone_uses_the_mail_server_and_ends_when_asked(
    instance: Path, book_one: Book
) -> None:
    book_one(email="aenne@gast.example")
    handler = Handler()
    with serving(handler) as port:
        through_smtp(instance, port)
        with started(instance, "worker") as running:
            until(lambda: len(handler.messages) == 2, within=START_SECONDS, what="letters leave")
            ends(running, signal.SIGINT)


@pytest.mark.parametrize("command", ["serve", "web"])
def test_a_port_in_use(instance: Path, run: Run, command: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        result = run(command, "--port", str(port))

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == (
        f"Auf 127.0.0.1, Port {port} kann die Seite nicht laufen: Address already in use. "
        f"Mit „--port {port % 65535 + 1}“ nimmt sie einen anderen.\n"
    )


def test_an_address_that_is_not_this_machines(instance: Path, run: Run) -> None:
    result = run("serve", "--host", "192.0.2.1")

    assert result.exit_code == 1
    assert result.stderr.startswith("Auf 192.0.2.1, Port 8000 kann die Seite nicht laufen: ")


@pytest.mark.parametrize("command", ["serve", "web", "worker"])
def test_a_mistake_in_the_settings_stops_the_start(instance: Path, run: Run, command: str) -> None:
    change_settings(instance, {"mail.port": '"25"'})
    result = run(command)

    assert (result.exit_code, result.stdout) == (1, "")
    file = instance / "stadtfuehrer.toml"
    reason = "muss eine ganze Zahl sein, ist aber der Text „25“"
    assert result.stderr == f"{file}: mail.port: {reason}\n"
