"""What every public form has: a count against its network, a signed key, a trap for robots."""

import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Self

from flask import request
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, StringField, TextAreaField

from stadtfuehrer.text import plain_text
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import strip, typed
from stadtfuehrer.web.rate_limit import check_rate

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

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
            check_rate(get_context(), request.remote_addr or "", now=now())
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
        context = get_context()
        if find_form_token(context, typed(self.schluessel)) is None:
            self.schluessel.data = new_form_token(context, now=now())

    @classmethod
    def blank(cls) -> Self:
        """Nothing filled in, with a new key."""
        form = cls(formdata=None)
        form._refresh_key()
        return form

    @property
    def key_id(self) -> str:
        """The idempotency key."""
        key = find_form_token(get_context(), typed(self.schluessel))
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
        context = get_context()
        if self.website.data:
            return "Ein Feld, das leer bleiben soll, war ausgefüllt. Bitte sende noch einmal."
        if not context.settings.limits.minimum_seconds:
            return ""
        key = find_form_token(context, typed(self.schluessel))
        if key is None:
            return "Das Formular war nicht mehr gültig. Bitte sende es noch einmal."
        if too_quick(context, key, now=now()):
            return "Das ging schneller, als man schreiben kann. Bitte sende noch einmal."
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormToken:
    """A form's identity and the instant at which it was first shown."""

    id: str
    shown_at: datetime


def new_form_token(context: "AppContext", *, now: datetime) -> str:
    """A key for a form that is being shown."""
    milliseconds = int(now.timestamp() * 1000)
    return _serializer(context).dumps([secrets.token_hex(16), milliseconds])


def find_form_token(context: "AppContext", signed: str) -> FormToken | None:
    """What a key says, or None if it is not one of ours."""
    try:
        key_id, milliseconds = _serializer(context).loads(signed)
    except BadData:
        return None
    shown_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return FormToken(id=key_id, shown_at=shown_at)


def too_quick(context: "AppContext", key: FormToken, *, now: datetime) -> bool:
    """Whether the form came back sooner than a person can fill it in."""
    return now - key.shown_at < timedelta(seconds=context.settings.limits.minimum_seconds)


def _serializer(context: "AppContext") -> URLSafeSerializer:
    return URLSafeSerializer(context.secret, salt="form key")
