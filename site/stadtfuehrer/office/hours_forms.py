"""The forms by which hours are closed and opened, and by which guests hear of it."""

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from wtforms import DateField, Field, Form, TimeField
from wtforms.validators import InputRequired, Optional, ValidationError

from stadtfuehrer.booking.opening import Interval, wall_clock_instant
from stadtfuehrer.booking.slots import GRID_MINUTES
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.web.fields import text_field

LONGEST = timedelta(days=366)

SENTENCE = "Mir ist etwas dazwischengekommen, das ich nicht verschieben kann."
"""What an apology says until somebody knows better."""


def _day(label: str, *, missing: str = "") -> Field:
    return DateField(  # type: ignore[call-arg] # newer than stubs
        label,
        invalid_value_message=f"{label}: Das ist kein Tag, den der Kalender kennt.",
        validators=[InputRequired(missing) if missing else Optional()],
    )


def _clock(label: str, *, missing: str = "") -> Field:
    return TimeField(  # type: ignore[call-arg] # newer than stubs
        label,
        invalid_value_message=f"{label}: Das ist keine Uhrzeit.",
        validators=[InputRequired(missing) if missing else Optional(), _on_the_grid],
        render_kw={"step": GRID_MINUTES * 60},
    )


def _on_the_grid(_form: Form, field: Field) -> None:
    if field.data and field.data.minute % GRID_MINUTES:
        raise ValidationError(f"{field.label.text}: Bitte in Schritten von {GRID_MINUTES} Minuten.")


def _stretch(
    first: date, start: time | None, last: date, end: time | None, zone: ZoneInfo
) -> Interval:
    """From a day's midnight or time to another one's, as the zone's clocks show them."""
    begin = wall_clock_instant(first, _minutes(start or time()), zone)
    until = wall_clock_instant(last, _minutes(end) if end else 24 * 60, zone)
    return Interval(begin, until)


def _minutes(clock: time) -> int:
    return clock.hour * 60 + clock.minute


class CloseForm(OfficeForm):
    """Days, or hours of one day, that are to be closed."""

    vom = _day("Vom", missing="Ab welchem Tag soll zu sein?")
    bis = _day("Bis zum")
    ab_uhr = _clock("Von")
    bis_uhr = _clock("Bis")

    def validate_bis(self, field: Field) -> None:
        """Refuse days that run backwards, or never end."""
        first, last = self.vom.data, field.data
        if first and last and not timedelta() <= last - first <= LONGEST:
            raise ValidationError(
                "Der letzte Tag liegt vor dem ersten, oder weiter als ein Jahr danach."
            )

    def validate_bis_uhr(self, field: Field) -> None:
        """Refuse hours that run backwards."""
        start, several = self.ab_uhr.data, self.bis.data not in {None, self.vom.data}
        if start and field.data and not several and field.data <= start:
            raise ValidationError("Das Ende liegt vor dem Anfang.")

    def interval(self, zone: ZoneInfo) -> Interval:
        """What is to be closed; without times of day, whole days of the zone."""
        last = self.bis.data or self.vom.data
        return _stretch(self.vom.data, self.ab_uhr.data, last, self.bis_uhr.data, zone)


class OpenForm(OfficeForm):
    """Hours of one day that are to be open as well."""

    tag = _day("Am", missing="An welchem Tag willst du öffnen?")
    oeffnet = _clock("Von", missing="Ab wann willst du öffnen?")
    schliesst = _clock("Bis", missing="Bis wann willst du öffnen?")

    def validate_schliesst(self, field: Field) -> None:
        """Refuse hours that run backwards."""
        if self.oeffnet.data and field.data and field.data <= self.oeffnet.data:
            raise ValidationError("Das Ende liegt vor dem Anfang.")

    def interval(self, zone: ZoneInfo) -> Interval:
        """When to be open."""
        return _stretch(self.tag.data, self.oeffnet.data, self.tag.data, self.schliesst.data, zone)


class ApologyForm(OfficeForm):
    """What every guest reads whose consultation is called off."""

    satz = text_field("Dein Satz an die Gäste", too_long="Höchstens 3000 Zeichen.", rows=4)
