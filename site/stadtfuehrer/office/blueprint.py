"""The blueprint that the office's views belong to, its session, and who is let in."""

from urllib.parse import quote

from flask import Blueprint, Flask, Request, g, render_template, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms.validators import ValidationError

from stadtfuehrer.context import AppContext
from stadtfuehrer.office.forms import AddressForm
from stadtfuehrer.office.model import SIGNED_IN_FOR, own_path
from stadtfuehrer.office.sign_in import find_signed_in
from stadtfuehrer.tokens import session_key
from stadtfuehrer.web import get_context, now
from stadtfuehrer.web.security import is_office

office = Blueprint("office", __name__, url_prefix="/buero")

DEVICE = "device"
"""The one thing in the session besides Flask-WTF's token: the key by which a device is known."""

LONGEST_UPLOAD = 12 * 1024 * 1024
"""Bytes of a picture, which is what a telephone's camera makes."""

_FOR_ANYBODY = {"office.ask", "office.asked", "office.enter", "office.entered"}
"""Views that need nobody signed in."""


class _OfficeSessions(SecureCookieSessionInterface):
    """Flask's sessions, but nowhere else: public pages can neither read nor set the cookie.

    ``__Host-`` keeps other hosts of the same domain from setting it, and asks for ``Path=/``
    (RFC 6265bis, 4.1.3.2), so browsers send it along everywhere.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return super().open_session(app, request) if is_office(request.path) else None


def init_office(app: Flask, context: AppContext) -> None:
    """Give an application the office."""
    encrypted = context.settings.site.url.startswith("https:")
    app.session_interface = _OfficeSessions()
    app.config.update(
        SECRET_KEY=session_key(context.secret),
        SECRET_KEY_FALLBACKS=[session_key(old) for old in context.old_secrets],
        # Without encryption browsers take neither the prefix nor „Secure“.
        SESSION_COOKIE_NAME="__Host-buero" if encrypted else "buero",
        SESSION_COOKIE_SECURE=encrypted,
        SESSION_COOKIE_SAMESITE="Lax",
        PERMANENT_SESSION_LIFETIME=SIGNED_IN_FOR,
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # A form may stay open for as long as somebody is signed in.
    )
    app.jinja_env.globals["csrf_token"] = generate_csrf
    app.register_blueprint(office)


def who() -> str:
    """The address of whoever is signed in; for the audit log."""
    address: str = g.device.address
    return address


@office.before_request
def let_in() -> ResponseReturnValue | None:
    """Show the form to sign in to whoever has to; take a form only with its token.

    Nothing that was typed is lost: it comes back as a form to be sent again.
    """
    key = session.get(DEVICE, "")
    g.device = find_signed_in(get_context(), key, now=now()) if key else None
    is_let_in = g.device is not None or request.endpoint in _FOR_ANYBODY
    if g.device and request.endpoint == "office.pictures_saved":
        request.max_content_length = LONGEST_UPLOAD  # before the form is read, for its token
    if request.method == "POST":
        return None if is_let_in and _has_token() else _again()
    return None if is_let_in else _sign_in_first()


def _has_token() -> bool:
    try:
        validate_csrf(request.form.get("csrf_token"))
    except ValidationError:
        return False
    return True


def _again() -> ResponseReturnValue:
    sent = [pair for pair in request.form.items(multi=True) if pair[0] != "csrf_token"]
    address = f"{request.script_root}{_wanted()}"
    return render_template("office/again.html", sent=sent, address=address), 403


def _sign_in_first() -> ResponseReturnValue:
    form = AddressForm(formdata=None, weiter=own_path(_wanted()))
    status = 200 if request.endpoint == "office.today" else 403
    return render_template("office/sign_in.html", form=form, over=None), status


def _wanted() -> str:
    """What was asked for, with its query."""
    query = f"?{request.query_string.decode()}" if request.query_string else ""
    return f"{quote(request.path)}{query}"
