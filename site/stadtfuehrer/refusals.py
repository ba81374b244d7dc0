"""Everything that can be refused, by name; ``web`` turns each into one status code.

What is not named here and still fails is a bug.
"""

from enum import StrEnum


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Something that was asked for is refused for a reason a visitor can understand."""


class UnknownKind(Refusal):
    """No such kind of consultation."""


class UnknownService(Refusal):
    """No such service."""


class UnknownPage(Refusal):
    """No such page in the catalogue."""


class UnknownArticle(Refusal):
    """No such article."""


class UnknownBooking(Refusal):
    """No booking has this token."""


class UnknownLetter(Refusal):
    """The outbox has no such letter."""


class IncompleteAnswers(Refusal):
    """A result was asked for before every question had its answer."""


class WhyNotFree(StrEnum):
    """Why a start cannot be booked."""

    TAKEN = "taken"
    TOO_SOON = "too soon"
    TOO_FAR = "too far"
    NOT_OFFERED = "not offered"
    CALENDAR_AWAY = "calendar away"


class NotFree(Refusal):
    """This start cannot be booked (any more)."""

    def __init__(self, why: WhyNotFree) -> None:
        super().__init__(why)
        self.why = why


class TooManyBookings(Refusal):
    """This address already has as many live bookings as the settings allow."""

    def __init__(self, limit: int) -> None:
        super().__init__(limit)
        self.limit = limit


class TooManyPosts(Refusal):
    """This network has sent as many forms in this hour as the settings allow."""


class TooLateToChange(Refusal):
    """The booking starts within the change window; only a person can change it now."""


class AlreadyCancelled(Refusal):
    """The booking was cancelled before."""


class AlreadyOver(Refusal):
    """The consultation has begun or is over."""


class NotYetOver(Refusal):
    """Nobody can say how the consultation was before it has ended."""


class DidNotTakePlace(Refusal):
    """The consultation was called off, so there is nothing to say about it."""


class VisitorsOwn(Refusal):
    """Only the visitor can say this, and this is the consultant's link."""


class AlreadyAnswered(Refusal):
    """The visitor has said how it was; what they add goes straight to the consultant."""
