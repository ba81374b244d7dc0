"""What every public form has: a count against its network, a signed key, a trap for robots."""

import re
import secrets
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple, Self

from flask import request
from flask_wtf import FlaskForm
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, HiddenField, StringField, TextAreaField

from stadtfuehrer.refusals import FormAlreadyUsed, Refusal
from stadtfuehrer.text import plain_text
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import strip, typed
from stadtfuehrer.web.rate_limit import check_rate

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext

_BREAKS = re.compile(r"[\n\t]+")


class PublicForm(FlaskForm):  # type: ignore[misc] # Flask-WTF has no types
    """A form that anybody may send: no session, no cookie."""

    is_blank = False

    class Meta:
        """How WTForms and Flask-WTF are set."""

        csrf = False  # Fetch Metadata does its work, see web/security.py

        def wrap_formdata(self, _form: FlaskForm, formdata: object) -> MultiDict[str, str] | None:
            """Read form fields only: Flask-WTF also takes JSON, and files in a text's place."""
            return None if formdata is None else request.form

    @classmethod
    @cache
    def blank(cls) -> Self:
        """Nothing filled in: the same one for everybody, since WTForms builds it slowly."""
        form = cls(formdata=None)
        form.is_blank = True
        return form

    def accept(self) -> bool:
        """Count the form against its network's limit, and validate it. Raises NotNow."""
        try:
            check_rate(get_context(), request.remote_addr or "", now=now())
            return bool(self.validate())
        finally:
            self._drop_invisible()

    def _drop_invisible(self) -> None:
        """Leave what can be seen: what is shown again must be HTML, and right when sent again."""
        for field in self:
            if isinstance(field, BooleanField):
                field.raw_data = None  # Else whatever was sent for it would be its value.
            elif isinstance(field, StringField) and not isinstance(field, TextAreaField):
                field.data = _BREAKS.sub(" ", plain_text(typed(field))).strip()

    def add_error(self, sentence: str) -> None:
        """Say something about the form as a whole."""
        self.form_errors.append(sentence)

    def refuse(self, refusal: Refusal, kind_id: str = "") -> int:
        """Say on the form why it was not taken; gives the HTTP status for the page."""
        said = describe(refusal, get_context(), kind_id)
        self.add_error(f"{said.heading}. {said.text}")
        return said.status


class KeyedForm(PublicForm):
    """A form with a signed key and a trap for robots."""

    schluessel = HiddenField(filters=[strip])
    website = StringField("Website", filters=[strip])

    @property
    def key(self) -> str:
        """The key to show: the one it came with, which keeps its time, or else a new one."""
        context, signed = get_context(), typed(self.schluessel)
        if signed and find_form_token(context, signed):
            return signed
        return new_form_token(context, now=now())

    @property
    def key_id(self) -> str:
        """The idempotency key."""
        token = find_form_token(get_context(), typed(self.schluessel))
        if token is None:  # None of ours was sent, so nothing else can have the same.
            token = FormToken(id=secrets.token_hex(16), shown_at=now())
        return token.id

    def accept(self) -> bool:
        """Validate as every public form, and doubt what a robot may have sent."""
        try:
            doubt = self._doubt()
            accepted = super().accept()
        finally:
            # What is shown again must be able to succeed when it is sent again.
            self.website.data = ""
        # Whoever has something to correct takes longer the second time anyway.
        if accepted and doubt:
            self.add_error(doubt)
        return accepted and not doubt

    def refuse(self, refusal: Refusal, kind_id: str = "") -> int:
        """Say why it was not taken; a key that is used up is replaced by one as old."""
        token = find_form_token(get_context(), typed(self.schluessel))
        if isinstance(refusal, FormAlreadyUsed) and token is not None:
            self.schluessel.data = new_form_token(get_context(), now=token.shown_at)
        return super().refuse(refusal, kind_id)

    def _doubt(self) -> str:
        """Why this may have been a robot; empty if nothing speaks for it."""
        context = get_context()
        if self.website.data:
            return "Ein Feld, das leer bleiben soll, war ausgefüllt. Bitte sende noch einmal."
        if not context.settings.limits.minimum_seconds:
            return ""
        token = find_form_token(context, typed(self.schluessel))
        if token is None:
            return "Das Formular war nicht mehr gültig. Bitte sende es noch einmal."
        # Shown later than now: a clock that ran ahead was put right, which says nothing about who
        # filled the form in.
        open_for = now() - token.shown_at
        shortest = timedelta(seconds=context.settings.limits.minimum_seconds)
        if timedelta(0) <= open_for < shortest:
            return "So schnell füllen sonst nur Programme aus. Bitte sende noch einmal."
        return ""


class FormToken(NamedTuple):
    """A form's identity and the instant at which it was first shown."""

    id: str
    shown_at: datetime


def new_form_token(context: "AppContext", *, now: datetime) -> str:
    """A key for a form that is being shown."""
    milliseconds = int(now.timestamp() * 1000)
    return _serializer(context.secret, context.old_secrets).dumps(
        [secrets.token_hex(16), milliseconds]
    )


def find_form_token(context: "AppContext", signed: str) -> FormToken | None:
    """What a key says, or None if it is not one of ours."""
    try:
        key_id, milliseconds = _serializer(context.secret, context.old_secrets).loads(signed)
    except BadData:
        return None
    shown_at = datetime.fromtimestamp(milliseconds / 1000, UTC)
    return FormToken(id=key_id, shown_at=shown_at)


@lru_cache(maxsize=1)
def _serializer(secret: bytes, old: tuple[bytes, ...]) -> URLSafeSerializer:
    # The last one signs.
    return URLSafeSerializer([*reversed(old), secret], salt="form key")
