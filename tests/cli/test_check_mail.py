"""`check --connect`: what is wrong with the mail server, and which setting to look at."""

import socket
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest

from stadtfuehrer.mail.mailer import MailServer
from tests.support.authority import Authority
from tests.support.commands import Run, through_smtp
from tests.support.mail_server import PASSWORD, Behaviour, Handler, answer, free_port, serving
from tests.support.misbehaviour import greeting
from tools.provision.site import change_settings

LOGIN = {"username": '"vera"', "password": f'"{PASSWORD}"'}
MAIL = {"mail.host": '"localhost"', "mail.security": '"starttls"'}
NOT_YOU = answer("550 5.7.1 not you")


@pytest.fixture
def complaint(instance: Path, run: Run, authority: Authority) -> Callable[..., str]:
    """Return `complaint(port, security='"tls"', …)`: the one sentence that the command says."""

    def complained(port: int, **changes: str) -> str:
        through_smtp(instance, port)
        change_settings(instance, {f"mail.{key}": value for key, value in changes.items()})
        trusted = {"SSL_CERT_FILE": str(authority.folder / "ca.pem")}
        result = run("check", "--connect", environment=trusted)
        assert (result.exit_code, result.stdout) == (1, "")
        assert PASSWORD not in result.stderr
        # Beside it stand the hint at an old SQLite and what the test's mail server has to log.
        lines = result.stderr.splitlines()
        (sentence,) = (line for line in lines if not line.startswith(("Hinweis: ", "{")))
        return sentence.replace(f":{port}", "")

    return complained


def test_a_mail_server_where_all_is_well(instance: Path, run: Run, authority: Authority) -> None:
    handler = Handler()
    with serving(handler, starttls=authority.serving(), login=True) as port:
        through_smtp(instance, port)
        change_settings(instance, MAIL | {f"mail.{key}": value for key, value in LOGIN.items()})
        trusted = {"SSL_CERT_FILE": str(authority.folder / "ca.pem")}
        result = run("check", "--connect", environment=trusted)
    assert (result.exit_code, result.stdout) == (0, "Alles in Ordnung.\n")
    assert handler.accepted == []


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
@pytest.mark.parametrize("said", ["450 4.2.0 Greylisted, see you later", "421 Too busy"])
def test_a_server_that_asks_for_a_later_attempt_is_well(
    instance: Path, run: Run, command: str, said: str
) -> None:
    with serving(Handler(at={command: [answer(said)]})) as port:
        through_smtp(instance, port)
        result = run("check", "--connect")
    assert (result.exit_code, result.stdout) == (0, "Alles in Ordnung.\n")


def test_a_list_of_authorities_that_is_missing_is_named(
    instance: Path, run: Run, authority: Authority
) -> None:
    missing = str(authority.folder / "fehlt.pem")
    with serving(Handler(), starttls=authority.serving()) as port:
        through_smtp(instance, port)
        change_settings(instance, MAIL)
        result = run("check", "--connect", environment={"SSL_CERT_FILE": missing})
    assert result.exit_code == 1
    assert f"SSL_CERT_FILE nennt „{missing}“; diese Datei fehlt hier." in result.stderr


def test_a_name_that_nobody_knows(
    complaint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert complaint(587, host='"smtp..example"') == (
        "„smtp..example“ kann kein Mailserver heißen (mail.host)."
    )
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert complaint(587, host='"smpt.example"') == (
        "Den Mailserver „smpt.example“ gibt es nicht: Der Name ist unbekannt. Stimmt mail.host?"
    )


def test_a_server_that_does_not_answer(
    complaint: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    # So long that nobody wants to wait for it in a test.
    usual = MailServer.__init__.__kwdefaults__
    assert usual is not None
    monkeypatch.setitem(usual, "timeout_seconds", 0.3)
    with greeting(hold=True) as port:
        assert complaint(port) == (
            "Der Mailserver 127.0.0.1 antwortet nicht in der gesetzten Zeit. "
            "Passen mail.host, mail.port und mail.security zueinander?"
        )


@pytest.mark.parametrize("line", [b"SSH-2.0-OpenSSH_9.2\r\n", b"* OK IMAP4\r\n", b"+OK POP3\r\n"])
def test_something_else_than_a_mail_server(complaint: Callable[..., str], line: bytes) -> None:
    with greeting(line) as port:
        assert complaint(port) == (
            "Unter 127.0.0.1 antwortet etwas anderes als ein Mailserver. "
            "Stimmen mail.host und mail.port?"
        )


def test_a_server_that_does_not_begin_with_tls(complaint: Callable[..., str]) -> None:
    with serving(Handler()) as port:
        said = complaint(port, security='"tls"')
    assert said.startswith("Mit dem Mailserver 127.0.0.1 kommt keine Verschlüsselung zustande (")
    assert said.endswith("). Passen mail.port und mail.security zueinander?")


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("offers", "why"),
    [
        (lambda its: its.self_signed(), "ist selbst ausgestellt und niemand bürgt dafür. Bürgen"),
        (lambda its: its.serving("mail.anders.example"), "gilt für einen anderen Namen. Unter mai"),
        (lambda its: its.serving(days=-1), "ist abgelaufen. Erneuern muss es, wer den Mailserver"),
    ],
    ids=["self-signed", "another name", "expired"],
)
def test_a_bad_certificate(
    complaint: Callable[..., str],
    authority: Authority,
    security: str,
    offers: Callable[[Authority], ssl.SSLContext],
    why: str,
) -> None:
    handler, context = Handler(), offers(authority)
    starttls, tls = (context, None) if security == "starttls" else (None, context)
    with serving(handler, starttls=starttls, tls=tls, login=True) as port:
        said = complaint(port, host='"localhost"', security=f'"{security}"', **LOGIN)
    assert said.startswith(f"Das Zertifikat des Mailservers localhost {why}")
    assert "AUTH" not in handler.commands


def test_a_certificate_of_an_unknown_authority(
    instance: Path, run: Run, authority: Authority
) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        through_smtp(instance, port)
        change_settings(instance, MAIL)
        result = run("check", "--connect")
    assert result.exit_code == 1
    assert "stammt von einer Stelle, der dieser Rechner nicht vertraut." in result.stderr


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"username": '"vera"', "password": '"falsch"'},
         ("lehnt die Anmeldung ab: mail.username oder mail.password stimmt nicht (535 5.7.8).")),
        ({},
         ("nimmt den Absender (mail.sender) nicht an: Er verlangt erst eine Anmeldung "
          "(mail.username) oder Verschlüsselung (mail.security) "
          "(530 5.7.0 Authentication required).")),
    ],
)  # fmt: skip
def test_a_server_that_wants_another_login(
    complaint: Callable[..., str], authority: Authority, changes: dict[str, str], sentence: str
) -> None:
    with serving(Handler(), starttls=authority.serving(), login=True) as port:
        said = complaint(port, host='"localhost"', security='"starttls"', **changes)
    assert said == f"Der Mailserver localhost {sentence}"


@pytest.mark.parametrize(
    ("at", "changes", "sentence"),
    [
        ({}, {"security": '"starttls"'},
         ("bietet keine Verschlüsselung mit STARTTLS an; vielleicht gehört zu diesem Port "
          "mail.security = „tls“.")),
        ({}, LOGIN,
         ("bietet auf diesem Weg keine Anmeldung an; vielleicht verlangt er vorher "
          "Verschlüsselung (mail.security), oder er braucht keine (mail.username = „“).")),
        ({"MAIL": [NOT_YOU]}, {}, "nimmt den Absender (mail.sender) nicht an (550 5.7.1 not you)."),
        # Most servers wait for the first recipient before they say what they have against you.
        ({"RCPT": [NOT_YOU]}, {}, "nimmt den Absender (mail.sender) nicht an (550 5.7.1 not you)."),
        ({"RCPT": [answer("554 5.7.1 <x[::1]>: Client host rejected: Access denied")]}, {},
         ("nimmt von diesem Rechner keine Briefe an. Meist verlangt er eine Anmeldung "
          "(mail.username und mail.password) "
          "(554 5.7.1 <x[::1]>: Client host rejected: Access denied).")),
        ({"RCPT": [answer("450 4.1.8 Sender address rejected: Domain not found")]}, {},
         ("nimmt den Absender (mail.sender) nicht an "
          "(450 4.1.8 Sender address rejected: Domain not found).")),
        ({"CONNECT": [answer("554 5.7.1 listed")]}, {},
         "lässt niemanden herein (554 5.7.1 listed)."),
    ],
)  # fmt: skip
def test_a_server_that_refuses(
    complaint: Callable[..., str],
    at: dict[str, list[Behaviour]],
    changes: dict[str, str],
    sentence: str,
) -> None:
    handler = Handler(at=at)
    with serving(handler) as port:
        assert complaint(port, **changes) == f"Der Mailserver 127.0.0.1 {sentence}"
    assert handler.accepted == []


def test_a_port_where_nobody_listens(complaint: Callable[..., str]) -> None:
    assert complaint(free_port()) == (
        "Unter 127.0.0.1 nimmt kein Mailserver Verbindungen an. Stimmen mail.host und mail.port?"
    )


def test_nothing_is_tried_unless_asked(instance: Path, run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        through_smtp(instance, server.getsockname()[1])
        server.settimeout(0.1)
        assert run("check").exit_code == 0
        with pytest.raises(TimeoutError):
            server.accept()


def test_connecting_where_letters_go_to_a_folder(instance: Path, run: Run) -> None:
    assert run("check", "--connect").exit_code == 0
    (instance / "postfach").rmdir()
    (instance / "postfach").write_text("steht im Weg")
    result = run("check", "--connect")

    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1].startswith(f"In den Ordner {instance / 'postfach'} läs")
