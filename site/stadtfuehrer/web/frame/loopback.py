"""Who sits in front of the very machine that the site runs on.

A peer's address alone does not tell: a reverse proxy on this machine makes everybody a neighbour,
and a page of another site may have its own name lead to 127.0.0.1 (DNS rebinding). So whatever a
request says about where it comes from and whom it meant has to be of this machine.
"""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from flask import request

from stadtfuehrer.web.desk import the_office

_HOST = re.compile(r"(localhost|127\.0\.0\.1|\[::1\])(:[0-9]{1,5})?", re.IGNORECASE)
_COUNTED = {"x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via"}
"""Lists to which each proxy adds one; more than the trusted proxies can have written is foreign."""


def is_from_this_machine() -> bool:
    """Whether the present request was made on this machine, and meant it.

    Trusted proxies (``site.proxies``) have to have named, all of them, whom they spoke for; anyone
    may add names to that list, but nobody can take away the one that the outermost proxy wrote.
    """
    proxies = the_office().settings.site.proxies
    # ProxyFix puts what the proxies say in the place of what the connection itself says.
    connection = request.environ.get("werkzeug.proxy_fix.orig", request.environ)
    forwarded_for = _listed("X-Forwarded-For")
    addresses = [connection.get("REMOTE_ADDR"), *forwarded_for]
    hosts = [connection.get("HTTP_HOST"), *_listed("X-Forwarded-Host")]
    return (
        len(forwarded_for) == proxies
        and not _has_foreign_headers(proxies)
        and all(_is_loopback(address or "") for address in addresses)
        and all(_HOST.fullmatch(host or "") for host in hosts)
    )


def _has_foreign_headers(proxies: int) -> bool:
    """Whether a proxy that nobody spoke of left its traces."""
    for name, _ in request.headers:
        lower = name.lower()
        if lower in _COUNTED:
            if len(_listed(name)) > proxies:
                return True
        elif lower in {"forwarded", "x-real-ip"} or lower.startswith("x-forwarded"):
            return True
    # nginx that was told nothing but where to passes on no name and leaves no header of its own,
    # but speaks a version that no browser does.
    return not proxies and request.environ.get("SERVER_PROTOCOL") == "HTTP/1.0"


def _listed(name: str) -> list[str]:
    return [one.strip() for one in request.headers.get(name, "").split(",") if one.strip()]


def _is_loopback(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return address.is_loopback
