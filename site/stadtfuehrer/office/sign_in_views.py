"""Signing in and out."""

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from stadtfuehrer.office.blueprint import DEVICE, office, who
from stadtfuehrer.office.forms import AddressForm
from stadtfuehrer.office.model import LINK_HOLDS, own_path
from stadtfuehrer.office.sign_in import ask_for_link, check_link, devices_of, sign_in, sign_out
from stadtfuehrer.refusals import NotNow, SignInLinkOver
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.errors import describe
from stadtfuehrer.web.fields import typed


@office.post("/anmelden")
def ask() -> ResponseReturnValue:
    """Ask for a link."""
    form, status = AddressForm(), 422
    try:
        if form.accept():
            onward, client = own_path(typed(form.weiter)), request.remote_addr or ""
            ask_for_link(get_context(), typed(form.email), onward=onward, client=client, now=now())
            return redirect(url_for("office.asked"), 303)
    except NotNow as refusal:
        status = form.refuse(refusal)
    return render_template("office/sign_in.html", form=form, over=None), status


@office.get("/anmelden")
def asked() -> ResponseReturnValue:
    """Say the same to everybody."""
    return render_template("office/asked.html", minutes=LINK_HOLDS.seconds // 60)


@office.get("/anmelden/<token>")
def enter(token: str) -> ResponseReturnValue:
    """Ask for one more click: mail scanners open every link."""
    try:
        check_link(get_context(), token, now=now())
    except SignInLinkOver as refusal:
        return _link_over(refusal)
    return render_template("office/enter.html", token=token, onward=_onward())


@office.post("/anmelden/<token>")
def entered(token: str) -> ResponseReturnValue:
    """Sign in; the session begins anew, whoever had brought the old one."""
    agent = request.headers.get("User-Agent", "")
    try:
        key = sign_in(get_context(), token, user_agent=agent, now=now())
    except SignInLinkOver as refusal:
        return _link_over(refusal)
    session.clear()
    session[DEVICE] = key
    session.permanent = True
    return redirect(f"{request.script_root}{_onward() or '/buero'}", 303)


@office.get("/geraete")
def devices() -> ResponseReturnValue:
    """Where one is signed in."""
    found = devices_of(get_context(), who(), now=now())
    return render_template("office/devices.html", devices=found)


@office.post("/geraete/<row:device_id>/abmelden")
def leave(device_id: int) -> ResponseReturnValue:
    """Sign out one device, this one or another."""
    sign_out(get_context(), device_id, who=who(), now=now())
    if device_id == g.device.id:
        session.clear()
    return redirect(url_for("office.devices"), 303)


def _onward() -> str:
    return own_path(request.args.get("weiter", ""))


def _link_over(refusal: SignInLinkOver) -> ResponseReturnValue:
    over = describe(refusal, get_context())
    form = AddressForm(formdata=None, weiter=_onward())
    return render_template("office/sign_in.html", form=form, over=over), over.status
