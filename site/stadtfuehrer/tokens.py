"""What is derived from the instance's secret key: booking tokens and network hashes."""

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


def network_hash(secret: bytes, address: str) -> bytes:
    """A keyed hash of the network an address belongs to: itself for IPv4, its /64 for IPv6.

    What is no address at all (a Unix socket's peer) counts as one network.
    """
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return _derived(secret, "network", "")
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped is not None:
            ip = ip.ipv4_mapped
        else:
            return _derived(secret, "network", str(ipaddress.ip_network((ip, 64), strict=False)))
    return _derived(secret, "network", str(ip))


def _derived(secret: bytes, purpose: str, value: str) -> bytes:
    return hmac.digest(secret, f"{purpose}:{value}".encode(), "sha256")


def _text(digest: bytes) -> str:
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")
