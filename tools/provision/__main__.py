"""Get the parts of this machine that the tests need and that PyPI does not carry.

Called by ``make provision`` as ``python -m tools.provision``. What is there already costs no
network and no time; what is missing is installed where that is possible, else named.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

from tools.provision import browser, calendar_reader, dovecot, node, proxies


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something outside the Python environment: how to see it and how to get it."""

    name: str
    is_there: Callable[[], bool]
    packages: tuple[str, ...]  # of Debian and Ubuntu; () = they have none
    otherwise: tuple[str, ...]  # a command for where there is no such package; () = there is none


PARTS = (
    Part(
        name="Chromium, for the journeys through the site",
        is_there=lambda: browser.find_chromium() is not None,
        packages=("chromium", "fonts-noto-color-emoji"),
        otherwise=(sys.executable, "-m", "playwright", "install", "chromium"),
    ),
    Part(
        name="Firefox, for the same journeys",
        is_there=lambda: browser.find_firefox() is not None,
        packages=("firefox-esr",),
        otherwise=(),
    ),
    Part(
        name="WebKit with its driver, and a screen for it",
        is_there=lambda: browser.find_webkit() is not None,
        packages=("webkit2gtk-driver", "xvfb"),
        otherwise=(),
    ),
    Part(
        name="libical3, a second reader of our calendar files",
        is_there=lambda: calendar_reader.find_libical() is not None,
        packages=("libical3",),
        otherwise=(),
    ),
    Part(
        name="Dovecot, a mailbox for the site to read",
        is_there=lambda: shutil.which("dovecot") is not None,
        packages=("dovecot-core",),
        otherwise=(),
    ),
    Part(
        name="Dovecot's IMAP server",
        is_there=dovecot.is_there,
        packages=(),
        otherwise=(sys.executable, "-m", "tools.provision.dovecot"),
    ),
    Part(
        name="nginx, Caddy and Apache, behind which the site is tried",
        is_there=lambda: all(map(proxies.find_proxy, proxies.PROXIES)),
        packages=("nginx-light", "caddy", "apache2-bin"),
        otherwise=(),
    ),
    Part(
        name="Java, for the checker of HTML",
        is_there=lambda: shutil.which("java") is not None,
        packages=("default-jre-headless",),
        otherwise=(),
    ),
    Part(
        name="Node.js with npm",
        is_there=node.is_node_there,
        packages=("nodejs", "npm"),
        otherwise=(),
    ),
    Part(
        name="the tools of tools/node/package.json, from npm",
        is_there=node.TOOLS.are_there,
        packages=(),
        otherwise=(sys.executable, "-m", "tools.provision.node"),
    ),
)


def main() -> int:
    """Install what is missing. Return 0 when every part is there, else 1."""
    missing = [part for part in PARTS if not (part.is_there() or _fetch(part))]
    for part in missing:
        by_hand = _as_typed(part)
        sys.stderr.write(f"\nMissing: {part.name}.\nGet it with: {by_hand}\n")
    return 1 if missing else 0


def _fetch(part: Part) -> bool:
    sys.stderr.write(f"Fetching {part.name} …\n")
    if part.packages and _is_debian() and os.geteuid() == 0:
        install = ("apt-get", "install", "-y", "--no-install-recommends", *part.packages)
        # A fresh container has no package lists; an installed one need not wait for them.
        if not _run(install) and not (_run(("apt-get", "update")) and _run(install)):
            return False
    elif not part.otherwise or not _run(part.otherwise):
        return False
    return part.is_there()


def _as_typed(part: Part) -> str:
    if part.packages and _is_debian():
        return f"sudo apt-get install --no-install-recommends {' '.join(part.packages)}"
    if part.otherwise:
        return " ".join(part.otherwise)
    return f"your system's package for {part.packages[0]}"


def _is_debian() -> bool:
    return shutil.which("apt-get") is not None


def _run(command: tuple[str, ...]) -> bool:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, check=False, env=environment).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
