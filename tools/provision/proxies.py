"""Where the reverse proxies are that the site is tried behind."""

import os
import shutil

PROXIES = ("nginx", "caddy", "apache2")


def find_proxy(name: str) -> str | None:
    """Return the path of a program, which may lie where only root's PATH leads, or None."""
    return shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
