"""The forms: what somebody may ask, and what they say of the answer."""

from typing import Any

from wtforms import BooleanField, HiddenField, StringField
from wtforms.validators import AnyOf

from stadtfuehrer.dialogue.asking import Asked
from stadtfuehrer.dialogue.model import PUBLISHING, WITH_NAME, Kind
from stadtfuehrer.dialogue.shown import kind_under, title_of
from stadtfuehrer.web import get_context
from stadtfuehrer.web.fields import (
    LONGEST_TEXT,
    address_field,
    name_field,
    strip,
    text_field,
    typed,
)
from stadtfuehrer.web.forms import KeyedForm, PublicForm


class AskForm(KeyedForm):
    """A question, or under an article a letter to its author; ``zu`` is that page's path."""

    frage = text_field(
        "Deine Frage",
        missing="Hier steht noch nichts. Schreib, worum es dir geht.",
        too_long=f"Höchstens {LONGEST_TEXT} Zeichen passen hier hinein.",
        rows=4,
    )
    name = name_field()
    email = address_field()
    oeffentlich = BooleanField(PUBLISHING[Kind.QUESTION][1])
    vorname = BooleanField(WITH_NAME)
    zu = HiddenField(filters=[strip])

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.about = title_of(get_context(), typed(self.zu))
        if not self.about:  # No page of ours: then it is about none.
            self.zu.data = ""
        self.kind = kind_under(typed(self.zu))
        if self.kind is Kind.LETTER:
            self.frage.label.text = "Dein Leserbrief"
            self.oeffentlich.label.text = PUBLISHING[Kind.LETTER][1]

    @property
    def asked(self) -> Asked:
        """What was filled in."""
        return Asked(
            kind=self.kind,
            about=typed(self.zu),
            text=typed(self.frage),
            name=typed(self.name),
            email=typed(self.email),
            may_be_published=self.oeffentlich.data,
            with_name=self.vorname.data,
        )


class HelpedForm(PublicForm):
    """Whether an answer helped; each button is a choice."""

    geholfen = StringField(validators=[AnyOf(["ja", "nein"])])
