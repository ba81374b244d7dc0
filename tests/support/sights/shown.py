"""What people said here: on pages of its own, in lists, under what it is about."""

from datetime import timedelta

from stadtfuehrer.dialogue import store
from stadtfuehrer.dialogue.model import Kind
from stadtfuehrer.web.renewal import renew_pages
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.sights.sight import Sight
from tests.support.voices import published

OFFER = "/angebot/marketingberatung"
ARTICLE = "/stadtgespraech/marketing-als-gespraech"
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
ADDRESSED = """Sehr geehrte Frau Beispiel,

in unserer Werkstatt ist es umgekehrt: Wer fragt, bekommt
  – erst einen Kaffee,
  – dann eine Antwort.

Wir haben das nie Marketing genannt, und seit zwanzig Jahren kommen die Leute wieder."""
REPLY = "Das ist *genau* das, was ich meine:\n\n- fragen\n- zuhören\n- [antworten](/fragen)"


def some(path: str) -> Sight:
    """A page when a few people have said something, one of them with a very long word."""

    def show(site: Demonstration) -> Page:
        word = {"text": f"{LONG}?", "name": LONG, "heard": LONG, "heard_at": site.clock()}
        asked = {
            "{word}": published(site, about=path, **word),
            "{letter}": published(site, text=ADDRESSED, with_name=False, about=path, answer=REPLY),
        }
        no = {"heard": "Lieber nicht: Es wäre niemand da.", "is_done": False}
        for kind in (Kind.QUESTION, Kind.LETTER):
            published(site, kind=kind, about=ARTICLE, heard_at=site.clock(), **no)
        for text, answer in ((LONG, ""), (ADDRESSED, REPLY)):
            published(site, kind=Kind.LETTER, about=ARTICLE, text=text, answer=answer)
        _guests(site)
        renew_pages(site.context.instance)
        for name, voice in asked.items():
            own = path.replace(name, str(voice.id))
            if own != path:
                return site.guest.get(own)
        return site.guest.get(path)

    return show


def many(path: str) -> Sight:
    """A page when a lot of people have said something at length."""

    def show(site: Demonstration) -> Page:
        for number in range(45):
            at = site.clock() - timedelta(days=number + 2)
            text = f"{number}. Mal: {ADDRESSED}"
            published(site, text=text, about=path, said_at=at)
            published(site, text=text, kind=Kind.LETTER, about=ARTICLE, said_at=at, answer=REPLY)
            heard = {"heard": f"Zum {number}. Mal.", "heard_at": at}
            published(site, text=f"Noch ein {text}", said_at=at, **heard)
        _guests(site)
        renew_pages(site.context.instance)
        return site.guest.get(path)

    return show


def _guests(site: Demonstration) -> None:
    for text, choice, answer in (
        (LONG, "sehr", ""),
        ("Zu kurz.", "teils", REPLY),
        ("", "eher", ""),
    ):
        published(site, kind=Kind.FEEDBACK, text=text, choice=choice, answer=answer)
    with site.context.database.begin() as session:
        for choice in ("sehr", "sehr", "eher", "teils", "nicht"):
            store.add_satisfied(session, choice, day=site.clock().date())


SIGHTS: dict[str, Sight] = {
    **{
        f"said {path}": some(path)
        for path in (
            "/",
            "/angebot",
            OFFER,
            "/ablauf",
            "/ueber",
            "/termin",
            "/stadtgespraech",
            ARTICLE,
        )
    },
    **{
        f"said {path}": some(path)
        for path in ("/fragen", "/fragen/{word}", "/fragen/{letter}", "/gehoert")
    },
    **{f"said a lot {path}": many(path) for path in ("/", "/fragen?seite=2", "/gehoert?seite=2")},
    "said a lot under an article": many(f"{ARTICLE}?seite=2"),
}
