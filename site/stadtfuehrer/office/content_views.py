"""What the site says and shows, changed in the browser."""

import os
from datetime import UTC, datetime

from flask import current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from stadtfuehrer.content.writing import KEPT, OwnTexts
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.content_colour import SHIPPED_ACCENT, present_accent, save_accent
from stadtfuehrer.office.content_forms import ColourForm, PicturesForm, TextForm
from stadtfuehrer.office.content_pictures import remove_picture, save_pictures
from stadtfuehrer.office.content_service import save_text, try_text
from stadtfuehrer.refusals import TextChanged, UnknownArticle, UnknownText
from stadtfuehrer.settings.errors import MistakesFound
from stadtfuehrer.text import slug
from stadtfuehrer.web import get_context, now, path_to, pretend
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.renewal import renew_processes
from stadtfuehrer.web.static import OWN_FOLDER

_PATHS = {
    "offers.toml": "/angebot",
    "ablauf.toml": "/ablauf",
    "fragen.toml": "/fragen",
    "quiz.toml": "/quiz",
}


@office.get("/texte")
def texts() -> ResponseReturnValue:
    """All texts, the pictures, the colour."""
    return _texts_page(
        PicturesForm(formdata=None), ColourForm(formdata=None, farbe=present_accent(get_context()))
    )


@office.get("/texte/neu")
def new_text() -> ResponseReturnValue:
    """Lead to the article that is to have this name."""
    name = slug(request.args.get("name", ""))
    if not name:
        return redirect(path_to("office.texts"), 303)
    return redirect(path_to("office.text", name=f"articles/{name}.md"), 303)


@office.get("/texte/datei/<path:name>")
def text(name: str) -> ResponseReturnValue:
    """One text; with ``?stand=`` an earlier one of it, to be looked at and taken again."""
    texts, stand = OwnTexts(get_context().instance), request.args.get("stand")
    present, until = texts.get(name, now=now()), _instant(stand) if stand else None
    shown = texts.version(name, until) if until else present.text
    form = TextForm(formdata=None, text=shown, stand=present.digest)
    return _text_page(name, form, earlier=until)


@office.post("/texte/datei/<path:name>")
def text_saved(name: str) -> ResponseReturnValue:
    """Put what was typed in force."""
    form = TextForm()
    if not form.accept():
        return _text_page(name, form), 422
    return _save(name, form, typed(form.text))


@office.post("/texte/zurueck/<path:name>")
def text_taken_back(name: str) -> ResponseReturnValue:
    """Let the shipped text hold again; an own article is gone."""
    form = TextForm()
    form.text.data = OwnTexts(get_context().instance).get(name, now=now()).text
    return _save(name, form, None)


@office.post("/texte/vorschau/<path:name>")
def text_tried(name: str) -> ResponseReturnValue:
    """The page as it would be; nothing changes."""
    form = TextForm()
    if not form.accept():
        return _text_page(name, form), 422
    OwnTexts(get_context().instance).get(name, now=now())
    try:
        pretend(catalogue=try_text(get_context(), name, typed(form.text)))
    except MistakesFound as found:
        form.add_mistakes(found.mistakes)
        return _text_page(name, form), 422
    endpoint, values = _place_of(name)
    page: str = current_app.view_functions[endpoint](**values)  # type: ignore[assignment] # no coroutine
    return page


@office.post("/texte/bild")
def pictures_saved() -> ResponseReturnValue:
    """Keep small ones of what was sent."""
    form = PicturesForm()
    if not form.accept():
        colour = ColourForm(formdata=None, farbe=present_accent(get_context()))
        return _texts_page(form, colour), 422
    save_pictures(get_context(), form.pictures, who=who(), now=now())
    return _done(path_to("office.texts"))


@office.post("/texte/bild/weg")
def picture_removed() -> ResponseReturnValue:
    """Show none any more."""
    if name := PicturesForm.NAMES.get(request.form.get("was", "")):
        remove_picture(get_context(), name, who=who(), now=now())
    return _done(path_to("office.texts"))


@office.post("/texte/farbe")
def colour_saved() -> ResponseReturnValue:
    """Take another accent colour."""
    form = ColourForm()
    if not form.accept():
        return _texts_page(PicturesForm(formdata=None), form), 422
    save_accent(get_context(), typed(form.farbe), who=who(), now=now())
    return _done(path_to("office.texts"))


def _save(name: str, form: TextForm, new: str | None) -> ResponseReturnValue:
    context, made_from = get_context(), typed(form.stand)
    try:
        save_text(context, name, new, made_from=made_from, who=who(), now=now())
    except TextChanged as refusal:
        status = form.refuse(refusal)
        # Whoever has seen both may save.
        other = OwnTexts(context.instance).get(name, now=now())
        form.stand.data = other.digest
        return _text_page(name, form, other=other.text), status
    except MistakesFound as found:
        form.add_mistakes(found.mistakes)
        return _text_page(name, form), 422
    is_there = name in OwnTexts(context.instance).names()
    return _done(path_to("office.text", name=name) if is_there else path_to("office.texts"))


def _done(address: str) -> ResponseReturnValue:
    soon = renew_processes(os.environ)
    flash(
        "Gespeichert. In ein paar Sekunden steht es so auf der Seite."
        if soon
        else "Gespeichert. Es gilt, sobald die Seite neu gestartet ist."
    )
    return redirect(address, 303)


def _texts_page(pictures: PicturesForm, colour: ColourForm) -> str:
    context = get_context()
    texts = OwnTexts(context.instance)
    folder, own = context.instance / OWN_FOLDER, context.settings.consultant
    return render_template(
        "office/texts.html",
        texts=[(texts.get(name, now=now()), _title(name)) for name in texts.names()],
        pictures=pictures,
        shown={what: (folder / name).is_file() for what, name in pictures.NAMES.items()},
        named={
            what: name
            for what, name in (("portraet", own.photo), ("logo", own.logo))
            if name not in {"", pictures.NAMES[what]}
        },
        colour=colour,
        accent=present_accent(context),
        shipped_accent=SHIPPED_ACCENT,
    )


def _text_page(
    name: str, form: TextForm, *, other: str = "", earlier: datetime | None = None
) -> str:
    texts = OwnTexts(get_context().instance)
    text = texts.get(name, now=now())
    endpoint, values = _place_of(name)
    return render_template(
        "office/text.html",
        form=form,
        text=text,
        title=_title(name),
        versions=[(f"{until:%Y%m%dT%H%M%S.%f}", until) for until in texts.versions(name)],
        kept=KEPT,
        other=other,
        earlier=earlier,
        address=path_to(endpoint, **values) if _is_public(name) else "",
    )


def _is_public(name: str) -> bool:
    published = {f"articles/{one.slug}.md" for one in get_context().catalogue.articles}
    return not name.startswith("articles/") or name in published


def _title(name: str) -> str:
    """What a file is called; its address for an article that is held back."""
    catalogue, stem = get_context().catalogue, name.rpartition("/")[2].removesuffix(".md")
    if name.startswith("pages/"):
        return catalogue.get_page(stem).title
    try:
        return catalogue.get_article(stem).title
    except UnknownArticle:
        return _NAMES.get(name, stem)


_NAMES = {
    "offers.toml": "Angebot und Preise",
    "ablauf.toml": "So läuft es ab",
    "fragen.toml": "Fragen und Antworten",
    "quiz.toml": "Test",
}


def _place_of(name: str) -> tuple[str, dict[str, str]]:
    """The endpoint of the page that a file becomes, and what it is given."""
    stem = name.rpartition("/")[2].removesuffix(".md")
    folder = "/stadtgespraech" if name.startswith("articles/") else ""
    path = _PATHS.get(name, f"{folder}/{stem}")
    try:
        endpoint, values = current_app.url_map.bind("").match(path, "GET")
    except NotFound:
        raise UnknownText from None
    return endpoint, dict(values)


def _instant(written: str) -> datetime:
    try:
        return datetime.strptime(written, "%Y%m%dT%H%M%S.%f").replace(tzinfo=UTC)
    except ValueError:
        raise UnknownText from None
