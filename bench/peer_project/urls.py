"""Django's addresses: the peer, and the one by which bench sees that it is up."""

# Django is in the peer's own environment, not in ours.
from django.http import HttpRequest, HttpResponse  # type: ignore[import-not-found]
from django.urls import include, path  # type: ignore[import-not-found]


def healthz(_request: HttpRequest) -> HttpResponse:
    """Answer as the site does, so that both are waited for in the same way."""
    return HttpResponse()


urlpatterns = [path("healthz", healthz), path("appointment/", include("appointment.urls"))]
