"""What a connection needs before it can carry anything: name, port, TLS, login, sender."""

import socket
import ssl
import time
from base64 import b64encode

import pytest

from stadtfuehrer.mail import smtp
from stadtfuehrer.mail.mailer import MailServer, Misconfigured, NotDelivered, Unreachable
from stadtfuehrer.mail.smtp import SmtpMailer
from tests.support.authority import Authority
from tests.support.envelopes import RECIPIENT, SENDER, an_envelope, encrypted, failure, plain
from tests.support.mail_server import PASSWORD, Handler, answer, free_port, serving
from tests.support.misbehaviour import greeting


def login(port: int, authority: Authority, **changes: object) -> SmtpMailer:
    """A mailer that logs in."""
    facts: dict[str, object] = {"username": "vera", "password": PASSWORD}
    return encrypted(port, authority.trusting, **(facts | changes))


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_envelope_arrives_over_tls_after_login(authority: Authority, security: str) -> None:
    handler = Handler()
    with serving(handler, **{security: authority.serving()}, login=security == "starttls") as port:  # type: ignore[arg-type]
        mailer = (
            login(port, authority)
            if security == "starttls"
            else encrypted(port, authority.trusting, security=security)
        )
        assert mailer.probe(SENDER) == ()
        assert handler.accepted == []
        with mailer.round() as send:
            send(an_envelope())
    assert handler.messages == [an_envelope().message]
    assert handler.accepted[0].rcpt_tos == [RECIPIENT]


def wrong(mailer: SmtpMailer) -> str:
    """What both the probe and an envelope say about settings that cannot work."""
    failed = failure(mailer)
    assert type(failed) is Misconfigured
    assert mailer.probe(SENDER) == (failed.reason,)
    return failed.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_bad_certificate_stops_all_before_the_password(
    authority: Authority, security: str
) -> None:
    for context, why in (
        (authority.self_signed(), "ist selbst ausgestellt und niemand bürgt dafür. Bürgen muss "),
        (authority.serving(days=-1), "ist abgelaufen. Erneuern muss es, wer den Mailserver betr"),
        (authority.serving("mail.anders.example"), "gilt für einen anderen Namen. Unter mail.h"),
    ):
        handler = Handler()
        with serving(handler, **{security: context}, login=True) as port:  # type: ignore[arg-type]
            reason = wrong(login(port, authority, security=security))
        assert reason.startswith(f"Das Zertifikat des Mailservers localhost:{port} {why}")
        assert {"AUTH", "MAIL"}.isdisjoint(handler.commands)


def test_a_certificate_of_an_unknown_authority_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        for mailer in (
            encrypted(port, ssl.create_default_context()),
            # The context that is not given verifies.
            SmtpMailer(server=MailServer(host="localhost", port=port)),
        ):
            assert "von einer Stelle, der dieser Rechner nicht vertraut" in wrong(mailer)


def test_a_login_that_is_wrong_or_missing_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving(), login=True) as port:
        reason = wrong(login(port, authority, password="falsch"))
        assert "530" in wrong(encrypted(port, authority.trusting))
    assert "mail.username oder mail.password stimmt nicht (535" in reason
    assert "falsch" not in reason


def test_a_server_without_starttls_login_or_tls_stops_everything(authority: Authority) -> None:
    with serving(Handler()) as port:
        assert "bietet keine Verschlüsselung mit STARTTLS an" in wrong(
            encrypted(port, authority.trusting)
        )
        assert "bietet auf diesem Weg keine Anmeldung an" in wrong(
            login(port, authority, security="none")
        )
        assert "kommt keine Verschlüsselung zustande" in wrong(
            encrypted(port, authority.trusting, security="tls")
        )


def test_starttls_on_a_port_with_tls_waits_for_a_greeting_in_vain(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Whoever has asked sits there and waits; a letter bears with the server for longer.
    assert smtp.PROBE_SECONDS <= 10
    monkeypatch.setattr(smtp, "PROBE_SECONDS", 0.3)
    with serving(Handler(), tls=authority.serving()) as port:
        began = time.monotonic()
        (reason,) = encrypted(port, authority.trusting, timeout_seconds=30).probe(SENDER)
        assert time.monotonic() - began < 5
    assert reason == (
        f"Der Mailserver localhost:{port} antwortet nicht in der gesetzten Zeit. "
        "Passen mail.host, mail.port und mail.security zueinander?"
    )


@pytest.mark.parametrize(
    ("command", "said", "expected", "words"),
    [
        ("STARTTLS", "454 TLS not available", Unreachable, "nimmt gerade nichts an (454 TLS"),
        ("STARTTLS", "501 no", Misconfigured, "nimmt gerade nichts an (501 no)"),
        ("AUTH", "454 directory is away", Unreachable, "Anmeldung gerade nicht prüfen (454"),
        ("AUTH", "534 5.7.9 application password", Misconfigured, "stimmt nicht (534 5.7.9"),
        ("AUTH", "334 abcde", Misconfigured, "auf die Anmeldung mit etwas Unverständlichem."),
        ("AUTH", "hm?", Unreachable, "(unverständliche Antwort)"),
    ],
)
def test_an_encryption_or_a_login_that_is_answered_oddly(
    authority: Authority, command: str, said: str, expected: type[NotDelivered], words: str
) -> None:
    # Each of the two ways to log in that the server offers is tried.
    handler = Handler(at={command: [answer(said)] * 2})
    with serving(handler, starttls=authority.serving(), login=True) as port:
        failed = failure(login(port, authority))
    assert type(failed) is expected
    assert words in failed.reason


def test_a_password_that_is_repeated_is_not_in_the_log(authority: Authority) -> None:
    encoded = b64encode(PASSWORD.encode()).decode()
    handler = Handler(at={"AUTH": [answer(f"500 5.5.1 {encoded} {PASSWORD}: unknown")] * 4})
    with serving(handler, starttls=authority.serving(), login=True) as port:
        reason = wrong(login(port, authority))
    assert reason.endswith("mail.username oder mail.password stimmt nicht (500 5.5.1).")
    assert PASSWORD not in repr(MailServer(host="x.example", port=587, password=PASSWORD))


@pytest.mark.parametrize("changes", [{"username": "vérà"}, {"password": "geheimnisvöll"}])
def test_a_login_with_umlauts(authority: Authority, changes: dict[str, object]) -> None:
    handler = Handler()
    with serving(handler, starttls=authority.serving(), login=True) as port:
        reason = wrong(login(port, authority, **changes))
    assert "ein Umlaut oder ein anderes besonderes Zeichen" in reason
    assert handler.commands == []


def test_an_unknown_name_stops_everything(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    def look_up(*_arguments: object, **_options: object) -> None:
        raise said

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    mailer = encrypted(587, authority.trusting, host="smpt.example")
    assert wrong(mailer) == (
        "Den Mailserver „smpt.example“ gibt es nicht: Der Name ist unbekannt. Stimmt mail.host?"
    )
    said = socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
    assert type(failure(mailer)) is Unreachable


@pytest.mark.parametrize("host", ["smtp..example", f"{'a' * 64}.example"])
def test_a_name_that_cannot_be_one_stops_everything(authority: Authority, host: str) -> None:
    reason = wrong(encrypted(587, authority.trusting, host=host))
    assert reason == f"„{host}“ kann kein Mailserver heißen (mail.host)."


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


# FTP greets with 220, too, and knows neither EHLO nor HELO.
FTP = (b"220 FTP ready\r\n", *[b"500 unknown command\r\n"] * 2)


@pytest.mark.parametrize(
    ("lines", "expected", "words"),
    [
        ([b"554 No SMTP service here\r\n"], Misconfigured, "lässt niemanden herein (554 No SMTP"),
        ([b"421 Too many connections\r\n"], Unreachable, "lässt niemanden herein (421 Too"),
        *(
            ([line], Misconfigured, "antwortet etwas anderes als ein Mailserver")
            for line in (b"SSH-2.0-OpenSSH_9.2\r\n", b"* OK IMAP4rev1 ready\r\n", b"\xff\xfe\r\n")
        ),
        ([b"x" * 9000], Misconfigured, "nimmt gerade nichts an (500 Line too long.)"),
        ([b""], Unreachable, "hat die Verbindung abgebrochen"),
        ([b"220"], Unreachable, "hat die Verbindung abgebrochen"),
        (FTP, Misconfigured, "lässt niemanden herein (500 unknown command)"),
    ],
)
def test_one_that_greets_oddly(
    lines: list[bytes], expected: type[NotDelivered], words: str
) -> None:
    with greeting(*lines) as port:
        failed = failure(plain(port))
    assert type(failed) is expected
    assert words in failed.reason
