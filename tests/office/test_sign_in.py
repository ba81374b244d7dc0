"""Who is let in, for how long, and what is kept of it."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from structlog.testing import capture_logs

from stadtfuehrer.audit_log import COMMAND_LINE, KEPT, newest_lines
from stadtfuehrer.booking.composing import compose
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.mail.delivery import deliver_due
from stadtfuehrer.mail.folder import FolderMailer
from stadtfuehrer.mail.tables import DbLetter, State
from stadtfuehrer.office.model import LINK_HOLDS, OPEN_LINKS, SIGNED_IN_FOR
from stadtfuehrer.office.sign_in import (
    ask_for_link,
    check_link,
    devices_of,
    find_signed_in,
    print_link,
    sign_in,
    sign_out,
)
from stadtfuehrer.purge import forget
from stadtfuehrer.refusals import SignInLinkOver, TooManyLetters, UnknownDevice
from tests.support.contexts import NOW, Clock, OpenContext
from tests.support.office import BROWSER
from tests.support.statements import heard

VERA, MAX = "vera@stadtfuehrer.example", "max@stadtfuehrer.example"
INSTANT = timedelta(microseconds=1)
TWO_PEOPLE = f'["{MAX}"]'


def token(context: AppContext, address: str = VERA) -> str:
    return print_link(context, address, now=NOW).rpartition("/")[2]


def key(context: AppContext, address: str = VERA, *, agent: str = BROWSER) -> str:
    return sign_in(context, token(context, address), user_agent=agent, now=NOW)


def ask(
    context: AppContext, address: str, *, client: str = "", later: timedelta = timedelta()
) -> None:
    ask_for_link(context, address, onward="", client=client, now=NOW + later)


@pytest.mark.parametrize(("after", "holds"), [(LINK_HOLDS - INSTANT, True), (LINK_HOLDS, False)])
def test_a_link_holds_for_a_quarter_of_an_hour(
    context: AppContext, after: timedelta, *, holds: bool
) -> None:
    its = token(context)
    if holds:
        check_link(context, its, now=NOW + after)
        assert sign_in(context, its, user_agent="", now=NOW + after)
    else:
        with pytest.raises(SignInLinkOver):
            check_link(context, its, now=NOW + after)
        with pytest.raises(SignInLinkOver):
            sign_in(context, its, user_agent="", now=NOW + after)


def test_a_link_signs_in_once(context: AppContext) -> None:
    its = token(context)
    sign_in(context, its, user_agent="", now=NOW)
    for use in (check_link, lambda *args, now: sign_in(*args, user_agent="", now=now)):
        with pytest.raises(SignInLinkOver):
            use(context, its, now=NOW)
    assert len(devices_of(context, VERA, now=NOW)) == 1


@pytest.mark.parametrize("forged", ["", "x" * 43, "ä", "\ud800"])
def test_no_other_token_signs_in(context: AppContext, forged: str) -> None:
    token(context)
    ask(context, "fremd@gast.example")  # whose link is nobody's
    with pytest.raises(SignInLinkOver):
        sign_in(context, forged, user_agent="", now=NOW)


@pytest.mark.parametrize(
    ("after", "is_in"), [(SIGNED_IN_FOR - INSTANT, True), (SIGNED_IN_FOR, False)]
)
def test_a_device_stays_signed_in_for_thirty_days(
    context: AppContext, after: timedelta, *, is_in: bool
) -> None:
    its = key(context)
    assert bool(find_signed_in(context, its, now=NOW + after)) is is_in
    assert bool(devices_of(context, VERA, now=NOW + after)) is is_in


def test_what_is_known_of_a_device(context: AppContext) -> None:
    its = key(context)
    device = find_signed_in(context, its, now=NOW + timedelta(days=2))
    assert device is not None
    assert (device.address, device.name, device.since) == (VERA, "Chrome, Linux", NOW)
    assert device.seen_on == (NOW + timedelta(days=2)).date()
    assert devices_of(context, VERA, now=NOW + timedelta(days=2)) == [device]


def test_that_a_device_is_used_is_written_down_once_a_day(context: AppContext) -> None:
    its = key(context)
    for day, written in ((0, 0), (1, 1), (1, 0)):
        with heard(context) as sent:
            find_signed_in(context, its, now=NOW + timedelta(days=day))
        assert len([one for one in sent if one.startswith("UPDATE")]) == written


def test_each_device_is_signed_out_by_itself_and_by_its_owner(open_context: OpenContext) -> None:
    with open_context(people=TWO_PEOPLE) as context:
        phone, laptop, of_max = key(context), key(context), key(context, MAX)
        device = find_signed_in(context, phone, now=NOW)
        assert device is not None
        with pytest.raises(UnknownDevice):
            sign_out(context, device.id, who=MAX, now=NOW)
        sign_out(context, device.id, who=VERA, now=NOW)
        assert find_signed_in(context, phone, now=NOW) is None
        assert find_signed_in(context, laptop, now=NOW)
        assert find_signed_in(context, of_max, now=NOW)


def test_whoever_is_taken_from_the_settings_is_signed_out(open_context: OpenContext) -> None:
    with open_context(people=TWO_PEOPLE) as context:
        its, link = key(context, MAX), token(context, MAX)
    with open_context() as context:
        assert find_signed_in(context, its, now=NOW) is None
        with pytest.raises(SignInLinkOver):
            sign_in(context, link, user_agent="", now=NOW)
        assert print_link(context, MAX, now=NOW) == ""


@pytest.mark.parametrize("typed", [VERA, "Vera@Stadtfuehrer.Example"])
def test_a_letter_goes_to_the_address_of_the_settings(context: AppContext, typed: str) -> None:
    ask(context, typed)
    assert kept_letters(context) == [(State.WAITING, VERA)]


def kept_letters(context: AppContext) -> list[tuple[str, str]]:
    """State and recipient of each."""
    with context.database.read() as session:
        query = select(DbLetter.state, DbLetter.recipient).order_by(DbLetter.id)
        return [(state, recipient) for state, recipient in session.execute(query)]


def sent_for(context: AppContext, address: str) -> list[str]:
    with heard(context) as sent:
        ask(context, address)
    return sent


def test_from_outside_nothing_tells_whether_an_address_may_sign_in(
    context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    # The same statements, and what comes of them is written to the disk alike.
    assert sent_for(context, VERA) == sent_for(context, "fremd@gast.example")
    done = deliver_due(context, postfach, compose=compose, clock=clock)
    assert done.sent == 1
    (file,) = postfach.folder.iterdir()
    assert f"To: {VERA}".encode() in file.read_bytes()
    assert kept_letters(context) == [(State.SENT, ""), (State.SKIPPED, "")]


def test_one_address_has_so_many_links_open_at_once(context: AppContext) -> None:
    for _ in range(OPEN_LINKS + 1):
        ask(context, VERA)
    assert kept_letters(context).count((State.WAITING, VERA)) == OPEN_LINKS
    ask(context, VERA, later=LINK_HOLDS)
    assert kept_letters(context).count((State.WAITING, VERA)) == OPEN_LINKS + 1


def test_a_link_that_was_used_is_no_longer_open(context: AppContext) -> None:
    for _ in range(OPEN_LINKS):
        path = print_link(context, VERA, now=NOW)
        sign_in(context, path.rpartition("/")[2], user_agent="", now=NOW)
    ask(context, VERA)
    assert kept_letters(context) == [(State.WAITING, VERA)]


def test_one_network_asks_so_often_a_day_whatever_for(open_context: OpenContext) -> None:
    with open_context(letters_per_network="2") as context:
        ask(context, VERA, client="192.0.2.7")
        ask(context, "fremd@gast.example", client="192.0.2.7")
        for address in (VERA, "fremd@gast.example"):
            with pytest.raises(TooManyLetters):
                ask(context, address, client="192.0.2.7")
        ask(context, VERA, client="192.0.2.8")


def test_a_letter_that_comes_too_late_is_not_sent(
    context: AppContext, clock: Clock, postfach: FolderMailer
) -> None:
    ask(context, VERA)
    clock.turn(minutes=15)
    assert deliver_due(context, postfach, compose=compose, clock=clock).sent == 0


def test_no_token_and_no_key_is_stored(sqlite_context: AppContext) -> None:
    its = token(sqlite_context)
    of_device = sign_in(sqlite_context, its, user_agent=BROWSER, now=NOW)
    ask(sqlite_context, VERA)
    sqlite_context.database.empty_log()
    assert sqlite_context.database.file is not None
    stored = sqlite_context.database.file.read_bytes()
    assert its.encode() not in stored
    assert of_device.encode() not in stored


def test_what_is_done_is_written_down_without_content(context: AppContext) -> None:
    its = key(context)
    device = find_signed_in(context, its, now=NOW)
    assert device is not None
    sign_out(context, device.id, who=VERA, now=NOW + INSTANT)
    lines = newest_lines(context, most=10)
    assert [(one.who, one.what, one.about) for one in lines] == [
        (VERA, "signed-out", ""),
        (VERA, "signed-in", ""),
        (COMMAND_LINE, "link-printed", ""),
    ]
    assert [one.what for one in newest_lines(context, most=1)] == ["signed-out"]


@pytest.mark.parametrize(
    ("table", "after"),
    [("office_links", LINK_HOLDS), ("office_devices", SIGNED_IN_FOR), ("audit_log", KEPT)],
)
def test_what_counts_no_more_is_forgotten(
    context: AppContext, table: str, after: timedelta
) -> None:
    key(context)

    def rows() -> int:
        with context.database.read() as session:
            return int(session.scalar(text(f"SELECT count(*) FROM {table}")) or 0)  # noqa: S608

    forget(context, now=NOW + after - INSTANT)
    assert rows() > 0
    forget(context, now=NOW + after)
    assert rows() == 0


def test_a_new_key_leaves_devices_signed_in(context: AppContext) -> None:
    its = key(context)
    renewed = replace(context, secret=b"another", old_secrets=(context.secret,))
    assert find_signed_in(renewed, its, now=NOW)


def test_whoever_writes_for_long_signs_nobody_out(sqlite_context: AppContext) -> None:
    its, tomorrow = key(sqlite_context), NOW + timedelta(days=1)
    other = Database(str(sqlite_context.database.url))
    with closing(other), other.begin(), capture_logs() as logs:
        assert find_signed_in(sqlite_context, its, now=tomorrow)
    assert [one["event"] for one in logs] == ["a device was not noted"]
