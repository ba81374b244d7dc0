"""The blueprint that the views of this package belong to."""

from flask import Blueprint

booking = Blueprint("booking", __name__)
