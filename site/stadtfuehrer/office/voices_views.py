"""What people said, in the browser: what waits, and all that is done about one of them."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.leads import get_lead
from stadtfuehrer.dialogue import answering, check_ins
from stadtfuehrer.dialogue.answering import Step, answered, get_voice, letter_after
from stadtfuehrer.dialogue.letters import about_voice
from stadtfuehrer.dialogue.model import Voice
from stadtfuehrer.dialogue.shown import path_of, title_of
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.forms import CHANGE, SEND
from stadtfuehrer.office.voices_forms import DONE, NOT_DONE, AnswerForm, HeardForm, VoiceForm
from stadtfuehrer.refusals import AskedLately, NoConsent, NotAnswered, UnknownLead, VoiceChanged
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed
from stadtfuehrer.web.paging import page_asked_for

_SAID = {
    Step.PUBLISH: "Veröffentlicht.",
    Step.HIDE: "Von der Seite genommen.",
    Step.CLOSE: "Abgelegt.",
    Step.RELEASE: "Freigegeben.",
}


@office.get("/stimmen")
def voices() -> ResponseReturnValue:
    """What waits, what is held, what is settled, and who may be asked how things are."""
    page = page_asked_for()
    guests = check_ins.guests(get_context())
    return render_template(
        "office/voices.html",
        found=answering.inbox(get_context(), page=page),
        page=page,
        guests=guests[: answering.A_PAGE],
        more_guests=len(guests[answering.A_PAGE :]),
        title_of=lambda path: title_of(get_context(), path),
        now=now(),
    )


@office.post("/stimmen/gast")
def guest_asked() -> ResponseReturnValue:
    """Ask a former guest how things are."""
    try:
        check_ins.ask_guest(get_context(), request.form.get("gast", ""), who=who(), now=now())
    except AskedLately as refusal:
        flash(describe(refusal, get_context()).text)
    else:
        flash("Gefragt. Die Antwort kommt hierher und in dein Postfach.")
    return redirect(url_for("office.voices"), 303)


@office.get("/stimmen/<row:voice_id>")
def voice(voice_id: int) -> ResponseReturnValue:
    """All of one."""
    return _page(get_voice(get_context(), voice_id))


@office.post("/stimmen/<row:voice_id>")
def voice_answered(voice_id: int) -> ResponseReturnValue:
    """Answer it, once the answer was read as whoever asked will."""
    its, form = get_voice(get_context(), voice_id), AnswerForm()
    if not form.accept():
        return _page(its, form), 422
    if typed(form.schritt) == CHANGE:
        return _page(its, form)

    def go_on() -> ResponseReturnValue:
        if typed(form.schritt) != SEND:
            its.check_seen(typed(form.stand))
            return _preview(its, form)
        answering.answer(
            get_context(), voice_id, form.given, version=typed(form.stand), who=who(), now=now()
        )
        return _done(voice_id, "Gesendet." if letter_after(its, form.given) else "Gespeichert.")

    return _unless_refused(voice_id, form, go_on)


@office.post("/stimmen/<row:voice_id>/gehoert")
def voice_heard(voice_id: int) -> ResponseReturnValue:
    """Say what came of it."""
    its, form = get_voice(get_context(), voice_id), HeardForm()
    if not form.accept():
        return _page(its, form), 422
    sentence = typed(form.satz)

    def go_on() -> ResponseReturnValue:
        answering.hear(
            get_context(),
            voice_id,
            sentence,
            is_done=form.wie.data == DONE,
            version=typed(form.stand),
            who=who(),
            now=now(),
        )
        if its.is_erased and not sentence:
            return _gone()
        said = "Steht jetzt unter „Gehört, getan“." if sentence else "Zurückgenommen."
        return _done(voice_id, said)

    return _unless_refused(voice_id, form, go_on)


@office.post("/stimmen/<row:voice_id>/zeigen", defaults={"step": Step.PUBLISH})
@office.post("/stimmen/<row:voice_id>/verbergen", defaults={"step": Step.HIDE})
@office.post("/stimmen/<row:voice_id>/ablegen", defaults={"step": Step.CLOSE})
@office.post("/stimmen/<row:voice_id>/freigeben", defaults={"step": Step.RELEASE})
def voice_stepped(voice_id: int, step: Step) -> ResponseReturnValue:
    """Show, hide, put away or release it."""
    form = VoiceForm()

    def go_on() -> ResponseReturnValue:
        answering.take_step(
            get_context(), voice_id, step, version=typed(form.stand), who=who(), now=now()
        )
        return _done(voice_id, _SAID[step])

    return _unless_refused(voice_id, form, go_on)


@office.post("/stimmen/<row:voice_id>/loeschen")
def voice_erased(voice_id: int) -> ResponseReturnValue:
    """Erase it."""
    answering.erase(get_context(), voice_id, who=who(), now=now())
    return _gone()


def _unless_refused(
    voice_id: int, form: VoiceForm, go_on: Callable[[], ResponseReturnValue]
) -> ResponseReturnValue:
    """Go on, or show what was typed beside what is there by now."""
    try:
        return go_on()
    except (VoiceChanged, NoConsent, NotAnswered) as refusal:
        its = get_voice(get_context(), voice_id)
        if isinstance(form, AnswerForm) and form.was_sent_before(its):
            return _done(voice_id, "Ist schon erledigt.")
        status = form.refuse(refusal)
        form.stand.data = its.version
        return _page(its, form, is_changed=isinstance(refusal, VoiceChanged)), status


def _done(voice_id: int, said: str) -> ResponseReturnValue:
    flash(said)
    return redirect(url_for("office.voice", voice_id=voice_id), 303)


def _gone() -> ResponseReturnValue:
    flash("Gelöscht.")
    return redirect(url_for("office.voices"), 303)


def _page(its: Voice, sent: VoiceForm | None = None, *, is_changed: bool = False) -> str:
    answer = sent if isinstance(sent, AnswerForm) else None
    heard = sent if isinstance(sent, HeardForm) else None
    wie = DONE if its.is_done else NOT_DONE
    return render_template(
        "office/voice.html",
        voice=its,
        sent=sent,
        is_changed=is_changed,
        answer=answer or AnswerForm(formdata=None, antwort=its.answer, stand=its.version),
        heard=heard or HeardForm(formdata=None, satz=its.heard, wie=wie, stand=its.version),
        about=title_of(get_context(), its.about),
        shown_at=path_of(its),
        is_lead=_is_lead(its.email),
    )


def _preview(its: Voice, form: AnswerForm) -> str:
    context, moment = get_context(), now()
    after, kind = answered(its, form.given, now=moment), letter_after(its, form.given)
    return render_template(
        "office/voice_preview.html",
        voice=after,
        was_answered=its.answered_at is not None,
        by_mail=form.given.by_mail,
        letter=about_voice(context, kind, after, after.email, now=moment) if kind else None,
        pairs=form.pairs,
    )


def _is_lead(address: str) -> bool:
    try:
        get_lead(get_context(), address)
    except UnknownLead:
        return False
    return True
