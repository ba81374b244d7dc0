"""Everything that can be refused, by name; ``web`` turns each into one status code.

What is not named here and still fails is a bug.
"""

from datetime import datetime
from enum import StrEnum


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """Something that was asked for is refused for a reason a visitor can understand."""


class NotNow(Refusal):
    """Nothing is wrong with what was asked for: later it will be taken."""


class DatabaseUnavailable(NotNow):
    """The database does not answer, cannot be written, or has not the tables asked for."""


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


class UnknownFollowUp(Refusal):
    """No signed link to a question after a week."""


class SignInLinkOver(Refusal):
    """No link to sign in by has this token, or it was used, or is too old."""


class UnknownDevice(Refusal):
    """Nobody is signed in on such a device."""


class StillToCome(Refusal):
    """Of somebody who has a consultation before them nothing is erased until it is called off."""


class UnknownLead(Refusal):
    """Nobody with this address has booked, waits or asked."""


class LeadChanged(Refusal):
    """Somebody else has noted something of the lead since the form was shown."""


class UnknownHoursChange(Refusal):
    """Hours were not changed so, or are no longer."""


class UnknownText(Refusal):
    """There is no content file of such a name, or no such version of it."""


class TextChanged(Refusal):
    """Somebody changed the file since the form was shown."""


class UnknownLetter(Refusal):
    """The outbox has no such letter."""


class UnknownCall(Refusal):
    """No such call is owed to another program."""


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


class FormAlreadyUsed(Refusal):
    """A booking was made with this form before, and it was filled in otherwise then."""


class KindChanged(Refusal):
    """The consultation is not what the form said when it was opened; both in German words."""

    def __init__(self, was: str, today: str) -> None:
        super().__init__(was, today)
        self.was = was
        self.today = today


class FreeAlready(Refusal):
    """There are free times of this kind, so that nobody has to wait for one."""


class TooManyLines(Refusal):
    """This address waits for as many kinds of consultation as one may."""


class TooMany(NotNow):
    """More than the limits allow; at ``again_at`` (aware) there is room again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(again_at)
        self.again_at = again_at


class TooManyPosts(TooMany):
    """This network has sent as many forms within an hour as the settings allow."""


class TooManyLetters(TooMany):
    """As many letters went to this mailbox, or were caused by this network, as are allowed."""


class TooManyFromNetwork(TooMany):
    """This network has booked as often within a day as the settings allow."""


class TooManyAtOnce(TooMany):
    """The whole site has taken as many bookings within an hour as the settings allow."""


class TooManyMoves(TooMany):
    """This booking was moved as often within a day as the settings allow."""


class NotYetSettled(Refusal):
    """The booking is held or requested; until it is confirmed it can be called off, not moved."""


class NothingToAnswer(Refusal):
    """The request was answered or taken back before, or was none."""


class TooLateToChange(Refusal):
    """The booking starts within the change window; only a person can change it now."""


class AddressStands(Refusal):
    """No letter to the booking's address came back, or it was corrected too often."""


class AlreadyCancelled(Refusal):
    """The booking was cancelled before."""


class AlreadyOver(Refusal):
    """The consultation has begun or is over."""


class NotYetBegun(Refusal):
    """Nobody can say whether the guest came before the consultation begins."""


class ChangedMeanwhile(Refusal):
    """Somebody else has changed the booking since it was shown."""


class NotYetOver(Refusal):
    """Nobody can say how the consultation was before it has ended."""


class DidNotTakePlace(Refusal):
    """The consultation was called off, so there is nothing to say about it."""


class VisitorsOwn(Refusal):
    """Only the visitor can say this, and this is the consultant's link."""


class AlreadyAnswered(Refusal):
    """They have said how it was, or is; what they add goes straight to the consultant."""


class UnknownVoice(Refusal):
    """Nobody said this here, or it was taken back or erased."""


class VoiceChanged(Refusal):
    """Somebody else has dealt with it in the office since the form was shown."""


class NoConsent(Refusal):
    """Whoever said it has not agreed, or no longer, that it may be published or asked about."""


class NotAnswered(Refusal):
    """A question is published with its answer, and has none yet."""


class AskedLately(Refusal):
    """This guest was asked how things are within the last quarter of a year."""
