"""Leads in the browser: the list, one of them, and both for other programs."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from stadtfuehrer.booking.leads import (
    LeadFile,
    Wanted,
    export_cards,
    export_leads,
    find_leads,
    get_lead,
    keep_lead,
)
from stadtfuehrer.booking.leads_store import LeadState
from stadtfuehrer.office.blueprint import office, who
from stadtfuehrer.office.cards import cards
from stadtfuehrer.office.leads_forms import LeadForm
from stadtfuehrer.refusals import LeadChanged
from stadtfuehrer.text.spreadsheet import as_csv
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import strip, typed
from stadtfuehrer.web.paging import page_asked_for

A_PAGE = 25

_FILTERS = ("suche", "angebot", "gespraech", "stand")


@office.get("/leads")
def leads() -> ResponseReturnValue:
    """Everybody who booked or waits; the query says which of them."""
    page = page_asked_for()
    found = find_leads(get_context(), _wanted(request.args))
    first = (page - 1) * A_PAGE
    return render_template(
        "office/leads.html",
        leads=found.leads[first : first + A_PAGE],
        counts=found.counts,
        chosen=_chosen(request.args),
        page=page,
        goes_on=len(found.leads) > first + A_PAGE,
    )


@office.post("/leads/liste.csv", defaults={"form": "csv"})
@office.post("/leads/liste.vcf", defaults={"form": "vcf"})
def leads_exported(form: str) -> ResponseReturnValue:
    """The same leads as a file; it is noted that somebody took it."""
    wanted = _wanted(request.form)
    if form == "csv":
        octets = as_csv(export_leads(get_context(), wanted, who=who(), now=now()))
    else:
        octets = export_cards(get_context(), wanted, who=who(), now=now())
    disposition = {"Content-Disposition": f'attachment; filename="leads.{form}"'}
    kind = {"csv": "csv", "vcf": "vcard"}[form]
    return Response(octets, content_type=f"text/{kind}; charset=utf-8", headers=disposition)


@office.get("/lead")
def lead() -> ResponseReturnValue:
    """All of one; ``?adresse=`` says of whom."""
    found = get_lead(get_context(), strip(request.args.get("adresse")))
    return _page(found, _form_of(found))


@office.post("/lead")
def lead_kept() -> ResponseReturnValue:
    """Keep state and note; what somebody else noted meanwhile is shown beside one's own."""
    form = LeadForm()
    address = typed(form.adresse)
    if not form.accept():
        return _page(get_lead(get_context(), address), form), 422
    try:
        keep_lead(
            get_context(),
            address,
            state=LeadState(form.stand.data),
            note_text=typed(form.notiz),
            made_from=typed(form.fassung),
            who=who(),
            now=now(),
        )
    except LeadChanged as refusal:
        status, found = form.refuse(refusal), get_lead(get_context(), address)
        form.fassung.data = found.noted.version
        return _page(found, form, is_changed=True), status
    flash("Gespeichert.")
    return redirect(url_for("office.lead", adresse=address), 303)


def _form_of(found: LeadFile) -> LeadForm:
    noted = found.noted
    shown = {"fassung": noted.version, "stand": noted.state.value, "notiz": noted.note}
    return LeadForm(formdata=None, adresse=found.address, **shown)


def _page(found: LeadFile, form: LeadForm, *, is_changed: bool = False) -> str:
    newest = cards(get_context(), list(found.bookings.items())[:1])
    return render_template(
        "office/lead.html",
        lead=found,
        form=form,
        is_changed=is_changed,
        card=newest[0] if newest else None,
        now=now(),
    )


def _wanted(given: MultiDict[str, str]) -> Wanted:
    state = given.get("stand", "")
    return Wanted(
        words=strip(given.get("suche")),
        service=given.get("angebot", ""),
        kind=given.get("gespraech", ""),
        state=LeadState(state) if state in set(LeadState) else None,
    )


def _chosen(given: MultiDict[str, str]) -> dict[str, str]:
    """What of the query is a choice, to be taken along."""
    return {name: value for name in _FILTERS if (value := strip(given.get(name)))}
