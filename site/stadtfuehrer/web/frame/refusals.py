"""The one place where a refusal becomes a status code and a German sentence."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from stadtfuehrer.domain import refusals
from stadtfuehrer.domain.refusals import NotFree, Refusal, WhyNotFree
from stadtfuehrer.domain.wording import hours_in_words

if TYPE_CHECKING:
    from stadtfuehrer.services.office import Office


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a refusal says to the visitor."""

    status: int
    heading: str
    text: str


def _unknown(heading: str) -> Told:
    text = "Vielleicht ist der Link nicht ganz vollständig, oder er ist veraltet."
    return Told(status=404, heading=heading, text=text)


_TOLD: dict[WhyNotFree | type[Refusal], Told] = {
    WhyNotFree.TAKEN: Told(
        status=409,
        heading="Diese Zeit ist gerade vergeben worden",
        text="Jemand war ein wenig schneller.",
    ),
    WhyNotFree.TOO_SOON: Told(
        status=409,
        heading="So kurzfristig geht es nicht",
        text="{notice}",
    ),
    WhyNotFree.TOO_FAR: Told(
        status=409,
        heading="So weit im Voraus geht es noch nicht",
        text="Gespräche lassen sich bis zu {horizon} im Voraus buchen.",
    ),
    WhyNotFree.NOT_OFFERED: Told(
        status=409,
        heading="Zu dieser Zeit gibt es keinen Termin",
        text="Sie liegt außerhalb der Sprechzeiten.",
    ),
    refusals.TooManyBookings: Told(
        status=409,
        heading="Für diese Adresse sind schon Termine gebucht",
        text="Je E-Mail-Adresse geht nur eine begrenzte Zahl offener Termine, hier: "
        "{bookings_per_address}. Sag einen davon ab, oder schreib mir.",
    ),
    refusals.TooManyPosts: Told(
        status=429,
        heading="Das waren sehr viele Formulare auf einmal",
        text="Aus deinem Netz kamen in dieser Stunde so viele Formulare, dass eine Pause nötig "
        "ist. Ab der nächsten vollen Stunde geht es weiter. Wenn es eilt, schreib mir oder ruf an.",
    ),
    refusals.TooLateToChange: Told(
        status=409,
        heading="Das geht jetzt nur noch persönlich",
        text="Bis {change} vor dem Gespräch lässt sich der Termin hier ändern. Jetzt "
        "ist es so kurz davor, dass ich es von dir selbst hören muss.",
    ),
    refusals.AlreadyCancelled: Told(
        status=409,
        heading="Dieser Termin ist schon abgesagt",
        text="Du musst nichts weiter tun.",
    ),
    refusals.AlreadyOver: Told(
        status=409,
        heading="Dieser Termin hat schon stattgefunden",
        text="Er lässt sich nicht mehr ändern. Ein neuer geht jederzeit.",
    ),
    refusals.NotYetOver: Told(
        status=409,
        heading="Das Gespräch steht noch bevor",
        text="Wie es war, kannst du hier sagen, sobald es vorbei ist.",
    ),
    refusals.DidNotTakePlace: Told(
        status=409,
        heading="Dieses Gespräch ist abgesagt worden",
        text="Wenn du trotzdem etwas sagen möchtest, schreib mir.",
    ),
    refusals.AlreadyAnswered: Told(
        status=409,
        heading="Deine Antwort ist schon da",
        text="Eine Antwort von dir ist schon angekommen. Was du ergänzen möchtest, schick mir "
        "bitte als E-Mail.",
    ),
    refusals.VisitorsOwn: Told(
        status=403,
        heading="Das sagt dein Gast selbst",
        text="Dein Link ist der für die Beratung. Wie das Gespräch war, und ob eine Mail danach "
        "fragen darf, sagt dein Gast über den eigenen Link.",
    ),
    refusals.UnknownKind: _unknown("Diese Art von Gespräch gibt es nicht"),
    refusals.UnknownService: _unknown("Diese Leistung gibt es nicht"),
    refusals.UnknownArticle: _unknown("Diesen Beitrag gibt es nicht"),
    refusals.UnknownBooking: _unknown("Zu diesem Link gehört kein Termin"),
}


def tell(refusal: Refusal, office: Office, kind_id: str = "") -> Told:
    """Status, heading and sentence for a refusal, with the numbers that hold for a kind.

    Raises:
        KeyError: it is one that no visitor can cause, so the page is the one of a bug.

    """
    rules, hour = office.rules_of(kind_id), timedelta(hours=1)
    told = _TOLD[refusal.why if isinstance(refusal, NotFree) else type(refusal)]
    text = told.text.format(
        notice=_notice_in_words(round(rules.notice / hour)),
        horizon="einen Tag" if rules.horizon_days == 1 else f"{rules.horizon_days} Tage",
        change=hours_in_words(round(rules.change / hour)),
        bookings_per_address=office.settings.limits.bookings_per_address,
    )
    return replace(told, text=text)


def _notice_in_words(hours: int) -> str:
    if hours == 0:
        return "Diese Zeit ist schon vorbei."
    return f"Ein Gespräch braucht mindestens {hours_in_words(hours)} Vorlauf."
