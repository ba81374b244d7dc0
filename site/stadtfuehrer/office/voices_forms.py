"""What is answered to what somebody said, and what came of it."""

from wtforms import BooleanField, HiddenField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than stubs
from wtforms.validators import AnyOf

from stadtfuehrer.dialogue.answering import Answer
from stadtfuehrer.dialogue.model import Voice
from stadtfuehrer.office.forms import SEND, OfficeForm
from stadtfuehrer.web.fields import LONGEST_TEXT, strip, text_field, typed

_TOO_LONG = f"Höchstens {LONGEST_TEXT} Zeichen."

DONE, NOT_DONE = "getan", "begruendet"


class VoiceForm(OfficeForm):
    """A step of the office; ``stand`` is the version of what was shown."""

    stand = HiddenField(filters=[strip])


class AnswerForm(VoiceForm):
    """An answer: written, read as whoever asked will, sent; ``schritt`` is what the button says."""

    antwort = text_field(
        "Deine Antwort", missing="Schreib erst eine Antwort.", too_long=_TOO_LONG, rows=9
    )
    per_mail = BooleanField("Schon per Mail beantwortet: Es geht kein Brief hinaus")
    zeigen = BooleanField("Beides veröffentlichen")
    schritt = HiddenField(filters=[strip])

    @property
    def given(self) -> Answer:
        """The answer."""
        return Answer(
            text=typed(self.antwort),
            by_mail=bool(self.per_mail.data),
            publish=bool(self.zeigen.data),
        )

    def was_sent_before(self, its: Voice) -> bool:
        """Whether this very answer is there already, by a second press of the same button."""
        return typed(self.schritt) == SEND and its.answer == self.given.text

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """What travels on to the next step."""
        boxes = [one.name for one in (self.per_mail, self.zeigen) if one.data]
        said = [("antwort", typed(self.antwort)), ("stand", typed(self.stand))]
        return [*said, *((name, "y") for name in boxes)]


class HeardForm(VoiceForm):
    """What was done about it, or why not; an empty sentence takes it back."""

    satz = text_field("Was daraus wurde, in einem Satz", too_long=_TOO_LONG, rows=3)
    wie = RadioField(
        "Getan oder nicht?",
        choices=[
            SelectChoice(DONE, "Getan"),
            SelectChoice(NOT_DONE, "Nicht getan; der Satz sagt, warum"),
        ],
        validators=[AnyOf([DONE, NOT_DONE], "Wähle eins von beiden aus.")],
        validate_choice=False,
    )
