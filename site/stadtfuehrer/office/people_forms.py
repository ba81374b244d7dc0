"""The forms that erase a person's data, and that call off many bookings."""

from zoneinfo import ZoneInfo

from wtforms import BooleanField, DateTimeLocalField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.validators import AnyOf, InputRequired, Optional, ValidationError

from stadtfuehrer.booking.selection import Letters, Selection
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.web.fields import strip, text_field, typed


class EraseForm(OfficeForm):
    """Whose data are to go, and that it is meant."""

    adresse = HiddenField(filters=[strip])
    sicher = BooleanField(
        "Ja, endgültig löschen",
        validators=[InputRequired("Setz das Häkchen, wenn es wirklich weg soll.")],
    )


def _moment(label: str) -> Field:
    return DateTimeLocalField(  # type: ignore[call-arg] # newer than stubs
        label,
        invalid_value_message=f"{label}: Das ist kein Zeitpunkt, den der Kalender kennt.",
        validators=[Optional()],
    )


class ManyForm(OfficeForm):
    """Which bookings are meant, and who hears of it."""

    seit = _moment("Gebucht seit")
    bis = _moment("Gebucht bis")
    adresse = StringField("Von der Adresse", filters=[strip])
    grund = text_field("Dein Satz an die Gäste", too_long="Höchstens 3000 Zeichen.", rows=3)
    briefe = RadioField(
        "Wer bekommt die Absage?",
        choices=[
            SelectChoice(Letters.NONE.value, "Niemand: Es war ein Programm"),
            SelectChoice(Letters.CONSULTANT.value, "Nur ich"),
            SelectChoice(Letters.ALL.value, "Alle"),
        ],
        default=Letters.NONE.value,
        validators=[AnyOf([one.value for one in Letters], "Wähle eine der drei Antworten aus.")],
        validate_choice=False,
    )

    def validate_adresse(self, field: Field) -> None:
        """Refuse a choice of everything."""
        if not (field.data or self.seit.data or self.bis.data):
            raise ValidationError("Welche? Nenne eine Zeit oder eine Adresse.")

    def selection(self, zone: ZoneInfo) -> Selection:
        """What is meant; times are on the zone's clocks."""
        since, until = self.seit.data, self.bis.data
        return Selection(
            since=since and since.replace(tzinfo=zone),
            until=until and until.replace(tzinfo=zone),
            sender=typed(self.adresse),
        )
