"""The site's mailbox on a real Dovecot: what is read of it, and that it is left as it was."""

import ssl
import time
from datetime import UTC, datetime, timedelta

import pytest

from stadtfuehrer.mail import imap
from stadtfuehrer.mail.imap import ImapServer, MailboxFault, open_mailbox, probe
from tests.support.authority import Authority
from tests.support.came_back import a_bounce, a_reply, raw
from tests.support.mail_server import free_port
from tests.support.mailbox import Mailbox
from tests.support.misbehaviour import greeting
from tools.provision import dovecot

OTHER = b"Subject: Hallo\r\nContent-Type: text/plain\r\n\r\nIch freue mich auf Montag.\r\n"
NOW = datetime.now(UTC)


def server_of(mailbox: Mailbox, **changes: object) -> ImapServer:
    facts = {
        "host": "localhost",
        "port": mailbox.port,
        "username": dovecot.USER,
        "password": dovecot.PASSWORD,
        "folder": mailbox.folder,
        "timeout_seconds": 5,
    }
    return ImapServer(**{**facts, **changes})  # type: ignore[arg-type]


def everything(server: ImapServer, *, after: int | None = None) -> dict[int, bytes | None]:
    with open_mailbox(server) as opened:
        return {uid: opened.fetch(uid) for uid in opened.uids(after=after, now=NOW)}


def test_answers_and_bounces_are_read_and_nothing_else_is_even_fetched(mailbox: Mailbox) -> None:
    reply, bounce, bare = a_reply("u"), a_bounce("<a@b.example>"), raw("evolution-reply-accepted")
    mailbox.deliver(reply, OTHER, bounce, bare)
    assert everything(server_of(mailbox)) == {1: reply, 2: None, 3: bounce, 4: bare}
    assert everything(server_of(mailbox), after=2) == {3: bounce, 4: bare}
    assert everything(server_of(mailbox), after=4) == {}
    assert mailbox.flags() == [()] * 4


def test_what_is_seen_flagged_or_deleted_stays_so(mailbox: Mailbox) -> None:
    mailbox.deliver(a_reply("u"), a_reply("v"), OTHER)
    with mailbox.open() as opened:
        opened.select(mailbox.folder)
        opened.store("1", "+FLAGS", r"(\Seen \Flagged)")
        opened.store("2", "+FLAGS", r"(\Deleted)")
    before = mailbox.flags()
    assert len(everything(server_of(mailbox))) == 3
    assert mailbox.flags() == before


def test_an_empty_folder_and_one_that_counts_anew(mailbox: Mailbox) -> None:
    server = server_of(mailbox)
    assert everything(server) == everything(server, after=0) == {}
    mailbox.deliver(OTHER)
    with open_mailbox(server) as opened:
        before = opened.uid_validity
    mailbox.recreate()
    with open_mailbox(server) as opened:
        assert opened.uid_validity not in {0, before}


def test_of_a_mailbox_that_is_new_to_us_only_the_last_days_are_read(mailbox: Mailbox) -> None:
    with mailbox.open() as opened:
        for days in (30, 16, 12):
            stamp = datetime.now(UTC) - timedelta(days=days)
            opened.append(mailbox.folder, "", stamp, a_reply("u"))
    assert list(everything(server_of(mailbox))) == [3]


def test_a_huge_and_a_deeply_nested_mail_harm_nobody(mailbox: Mailbox) -> None:
    huge = a_reply("u").replace(
        b"SUMMARY:", b"X-LONG:" + b"x" * imap.LARGEST_MESSAGE + b"\r\nSUMMARY:"
    )
    nested = b""
    for depth in range(2000):
        nested += b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (depth, depth)
    nested += b"Content-Type: text/calendar; method=REPLY\r\n\r\nBEGIN:VCALENDAR\r\n"
    mailbox.deliver(huge, nested, a_reply("last"))
    found = everything(server_of(mailbox))
    assert found[1] is None
    assert found[3] == a_reply("last")


def test_a_message_that_vanishes_meanwhile_is_no_fault(mailbox: Mailbox) -> None:
    mailbox.deliver(a_reply("u"))
    with open_mailbox(server_of(mailbox)) as opened:
        assert opened.fetch(77) is None


@pytest.mark.parametrize("folder", ["Rückläufer & mehr", 'Mit "Strich\\', "日本"])
def test_a_folder_may_be_called_anything(mailbox: Mailbox, folder: str) -> None:
    if "\\" in folder:
        # A maildir knows no such name, but the server understands the question.
        (said,) = probe(server_of(mailbox, folder=folder))
        assert f"keinen Ordner „{folder}“, der sich öffnen lässt (mailbox.folder)." in said
        return
    with mailbox.open() as opened:
        opened.create(imap._quoted(folder))
        names = b"".join(one for one in opened.list()[1] if isinstance(one, bytes))
    assert {"R": b"R&APw-ckl&AOQ-ufer &- mehr", "日": b"&ZeVnLA-"}[folder[0]] in names
    assert probe(server_of(mailbox, folder=folder)) == ()


def test_a_wrong_login_a_missing_folder_and_a_wrong_port(mailbox: Mailbox) -> None:
    place = f"localhost:{mailbox.port}"
    assert probe(server_of(mailbox)) == ()
    for changes in ({"password": "falsch"}, {"username": "niemand"}):
        (said,) = probe(server_of(mailbox, **changes))
        assert said == (
            f"Das Postfach {place} lehnt die Anmeldung ab: mailbox.username oder "
            "mailbox.password stimmt nicht."
        )
    (said,) = probe(server_of(mailbox, folder="Fehlt"))
    assert "keinen Ordner „Fehlt“" in said
    port = free_port()
    assert probe(server_of(mailbox, port=port)) == (
        (
            f"Unter localhost:{port} nimmt kein Postfach Verbindungen an. "
            "Stimmen mailbox.host und mailbox.port?"
        ),
    )
    (said,) = probe(server_of(mailbox, host="imap..example"))
    assert said == "„imap..example“ kann kein Rechner heißen (mailbox.host)."


@pytest.mark.parametrize(
    ("name", "days", "why"),
    [
        ("mail.anders.example", 2, "gilt für einen anderen Namen. Unter mailbox.host muss"),
        ("localhost", -1, "ist abgelaufen."),
    ],
)
def test_a_certificate_that_is_not_right(
    authority: Authority, name: str, days: int, why: str
) -> None:
    with dovecot.mailbox(*authority.files(name, days=days)) as port:
        its = Mailbox(port=port, authority=authority)
        (said,) = probe(server_of(its, ssl_context=authority.trusting))
        assert said.startswith(f"Das Zertifikat des Postfachs localhost:{port} {why}")
        (said,) = probe(server_of(its, ssl_context=ssl.create_default_context()))
        assert said.startswith(f"Das Zertifikat des Postfachs localhost:{port} ")


@pytest.mark.parametrize("line", [b"* OK IMAP4 without TLS\r\n", b"SSH-2.0-OpenSSH_9.2\r\n"])
def test_a_port_without_tls(mailbox: Mailbox, line: bytes) -> None:
    with greeting(line) as port:
        (said,) = probe(server_of(mailbox, port=port))
    assert "keine Verschlüsselung zustande" in said or "abgebrochen" in said


def test_a_server_that_never_answers(mailbox: Mailbox) -> None:
    with greeting(hold=True) as port:
        (said,) = probe(server_of(mailbox, port=port, timeout_seconds=0.3))
    assert said.startswith(f"Das Postfach localhost:{port} antwortet nicht in der gesetzten Zeit.")


def test_a_conversation_ends_however_much_there_is_to_say(mailbox: Mailbox) -> None:
    begin = time.monotonic()

    def talk_for_ever() -> None:
        with open_mailbox(server_of(mailbox, conversation_seconds=0.5)) as opened:
            while time.monotonic() - begin < 10:
                opened.fetch(1)

    with pytest.raises(MailboxFault, match="ist abgebrochen"):
        talk_for_ever()
    assert time.monotonic() - begin < 5


def test_a_message_that_the_server_cannot_give_is_no_fault(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    mailbox.deliver(a_reply("u"), a_reply("v"))
    with open_mailbox(server_of(mailbox)) as opened:
        with monkeypatch.context() as patch:
            patch.setattr(imap, "WANTED", "(RFC822.SIZE NO-SUCH-THING)")  # answered BAD
            assert opened.fetch(1) is None
        assert opened.fetch(2) == a_reply("v")
