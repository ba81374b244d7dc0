"""The quiz's addresses, as a visitor finds them: one way through, and as many as are wanted."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from urllib.parse import urlencode

from tools.provision.visitor import Answer, Visitor


@dataclass(frozen=True, slots=True, kw_only=True)
class Walk:
    """One way through the quiz, with each first answer, and what else could be answered."""

    last_question: str  # its address, with all answers before it
    result: str  # its address
    questions: dict[str, list[str]]  # the ids of each question's answers, in the quiz's order

    def all_answered(self, path: str, wanted: int, draw: Random) -> list[str]:
        """Draw `wanted` addresses of `path` with all questions answered, no two alike."""
        return _draw(wanted, lambda: self._address(path, draw, len(self.questions)))

    def open_questions(self, wanted: int, draw: Random) -> list[str]:
        """Draw `wanted` addresses of the quiz with a question left open, no two alike.

        Any may be open. On the straight way there are but five addresses of the second question,
        which a store of answers would know by heart.
        """
        some = range(1, len(self.questions))
        return _draw(wanted, lambda: self._address("/quiz", draw, draw.choice(some)))

    def _address(self, path: str, draw: Random, count: int) -> str:
        ids = list(self.questions)
        answered = [ids[place] for place in sorted(draw.sample(range(len(ids)), count))]
        query = urlencode({name: draw.choice(self.questions[name]) for name in answered})
        return f"{path}{'&' if '?' in path else '?'}{query}"


def _draw(wanted: int, one: Callable[[], str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < wanted:
        found[one()] = None
    return list(found)


def walk_quiz(visitor: Visitor) -> Walk:
    """Answer one question after the other, with the first answer of each, up to the result."""
    questions: dict[str, list[str]] = {}
    path = last_question = "/quiz"
    while not path.startswith("/quiz/ergebnis?"):
        answer = visitor.get(path)
        if answer.status in {302, 303}:
            path = answer.headers["location"]
            continue
        seen, here = len(questions), path
        path = _next_step(visitor, answer, questions)
        if len(questions) > seen:  # and not the page where all answers are looked over
            last_question = here
    return Walk(last_question=last_question, result=path, questions=questions)


def _next_step(visitor: Visitor, answer: Answer, questions: dict[str, list[str]]) -> str:
    for form in answer.forms():
        radios = [
            control for control in answer.document().iter("input") if control.get("type") == "radio"
        ]
        if radios:
            name = radios[0].get("name", "")
            questions[name] = [radio.get("value", "") for radio in radios]
            form.fields[name] = questions[name][0]
            if form.method == "get":
                return f"{form.action}?{urlencode(form.fields)}"
        if form.action == "/quiz/fertig":
            return visitor.post(form.action, form.fields).headers["location"]
    raise LookupError(f"no way on from {answer.path}")
