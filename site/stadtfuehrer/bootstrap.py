"""Opens the context of an instance folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from stadtfuehrer.booking.waiting import LONGEST_WAIT
from stadtfuehrer.content.catalogue import load_catalogue
from stadtfuehrer.context import AppContext
from stadtfuehrer.database import Database
from stadtfuehrer.quiz.service import KEPT_MONTHS
from stadtfuehrer.settings import EXAMPLE, load_settings
from stadtfuehrer.settings.errors import Mistake, MistakesFound
from stadtfuehrer.settings.rules import booking_rules, consultation_kinds, rules_by_kind
from stadtfuehrer.settings.schema import Settings

SECRET_FILE = "secret.key"  # noqa: S105 - a file's name, not its content

LOG_DAYS = 7
"""How long logs are to be kept; what the privacy page promises and the manual asks for."""


def instance_folder(environment: Mapping[str, str]) -> Path:
    """The instance folder that the environment names, else ``./instance``."""
    return Path(environment.get("STADTFUEHRER_INSTANCE") or "instance").resolve()


def open_context(instance: Path, environment: Mapping[str, str]) -> AppContext:
    """Read settings and content of an instance, and get its database ready to be used.

    Nothing is connected to yet.

    Raises:
        MistakesFound: with every mistake in settings and content.

    """
    settings = load_settings(instance, environment)
    rules = booking_rules(settings.booking)
    return AppContext(
        settings=settings,
        rules=rules,
        kind_rules=rules_by_kind(settings.booking, rules),
        kinds=consultation_kinds(settings.booking),
        catalogue=load_catalogue(instance, page_facts(settings)),
        database=Database(settings.database.url),
        letter_paper=_letter_paper(),
        secret=_secret(instance, environment),
    )


def mistakes_in(instance: Path, environment: Mapping[str, str]) -> tuple[Mistake, ...]:
    """Every mistake of an instance: those in the content even where the settings have some."""
    try:
        settings = load_settings(instance, environment)
    except MistakesFound as found:
        # The shipped example stands in, so that the pages' placeholders can be checked.
        settings = load_settings(EXAMPLE.parent, {})
        return (*found.mistakes, *_content_mistakes(instance, settings))
    try:
        _secret(instance, environment)
    except MistakesFound as found:
        return (*found.mistakes, *_content_mistakes(instance, settings))
    return _content_mistakes(instance, settings)


def _content_mistakes(instance: Path, settings: Settings) -> tuple[Mistake, ...]:
    try:
        load_catalogue(instance, page_facts(settings))
    except MistakesFound as found:
        return found.mistakes
    return ()


def page_facts(settings: Settings) -> dict[str, object]:
    """What the texts of the content may fill in, besides what the content itself adds."""
    consultant, privacy = settings.consultant, settings.privacy
    return {
        "consultant_name": consultant.name,
        "consultant_email": consultant.email,
        "consultant_phone": consultant.phone,
        "street": consultant.street,
        "postcode": consultant.postcode,
        "city": consultant.city,
        "country": consultant.country,
        "vat_id": consultant.vat_id,
        "profession": consultant.profession,
        "responsible": consultant.responsible,
        "host_name": privacy.host_name,
        "host_address": privacy.host_address,
        "supervisory_authority": privacy.authority,
        "site_url": settings.site.url,
        "bookings_months": str(privacy.bookings_months),
        "quiz_letters_days": str(privacy.letters_days),
        "tally_months": str(KEPT_MONTHS),
        "waiting_days": str(LONGEST_WAIT.days),
        "log_days": str(LOG_DAYS),
        "change_hours": str(settings.booking.change_hours),
        "notice_hours": str(settings.booking.notice_hours),
        "kinds": consultation_kinds(settings.booking),
    }


def _letter_paper() -> Environment:
    return Environment(
        loader=FileSystemLoader(shipped_folders().templates),
        undefined=StrictUndefined,
        autoescape=select_autoescape(["html"], default=False),
        # Shipped with the code: as that, it changes with a new start.
        auto_reload=False,
    )


def _secret(instance: Path, environment: Mapping[str, str]) -> bytes:
    given = environment.get("STADTFUEHRER_SECRET_KEY")
    if given:
        return given.encode()
    path = instance / SECRET_FILE
    try:
        secret = path.read_bytes().strip()
    except OSError as error:
        reason = f"lässt sich nicht lesen ({error.strerror}); „stadtfuehrer init“ legt sie neu an"
        raise MistakesFound((Mistake(file=str(path), place="", reason=reason),)) from None
    if not secret:
        reason = "ist leer; lösche sie, dann legt „stadtfuehrer init“ eine neue an"
        raise MistakesFound((Mistake(file=str(path), place="", reason=reason),))
    return secret


_PACKAGE = Path(__file__).resolve().parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
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
