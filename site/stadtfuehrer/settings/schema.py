"""The shape of the settings file: every key, its type, its default and its own bounds.

What concerns more than one key (openings and kinds, transport and host) is in ``rules``.
"""

from dataclasses import fields
from typing import Annotated, Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

from stadtfuehrer.booking.opening import Hours
from stadtfuehrer.booking.questions import MOST_QUESTIONS
from stadtfuehrer.booking.slots import GRID_MINUTES, Caller, Place
from stadtfuehrer.hooks.model import Event
from stadtfuehrer.settings.values import (
    Address,
    CalendarUrl,
    Count,
    DatabaseUrl,
    DayCount,
    Fact,
    FeedUrl,
    FilledLine,
    Flag,
    HookName,
    HookSecret,
    HookUrl,
    HourCount,
    Line,
    Minutes,
    Openings,
    OwnPicture,
    RoomUrl,
    RootUrl,
    ShortLine,
    Slug,
    Text,
    TomlDate,
    YearDay,
    Zone,
)

_SHAPE = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class SiteSettings:
    """``[site]``: how the world reaches the site, and what it says beside its name."""

    url: RootUrl
    tagline: ShortLine = "Marketing für kleine Betriebe"
    proxies: Annotated[int, Field(ge=0, le=10, strict=True)] = 0
    embed_on: tuple[RootUrl, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class ConsultantSettings:
    """``[consultant]``: who the guide is, and what the Impressum has to say.

    ``photo`` and ``logo`` are files in the folder ``static`` of the instance.
    """

    name: FilledLine
    email: Address
    title: FilledLine = "Stadtführer"
    photo: OwnPicture = ""
    logo: OwnPicture = ""
    facts: Annotated[tuple[Fact, ...], Field(max_length=3)] = ()
    phone: Line = ""
    street: Line = ""
    postcode: Line = ""
    city: Line = ""
    country: Line = "Deutschland"
    vat_id: Line = ""
    profession: Line = ""
    responsible: Line = ""
    video_url: RoomUrl = ""


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class WeekSettings:
    """``[booking.hours]``: the openings of each weekday; a day left out is closed."""

    monday: Openings = ()
    tuesday: Openings = ()
    wednesday: Openings = ()
    thursday: Openings = ()
    friday: Openings = ()
    saturday: Openings = ()
    sunday: Openings = ()

    def by_weekday(self) -> dict[int, tuple[Hours, ...]]:
        """The openings by weekday, 0 = Monday."""
        return dict(enumerate(getattr(self, one.name) for one in fields(WeekSettings)))


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class SpecialDaySettings:
    """``[[booking.special]]``: other hours on one date, for kinds with these ids; () = for all."""

    date: TomlDate
    hours: Openings
    kinds: tuple[Text, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class ClosedSettings:
    """``[[booking.closed]]``: days off, both ends included."""

    first: Annotated[TomlDate, Field(alias="from")]
    last: Annotated[TomlDate, Field(alias="to")]


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class QuestionSettings:
    """``[[booking.kinds.questions]]``: a question of a kind's own; ``choices`` () = in words."""

    id: Slug
    text: FilledLine
    choices: Annotated[tuple[FilledLine, ...], Field(max_length=20)] = ()
    required: Flag = False
    why: Line = ""


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class KindSettings:
    """``[[booking.kinds]]``: a kind of consultation; lengths in minutes.

    What is None here is as in ``[booking]``.
    """

    id: Slug
    title: FilledLine
    minutes: Annotated[Minutes, Field(ge=GRID_MINUTES)]
    step: Annotated[Minutes, Field(ge=GRID_MINUTES)]
    description: Line = ""
    before: Minutes = 0
    after: Minutes = 0
    place: Place = Place.PHONE
    caller: Caller = Caller.CONSULTANT
    notice_hours: HourCount | None = None
    horizon_days: DayCount | None = None
    per_day: Count = 0
    change_hours: HourCount | None = None
    approve: Flag = False
    hours: WeekSettings | None = None
    questions: Annotated[tuple[QuestionSettings, ...], Field(max_length=MOST_QUESTIONS)] = ()


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class BookingSettings:
    """``[booking]``: when consultations can be had."""

    timezone: Zone
    hours: WeekSettings
    kinds: Annotated[tuple[KindSettings, ...], Field(min_length=1)]
    country: Literal["DE", "AT", "CH"] = "DE"
    subdivision: Text = ""
    holidays: tuple[Text, ...] = ("public",)
    closed_days: tuple[YearDay, ...] = ()
    notice_hours: HourCount = 24
    horizon_days: DayCount = 60
    per_day: Count = 4
    shown_per_day: Count = 0
    change_hours: HourCount = 12
    confirm: Literal["when-crowded", "always", "never"] = "when-crowded"
    special: tuple[SpecialDaySettings, ...] = ()
    closed: tuple[ClosedSettings, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class MailSettings:
    """``[mail]``: how letters leave."""

    transport: Literal["folder", "smtp"] = "folder"
    host: Line = ""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Line = ""
    password: Text = Field(default="", repr=False)
    sender: Address


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class MailboxSettings:
    """``[mailbox]``: where the site reads what comes back to ``mail.sender``; "" = nowhere."""

    host: Line = ""
    port: Annotated[int, Field(ge=1, le=65535, strict=True)] = 993
    username: Line = ""
    password: Text = Field(default="", repr=False)
    folder: FilledLine = "INBOX"


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class LetterSettings:
    """``[letters]``: which of the letters that nobody asks for go out."""

    reminder: Flag = True
    thanks: Flag = True


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class DatabaseSettings:
    """``[database]``: where bookings are kept."""

    url: DatabaseUrl = Field(default="sqlite:///stadtfuehrer.db", repr=False)


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class CalendarSettings:
    """``[calendar]``: the consultant's own calendars, and what to do when they cannot be read."""

    url: CalendarUrl = ""
    username: Line = ""
    password: Text = Field(default="", repr=False)
    busy: tuple[FilledLine, ...] = ()
    write: Line = ""
    invitations: Flag = False
    feeds: tuple[FeedUrl, ...] = Field(default=(), repr=False)
    all_day_free: tuple[FilledLine, ...] = Field(default=(), repr=False)
    stale_minutes: Annotated[int, Field(ge=5, le=7 * 24 * 60, strict=True)] = 60
    when_stale: Literal["closed", "open"] = "closed"


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class OfficeSettings:
    """``[office]``: who may sign in, besides the consultant."""

    people: tuple[Address, ...] = ()


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class PrivacySettings:
    """``[privacy]``: how long what is kept, and who else has a hand in it."""

    bookings_months: Annotated[int, Field(ge=1, le=120, strict=True)] = 6
    letters_days: Annotated[int, Field(ge=1, le=365, strict=True)] = 14
    host_name: Line = ""
    host_address: Line = ""
    authority: Line = ""


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class LimitsSettings:
    """``[limits]``: against robots; 0 switches one off."""

    minimum_seconds: Annotated[int, Field(ge=0, le=3600, strict=True)] = 3
    posts_per_hour: Count = 30
    bookings_per_address: Count = 3
    bookings_per_network: Count = 6
    bookings_per_hour: Count = 60
    letters_per_address: Count = 3
    letters_per_network: Count = 10
    moves_per_day: Count = 3
    waiting_per_address: Count = 3


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class HookSettings:
    """``[[hooks]]``: a program that is told of bookings; ``name`` tells several apart.

    What waits for it goes to the address that it has by then.
    """

    url: HookUrl = Field(repr=False)
    secret: HookSecret = Field(repr=False)
    events: tuple[Event, ...] = tuple(Event)
    name: HookName = ""


@dataclass(frozen=True, kw_only=True, config=_SHAPE)
class Settings:
    """The whole file."""

    site: SiteSettings
    consultant: ConsultantSettings
    booking: BookingSettings
    mail: MailSettings
    mailbox: MailboxSettings = Field(default_factory=MailboxSettings)
    letters: LetterSettings = Field(default_factory=LetterSettings)
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    calendar: CalendarSettings = Field(default_factory=CalendarSettings)
    office: OfficeSettings = Field(default_factory=OfficeSettings)
    privacy: PrivacySettings = Field(default_factory=PrivacySettings)
    limits: LimitsSettings = Field(default_factory=LimitsSettings)
    hooks: tuple[HookSettings, ...] = ()
