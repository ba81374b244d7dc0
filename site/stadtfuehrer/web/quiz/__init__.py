"""The quiz: one question a page, everything in the address, nothing stored about anybody."""

from stadtfuehrer.web.quiz import asking, counting, outcome
from stadtfuehrer.web.quiz.blueprint import quiz

__all__ = ["asking", "counting", "outcome", "quiz"]
