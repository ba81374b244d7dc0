import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from tools.provision import postgresql


def test_database_url_is_empty_and_writable(database_url: str) -> None:
    engine = create_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE sight (name TEXT)"))
        connection.execute(text("INSERT INTO sight VALUES ('Frauenkirche')"))
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT name FROM sight")) == "Frauenkirche"
    engine.dispose()


def test_database_of_a_test_is_its_own(postgresql_url: str, postgresql_database_url: str) -> None:
    own = create_engine(postgresql_database_url)
    with own.begin() as connection:
        connection.execute(text("CREATE TABLE only_here (id INTEGER)"))
    own.dispose()
    shared = create_engine(postgresql_url)
    with shared.connect() as connection:
        assert connection.scalar(text("SELECT to_regclass('only_here')")) is None
    shared.dispose()


def test_cluster_stops_when_its_run_is_killed(tmp_path: Path) -> None:
    program = (
        "import time\n"
        "from tools.provision.postgresql import cluster\n"
        "with cluster() as url:\n"
        "    print(url, flush=True)\n"
        "    time.sleep(60)\n"
    )
    root = Path(__file__).parents[2]
    with subprocess.Popen(
        [sys.executable, "-c", program], cwd=root, stdout=subprocess.PIPE, text=True
    ) as run:
        assert run.stdout is not None
        folder = run.stdout.readline().strip().partition("host=")[2]
        psycopg.connect(host=folder, user="postgres", dbname="postgres").close()
        os.kill(run.pid, signal.SIGKILL)
    last_moment = time.monotonic() + 10
    while Path(folder, "data").exists() and time.monotonic() < last_moment:
        time.sleep(0.05)
    assert not Path(folder, "data").exists()
    Path(folder).rmdir()


def test_missing_server_is_named_with_the_command_that_brings_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(postgresql, "WHEEL", "no_such_wheel")
    with (
        pytest.raises(RuntimeError, match=r"PostgreSQL is missing.*make dev"),
        postgresql.cluster(),
    ):
        pass
