"""The quiz: its questions, all answers to look over, and the result."""

from urllib.parse import urlencode, urlsplit

from stadtfuehrer.quiz.findings import findings
from stadtfuehrer.quiz.statistics import FEWEST_RUNS
from stadtfuehrer.quiz.week import parameter
from tests.support.mailbag import read
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.quiz_ways import finish_many
from tests.support.sights.sight import Sight, answered, get, with_answers
from tests.support.stored import letters

MIXED = "2310214032"
SEND, TELL = "Ergebnis schicken", "Antworten"


def skipped(site: Demonstration) -> Page:
    return site.guest.press(site.guest.get("/quiz"), "Weiter")


def result(site: Demonstration) -> Page:
    return site.guest.get(f"/quiz/ergebnis?{urlencode(answered(site, MIXED))}")


def sent(site: Demonstration) -> Page:
    page = site.guest.press(result(site), SEND, {"email": "aenne@gast.example"})
    return site.guest.get(page.location)


def beside_others(site: Demonstration) -> Page:
    finish_many(site, FEWEST_RUNS)
    # What others answered is looked up once a minute.
    site.clock.turn(minutes=1)
    return result(site)


def week(site: Demonstration, gaps: str, **said: str) -> Page:
    """The page that asks how the things of these answers went; ``one``, ``two`` and ``three``."""
    answers = answered(site, gaps)
    tips = findings(site.context.catalogue, answers).tips
    told = {
        parameter(tip.question_id): said[number]
        for tip, number in zip(tips, ("one", "two", "three"), strict=False)
        if number in said
    }
    return site.guest.get(f"/quiz/woche?{urlencode(answers | told)}")


def told(gaps: str, **said: str) -> Sight:
    """What that changed."""
    return lambda site: site.guest.get(site.guest.press(week(site, gaps, **said), TELL).location)


def follow_up(site: Demonstration) -> Page:
    """The page behind the link in the letter with the result."""
    wanted = {"email": "aenne@gast.example", "nachfrage": "y"}
    site.guest.press(result(site), SEND, wanted)
    (link,) = (one for one in read(letters(site.context)[-1]).links if "/nachfrage/" in one)
    return site.guest.get(urlsplit(link).path)


def no_follow_up(site: Demonstration) -> Page:
    return site.guest.get(site.guest.press(follow_up(site), "Nicht nachfragen").location)


SIGHTS: dict[str, Sight] = {
    "quiz first question": get("/quiz"),
    "quiz question without an answer": skipped,
    "quiz fifth question": with_answers("/quiz", MIXED[:4]),
    "quiz question answered before": with_answers("/quiz", MIXED[:4], frage="dialog"),
    "quiz last question": with_answers("/quiz", MIXED[:9]),
    "quiz old link": get("/quiz?orientierung=von-frueher&dialog=ja"),
    "quiz all answers": with_answers("/quiz", MIXED),
    "result mixed": result,
    "result nothing known": with_answers("/quiz/ergebnis", "4" * 10),
    "result worst": with_answers("/quiz/ergebnis", "3" * 10),
    "result Marketingberatung": with_answers("/quiz/ergebnis", "3102201310"),
    "result Marketingumsetzung": with_answers("/quiz/ergebnis", "0130131013"),
    "result one thing": with_answers("/quiz/ergebnis", "1111111131"),
    "result few things": with_answers("/quiz/ergebnis", "2000020010"),
    "result no need": with_answers("/quiz/ergebnis", "0000000010"),
    "result wrong address": lambda site: site.guest.press(
        result(site), SEND, {"email": "aenne"}, status=422
    ),
    "result sent": sent,
    "result beside others": beside_others,
    "week to be told": lambda site: week(site, MIXED, one="geklappt"),
    "week of one thing": lambda site: week(site, "1111111131"),
    "week without an answer": lambda site: site.guest.press(week(site, MIXED), TELL, status=422),
    "week that went well": told(MIXED, one="geklappt", two="zum-teil", three="nein"),
    "week that brought a service down": told("2000020010", one="geklappt", two="geklappt"),
    "week that nobody knows": told("4" * 10, one="zum-teil", two="geklappt", three="geklappt"),
    "week without success": told("3" * 10, one="nein", two="nein", three="nein"),
    "follow-up to come": follow_up,
    "follow-up over": no_follow_up,
}
