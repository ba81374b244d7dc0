"""The limit for each network: what counts as one, and when it turns over."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from stadtfuehrer.context import AppContext
from stadtfuehrer.refusals import TooManyPosts
from stadtfuehrer.web.rate_limit import DbRateLimit, check_rate
from tests.support.contexts import OpenContext
from tests.support.racing import lost, race, won

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def admitted(context: AppContext, address: str, now: datetime = TEN) -> bool:
    try:
        check_rate(context, address, now=now)
    except TooManyPosts:
        return False
    return True


def test_a_network_may_send_as_many_as_the_limit(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="3") as context:
        assert [admitted(context, "192.0.2.1") for _ in range(5)] == [True] * 3 + [False] * 2


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),  # the same host, over an IPv6 socket
        ("::ffff:192.0.2.1", "::ffff:192.0.2.2", False),
        ("2001:db8:0:1::1", "2001:db8:0:1:ffff::9", True),
        ("2001:db8:0:1::1", "2001:DB8:0:1::1", True),
        ("2001:db8:0:1::1", "2001:db8:0:2::1", False),
        ("fe80::1%eth0", "fe80::1%eth1", True),
        ("", "unix:", True),  # no address at all
        ("", "192.0.2.1", False),
    ],
)
def test_what_counts_as_one_network(
    open_sqlite_context: OpenContext, first: str, second: str, *, same: bool
) -> None:
    with open_sqlite_context(posts_per_hour="1") as context:
        assert admitted(context, first)
        assert admitted(context, second) is not same


def test_a_new_hour_of_the_clock_admits_again(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="1") as context:
        moments = [TEN, TEN + timedelta(minutes=59, seconds=59), TEN + timedelta(hours=1)]
        assert [admitted(context, "192.0.2.1", now) for now in moments] == [True, False, True]


def test_no_limit_counts_nothing(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="0") as context:
        assert all(admitted(context, "192.0.2.1") for _ in range(5))
        with context.database.read() as session:
            assert session.scalar(select(func.count()).select_from(DbRateLimit)) == 0


def test_the_limit_is_exact_for_those_who_send_at_once(open_context: OpenContext) -> None:
    with open_context(posts_per_hour="3") as context:
        outcomes = race([lambda: check_rate(context, "192.0.2.1", now=TEN)] * 8)
        assert len(won(outcomes)) == 3
        assert lost(outcomes) == ["TooManyPosts"] * 5


def test_no_address_is_kept(open_sqlite_context: OpenContext) -> None:
    with open_sqlite_context(posts_per_hour="9") as context:
        check_rate(context, "192.0.2.1", now=TEN)
        with context.database.read() as session:
            network = session.scalars(select(DbRateLimit.network)).one()
    assert len(network) == 32
    assert b"192.0.2.1" not in network
