"""The form in which a former guest says how things are."""

from wtforms import RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.validators import AnyOf

from stadtfuehrer.dialogue.model import CheckInChoice
from stadtfuehrer.web.fields import LONGEST_TEXT, text_field
from stadtfuehrer.web.forms import PublicForm


class CheckInForm(PublicForm):
    """How things are; its address is a secret of whoever was asked."""

    antwort = RadioField(
        "Wie läuft es?",
        choices=[SelectChoice(one.value, one.label) for one in CheckInChoice],
        validators=[AnyOf([*CheckInChoice], "Wähle eine der drei Antworten aus.")],
        validate_choice=False,
    )
    worte = text_field(
        "Magst du etwas dazu sagen?",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen für deine Worte.",
        rows=5,
    )
