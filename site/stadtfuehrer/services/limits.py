"""Limits against robots."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stadtfuehrer.domain.refusals import TooManyPosts
from stadtfuehrer.services.seal import network_hash
from stadtfuehrer.storage.posts import count_post

if TYPE_CHECKING:
    from datetime import datetime

    from stadtfuehrer.services.office import Office


def admit_post(office: Office, address: str, *, now: datetime) -> None:
    """Count a form sent from an IP address, and refuse it beyond the hour's limit.

    Raises:
        TooManyPosts.

    """
    limit = office.settings.limits.posts_per_hour
    if not limit:
        return
    with office.database.begin() as session:
        posts = count_post(session, network_hash(office.secret, address), now=now)
    if posts > limit:
        raise TooManyPosts
