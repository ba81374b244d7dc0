"""Counting forms: each network and each hour for itself, and none lost."""

from datetime import UTC, datetime, timedelta

from stadtfuehrer.database import Database
from stadtfuehrer.web.rate_limit import count_post
from tests.support.racing import race

TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)


def count(database: Database, network: bytes, now: datetime) -> int:
    with database.begin() as session:
        return count_post(session, network, now=now)


def test_posts_of_a_network_add_up_within_the_hour(database: Database) -> None:
    moments = (TEN, TEN + timedelta(minutes=30), TEN + timedelta(minutes=59, seconds=59))
    assert [count(database, b"a", moment) for moment in moments] == [1, 2, 3]


def test_a_new_hour_counts_anew(database: Database) -> None:
    assert count(database, b"a", TEN + timedelta(minutes=59, seconds=59)) == 1
    assert count(database, b"a", TEN + timedelta(hours=1)) == 1


def test_networks_are_counted_apart(database: Database) -> None:
    assert [count(database, network, TEN) for network in (b"a", b"b", b"a")] == [1, 1, 2]


def test_each_of_many_at_once_gets_a_number_of_its_own(database: Database) -> None:
    numbers = race([lambda: count(database, b"a", TEN)] * 8)
    assert sorted(numbers, key=str) == [1, 2, 3, 4, 5, 6, 7, 8]
