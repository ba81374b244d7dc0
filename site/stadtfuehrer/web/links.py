"""Links that only letters carry: an id that nobody guesses, signed for one purpose."""

import hashlib
from functools import lru_cache
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def sign(context: "AppContext", purpose: str, uid: str) -> str:
    """The token of a link; today's secret signs it."""
    return _serializer(purpose, context.secret, context.old_secrets).dumps(uid)


def find_signed(context: "AppContext", purpose: str, token: str) -> str | None:
    """The id that a token was made of, by today's secret or an old one; None if it is not ours."""
    try:
        uid = _serializer(purpose, context.secret, context.old_secrets).loads(token)
    except BadData:
        return None
    return uid if isinstance(uid, str) else None


@lru_cache(maxsize=8)
def _serializer(purpose: str, secret: bytes, old: tuple[bytes, ...]) -> URLSafeSerializer:
    # The last one signs.
    return URLSafeSerializer(
        [*reversed(old), secret],
        salt=f"link {purpose}",
        signer_kwargs={"digest_method": hashlib.sha256},
    )
