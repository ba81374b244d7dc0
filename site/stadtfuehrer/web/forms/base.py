"""What every public form has: a count against its network, a signed key, a trap for robots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField

from stadtfuehrer.domain.letter import plain_text
from stadtfuehrer.services.limits import admit_post
from stadtfuehrer.web.desk import now, the_office
from stadtfuehrer.web.forms.checks import typed
from stadtfuehrer.web.forms.fields import strip
from stadtfuehrer.web.key import find_key, new_key, too_quick

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Self

    from markupsafe import Markup
    from werkzeug.datastructures import MultiDict
    from wtforms import Field

_empty_fields: dict[tuple[object, ...], Markup] = {}
_BREAKS = re.compile(r"[\n\t]+")


class PublicForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form that anybody may send: no session, no cookie."""

    class Meta:
        """What WTForms reads its configuration from."""

        csrf = False  # Fetch Metadata does its work, see frame/origin.py

        def wrap_formdata(self, _form: FlaskForm, formdata: object) -> MultiDict[str, str] | None:
            """Read form fields only: Flask-WTF also takes JSON, and files in a text's place."""
            return None if formdata is None else request.form

        def render_field(self, field: Field, render_kw: Mapping[str, object]) -> Markup:
            """Render an empty field once: WTForms takes longer for it than for all else.

            What was typed is rendered anew each time, and so kept nowhere.
            """
            render: Callable[..., Markup] = super().render_field  # type: ignore[misc] # it has a base
            if field.data or field.raw_data:
                return render(field, render_kw)
            # Each form class has its own subclass of Meta.
            key = (type(self), field.name, *sorted(render_kw.items()))
            if key not in _empty_fields:
                _empty_fields[key] = render(field, render_kw)
            return _empty_fields[key]

    def accept(self) -> bool:
        """Count the form against its network's limit, and validate it.

        Raises:
            TooManyPosts.

        """
        try:
            admit_post(the_office(), request.remote_addr or "", now=now())
            return bool(self.validate())
        finally:
            self._drop_invisible()

    def _drop_invisible(self) -> None:
        """Leave what can be seen: what is shown again must be HTML, and right when sent again."""
        for field in self:
            if isinstance(field, StringField) and not isinstance(field, TextAreaField):
                field.data = _BREAKS.sub(" ", plain_text(typed(field))).strip()

    def add_error(self, sentence: str) -> None:
        """Say something about the form as a whole."""
        self.form_errors.append(sentence)


class KeyedForm(PublicForm):
    """A form with a signed key and a trap for robots."""

    schluessel = HiddenField(filters=[strip])
    website = StringField("Website", filters=[strip])

    def _refresh_key(self) -> None:
        """Give the form a key if it has none of ours; one that it has keeps its time."""
        office = the_office()
        if find_key(office, typed(self.schluessel)) is None:
            self.schluessel.data = new_key(office, now=now())

    @classmethod
    def blank(cls) -> Self:
        """Nothing filled in, with a new key."""
        form = cls(formdata=None)
        form._refresh_key()
        return form

    @property
    def key_id(self) -> str:
        """The idempotency key."""
        key = find_key(the_office(), typed(self.schluessel))
        if key is None:
            raise LookupError("a form is given a key before it is asked for it")
        return key.id

    def accept(self) -> bool:
        """Validate as every public form, and doubt what a robot may have sent."""
        try:
            doubt = self._doubt()
            accepted = super().accept()
        finally:
            # What is shown again must be able to succeed when it is sent again.
            self.website.data = ""
            self._refresh_key()
        # Whoever has something to correct takes longer the second time anyway.
        if accepted and doubt:
            self.add_error(doubt)
        return accepted and not doubt

    def _doubt(self) -> str:
        """Why this may have been a robot; empty if nothing speaks for it."""
        office = the_office()
        if self.website.data:
            return "Ein Feld, das leer bleiben soll, war ausgefüllt. Bitte sende noch einmal."
        if not office.settings.limits.minimum_seconds:
            return ""
        key = find_key(office, typed(self.schluessel))
        if key is None:
            return "Das Formular war nicht mehr gültig. Bitte sende es noch einmal."
        if too_quick(office, key, now=now()):
            return "Das ging schneller, als man schreiben kann. Bitte sende noch einmal."
        return ""
