"""Commands that run until they are stopped: serve, web, worker."""

import multiprocessing
import os
import signal
import socket
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from stadtfuehrer.app import app_from_environment
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.cli.supervisor import supervised_worker
from stadtfuehrer.mail.folder import POSTFACH
from stadtfuehrer.worker import mailer_of, work, work_once

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

THREADS = 3
"""For each process; Python runs one at a time, the others wait for disk and database."""

_TARGET = "stadtfuehrer.cli.serve:site_of_process"

_PATIENCE_SECONDS = 5.0

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
"""Where the site has to be called, without a proxy, for the postfach to be seen."""

_STOP_SECONDS = 3


def _where(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say where it serves."""
    for option in (
        click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True),
        click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True),
        click.option("--host", default="127.0.0.1", show_default=True),
    ):
        command = option(command)
    return command


@click.command(help="Die Seite und der Briefbote zusammen, bis Strg+C.")
@_where
@click.pass_obj
def serve(instance: Path, *, host: str, port: int, workers: int) -> None:
    """Run the site and, beside it, a letter worker that is started again when it dies."""
    context = _context_for(instance, host, port)
    with supervised_worker(instance):
        _run_site(context, instance, host=host, port=port, workers=workers)


@click.command(help="Nur die Seite, bis Strg+C.")
@_where
@click.pass_obj
def web(instance: Path, *, host: str, port: int, workers: int) -> None:
    """Run the site alone."""
    context = _context_for(instance, host, port)
    _run_site(context, instance, host=host, port=port, workers=workers)


@click.command(help="Nur der Briefbote, bis Strg+C.")
@click.option("--once", is_flag=True, help="Zustellen, was jetzt fällig ist, und enden.")
@click.option("--with-parent", is_flag=True, hidden=True)
@click.pass_obj
def worker(instance: Path, *, once: bool, with_parent: bool) -> None:
    """Deliver letters."""
    context = ready_context_of(instance)
    mailer = mailer_of(context, instance, utc_now)
    if once:
        done = work_once(context, mailer, clock=utc_now)
        click.echo(f"Zugestellt: {done.sent}")
        if done.blocked or done.away:
            refuse([done.blocked or done.away])
        return
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    if with_parent:
        # Standard input ends with the parent, however it ends.
        Thread(target=_stop_with_parent, args=(stop,), daemon=True).start()
    work(context, mailer, clock=utc_now, stop=stop)


def _stop_with_parent(stop: Event) -> None:
    # Not through sys.stdin: a thread that waits in there holds its lock, and Python, when it ends,
    # wants that lock.
    while os.read(0, 4096):
        pass
    stop.set()


def site_of_process() -> Flask:
    """The site in one of the processes that Granian starts, which ends with the one that did.

    Otherwise a server that was killed leaves processes behind that go on serving, keep its port
    and, holding their copy of its pipe, its letter worker.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_end_with, args=(parent,), daemon=True).start()
    return app_from_environment()


def _end_with(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(_PATIENCE_SECONDS)
    os._exit(1)


def _run_site(context: "AppContext", instance: Path, *, host: str, port: int, workers: int) -> None:
    # The processes that Granian starts find the instance where wsgi.py does.
    os.environ["STADTFUEHRER_INSTANCE"] = str(instance)
    context.database.close()
    server = Server(
        _TARGET,
        factory=True,
        interface=Interfaces.WSGI,
        address=host,
        port=port,
        workers=workers,
        blocking_threads=THREADS,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        # A process that is told to stop before it has learnt to listen would be waited for forever.
        workers_kill_timeout=_STOP_SECONDS,
        log_level=LogLevels.warning,
    )
    server.on_startup(lambda: _announce(context, instance, host, port))
    server.serve()


def _announce(context: "AppContext", instance: Path, host: str, port: int) -> None:
    shown = f"[{host}]" if ":" in host else host
    click.echo(f"\nDer Stadtführer läuft: http://{shown}:{port}")
    if context.settings.mail.transport == "folder":
        click.echo(f"Briefe landen in:      {instance / POSTFACH}")
        if host in LOOPBACK and not context.settings.site.proxies:
            click.echo(f"und sind zu lesen auf: http://{shown}:{port}/postfach")
    click.echo(f"Einstellungen:         {instance / 'stadtfuehrer.toml'}")
    link = urlsplit(context.settings.site.url)
    if link.hostname in {"127.0.0.1", "localhost"} and link.port != port:
        click.echo(f"Hinweis: Links in Briefen führen nach {link.geturl()} (site.url).")
    click.echo("Beenden mit Strg+C.")


def _context_for(instance: Path, host: str, port: int) -> "AppContext":
    """The context, if the site can also be served there; ends the command if not."""
    context = ready_context_of(instance)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        sentence = (
            f"Auf {host}, Port {port} kann die Seite nicht laufen: {error.strerror}. "
            f"Mit „--port {port % 65535 + 1}“ nimmt sie einen anderen."
        )
        refuse([sentence])
    return context
