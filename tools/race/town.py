"""The town that everybody races for: an instance, its database, and a server that can be killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path

import psycopg
from sqlalchemy import text
from sqlalchemy.engine import make_url

from stadtfuehrer.context import AppContext
from tests.support.contexts import NO_LIMITS, opened_context
from tools.provision.site import START_SECONDS, STOP_SECONDS, free_port, untouched_environment
from tools.provision.visitor import Visitor
from tools.until import until

WORKERS = 2
DAYS = 10
"""So many days are open; all times are on one of them."""
OPENS, CLOSES = 8, 20
CONTESTED_HOURS = (10, 14, 18)
"""So far apart that no consultation at one, with its buffers, reaches one at the next."""

# Every start of the 5-minute grid is offered, so that kinds overlap in every possible way.
OPEN_DAILY = {
    **dict.fromkeys(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        f'["{OPENS:02}:00-{CLOSES:02}:00"]',
    ),
    **NO_LIMITS,
    "subdivision": '""',
    "step": "5",
    "notice_hours": "0",
    "change_hours": "0",
    "horizon_days": str(DAYS),
}

# The shell outlives a run that was killed: when its end of the pipe closes, `read` ends, and the
# server and its processes are stopped, by force if need be. Nothing stays behind.
SUPERVISOR = """
"$@" & server=$!
echo $server
read -r _
kill -TERM $server
(sleep 10; kill -KILL 0) &
wait $server
kill -KILL 0
"""


@dataclass(kw_only=True)
class Server:
    """`stadtfuehrer web`, which can be killed in parts or as a whole, and started again.

    With `serve` for its command, it also has a letter worker.
    """

    instance: Path
    database_url: str
    command: str = "web"
    port: int = field(default_factory=free_port)
    starts: int = 0
    _supervisor: subprocess.Popen[bytes] | None = None
    _pid: int = 0

    @property
    def visitor(self) -> Visitor:
        return Visitor("127.0.0.1", self.port)

    @property
    def log(self) -> Path:
        return self.instance / "web.log"

    def start(self) -> None:
        """Start it, and wait until it answers. Raises AssertionError after 30 seconds."""
        command = [sys.executable, "-m", "stadtfuehrer", "--instance", str(self.instance)]
        command += [self.command, "--port", str(self.port), "--workers", str(WORKERS)]
        with self.log.open("ab") as log:
            self._supervisor = subprocess.Popen(
                ["/bin/sh", "-c", SUPERVISOR, "supervisor", *command],
                env=self._environment(),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,
            )
        assert self._supervisor.stdout is not None
        self._pid = int(self._supervisor.stdout.readline())
        self.starts += 1
        until(
            self._answers,
            within=START_SECONDS,
            what=lambda: f"it does not come up: {self.describe()}",
        )

    def workers(self) -> list[int]:
        """The web processes, oldest first; empty when the server has ended."""
        found: list[int] = []
        for task in Path(f"/proc/{self._pid}/task").glob("*/children"):
            try:
                found += map(int, task.read_text().split())
            except OSError:  # the thread has ended meanwhile
                continue
        return sorted((pid for pid in found if _state(pid) != "Z"), key=_started_at)

    def kill_worker(self) -> bool:
        """Kill the oldest web process with -9; False if there was none to kill."""
        for pid in self.workers()[:1]:
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def has_ended(self) -> bool:
        """Whether it is gone without having been asked to."""
        return _state(self._pid) in {"", "Z"}

    def describe(self) -> str:
        """Its processes' states, and the end of its log, for a failure's message."""
        states = {pid: _state(pid) for pid in (self._pid, *self.workers())}
        return f"{states}\n{self.log.read_text('utf-8')[-3000:]}"

    def kill(self) -> None:
        """Kill everything with -9 at once, as a power cut does."""
        if self._supervisor is not None:
            os.killpg(self._supervisor.pid, signal.SIGKILL)
            self._reap()

    def stop(self) -> None:
        """End it in good order."""
        if self._supervisor is not None:
            assert self._supervisor.stdin is not None
            self._supervisor.stdin.close()
            self._reap()

    def _reap(self) -> None:
        assert self._supervisor is not None
        self._supervisor.wait(STOP_SECONDS)
        for pipe in (self._supervisor.stdin, self._supervisor.stdout):
            assert pipe is not None
            pipe.close()
        self._supervisor = None

    def _environment(self) -> dict[str, str]:
        environment = untouched_environment() | {"STADTFUEHRER_DATABASE_URL": self.database_url}
        if sys.dont_write_bytecode:
            # Else each of many starts would compile everything anew.
            environment.pop("PYTHONDONTWRITEBYTECODE", None)
            environment["PYTHONPYCACHEPREFIX"] = str(self.instance.parents[1] / "pycache")
        return environment

    def _answers(self) -> bool:
        try:
            return self.visitor.get("/healthz").status == 200
        except OSError:
            return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """A served instance and the context behind it, for looking at its rows."""

    context: AppContext
    server: Server

    @property
    def url(self) -> str:
        return self.server.database_url

    def contested_times(self) -> list[datetime]:
        """Instants in UTC, far apart; whatever contains or touches one is free at first."""
        return [self._at(day, hour * 60) for day in range(1, DAYS) for hour in CONTESTED_HOURS]

    def time_on(self, day: int, minute: int) -> datetime:
        """The instant so many minutes after opening, so many days from today."""
        return self._at(day, OPENS * 60 + minute)

    def drop_primary_key(self) -> None:
        """Take away what refuses double bookings, and every booking; nothing else changes."""
        with self.context.database.begin() as session:
            for table in ("letters", "occupied", "bookings"):
                session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - three fixed names
            if self.context.database.is_sqlite:
                session.execute(text("CREATE TABLE bare AS SELECT * FROM occupied"))
                session.execute(text("DROP TABLE occupied"))
                session.execute(text("ALTER TABLE bare RENAME TO occupied"))
            else:
                session.execute(text("ALTER TABLE occupied DROP CONSTRAINT pk_occupied"))

    def _at(self, day: int, minute: int) -> datetime:
        zone = self.context.rules.zone
        date = datetime.now(zone).date() + timedelta(days=day)
        wall = datetime.combine(date, clock_time(minute // 60, minute % 60), zone)
        return wall.astimezone(UTC)


@contextmanager
def town(
    folder: Path,
    database_url: str,
    *,
    command: str = "web",
    changes: Mapping[str, str] | None = None,
) -> Iterator[Town]:
    """Open an instance in ``folder`` and serve it until the block ends."""
    with ExitStack() as stack:
        its = OPEN_DAILY | dict(changes or {})
        context = stack.enter_context(
            opened_context(folder / "instance", database_url, changes=its)
        )
        server = Server(instance=folder / "instance", database_url=database_url, command=command)
        stack.callback(server.stop)
        server.start()
        yield Town(context=context, server=server)


@contextmanager
def fresh_database(cluster_url: str, name: str) -> Iterator[str]:
    """Give the address of a PostgreSQL database that lives until the block ends."""
    address = make_url(cluster_url).set(drivername="postgresql")
    with psycopg.connect(
        address.render_as_string(hide_password=False), autocommit=True
    ) as connection:
        connection.execute(f"CREATE DATABASE {name} STRATEGY FILE_COPY".encode())
        yield make_url(cluster_url).set(database=name).render_as_string(hide_password=False)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _started_at(pid: int) -> float:
    """When a process was started, in ticks since boot; never for one that is gone."""
    facts = _facts(pid)
    return int(facts[19]) if facts else float("inf")


def _state(pid: int) -> str:
    """R, S, D, Z and so on; empty for a process that is gone."""
    return next(iter(_facts(pid)), "")


def _facts(pid: int) -> list[str]:
    """What stands in `/proc/…/stat` after the program's name."""
    try:
        return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()
    except OSError:
        return []
