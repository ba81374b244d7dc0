"""What a connection needs before it can carry anything: name, port, TLS, login, sender."""

from __future__ import annotations

import socket
import ssl
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.mail.mailer import MailServer, Misconfigured, NotDelivered, Unreachable
from stadtfuehrer.mail.smtp import SmtpMailer
from tests.support.envelopes import RECIPIENT, SENDER, an_envelope, encrypted, failure, plain
from tests.support.mail_server import PASSWORD, Handler, answer, free_port, serving
from tests.support.misbehaviour import greeting

if TYPE_CHECKING:
    from tests.support.authority import Authority


def test_a_parcel_arrives_over_starttls_after_login(authority: Authority) -> None:
    handler = Handler()
    with serving(handler, starttls=authority.serving(), login=True) as port:
        post = encrypted(port, authority.trusting, username="vera", password=PASSWORD)
        assert post.probe(SENDER) == ()
        assert handler.accepted == []
        with post.round() as send:
            send(an_envelope())
    assert handler.messages == [an_envelope().message]
    assert handler.accepted[0].rcpt_tos == [RECIPIENT]


def test_a_parcel_arrives_over_tls(authority: Authority) -> None:
    handler = Handler()
    with serving(handler, tls=authority.serving()) as port:
        post = encrypted(port, authority.trusting, security="tls")
        assert post.probe(SENDER) == ()
        with post.round() as send:
            send(an_envelope())
    assert handler.messages == [an_envelope().message]


def wrong(post: SmtpMailer) -> str:
    """What both the probe and a envelope say about settings that cannot work."""
    failed = failure(post)
    assert type(failed) is Misconfigured
    assert post.probe(SENDER) == (failed.reason,)
    return failed.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_cannot_be_trusted_stops_everything_before_the_password(
    authority: Authority, security: str
) -> None:
    for context, why in (
        (authority.self_signed(), "ist selbst ausgestellt und niemand bürgt dafür. Bürgen muss "),
        (authority.serving(days=-1), "ist abgelaufen. Erneuern muss es, wer den Mailserver betr"),
        (authority.serving("mail.anders.example"), "gilt für einen anderen Namen. Unter mail.h"),
    ):
        handler = Handler()
        starttls, tls = (context, None) if security == "starttls" else (None, context)
        with serving(handler, starttls=starttls, tls=tls, login=True) as port:
            post = encrypted(
                port, authority.trusting, security=security, username="vera", password=PASSWORD
            )
            reason = wrong(post)
        assert reason.startswith(f"Das Zertifikat des Mailservers localhost:{port} {why}")
        assert {"AUTH", "MAIL"}.isdisjoint(handler.commands)


def test_a_certificate_of_an_unknown_authority_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        reason = wrong(encrypted(port, ssl.create_default_context()))
    assert "von einer Stelle, der dieser Rechner nicht vertraut" in reason


def test_the_context_that_is_not_given_verifies(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        reason = wrong(SmtpMailer(server=MailServer(host="localhost", port=port)))
    assert "von einer Stelle, der dieser Rechner nicht vertraut" in reason


def test_a_wrong_password_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving(), login=True) as port:
        reason = wrong(encrypted(port, authority.trusting, username="vera", password="falsch"))
    assert "mail.username oder mail.password stimmt nicht (535" in reason
    assert "falsch" not in reason


def test_a_server_that_wants_a_login_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving(), login=True) as port:
        assert "530" in wrong(encrypted(port, authority.trusting))


def test_a_server_without_starttls_stops_everything(authority: Authority) -> None:
    with serving(Handler()) as port:
        assert "bietet keine Verschlüsselung mit STARTTLS an" in wrong(
            encrypted(port, authority.trusting)
        )


def test_a_server_without_login_stops_everything() -> None:
    with serving(Handler()) as port:
        server = MailServer(
            host="127.0.0.1", port=port, security="none", username="vera", password=PASSWORD
        )
        assert "bietet auf diesem Weg keine Anmeldung an" in wrong(SmtpMailer(server=server))


def test_tls_on_a_port_without_it_stops_everything(authority: Authority) -> None:
    with serving(Handler()) as port:
        reason = wrong(encrypted(port, authority.trusting, security="tls"))
    assert "kommt keine Verschlüsselung zustande" in reason


def test_starttls_on_a_port_that_begins_with_tls_waits_for_a_greeting_in_vain(
    authority: Authority,
) -> None:
    with serving(Handler(), tls=authority.serving()) as port:
        (reason,) = encrypted(port, authority.trusting, timeout_seconds=0.3).probe(SENDER)
    assert reason == (
        f"Der Mailserver localhost:{port} antwortet nicht in der gesetzten Zeit. "
        "Passen mail.host, mail.port und mail.security zueinander?"
    )


@pytest.mark.parametrize(
    ("said", "expected", "words"),
    [
        ("454 TLS not available", Unreachable, "nimmt gerade nichts an (454 TLS"),
        ("501 no", Misconfigured, "nimmt gerade nichts an (501 no)"),
    ],
)
def test_a_server_that_offers_starttls_and_then_does_not_want_it(
    authority: Authority, said: str, expected: type[NotDelivered], words: str
) -> None:
    handler = Handler(at={"STARTTLS": [answer(said)]})
    with serving(handler, starttls=authority.serving()) as port:
        failed = failure(encrypted(port, authority.trusting))
    assert type(failed) is expected
    assert words in failed.reason


@pytest.mark.parametrize(
    ("said", "expected", "words"),
    [
        ("454 directory is away", Unreachable, "kann die Anmeldung gerade nicht prüfen (454"),
        ("534 5.7.9 application password", Misconfigured, "stimmt nicht (534 5.7.9"),
        ("334 abcde", Misconfigured, "antwortet auf die Anmeldung mit etwas Unverständlichem."),
        ("hm?", Unreachable, "(unverständliche Antwort)"),
    ],
)
def test_a_login_that_is_answered_oddly(
    authority: Authority, said: str, expected: type[NotDelivered], words: str
) -> None:
    # Each of the two ways to log in that the server offers is tried.
    handler = Handler(at={"AUTH": [answer(said)] * 2})
    with serving(handler, starttls=authority.serving(), login=True) as port:
        post = encrypted(port, authority.trusting, username="vera", password=PASSWORD)
        failed = failure(post)
    assert type(failed) is expected
    assert words in failed.reason


def test_a_server_that_repeats_the_password_does_not_bring_it_into_the_log(
    authority: Authority,
) -> None:
    told = b64encode(PASSWORD.encode()).decode()
    handler = Handler(at={"AUTH": [answer(f"500 5.5.1 {told} {PASSWORD}: unknown")] * 4})
    with serving(handler, starttls=authority.serving(), login=True) as port:
        reason = wrong(encrypted(port, authority.trusting, username="vera", password=PASSWORD))
    assert reason.endswith("mail.username oder mail.password stimmt nicht (500 5.5.1).")


@pytest.mark.parametrize("changes", [{"username": "vérà"}, {"password": "geheimnisvöll"}])
def test_a_login_with_umlauts_stops_everything(
    authority: Authority, changes: dict[str, object]
) -> None:
    handler = Handler()
    with serving(handler, starttls=authority.serving(), login=True) as port:
        login: dict[str, object] = {"username": "vera", "password": PASSWORD}
        reason = wrong(encrypted(port, authority.trusting, **(login | changes)))
    assert "ein Umlaut oder ein anderes besonderes Zeichen" in reason
    assert handler.commands == []


def test_an_unknown_name_stops_everything(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    reason = wrong(encrypted(587, authority.trusting, host="smpt.example"))
    assert reason == (
        "Den Mailserver „smpt.example“ gibt es nicht: Der Name ist unbekannt. Stimmt mail.host?"
    )


@pytest.mark.parametrize("host", ["smtp..example", f"{'a' * 64}.example"])
def test_a_name_that_cannot_be_one_stops_everything(authority: Authority, host: str) -> None:
    reason = wrong(encrypted(587, authority.trusting, host=host))
    assert reason == f"„{host}“ kann kein Mailserver heißen (mail.host)."


def test_a_name_server_that_does_not_answer_is_asked_again_later(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    assert type(failure(encrypted(587, authority.trusting))) is Unreachable


def test_the_probe_names_a_closed_port() -> None:
    port = free_port()
    (reason,) = plain(port).probe(SENDER)
    assert reason == (
        f"Unter 127.0.0.1:{port} nimmt kein Mailserver Verbindungen an. "
        "Stimmen mail.host und mail.port?"
    )


@pytest.mark.parametrize("command", ["MAIL", "RCPT"])
def test_the_probe_names_a_refused_sender_and_sends_nothing(command: str) -> None:
    # Postfix tells what it has against a sender only when it hears the first recipient.
    handler = Handler(at={command: [answer("553 5.7.1 not yours")]})
    with serving(handler) as port:
        (reason,) = plain(port).probe(SENDER)
        assert plain(port).probe(SENDER) == ()
    assert reason.endswith("nimmt den Absender (mail.sender) nicht an (553 5.7.1 not yours).")
    assert handler.commands[-5:] == ["EHLO", "MAIL", "RCPT", "RSET", "QUIT"]
    assert "BODY" not in handler.commands


def test_the_password_is_not_in_the_servers_representation() -> None:
    server = MailServer(host="x.example", port=587, username="vera", password=PASSWORD)
    assert PASSWORD not in repr(server)


@pytest.mark.parametrize(
    ("line", "expected", "words"),
    [
        (b"554 No SMTP service here\r\n", Misconfigured, "lässt niemanden herein (554 No SMTP"),
        (b"421 Too many connections\r\n", Unreachable, "lässt niemanden herein (421 Too"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Misconfigured, "antwortet etwas anderes als ein Mailserver"),
        (b"* OK IMAP4rev1 ready\r\n", Misconfigured, "antwortet etwas anderes als ein Mails"),
        (b"\xff\xfe\r\n", Misconfigured, "antwortet etwas anderes als ein Mailserver"),
        (b"x" * 9000, Misconfigured, "nimmt gerade nichts an (500 Line too long.)"),
        (b"", Unreachable, "hat die Verbindung abgebrochen"),
        (b"220", Unreachable, "hat die Verbindung abgebrochen"),
    ],
)
def test_a_server_that_does_not_greet(
    line: bytes, expected: type[NotDelivered], words: str
) -> None:
    with greeting(line) as port:
        failed = failure(plain(port))
    assert type(failed) is expected
    assert words in failed.reason


def test_a_server_of_another_trade_that_greets_like_one() -> None:
    # FTP greets with 220, too, and knows neither EHLO nor HELO.
    unknown = b"500 unknown command\r\n"
    with greeting(b"220 FTP ready\r\n", unknown, unknown) as port:
        failed = failure(plain(port))
    assert type(failed) is Misconfigured
    assert "lässt niemanden herein (500 unknown command)" in failed.reason
