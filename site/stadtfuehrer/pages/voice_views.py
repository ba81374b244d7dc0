"""What was asked here, and what came of what people said, on pages of their own; the feed."""

from flask import Response, render_template

from stadtfuehrer.dialogue import shown
from stadtfuehrer.pages import structured_data
from stadtfuehrer.pages.feed import entries
from stadtfuehrer.pages.views import pages
from stadtfuehrer.pages.voices import asked_here
from stadtfuehrer.refusals import UnknownArticle
from stadtfuehrer.web import get_context
from stadtfuehrer.web.paging import page_asked_for


@pages.get("/fragen/<row:voice_id>")
def question(voice_id: int) -> str:
    """One question with its answer."""
    context = get_context()
    voice = shown.get_question(context, voice_id)
    return render_template(
        "pages/question.html",
        voice=voice,
        about=shown.title_of(context, voice.about),
        structured_data=structured_data.question_page(voice),
    )


@pages.get("/gehoert")
def heard() -> str:
    """What came of what people said, a reasoned no included."""
    context = get_context()
    return render_template(
        "pages/heard.html",
        found=shown.heard(context, page=page_asked_for()),
        titles=shown.titles(context),
        path_of=shown.path_of,
        asked_here=asked_here(),
    )


@pages.get("/stadtgespraech/feed.xml")
def feed() -> Response:
    """The articles, and what people asked and wrote, for feed readers (Atom, RFC 4287)."""
    if not get_context().catalogue.articles:
        raise UnknownArticle  # It is theirs, and leads to their page.
    xml = render_template(
        "pages/feed.xml", entries=entries(get_context()), external=structured_data.external
    )
    return Response(xml, mimetype="application/atom+xml")
