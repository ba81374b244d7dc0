"""Commands that run until they are stopped: serve, web, worker."""

import os
import secrets
import signal
import socket
from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click
from flask import Flask

from stadtfuehrer.app import POSTFACH_TOKEN, app_from_environment
from stadtfuehrer.bootstrap import utc_now
from stadtfuehrer.cli.context import ready_context_of, refuse
from stadtfuehrer.mail.folder import POSTFACH
from stadtfuehrer.office.sign_in import print_link
from stadtfuehrer.server.process import call_when_parent_ends
from stadtfuehrer.server.supervisor import Supervisor, bound, python
from stadtfuehrer.settings.errors import MistakesFound
from stadtfuehrer.web.renewal import SUPERVISOR
from stadtfuehrer.worker import mailer_of, work, work_once

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


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
    _run(instance, host=host, port=port, workers=workers, with_letters=True)


@click.command(help="Nur die Seite, bis Strg+C.")
@_where
@click.pass_obj
def web(instance: Path, *, host: str, port: int, workers: int) -> None:
    """Run the site alone."""
    _run(instance, host=host, port=port, workers=workers, with_letters=False)


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
        call_when_parent_ends(stop.set)
    work(context, mailer, clock=utc_now, stop=stop)


def site_of_process() -> Flask:
    """The site in one of the processes that the supervisor starts; ends it with every mistake."""
    try:
        return app_from_environment()
    except MistakesFound as found:
        refuse(str(mistake) for mistake in found.mistakes)


def _run(instance: Path, *, host: str, port: int, workers: int, with_letters: bool) -> None:
    context = ready_context_of(instance)
    listener = _bound(host, port)
    # Where no letter leaves this machine, whoever started it may sign in.
    shown = context.settings.mail.transport == "folder"
    link = print_link(context, context.settings.consultant.email, now=utc_now()) if shown else ""
    context.database.close()
    token = secrets.token_urlsafe(32)
    letter_worker = python("stadtfuehrer", "--instance", str(instance), "worker", "--with-parent")
    supervisor = Supervisor(
        listener=listener,
        web=python("stadtfuehrer.server.process", "stadtfuehrer.cli.serve:site_of_process"),
        workers=workers,
        others={"letter worker": letter_worker} if with_letters else {},
        # The processes find the instance where wsgi.py does.
        environment={
            **os.environ,
            "STADTFUEHRER_INSTANCE": str(instance),
            POSTFACH_TOKEN: token,
            SUPERVISOR: str(os.getpid()),
        },
    )
    supervisor.run(when_ready=lambda: _announce(context, instance, host, port, token, link))


def _announce(
    context: "AppContext", instance: Path, host: str, port: int, token: str, link: str
) -> None:
    site = context.settings.site
    here = f"http://{f'[{host}]' if ':' in host else host}:{port}"
    click.echo(f"\nDer Stadtführer läuft: {here}")
    if context.settings.mail.transport == "folder":
        click.echo(f"Briefe landen in:      {instance / POSTFACH}")
        # Behind a proxy the address that this process listens at is nobody's to open.
        opened = site.url if site.proxies else here
        click.echo(f"und sind zu lesen auf: {opened}/postfach?token={token}")
        click.echo(f"Ins Büro (15 Minuten): {opened}{link}")
    click.echo(f"Einstellungen:         {instance / 'stadtfuehrer.toml'}")
    url = urlsplit(site.url)
    if url.hostname in {"127.0.0.1", "localhost"} and url.port != port:
        click.echo(f"Hinweis: Links in Briefen führen nach {url.geturl()} (site.url).")
    click.echo("Beenden mit Strg+C.")


def _bound(host: str, port: int) -> socket.socket:
    """The socket that the site listens at; ends the command if there cannot be one."""
    try:
        return bound(host, port)
    except OSError as error:
        sentence = (
            f"Auf {host}, Port {port} kann die Seite nicht laufen: {error.strerror}. "
            f"Mit „--port {port % 65535 + 1}“ nimmt sie einen anderen."
        )
        refuse([sentence])
