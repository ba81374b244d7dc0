"""What is stored of one person: seen, handed over, erased; and many bookings called off at once."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.model import Booking
from stadtfuehrer.booking.selection import Letters, cancel_many, select_changeable
from stadtfuehrer.mail.postfach import kind_in_words
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.people_forms import EraseForm, ManyForm
from stadtfuehrer.person import Person, erase_person, export_person, find_person
from stadtfuehrer.refusals import StillToCome
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import strip, typed


@office.get("/menschen")
def people() -> ResponseReturnValue:
    """Ask whose data; ``?adresse=`` shows them."""
    address = strip(request.args.get("adresse"))
    person = find_person(get_context(), address) if address else None
    return _page(person, address, EraseForm(formdata=None))


@office.post("/menschen/daten.json", defaults={"form": "json"})
@office.post("/menschen/daten.zip", defaults={"form": "zip"})
def handed_over(form: str) -> ResponseReturnValue:
    """The data as a file; it is noted that somebody took it."""
    address = strip(request.form.get("adresse"))
    person = export_person(get_context(), address, who=who(), now=now())
    octets = person.as_zip() if form == "zip" else person.as_json().encode()
    disposition = {"Content-Disposition": f'attachment; filename="daten.{form}"'}
    return Response(octets, content_type=f"application/{form}", headers=disposition)


@office.post("/menschen/loeschen")
def erased() -> ResponseReturnValue:
    """Erase a person's data for good."""
    form = EraseForm()
    address = typed(form.adresse)
    if not form.accept():
        return _page(find_person(get_context(), address), address, form), 422
    try:
        gone = erase_person(get_context(), address, who=who(), now=now())
    except StillToCome as refusal:
        status = form.refuse(refusal)
        return _page(find_person(get_context(), address), address, form), status
    return render_template("office/person_gone.html", gone=gone)


@office.get("/viele")
def many() -> ResponseReturnValue:
    """Ask which bookings are meant, by when they were booked or by whom."""
    return _many_page(ManyForm(formdata=None))


@office.post("/viele/zeigen")
def many_shown() -> ResponseReturnValue:
    """Show them; nothing changes."""
    form = ManyForm()
    if not form.accept():
        return _many_page(form), 422
    return _many_page(form, _chosen(form))


@office.post("/viele/absagen")
def many_called_off() -> ResponseReturnValue:
    """Call off those of them that the page has shown."""
    form, shown = ManyForm(), set(request.form.getlist("termin", type=int))
    if not form.accept():
        return _many_page(form), 422
    gone = cancel_many(
        get_context(),
        [row_id for row_id, _ in _chosen(form) if row_id in shown],
        reason=typed(form.grund),
        tell=Letters(form.briefe.data),
        who=who(),
        now=now(),
    )
    flash("Eine Buchung ist abgesagt." if gone == 1 else f"{gone} Buchungen sind abgesagt.")
    return redirect(url_for("office.many"), 303)


def _chosen(form: ManyForm) -> list[tuple[int, Booking]]:
    selection = form.selection(get_context().rules.zone)
    return select_changeable(get_context(), selection, now=now())


def _many_page(form: ManyForm, chosen: list[tuple[int, Booking]] | None = None) -> str:
    return render_template("office/many.html", form=form, chosen=chosen)


def _page(person: Person | None, address: str, form: EraseForm) -> str:
    to_come = person.to_come(now=now()) if person else []
    return render_template(
        "office/people.html",
        person=person,
        address=address,
        form=form,
        to_come=to_come,
        kind_in_words=kind_in_words,
    )
