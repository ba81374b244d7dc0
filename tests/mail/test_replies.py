"""What programs send back: real mails of Thunderbird, Evolution and Postfix, and hostile ones."""

from datetime import UTC, datetime

import pytest

from stadtfuehrer.mail.replies import Answer, Bounce, parse_reply
from tests.support.came_back import REPLIES, a_bounce, a_reply, raw

SITE = "stadtfuehrer.example"
BOUNCES = {
    "dsn-postfix-expired-4.4.1": "ae47d159-1239-4e98-8c4c-83aa27d79069",
    "dsn-postfix-mailbox-full-5.2.2": "272c0a2b-8b66-4ea2-8f0e-542e08d8ba5d",
    "dsn-postfix-relay-refused-5.7.1": "7c73e576-b777-40b4-ae46-694acd069948",
    "dsn-postfix-unknown-user-5.1.1": "c9222eba-5a6c-4063-afac-a09a3a8a7b5b",
}
EVOLUTION, TWICE = "51755c4c-891d-4216-9b43-03756843893e", "81225b5c-b10b-44c6-b789-b3c5fb61b7c1"
VIDEO, OWN = "e58197e6-6b7a-4bd6-a19f-2e2049c62b26", "17a49e37-0a26-4586-baf0-fd1a0f8db2de"
ANSWERS = {
    "evolution-reply-accepted": (EVOLUTION, 0, "19:05:45", False),
    "evolution-reply-accepted-after-move": (EVOLUTION, 1, "19:06:47", False),
    "evolution-reply-declined-with-comment": (EVOLUTION, 0, "19:05:30", True),
    "thunderbird-reply-accepted": (TWICE, 0, "18:57:44", False),
    "thunderbird-reply-accepted-after-move": (TWICE, 1, "18:58:27", False),
    "thunderbird-reply-accepted-after-move-video": (VIDEO, 1, "18:58:17", False),
    "thunderbird-reply-consultant-accepted": (OWN, 0, "19:00:58", False),
    "thunderbird-reply-consultant-accepted-after-move": (OWN, 1, "19:01:09", False),
    "thunderbird-reply-declined": ("5afd20fd-0518-4eab-bde0-7c2462cd3ac7", 0, "18:57:39", True),
    "thunderbird-reply-declined-by-deleting-event": (TWICE, 1, "19:00:13", True),
    "thunderbird-reply-tentative": (VIDEO, 0, "18:57:34", False),
}


def test_every_real_mail_is_asked_about() -> None:
    names = {path.stem for path in REPLIES.glob("*.eml")}
    assert names == {*ANSWERS, *BOUNCES, "dsn-postfix-delayed-4.4.1"}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_read_as_it_was_meant(name: str) -> None:
    uid, sequence, clock, declined = ANSWERS[name]
    address = "vera@stadtfuehrer.example" if "consultant" in name else "gast@thunder.example"
    stamp = datetime.fromisoformat(f"2026-11-26T{clock}").replace(tzinfo=UTC)
    assert parse_reply(raw(name)) == [
        Answer(uid=uid, address=address, sequence=sequence, stamp=stamp, declined=declined)
    ]


@pytest.mark.parametrize("name", BOUNCES)
def test_a_bounce_names_the_letter_and_the_status(name: str) -> None:
    message_id = f"<bestaetigung.0.{BOUNCES[name]}@{SITE}>"
    assert parse_reply(raw(name)) == Bounce(message_id=message_id, status=name.rpartition("-")[2])


def test_the_headers_alone_name_the_letter_too() -> None:
    late = raw("dsn-postfix-delayed-4.4.1")
    assert parse_reply(late) is None
    failed = late.replace(b"Action: delayed", b"Action: FAILED ")
    assert parse_reply(failed) == Bounce(
        message_id=f"<bestaetigung.0.c698f4f4-6b91-4f12-b2fb-f5990d8a84e7@{SITE}>", status="4.4.1"
    )


BOUNCE, REPLY = a_bounce("<a@b.example>"), a_reply("uid")
CALENDAR = b"Content-Type: text/calendar; method=REPLY\r\n\r\n"
EVENT = (
    b"BEGIN:VCALENDAR\r\nMETHOD:REPLY\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTAMP:20260302T080000Z\r\n"
    b"ATTENDEE;PARTSTAT=DECLINED:MAILTO:A%2BB@gast.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\0\xff\xfe" * 500,
        b"Subject: Hallo\r\n\r\nIch freue mich.",
        BOUNCE.replace(b"<a@b.example>", b"none"),
        BOUNCE.replace(b"<a@b.example>", b"\xff\xff"),
        BOUNCE.replace(b"Action: failed", b"Action: delivered"),
        BOUNCE.replace(b"Action: failed", b"Action: "),
        BOUNCE[: BOUNCE.index(b"Action:")],
        b"Content-Type: multipart/report; boundary=x\r\n\r\nno part at all",
        # Somebody passes on what somebody else got.
        b"Content-Type: message/rfc822\r\n\r\n" + REPLY,
        b"Content-Type: multipart/mixed; boundary=y\r\n\r\n--y\r\nContent-Type: message/rfc822"
        b"\r\n\r\n" + BOUNCE + b"\r\n--y--",
        REPLY.replace(b"METHOD:REPLY", b"METHOD:REQUEST"),
        REPLY.replace(b"PARTSTAT=DECLINED", b"PARTSTAT=NEEDS-ACTION"),
        REPLY.replace(b"DTSTAMP", b"X-STAMP"),
        REPLY.replace(b"DTSTAMP:2026", b"DTSTAMP:99-6"),
        REPLY.replace(b"SEQUENCE:0", b"SEQUENCE:0\r\nSEQUENCE:1"),
        REPLY.replace(b"ATTENDEE", b"X-NOBODY"),
    ],
)
def test_anything_else_says_nothing(message: bytes) -> None:
    assert parse_reply(message) is None


@pytest.mark.parametrize("charset", ["utf-8", "latin-1", "x-klingon", '"'])
def test_an_address_is_read_in_any_spelling_and_charset(charset: str) -> None:
    head = CALENDAR.replace(b"REPLY", f"REPLY; charset={charset}".encode())
    for event in (
        EVENT,
        EVENT.replace(b"\r\n", b"\n"),
        EVENT.replace(b"UID", b"SUMMARY:\xfc\r\nUID"),
    ):
        answers = parse_reply(head + event)
        assert isinstance(answers, list)
        assert [(one.uid, one.address, one.sequence) for one in answers] == [
            ("u", "A+B@gast.example", 0)
        ]


def test_of_a_thousand_answers_in_one_mail_a_few_are_read() -> None:
    people = b"".join(
        b"ATTENDEE;PARTSTAT=DECLINED:mailto:%d@a.example\r\n" % n for n in range(1000)
    )
    answers = parse_reply(CALENDAR + EVENT.replace(b"ATTENDEE", people + b"ATTENDEE"))
    assert isinstance(answers, list)
    assert len(answers) == 10


def test_controls_do_not_come_through() -> None:
    """A NUL in a text is something that PostgreSQL does not take."""
    answers = parse_reply(CALENDAR + EVENT.replace(b"UID:u", b"UID:u\0v\x1bw"))
    assert isinstance(answers, list)
    assert answers[0].uid == "uvw"
