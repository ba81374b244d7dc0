"""Another address for a booking whose letters do not arrive."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.booking.blueprint import booking
from stadtfuehrer.booking.forms import AddressForm
from stadtfuehrer.booking.manage_views import of_booking
from stadtfuehrer.booking.readdressing import check_readdressable, readdress
from stadtfuehrer.booking.service import BookingAccess
from stadtfuehrer.refusals import NotNow
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.fields import typed


@booking.get("/buchung/<token>/adresse")
@of_booking
def address_question(access: BookingAccess) -> str:
    """Where letters went, to be corrected."""
    check_readdressable(get_context(), access, now=now())
    form = AddressForm(formdata=None)
    form.email.data = access.booking.visitor.email
    return _address_page(access, form)


@booking.post("/buchung/<token>/adresse")
@of_booking
def correct_address(access: BookingAccess) -> ResponseReturnValue:
    """Write to the other address from now on."""
    form = AddressForm()
    try:
        if not form.accept():
            return _address_page(access, form), 422
        readdress(get_context(), access.token, typed(form.email), now=now())
    except NotNow as refusal:
        status = form.refuse(refusal)
        return _address_page(access, form), status
    return redirect(url_for("booking.shown", token=access.token), 303)


def _address_page(access: BookingAccess, form: AddressForm) -> str:
    if access.guest:
        # It is the consultant who types, and the guest's address.
        form.email.label.text = "E-Mail-Adresse"
        form.email.render_kw = {**form.email.render_kw, "autocomplete": "off"}
    return render_template(
        "booking/address.html", form=form, token=access.token, guest=access.guest
    )
