"""How many forms each network has sent, kept in the database so that all processes count alike.

The well-kept rate limiters count in Redis, memcached or one process's memory; none counts in the
SQL database that is there anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.storage.conflicts import insert_into
from stadtfuehrer.storage.tables import DbPosts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def count_post(session: Session, network: bytes, *, now: datetime) -> int:
    """Count one more form from this network; how many it has sent in this hour of the clock."""
    hour = now.replace(minute=0, second=0, microsecond=0)
    query = (
        insert_into(session, DbPosts)
        .values(network=network, hour=hour, posts=1)
        .on_conflict_do_update(
            index_elements=[DbPosts.network, DbPosts.hour], set_={"posts": DbPosts.posts + 1}
        )
        .returning(DbPosts.posts)
    )
    return session.scalars(query).one()
