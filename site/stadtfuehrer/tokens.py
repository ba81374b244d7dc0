"""What is derived from the instance's secret key: tokens of bookings, hashes of who is counted."""

import base64
import hashlib
import hmac
import ipaddress


def booking_token(secret: bytes, uid: str) -> str:
    """The token in a booking's address: 256 bits, the same for a booking whenever it is asked for.

    Derived rather than drawn, so that a form sent twice and a reminder weeks later give the same
    address, though only its hash is stored.
    """
    return _text(_derived(secret, "booking", uid))


def consultant_token(secret: bytes, uid: str) -> str:
    """The token in the consultant's own address of a booking."""
    return _text(_derived(secret, "consultant", uid))


def room_token(secret: bytes, uid: str) -> str:
    """What nobody guesses of the address of a booking's video room: 128 bits."""
    return _text(_derived(secret, "room", uid)[:16])


def token_hash(token: str) -> bytes:
    """SHA-256 of a token: what is stored of it. 256 random bits need no salt and no stretching."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()


def confirmation_token(secret: bytes, uid: str) -> str:
    """The token that only a letter carries: whoever has it reads the mail of that address."""
    return _text(_derived(secret, "confirmation", uid))


def sign_in_token(secret: bytes, link_id: str) -> str:
    """The token of a letter that lets one of the office's people in; from the link's own id."""
    return _text(_derived(secret, "sign-in", link_id))


def session_key(secret: bytes) -> bytes:
    """The key that signs the office's cookie, and its forms."""
    return _derived(secret, "office session", "")


def fingerprint(secret: bytes) -> bytes:
    """What tells one key from another, and nothing about either."""
    return _derived(secret, "fingerprint", "")


def network_hashes(secret: bytes, address: str) -> tuple[bytes, ...]:
    """Keyed hashes of the networks of an address: itself for IPv4, its /64 and /48 for IPv6.

    What is no address at all (a Unix socket's peer) counts as one network.
    """
    return tuple(_derived(secret, "network", one) for one in _networks(address))


def is_this_machine(address: str) -> bool:
    """Whether it is no network: a neighbour here, or a proxy that nobody spoke of."""
    ip = _ip(address)
    return ip is None or ip.is_loopback


def _networks(address: str) -> tuple[str, ...]:
    ip = _ip(address)
    if isinstance(ip, ipaddress.IPv6Address):
        return tuple(str(ipaddress.ip_network((ip, size), strict=False)) for size in (64, 48))
    return ("" if ip is None else str(ip),)


def _ip(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return None
    return getattr(ip, "ipv4_mapped", None) or ip


def subject_hash(secret: bytes, what: str, name: str) -> bytes:
    """A keyed hash of something that is counted and nobody else's business: a mailbox, a domain."""
    return _derived(secret, what, name)


def _derived(secret: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(secret, f"{purpose}:{value}".encode(), "sha256")


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
