"""What building and running our image needs: podman, set up for a test; an image to build upon."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

NEEDED = ("podman", "podman-compose", "runc", "slirp4netns")
PACKAGES = (*NEEDED, "debootstrap", "netavark", "aardvark-dns", "iptables")

MADE_HERE = "localhost/stadtfuehrer-base"

# Limits that any machine allows; the runtime that gets along with every sort of cgroups.
CONFIGURATION = """
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[engine]
runtime = "runc"
[network]
network_backend = "netavark"
"""


def missing() -> list[str]:
    """Return the programs that are not here."""
    return [name for name in NEEDED if shutil.which(name) is None]


def use_configuration(file: Path) -> None:
    """Have podman in this process and its children use our configuration, written to ``file``."""
    file.write_text(CONFIGURATION)
    os.environ["CONTAINERS_CONF"] = str(file)


def podman(*arguments: str | Path) -> str:
    """Run podman; return what it said on standard output. Raises AssertionError with the rest."""
    done = subprocess.run(
        ["podman", *arguments],
        check=False,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
    )
    assert done.returncode == 0, f"podman {arguments}:\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


def base() -> str:
    """Return the name of an image to build upon: that of CONTAINER_BASE, else one made here.

    No registry of images has to be reached, but Debian's packages; it is made once, as root.
    """
    if given := os.environ.get("CONTAINER_BASE"):
        return given
    if MADE_HERE not in podman("images", "--format", "{{.Repository}}").splitlines():
        with tempfile.TemporaryDirectory() as folder:
            root, archive = Path(folder) / "root", Path(folder) / "root.tar"
            packages = "--include=python3,python3-venv,ca-certificates"
            subprocess.run(
                ["debootstrap", "--variant=minbase", packages, "trixie", root], check=True
            )
            subprocess.run(["tar", "-C", root, "-cf", archive, "."], check=True)
            podman("import", "--quiet", archive, MADE_HERE)
    return MADE_HERE
