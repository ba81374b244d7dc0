"""What a connection needs before it can carry anything: name, port, TLS, login, sender."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING

import pytest

from stadtfuehrer.outside.post import Later, Misconfigured, NotDelivered
from stadtfuehrer.outside.smtp import MailServer, SmtpPost
from tests.outside.mail_server import PASSWORD, Handler, answer, free_port, greeting, serving
from tests.outside.parcels import RECIPIENT, SENDER, encrypted, failure, parcel, plain

if TYPE_CHECKING:
    from tests.outside.conftest import Authority


def test_a_parcel_arrives_over_starttls_after_login(authority: Authority) -> None:
    handler = Handler()
    with serving(handler, starttls=authority.serving(), login=True) as port:
        post = encrypted(port, authority.trusting, username="vera", password=PASSWORD)
        assert post.probe(SENDER) == ()
        assert handler.accepted == []
        with post.round() as hand_over:
            hand_over(parcel())
    assert handler.messages == [parcel().message]
    assert handler.accepted[0].rcpt_tos == [RECIPIENT]


def test_a_parcel_arrives_over_tls(authority: Authority) -> None:
    handler = Handler()
    with serving(handler, tls=authority.serving()) as port:
        post = encrypted(port, authority.trusting, security="tls")
        assert post.probe(SENDER) == ()
        with post.round() as hand_over:
            hand_over(parcel())
    assert handler.messages == [parcel().message]


def wrong(post: SmtpPost) -> str:
    """What both the probe and a parcel say about settings that cannot work."""
    failed = failure(post)
    assert type(failed) is Misconfigured
    assert post.probe(SENDER) == (failed.reason,)
    return failed.reason


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_certificate_that_cannot_be_trusted_stops_everything_before_the_password(
    authority: Authority, security: str
) -> None:
    for context, why in (
        (authority.self_signed(), "ist selbst ausgestellt und niemand bürgt dafür."),
        (authority.serving(days=-1), "ist abgelaufen."),
        (authority.serving("mail.anders.example"), "gilt für einen anderen Namen."),
    ):
        handler = Handler()
        transport = {"starttls": context} if security == "starttls" else {"tls": context}
        with serving(handler, **transport, login=True) as port:
            post = encrypted(
                port, authority.trusting, security=security, username="vera", password=PASSWORD
            )
            assert wrong(post) == f"Das Zertifikat des Mailservers localhost:{port} {why}"
        assert handler.commands == []


def test_a_certificate_of_an_unknown_authority_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        reason = wrong(encrypted(port, ssl.create_default_context()))
    assert "von einer Stelle, der dieser Rechner nicht vertraut" in reason


def test_the_context_that_is_not_given_verifies(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving()) as port:
        reason = wrong(SmtpPost(server=MailServer(host="localhost", port=port)))
    assert "von einer Stelle, der dieser Rechner nicht vertraut" in reason


def test_a_wrong_password_stops_everything(authority: Authority) -> None:
    with serving(Handler(), starttls=authority.serving(), login=True) as port:
        reason = wrong(encrypted(port, authority.trusting, username="vera", password="falsch"))
    assert "Benutzername oder Passwort stimmt nicht (535" in reason
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
        assert "bietet auf diesem Weg keine Anmeldung an" in wrong(SmtpPost(server=server))


def test_tls_on_a_port_without_it_stops_everything(authority: Authority) -> None:
    with serving(Handler()) as port:
        reason = wrong(encrypted(port, authority.trusting, security="tls"))
    assert "kommt keine Verschlüsselung zustande" in reason


def test_starttls_on_a_port_that_begins_with_tls_waits_for_a_greeting_in_vain(
    authority: Authority,
) -> None:
    with serving(Handler(), tls=authority.serving()) as port:
        post = encrypted(port, authority.trusting, timeout_seconds=0.3)
        assert post.probe(SENDER) == (
            f"Der Mailserver localhost:{port} antwortet nicht in der gesetzten Zeit.",
        )


def test_an_unknown_name_stops_everything(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    reason = wrong(encrypted(587, authority.trusting, host="smpt.example"))
    assert reason == "Den Mailserver „smpt.example“ gibt es nicht: Der Name ist unbekannt."


def test_a_name_server_that_does_not_answer_is_asked_again_later(
    authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    def silent(*_arguments: object, **_options: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    assert type(failure(encrypted(587, authority.trusting))) is Later


def test_the_probe_names_a_closed_port() -> None:
    port = free_port()
    assert plain(port).probe(SENDER) == (
        f"Unter 127.0.0.1:{port} nimmt kein Mailserver Verbindungen an.",
    )


def test_the_probe_names_a_refused_sender_and_sends_nothing() -> None:
    handler = Handler(at={"MAIL": [answer("553 5.7.1 not yours")]})
    with serving(handler) as port:
        (reason,) = plain(port).probe(SENDER)
        assert plain(port).probe(SENDER) == ()
    assert reason.endswith("nimmt den Absender (mail.sender) nicht an (553 5.7.1 not yours).")
    assert handler.commands == ["MAIL", "QUIT", "MAIL", "RSET", "QUIT"]
    assert handler.accepted == []


def test_the_password_is_not_in_the_servers_representation() -> None:
    server = MailServer(host="x.example", port=587, username="vera", password=PASSWORD)
    assert PASSWORD not in repr(server)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"554 No SMTP service here\r\n", Misconfigured),
        (b"421 Too many connections\r\n", Later),
        (b"SSH-2.0-OpenSSH_9.2\r\n", Later),
        (b"", Later),
    ],
)
def test_a_server_that_does_not_greet(line: bytes, expected: type[NotDelivered]) -> None:
    with greeting(line) as port:
        assert type(failure(plain(port))) is expected
