"""Signed ids in the addresses that letters carry: nobody can make one up, and none is stored."""

from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

from itsdangerous import BadData, URLSafeSerializer

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def sign(context: "AppContext", purpose: str, uid: str) -> str:
    """The id with a signature, for an address; it is good for this purpose only."""
    return str(_serializer(purpose, context.secret, context.old_secrets).dumps(uid))


def find_signed(context: "AppContext", purpose: str, token: str) -> str | None:
    """The id that was signed for this purpose, by this key or an earlier one; else None."""
    try:
        uid = _serializer(purpose, context.secret, context.old_secrets).loads(token)
    except BadData:
        return None
    return str(uid)


@lru_cache(maxsize=16)
def _serializer(purpose: str, secret: bytes, old: tuple[bytes, ...]) -> URLSafeSerializer:
    # The last one signs.
    return URLSafeSerializer(
        [*reversed(old), secret], salt=purpose, signer_kwargs={"digest_method": sha256}
    )
