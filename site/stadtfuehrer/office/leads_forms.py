"""What is noted of a lead."""

from wtforms import HiddenField, SelectField

from stadtfuehrer.booking.leads_store import LeadState
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.web.fields import strip, text_field


class LeadForm(OfficeForm):
    """State and note; ``fassung`` is the version of what was shown."""

    adresse = HiddenField(filters=[strip])
    fassung = HiddenField(filters=[strip])
    stand = SelectField("Stand", choices=[(one.value, one.label) for one in LeadState])
    notiz = text_field("Deine Notiz", too_long="Höchstens 3000 Zeichen.", rows=6)
