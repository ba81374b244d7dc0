"""What is noted of a lead."""

from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.validators import AnyOf

from stadtfuehrer.booking.leads_store import LeadState
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.web.fields import strip, text_field


class LeadForm(OfficeForm):
    """State and note; ``fassung`` is the version of what was shown."""

    adresse = HiddenField(filters=[strip])
    fassung = HiddenField(filters=[strip])
    stand = SelectField(
        "Stand",
        choices=[SelectChoice(one.value, one.label) for one in LeadState],
        validators=[AnyOf(list(LeadState), "Wähle einen Stand aus.")],
        validate_choice=False,
    )
    notiz = text_field("Deine Notiz", too_long="Höchstens 3000 Zeichen.", rows=6)
