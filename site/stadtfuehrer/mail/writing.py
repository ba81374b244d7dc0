"""A letter in the words of its templates."""

from typing import TYPE_CHECKING, Any

from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.text import Mailbox

if TYPE_CHECKING:
    from stadtfuehrer.context import AppContext


def written(
    context: "AppContext",
    kind: LetterKind,
    words: dict[str, Any],
    recipient: Mailbox,
    reply_to: Mailbox,
    *,
    topic: str = "booking",
) -> Letter:
    """A letter from the templates of its topic."""
    words |= {"consultant": context.settings.consultant, "site_url": context.settings.site.url}

    def render(part: str) -> str:
        return context.letter_templates.get_template(f"{topic}/letters/{kind}/{part}").render(words)

    return Letter(
        kind=kind,
        recipient=recipient,
        reply_to=reply_to,
        subject=" ".join(render("subject.txt").split()),
        text=render("body.txt"),
        html=render("body.html"),
    )
