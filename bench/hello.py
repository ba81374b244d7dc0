"""The yardstick: a bare Flask view that returns a string."""

from flask import Flask

app = Flask(__name__)


def create_app() -> Flask:
    """Return what is served."""
    return app


@app.get("/")
def hello() -> str:
    """Say hello."""
    return "Hallo"


@app.get("/healthz")
def healthz() -> str:
    """Answer as the site does, so that both are waited for in the same way."""
    return ""
