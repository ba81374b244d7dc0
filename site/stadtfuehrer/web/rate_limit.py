"""Limits against robots."""

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import LargeBinary, delete
from sqlalchemy.orm import Mapped, Session, mapped_column

from stadtfuehrer.database.base import Base, upsert
from stadtfuehrer.refusals import TooManyPosts
from stadtfuehrer.tokens import network_hash

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def check_rate(context: "AppContext", address: str, *, now: datetime) -> None:
    """Count a form sent from an IP address. Raises TooManyPosts beyond the hour's limit."""
    limit = context.settings.limits.posts_per_hour
    if not limit:
        return
    with context.database.begin() as session:
        posts = count_post(session, network_hash(context.secret, address), now=now)
    if posts > limit:
        raise TooManyPosts


def count_post(session: Session, network: bytes, *, now: datetime) -> int:
    """Count one more form from this network; how many it has sent in this hour of the clock."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    query = (
        upsert(session, DbRateLimit)
        .values(network=network, hour=hour, posts=1)
        .on_conflict_do_update(
            index_elements=[DbRateLimit.network, DbRateLimit.hour],
            set_={"posts": DbRateLimit.posts + 1},
        )
        .returning(DbRateLimit.posts)
    )
    return session.scalars(query).one()


class DbRateLimit(Base):
    """How many forms a network has sent in an hour; the network is a keyed hash."""

    __tablename__ = "posts"

    network: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    hour: Mapped[datetime] = mapped_column(primary_key=True, index=True)
    posts: Mapped[int]


def erase_posts(session: Session, *, before: datetime) -> None:
    """Forget how many forms were sent in hours that are over."""
    session.execute(delete(DbRateLimit).where(DbRateLimit.hour < before))
