"""The forms by which texts, pictures and the accent colour are changed."""

import re
from typing import Any, ClassVar

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from werkzeug.datastructures import MultiDict
from wtforms import ColorField, Field, HiddenField, TextAreaField
from wtforms.validators import DataRequired, ValidationError

from stadtfuehrer.office.content_colour import weakest_ground
from stadtfuehrer.office.content_pictures import TooManyPixelsError, make_small
from stadtfuehrer.office.forms import OfficeForm
from stadtfuehrer.settings.errors import Mistake
from stadtfuehrer.text import plain_text
from stadtfuehrer.web.fields import strip
from stadtfuehrer.web.static import LOGO, PORTRAIT


def _whole(value: str | None) -> str:
    """The text with an end to its last line, as in any file."""
    text = plain_text(value or "").rstrip("\n")
    return f"{text}\n" if text else ""


class TextForm(OfficeForm):
    """A content file's text, and by what digest the text is known that it was made from."""

    text = TextAreaField(
        "Text",
        filters=[_whole],
        validators=[DataRequired("Ganz leer kann er nicht sein.")],
        render_kw={"rows": 28, "spellcheck": "true", "class": "source"},
    )
    stand = HiddenField(filters=[strip])

    def add_mistakes(self, mistakes: tuple[Mistake, ...]) -> None:
        """Say what keeps the text from being taken."""
        self.text.errors = [*map(str, mistakes)]


class PicturesForm(OfficeForm):
    """A face, a logo, or both."""

    class Meta(OfficeForm.Meta):
        """The one form with files."""

        def wrap_formdata(self, _form: FlaskForm, formdata: object) -> MultiDict[str, Any] | None:
            """Read files only."""
            return None if formdata is None else request.files

    NAMES: ClassVar = {"portraet": PORTRAIT, "logo": LOGO}

    _file: ClassVar = {"render_kw": {"accept": "image/jpeg,image/png,image/webp,image/avif"}}
    portraet = FileField("Dein Foto", **_file)
    logo = FileField("Dein Logo", **_file)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: dict[str, bytes] = {}
        """What was made of the files, by the names under which they are kept."""

    def validate_portraet(self, field: Field) -> None:
        """Make it small, or say why not."""
        if not (self.portraet.data or self.logo.data):
            raise ValidationError("Such erst ein Bild aus.")
        self._make_small(field)

    def validate_logo(self, field: Field) -> None:
        """Make it small, or say why not."""
        self._make_small(field)

    def _make_small(self, field: Field) -> None:
        if not field.data:
            return
        name, label = self.NAMES[field.name], field.label.text
        try:
            self.pictures[name] = make_small(field.data.stream, name)
        except TooManyPixelsError:
            raise ValidationError(f"{label}: Mehr als 50 Megapixel sind zu viele.") from None
        except ValueError:
            raise ValidationError(
                f"{label}: Das lässt sich nicht als Bild lesen. Es gehen JPEG, PNG, WebP und AVIF."
            ) from None


class ColourForm(OfficeForm):
    """The accent colour."""

    farbe = ColorField("Akzentfarbe", filters=[lambda value: (value or "").strip().lower()])

    def validate_farbe(self, field: Field) -> None:
        """Refuse what could not be told from what is around it."""
        if not re.fullmatch("#[0-9a-f]{6}", field.data):
            raise ValidationError("Eine Farbe sieht so aus: #ffcc1f")
        if weak := weakest_ground(field.data):
            ground, ratio = weak
            found, least = (f"{one:.1f}".replace(".", ",") for one in (ratio, ground.least))
            raise ValidationError(
                f"Zu wenig Kontrast: gegen {ground.words} nur {found} zu 1, nötig sind {least} "
                "zu 1. Nimm eine hellere Farbe."
            )
