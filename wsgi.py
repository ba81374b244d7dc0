"""The site for any WSGI server: ``gunicorn wsgi:app``, with ``STADTFUEHRER_INSTANCE`` set."""

from stadtfuehrer.app import app_from_environment

app = app_from_environment()
