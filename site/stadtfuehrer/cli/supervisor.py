"""A letter worker beside the site, started again whenever it dies."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Lock, Thread

import structlog

_REST_SECONDS = 1.0

_PATIENCE_SECONDS = 10.0

_log = structlog.get_logger(__name__)

# Granian forks its processes from another thread. One that is forked while Popen waits on its pipe
# for the worker to start holds a copy of that pipe, and Popen would wait as long as it lives.
_starting = Lock()

os.register_at_fork(
    before=_starting.acquire, after_in_parent=_starting.release, after_in_child=_starting.release
)


@contextmanager
def supervised_worker(instance: Path) -> Iterator[None]:
    """Run a letter worker as a process of its own, and another whenever it dies."""
    stop = Event()
    supervisor = Thread(target=_supervise, args=(instance, stop))
    supervisor.start()
    try:
        yield
    finally:
        stop.set()
        supervisor.join()


def _supervise(instance: Path, stop: Event) -> None:
    while not stop.is_set():
        worker = _start(instance)
        while worker.poll() is None and not stop.wait(0.2):
            pass
        if stop.is_set():
            _end(worker)
            return
        _log.error("letter worker died", code=worker.returncode)
        stop.wait(_REST_SECONDS)


def _start(instance: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "stadtfuehrer", "--instance", str(instance), "worker"]
    # The pipe closes when this process ends, also by kill -9, and the worker ends with it.
    # A session of its own, so that Ctrl+C reaches it through here, when the site is down.
    with _starting:
        return subprocess.Popen(  # noqa: S603 - our own program with a path of our own
            [*command, "--with-parent"], stdin=subprocess.PIPE, start_new_session=True
        )


def _end(worker: subprocess.Popen[bytes]) -> None:
    worker.terminate()
    try:
        worker.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()
