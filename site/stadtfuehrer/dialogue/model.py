"""What somebody says (a question, a letter, how it was), its answer, and what came of it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from statistics import median

from stadtfuehrer.consent import Consent
from stadtfuehrer.refusals import VoiceChanged
from stadtfuehrer.text import first_name


class Kind(StrEnum):
    """What somebody says; the value stands in addresses."""

    QUESTION = "frage"
    LETTER = "leserbrief"
    """About an article, and shown under it."""
    FEEDBACK = "rueckmeldung"
    """How a consultation was."""
    CHECK_IN = "nachfrage"
    """How things are, from a former guest who was asked."""


class Satisfaction(StrEnum):
    """How a consultation was, from best to worst; the value stands in addresses."""

    VERY = "sehr"
    RATHER = "eher"
    PARTLY = "teils"
    NOT = "nicht"

    @property
    def label(self) -> str:
        """The choice in the guest's words."""
        return {
            "sehr": "Sehr zufrieden",
            "eher": "Eher zufrieden",
            "teils": "Teils, teils",
            "nicht": "Nicht zufrieden",
        }[self.value]


class CheckInChoice(StrEnum):
    """How things are with a former guest; the value stands in addresses."""

    RUNS = "laeuft"
    PARTLY = "teils"
    STUCK = "hakt"

    @property
    def label(self) -> str:
        """The choice in the guest's words."""
        return {"laeuft": "Läuft", "teils": "Teils, teils", "hakt": "Hakt gerade"}[self.value]


PUBLISHING = {
    Kind.QUESTION: ("2026-11", "Frage und Antwort dürfen hier stehen."),
    Kind.LETTER: ("2026-11", "Mein Leserbrief und die Antwort darauf dürfen hier stehen."),
    Kind.FEEDBACK: ("2026-11", "Das darf hier stehen."),
}
"""The consent to publish: version and wording. The version changes with the wording."""

WITH_NAME = "Mit meinem Vornamen; sonst ohne Namen."

CHECKING_IN_VERSION = "2026-11"

CHECKING_IN = (
    "Frag mich höchstens einmal im Vierteljahr per E-Mail, wie es läuft. "
    "Jeder Brief hat einen Link, der das beendet."
)
"""The consent of a guest to be asked later how things are."""


def consent_to_publish(kind: Kind, *, now: datetime) -> Consent:
    """The consent to today's wording."""
    version, wording = PUBLISHING[kind]
    return Consent(version=version, wording=wording, given_at=now)


SHORTEST_HEADLINE, LONGEST_HEADLINE = 20, 110
"""Characters: „Warum?“ says nothing by itself, and two lines of a heading are enough."""

_SENTENCE_ENDS = re.compile(r"(?<=\w{3}[.?!])\s+(?=[A-ZÄÖÜ„])")
"""Not after „z. B.“"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """What somebody said, and all that became of it; texts are empty where there is none.

    ``uid`` is random; links in letters are made of it. ``about`` is the path of the page that it
    was said under. ``choice`` is a Satisfaction, or what a former guest chose. ``is_held``: it may
    be a robot's, so nobody was written to. ``answer`` is Markdown. ``heard`` is what was done about
    it, or why not (``is_done``). ``consent`` is None where it may not be published, or no longer.
    """

    id: int = 0
    uid: str
    kind: Kind
    about: str = ""
    text: str
    name: str = ""
    email: str = ""
    choice: str = ""
    said_at: datetime
    is_held: bool = False
    consent: Consent | None = None
    with_name: bool = False
    answer: str = ""
    answered_at: datetime | None = None
    helped: bool | None = None
    published_at: datetime | None = None
    heard: str = ""
    is_done: bool = True
    heard_at: datetime | None = None
    closed_at: datetime | None = None
    changed_at: datetime | None = None

    @property
    def first_name(self) -> str:
        """The name that may be shown; empty where it may not, or none was given."""
        return first_name(self.name) if self.with_name else ""

    @property
    def headline(self) -> str:
        """What was said in one line; of a long one a whole question, or where it begins."""
        line = " ".join(self.text.split())
        if len(line) <= LONGEST_HEADLINE:
            return line
        for sentence in _SENTENCE_ENDS.split(line):
            if sentence.endswith("?") and SHORTEST_HEADLINE <= len(sentence) <= LONGEST_HEADLINE:
                return sentence
        cut = line[: LONGEST_HEADLINE + 1]
        return f"{(cut.rpartition(' ')[0] or cut[:-1]).rstrip(' ,;:–-')} …"

    @property
    def is_open(self) -> bool:
        """Whether it still waits for the consultant."""
        return not (self.is_held or self.answered_at or self.heard_at or self.closed_at)

    @property
    def version(self) -> str:
        """What a form of the office carries, so that it shows if somebody was quicker."""
        return self.changed_at.isoformat() if self.changed_at else ""

    @property
    def choice_label(self) -> str:
        """What they chose, in their words; empty where there was nothing to choose."""
        labels = {one.value: one.label for one in Satisfaction}
        labels |= {one.value: one.label for one in CheckInChoice}
        return labels.get(self.choice, "")

    @property
    def is_erased(self) -> bool:
        """Whether nothing remains of it but what was done."""
        return not (self.text or self.choice)

    def check_seen(self, version: str) -> None:
        """Refuse to change what somebody else has changed since. Raises VoiceChanged."""
        if version != self.version:
            raise VoiceChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """A guest who may be asked how things are; ``uid`` is random, links are made of it.

    ``answered_at`` is when they answered to what they were asked at ``asked_at``.
    """

    id: int = 0
    uid: str
    name: str
    email: str
    consent: Consent
    asked_at: datetime | None = None
    answered_at: datetime | None = None

    def may_be_asked_from(self) -> datetime:
        """From when on they may be asked, once a quarter of a year at most."""
        return self.asked_at + A_QUARTER if self.asked_at else self.consent.given_at


A_QUARTER = timedelta(days=92)
"""As long as the longest one."""


VOICES_KEPT = timedelta(days=30)
"""So long what is not shown is kept after it was answered, heard or put away, or is held."""

UNUSED_CONSENT_MONTHS = 24
"""A consent to be asked how things are is forgotten once nobody has used it for so long."""


_LEADS_AWAY = re.compile(r"://|\bwww\.|</?a\b|\[/?(?:url|link)\b", re.IGNORECASE)


def leads_away(text: str) -> bool:
    """Whether a text has links in it, as robots' have; somebody has to look at it first."""
    return _LEADS_AWAY.search(text) is not None


ANSWERS_COUNT_FOR = timedelta(days=90)

FEWEST_ANSWERS = 3
"""With fewer answers nothing is said of how long one takes."""


def usual_wait(waits: Sequence[timedelta]) -> timedelta | None:
    """The median of how long answers took; None while there are too few."""
    if len(waits) < FEWEST_ANSWERS:
        return None
    return timedelta(seconds=median(one.total_seconds() for one in waits))


def wait_in_words(wait: timedelta) -> str:
    """„etwa 5 Stunden“, „etwa einen Tag“, in the accusative: „dauert …“; never less than it was."""
    hours = ceil(wait / timedelta(hours=1))
    if hours <= 1:
        return "höchstens eine Stunde"
    if hours < 24:  # noqa: PLR2004 - of a day
        return f"etwa {hours} Stunden"
    days = ceil(hours / 24)
    return "etwa einen Tag" if days == 1 else f"etwa {days} Tage"
