"""The quiz: its questions, all answers to look over, and the result."""

from urllib.parse import urlencode

from stadtfuehrer.quiz.statistics import FEWEST_RUNS
from tests.support.neighbour import Demonstration
from tests.support.pages import Page
from tests.support.quiz_ways import finish_many
from tests.support.sights.sight import Sight, answered, get, with_answers

MIXED = "2310214032"
SEND = "Ergebnis schicken"


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
}
