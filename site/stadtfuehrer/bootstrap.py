"""Opens the context of an instance folder."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    TemplateSyntaxError,
    select_autoescape,
)

from stadtfuehrer.booking.waiting import LONGEST_WAIT
from stadtfuehrer.content import is_meant
from stadtfuehrer.content.catalogue import load_catalogue
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.dialogue.model import UNUSED_CONSENT_MONTHS, VOICES_KEPT
from stadtfuehrer.quiz.service import KEPT_MONTHS
from stadtfuehrer.settings import EXAMPLE, load_settings
from stadtfuehrer.settings.errors import Mistake, MistakesFound, read_text
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from stadtfuehrer.settings.schema import Settings
from stadtfuehrer.text.markdown import letter_html
from stadtfuehrer.text.phone import dial

SECRET_FILE = "secret.key"  # noqa: S105 - a file's name, not its content

LOG_DAYS = 7
"""How long logs are to be kept; what the privacy page promises and the manual asks for."""

_IMPRINT = ("street", "postcode", "city", "country", "vat_id", "profession", "responsible")

_PACKAGE = Path(__file__).resolve().parent


def instance_folder(environment: Mapping[str, str]) -> Path:
    """The instance folder that the environment names, else ``./instance``."""
    return Path(environment.get("STADTFUEHRER_INSTANCE") or "instance").resolve()


def open_context(instance: Path, environment: Mapping[str, str]) -> AppContext:
    """Read settings and content of an instance; nothing is connected to yet.

    Raises MistakesFound, with every mistake in settings, content and templates.
    """
    settings = load_settings(instance, environment)
    rules = booking_rules(settings.booking)
    secret, *old_secrets = _secrets(instance, environment)
    if mistakes := tuple(_template_mistakes(instance)):
        raise MistakesFound(mistakes)
    return AppContext(
        instance=instance,
        settings=settings,
        rules=rules,
        kind_rules=rules_by_kind(settings.booking, rules),
        kinds=consultation_kinds(settings.booking),
        catalogue=load_catalogue(instance, page_facts(settings)),
        database=Database(settings.database.url),
        letter_templates=_letter_templates(settings, instance),
        secret=secret,
        old_secrets=tuple(old_secrets),
    )


def _letter_templates(settings: Settings, instance: Path) -> Environment:
    templates = Environment(
        loader=FileSystemLoader(template_folders(instance)),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        # Shipped with the code: as that, it changes with a new start.
        auto_reload=False,
    )
    templates.filters["dial"] = partial(dial, country=settings.booking.country)
    templates.filters["letter_html"] = letter_html
    return templates


def template_folders(instance: Path) -> list[Path]:
    """Where templates are looked for: the instance's own go before those that are shipped."""
    return [instance / "templates", shipped_folders().templates]


def _template_mistakes(instance: Path) -> Iterator[Mistake]:
    """What would never be used, or would break its page or letter."""
    own, shipped = template_folders(instance)
    for path in sorted(path for path in own.rglob("*") if path.is_file()):
        if not is_meant(*path.relative_to(own).parts):
            continue
        place, reason = "", ""
        if not (shipped / path.relative_to(own)).is_file():
            reason = "eine Vorlage dieses Namens gibt es nicht, also wird sie nicht gelesen"
        else:
            try:
                Environment(autoescape=True).parse(read_text(path))
            except MistakesFound as error:
                yield from error.mistakes
            except TemplateSyntaxError as error:
                place = f"Zeile {error.lineno}"
                reason = f"die Vorlage ist falsch geschrieben ({error.message})"
        if reason:
            yield Mistake(file=str(path), place=place, reason=reason)


def mistakes_in(instance: Path, environment: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Every mistake of an instance: those in the content even where the settings have some."""
    found: tuple[Mistake, ...] = ()
    # The shipped example stands in, so that the pages' placeholders can be checked.
    settings = load_settings(EXAMPLE.parent, {})
    try:
        settings = load_settings(instance, environment)
        _secrets(instance, environment)
    except MistakesFound as error:
        found = error.mistakes
    try:
        found += tuple(_template_mistakes(instance))
        load_catalogue(instance, page_facts(settings))
    except MistakesFound as error:
        found += error.mistakes
    return found


def page_facts(settings: Settings) -> dict[str, object]:
    """What the texts of the content may fill in, besides what the content itself adds."""
    consultant, privacy = asdict(settings.consultant), settings.privacy
    numbers = {
        "bookings_months": privacy.bookings_months,
        "quiz_letters_days": privacy.letters_days,
        "tally_months": KEPT_MONTHS,
        "waiting_days": LONGEST_WAIT.days,
        "voices_days": VOICES_KEPT.days,
        "check_in_months": UNUSED_CONSENT_MONTHS,
        "log_days": LOG_DAYS,
        "change_hours": settings.booking.change_hours,
        "notice_hours": settings.booking.notice_hours,
    }
    return {
        **{f"consultant_{name}": consultant[name] for name in ("name", "email", "phone", "title")},
        **{name: consultant[name] for name in _IMPRINT},
        **{name: str(number) for name, number in numbers.items()},
        "host_name": privacy.host_name,
        "host_address": privacy.host_address,
        "supervisory_authority": privacy.authority,
        "reads_mailbox": bool(settings.mailbox.host),
        # The site itself speaks no TLS: behind https there is somebody else, who may write a log.
        "behind_proxy": bool(settings.site.proxies) or settings.site.url.startswith("https:"),
        "site_url": settings.site.url,
        "calendar_read": " und ".join(_calendar_hosts(settings)),
        "hooks": " und ".join(_hosts(hook.url for hook in settings.hooks)),
        "law": settings.booking.country,
        "calendar_written": (
            urlsplit(settings.calendar.url).hostname if settings.calendar.write else ""
        ),
        "kinds": consultation_kinds(settings.booking),
    }


def _calendar_hosts(settings: Settings) -> dict[str, None]:
    """Whose servers the consultant's calendars are read from, each once."""
    return _hosts(
        (settings.calendar.url if settings.calendar.busy else "", *settings.calendar.feeds)
    )


def _hosts(urls: Iterable[str]) -> dict[str, None]:
    return dict.fromkeys(host for url in urls if (host := urlsplit(url).hostname))


def _secrets(instance: Path, environment: Mapping[str, str]) -> list[bytes]:
    """The keys, a line each: the first one signs, the others are those that did before."""
    given = environment.get("STADTFUEHRER_SECRET_KEY", "")
    if secrets := _lines(given.encode()):
        return secrets
    path, reason = instance / SECRET_FILE, ""
    try:
        if secrets := _lines(path.read_bytes()):
            return secrets
        reason = "ist leer; lösche sie, dann legt „stadtfuehrer init“ eine neue an"
    except OSError as error:
        reason = f"lässt sich nicht lesen ({error.strerror}); „stadtfuehrer init“ legt sie neu an"
    raise MistakesFound((Mistake(file=str(path), place="", reason=reason),))


def _lines(text: bytes) -> list[bytes]:
    return [line.strip() for line in text.splitlines() if line.strip()]


class Folders(NamedTuple):
    """Absolute paths."""

    templates: Path
    static: Path


def shipped_folders() -> Folders:
    """The checkout's folders if this is one, else those that the wheel brought."""
    checkout = _PACKAGE.parent.parent
    if _PACKAGE.parent.name == "site" and (checkout / "pyproject.toml").is_file():
        root = checkout
    else:
        root = _PACKAGE / "_shipped"
    return Folders(templates=root / "templates", static=root / "static")


def utc_now() -> datetime:
    """The present instant, in UTC."""
    return datetime.now(UTC)
