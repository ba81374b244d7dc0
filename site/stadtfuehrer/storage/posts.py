"""How many forms each network has sent, kept in the database so that all processes count alike.

The well-kept rate limiters count in Redis, memcached or one process's memory; none counts in the
SQL database that is there anyway.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.dialects import postgresql, sqlite

from stadtfuehrer.storage.tables import DbPosts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session


def count_post(session: Session, network: bytes, *, now: datetime) -> int:
    """Count one more form from this network; how many it has sent in this hour of the clock."""
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    hour = now.replace(minute=0, second=0, microsecond=0)
    query = (
        insert(DbPosts)
        .values(network=network, hour=hour, posts=1)
        .on_conflict_do_update(
            index_elements=[DbPosts.network, DbPosts.hour], set_={"posts": DbPosts.posts + 1}
        )
        .returning(DbPosts.posts)
    )
    return session.scalars(query).one()
