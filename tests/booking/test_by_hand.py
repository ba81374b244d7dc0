"""What the consultant does by hand: any time that is nobody else's, and words read beforehand."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from stadtfuehrer.audit_log import newest_lines
from stadtfuehrer.booking import by_hand
from stadtfuehrer.booking.audit import audit
from stadtfuehrer.booking.by_hand import Decision, enter, in_the_way, note_missed, note_took_place
from stadtfuehrer.booking.model import Booking, Status, new_booking
from stadtfuehrer.booking.reminders import remind, thank
from stadtfuehrer.booking.service import BookingRequest, book, cancel, look_up, look_up_by_id, move
from stadtfuehrer.context import AppContext
from stadtfuehrer.mail.message import Letter, LetterKind
from stadtfuehrer.refusals import (
    AlreadyOver,
    ChangedMeanwhile,
    DidNotTakePlace,
    FormAlreadyUsed,
    NotFree,
    NothingToAnswer,
    NotYetBegun,
    WhyNotFree,
)
from stadtfuehrer.tokens import booking_token
from tests.support.contexts import NOW, OpenContext, a_visitor, a_wish, in_berlin
from tests.support.mailbag import Read, read
from tests.support.racing import lost, race, won
from tests.support.stored import counts, letters

VERA = "vera@stadtfuehrer.example"
TEN = in_berlin("2026-03-05 10:00")
SUNDAY_NIGHT = in_berlin("2026-03-08 22:35")
SOON = NOW + timedelta(minutes=5)
SENTENCE = "Mein Kind ist krank.\nEs tut mir leid!"
RUTH = a_visitor(name="Ruth", email="", firma="", anliegen="")


def booked(context: AppContext, start: datetime = TEN, **more: object) -> int:
    """Somebody booked by the form; the row."""
    token = book(context, a_wish(context, start, **more), now=NOW)  # type: ignore[arg-type]
    return look_up(context, token).row_id


def its(context: AppContext, row_id: int) -> Booking:
    return look_up_by_id(context, row_id).booking


def decision(context: AppContext, row_id: int, sentence: str = "") -> Decision:
    return Decision(who=VERA, seen=its(context, row_id).version, sentence=sentence)


def entered(context: AppContext, wanted: BookingRequest, *, tells_guest: bool = True) -> int:
    return enter(context, wanted, tells_guest=tells_guest, who=VERA, now=NOW)


def written(context: AppContext, *kinds: LetterKind) -> list[Read]:
    return [read(one) for one in letters(context) if one.kind in kinds]


def kinds(context: AppContext) -> list[str]:
    return [one.kind for one in letters(context)]


def done(context: AppContext) -> list[tuple[str, str, str]]:
    return [(one.who, one.what, one.about) for one in newest_lines(context, most=9)]


class TestEntered:
    @pytest.mark.parametrize("start", [SUNDAY_NIGHT, SOON], ids=["outside hours", "in 5 minutes"])
    def test_any_time_to_come(self, context: AppContext, start: datetime) -> None:
        row_id = entered(context, a_wish(context, start))
        booking = its(context, row_id)
        assert (booking.start, booking.status, booking.by_hand) == (start, Status.CONFIRMED, True)
        assert kinds(context) == [LetterKind.CONFIRMATION, LetterKind.INVITATION]
        assert done(context) == [(VERA, "booking-entered", str(row_id))]

    @pytest.mark.parametrize("start", [NOW, SOON + timedelta(minutes=1)], ids=["now", "off grid"])
    def test_no_other(self, context: AppContext, start: datetime) -> None:
        with pytest.raises(NotFree) as refused:
            entered(context, a_wish(context, start))
        assert refused.value.why is WhyNotFree.NOT_OFFERED

    @pytest.mark.parametrize(
        ("minutes", "is_free"), [(-45, True), (-40, False), (0, False), (40, False), (45, True)]
    )
    def test_never_over_another(self, context: AppContext, minutes: int, *, is_free: bool) -> None:
        """Half an hour, and a quarter that is kept free after it."""
        first = booked(context)
        wanted = a_wish(context, TEN + timedelta(minutes=minutes))
        sought = new_booking(
            uid="",
            kind=wanted.kind,
            start=wanted.start,
            visitor=RUTH,
            interest=wanted.interest,
            now=NOW,
        )
        assert [one for one, _ in in_the_way(context, sought)] == ([] if is_free else [first])
        if is_free:
            entered(context, wanted)
        else:
            with pytest.raises(NotFree):
                entered(context, wanted)

    def test_without_an_address_only_the_consultants_calendar_hears_of_it(
        self, context: AppContext
    ) -> None:
        row_id = entered(context, a_wish(context, TEN, visitor=RUTH))
        (invitation,) = written(context, LetterKind.INVITATION)
        assert invitation.event["attendee"] == f"mailto:{VERA}"
        assert "Du hast einen Termin mit Ruth eingetragen." in invitation.text
        by_hand.move(context, row_id, SUNDAY_NIGHT, decision(context, row_id), now=NOW)
        remind(context, now=SUNDAY_NIGHT - timedelta(hours=20))
        thank(context, now=SUNDAY_NIGHT + timedelta(hours=2))
        assert kinds(context) == [LetterKind.INVITATION, LetterKind.MOVED_CONSULTANT]

    def test_the_letter_is_optional(self, context: AppContext) -> None:
        entered(context, a_wish(context, TEN), tells_guest=False)
        assert kinds(context) == [LetterKind.INVITATION]

    def test_no_limit_is_the_consultants(self, open_context: OpenContext) -> None:
        with open_context(per_day="1", bookings_per_address="1", bookings_per_hour="1") as context:
            booked(context)
            entered(context, a_wish(context, TEN + timedelta(hours=3)))
            assert counts(context).bookings == 2

    def test_the_same_form_gives_the_same_booking(self, context: AppContext) -> None:
        wanted = a_wish(context, TEN, visitor=RUTH)
        assert entered(context, wanted) == entered(context, wanted)
        assert counts(context).bookings == 1
        with pytest.raises(FormAlreadyUsed):
            entered(context, replace(wanted, visitor=a_visitor(name="Kofi")))


class TestAtOnce:
    def test_two_enter_the_same_time(self, context: AppContext) -> None:
        wishes = [a_wish(context, TEN) for _ in range(4)]
        outcomes = race([partial(entered, context, one) for one in wishes])
        assert (len(won(outcomes)), lost(outcomes)) == (1, 3 * ["NotFree"])
        assert audit(context) == []

    def test_the_same_form_sent_twice(self, context: AppContext) -> None:
        wanted = a_wish(context, TEN)
        assert len(set(won(race([lambda: entered(context, wanted)] * 4)))) == 1
        assert counts(context).bookings == 1

    def test_two_change_the_same_booking(self, context: AppContext) -> None:
        row_id = booked(context)
        said = decision(context, row_id)
        outcomes = race(
            [
                lambda: by_hand.move(context, row_id, SUNDAY_NIGHT, said, now=NOW),
                lambda: by_hand.cancel(context, row_id, said, now=NOW),
            ]
        )
        assert (len(won(outcomes)), lost(outcomes)) == (1, ["ChangedMeanwhile"])
        assert len(done(context)) == 1
        assert audit(context) == []


class TestMoved:
    def test_to_any_time_with_a_sentence_that_the_guest_reads(self, context: AppContext) -> None:
        row_id = booked(context)
        said = decision(context, row_id, SENTENCE)
        by_hand.move(context, row_id, SUNDAY_NIGHT, said, now=NOW)
        assert its(context, row_id).start == SUNDAY_NIGHT
        (to_guest,) = written(context, LetterKind.MOVED_VISITOR)
        assert "Mein Kind ist krank.\n  Es tut mir leid!" in to_guest.text
        assert "Mein Kind ist krank." in to_guest.shown
        (own,) = written(context, LetterKind.MOVED_CONSULTANT)
        assert "Mein Kind" not in own.everything
        assert done(context) == [(VERA, "booking-moved", str(row_id))]

    def test_not_over_another(self, context: AppContext) -> None:
        row_id, other = booked(context), booked(context, TEN + timedelta(hours=1))
        before = its(context, row_id)
        with pytest.raises(NotFree) as refused:
            by_hand.move(
                context, row_id, its(context, other).start, decision(context, row_id), now=NOW
            )
        assert refused.value.why is WhyNotFree.TAKEN
        assert its(context, row_id) == before
        assert done(context) == []

    def test_not_what_is_over(self, context: AppContext) -> None:
        row_id = booked(context)
        with pytest.raises(AlreadyOver):
            by_hand.move(context, row_id, SUNDAY_NIGHT, decision(context, row_id), now=TEN)


Step = Callable[[AppContext, int, Decision], None]

STEPS: dict[str, Step] = {
    "move": lambda c, row, said: by_hand.move(c, row, SUNDAY_NIGHT, said, now=NOW),
    "cancel": lambda c, row, said: by_hand.cancel(c, row, said, now=NOW),
    "accept": lambda c, row, said: by_hand.accept(c, row, said, now=NOW),
    "missed": lambda c, row, said: note_missed(c, row, said, offers=False, now=NOW),
    "took place": lambda c, row, said: note_took_place(c, row, said, now=NOW),
}


@pytest.mark.parametrize("step", STEPS)
def test_what_somebody_else_changed_is_not_changed_again(context: AppContext, step: str) -> None:
    row_id = booked(context)
    said = decision(context, row_id)
    token = booking_token(context.secret, its(context, row_id).uid)
    move(context, token, TEN + timedelta(hours=3), now=NOW)
    before = its(context, row_id), counts(context)
    with pytest.raises(ChangedMeanwhile):
        STEPS[step](context, row_id, said)
    assert (its(context, row_id), counts(context)) == before
    assert done(context) == []


def requested(context: AppContext) -> tuple[AppContext, int]:
    kind = replace(context.get_kind("kennenlernen"), approve=True)
    asks = replace(context, kinds=(kind, *context.kinds[1:]))
    return asks, booked(asks)


def test_a_request_is_accepted_once(context: AppContext) -> None:
    context, row_id = requested(context)
    by_hand.accept(context, row_id, decision(context, row_id), now=NOW)
    assert its(context, row_id).status is Status.CONFIRMED
    assert written(context, LetterKind.CONFIRMATION)
    assert done(context) == [(VERA, "booking-accepted", str(row_id))]
    with pytest.raises(NothingToAnswer):
        by_hand.accept(context, row_id, decision(context, row_id), now=NOW)


def test_a_request_is_declined_with_a_reason(context: AppContext) -> None:
    context, row_id = requested(context)
    by_hand.cancel(context, row_id, decision(context, row_id, SENTENCE), now=NOW)
    (declined,) = written(context, LetterKind.DECLINED)
    assert "Mein Kind ist krank." in declined.text
    assert done(context) == [(VERA, "booking-cancelled", str(row_id))]


class TestMissed:
    LATER = TEN + timedelta(minutes=20)

    def test_nobody_is_thanked(self, context: AppContext) -> None:
        row_id = booked(context)
        note_missed(context, row_id, decision(context, row_id), offers=False, now=self.LATER)
        assert thank(context, now=TEN + timedelta(hours=3)) == 0
        assert its(context, row_id).missed_at == self.LATER
        assert LetterKind.MISSED not in kinds(context)
        assert done(context) == [(VERA, "booking-missed", str(row_id))]

    def test_who_was_there_after_all_is_thanked(self, context: AppContext) -> None:
        row_id = booked(context)
        note_missed(context, row_id, decision(context, row_id), offers=False, now=self.LATER)
        note_took_place(context, row_id, decision(context, row_id), now=self.LATER)
        assert thank(context, now=TEN + timedelta(hours=3)) == 1

    def test_a_new_time_is_offered_once(self, context: AppContext) -> None:
        row_id = booked(context)
        for _ in range(2):
            said = decision(context, row_id, SENTENCE)
            note_missed(context, row_id, said, offers=True, now=self.LATER)
            note_took_place(context, row_id, decision(context, row_id), now=self.LATER)
        (offer,) = written(context, LetterKind.MISSED)
        assert offer.to == ["aenne@gast.example"]
        assert "Mein Kind ist krank." in offer.text
        assert f"{context.settings.site.url}/termin/kennenlernen" in offer.links

    @pytest.mark.parametrize(
        ("now", "refusal"), [(TEN - timedelta(seconds=1), NotYetBegun), (TEN, None)]
    )
    def test_from_the_beginning_on(
        self, context: AppContext, now: datetime, refusal: type[Exception] | None
    ) -> None:
        row_id = booked(context)
        said = decision(context, row_id)
        if refusal is None:
            note_missed(context, row_id, said, offers=False, now=now)
            return
        with pytest.raises(refusal):
            note_missed(context, row_id, said, offers=False, now=now)

    def test_not_what_was_called_off(self, context: AppContext) -> None:
        row_id = booked(context)
        cancel(context, booking_token(context.secret, its(context, row_id).uid), "", now=NOW)
        with pytest.raises(DidNotTakePlace):
            note_missed(context, row_id, decision(context, row_id), offers=True, now=self.LATER)


class TestRead:
    """What is shown beforehand is what is sent, but for the guest's own key."""

    def check(self, context: AppContext, shown: Letter | None, kind: LetterKind) -> None:
        (sent,) = written(context, kind)
        (row,) = [one for one in letters(context) if one.kind == kind]
        assert shown is not None
        assert row.booking_id is not None
        key = booking_token(context.secret, its(context, row.booking_id).uid)
        assert key not in shown.text
        assert (shown.subject, shown.recipient.address) == (sent.subject, *sent.to)
        assert shown.text.replace("…", key).split() == sent.text.split()

    def test_a_move(self, context: AppContext) -> None:
        row_id = booked(context)
        was = look_up_by_id(context, row_id)
        shown = by_hand.read_moved(context, was, SUNDAY_NIGHT, SENTENCE, now=NOW)
        said = decision(context, row_id, SENTENCE)
        by_hand.move(context, row_id, SUNDAY_NIGHT, said, now=NOW)
        self.check(context, shown, LetterKind.MOVED_VISITOR)

    def test_a_cancellation(self, context: AppContext) -> None:
        row_id = booked(context)
        shown = by_hand.read_cancelled(context, look_up_by_id(context, row_id), SENTENCE, now=NOW)
        by_hand.cancel(context, row_id, decision(context, row_id, SENTENCE), now=NOW)
        self.check(context, shown, LetterKind.CANCELLED_VISITOR)

    def test_an_offer_which_is_made_once(self, context: AppContext) -> None:
        row_id = booked(context)
        access = look_up_by_id(context, row_id)
        shown = by_hand.read_missed(context, access, SENTENCE, now=TEN)
        said = decision(context, row_id, SENTENCE)
        note_missed(context, row_id, said, offers=True, now=TEN)
        self.check(context, shown, LetterKind.MISSED)
        assert by_hand.read_missed(context, access, SENTENCE, now=TEN) is None

    def test_nothing_without_an_address(self, context: AppContext) -> None:
        row_id = entered(context, a_wish(context, TEN, visitor=RUTH))
        assert (
            by_hand.read_cancelled(context, look_up_by_id(context, row_id), SENTENCE, now=NOW)
            is None
        )
