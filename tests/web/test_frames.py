"""Which pages may stand in frames of other sites, and how they look there."""

from collections.abc import Mapping

import pytest

from tests.support.contexts import in_berlin
from tests.support.guest import ALWAYS
from tests.support.page_rules import complaints
from tests.support.pages import Page
from tests.support.sites import OpenSite, Site

FIRM, CLUB = "https://www.firma.example", "https://verein.example:8443"
IN_FRAME = {"Sec-Fetch-Dest": "iframe", "Sec-Fetch-Site": "cross-site"}
POLICY = ALWAYS["content-security-policy"]
FRAMED = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors {FIRM} {CLUB}")
START = in_berlin("2026-03-05 09:00")


@pytest.fixture
def embedding(open_site: OpenSite) -> Site:
    return open_site({"embed_on": f'["{FIRM}", "{CLUB}/"]'})


def get(site: Site, path: str, headers: Mapping[str, str] | None = None) -> Page:
    return site.guest.ask("GET", path, headers=headers)


def is_whole(page: Page) -> bool:
    """Whether it has the site's head and foot."""
    return "Schreib mir oder ruf an" in page.text and "Zum Inhalt springen" in page.text


@pytest.mark.parametrize(
    ("path", "may_be"),
    [
        ("/quiz", True),
        ("/quiz/ergebnis", True),
        ("/termin", True),
        ("/termin/kennenlernen", True),
        ("/termin/gibtsnicht", True),
        ("/termin/kennenlernen/20260305T080000Z", False),
        ("/termin/kennenlernen/warten", False),
        ("/termin/kennenlernen/frei.json", False),
        ("/termin/bestaetigen/x", False),
        ("/buchung/x", False),
        ("/", False),
        ("/frage", False),
        ("/impressum", False),
        ("/gibtsnicht", False),
        ("/healthz", False),
    ],
)
def test_what_may_stand_in_a_frame(embedding: Site, path: str, may_be: bool) -> None:  # noqa: FBT001
    headers = get(embedding, path).headers
    assert headers["content-security-policy"] == (FRAMED if may_be else POLICY)
    assert headers.get("x-frame-options") == (None if may_be else "DENY")
    assert ("Sec-Fetch-Dest" in headers.get("vary", "")) == may_be


def test_nothing_may_where_nobody_is_named(site: Site) -> None:
    for path in ("/quiz", "/termin"):
        page = get(site, path, IN_FRAME)
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["content-security-policy"] == POLICY
        assert is_whole(page)
    assert get(site, "/einbetten.js").status == 404


def test_a_page_is_calmer_in_a_frame_and_kept_apart(embedding: Site) -> None:
    for path in ("/termin", "/termin/kennenlernen", "/quiz"):
        for _ in range(2):  # out of the cache, too
            framed, whole = get(embedding, path, IN_FRAME), get(embedding, path)
            assert (is_whole(framed), is_whole(whole)) == (False, True)
            assert framed.heading == whole.heading
            assert ("Frag mich" in framed.text, "Frag mich" in whole.text) == (False, True)
            assert framed.headers.get("etag") is None or (
                framed.headers["etag"] != whole.headers["etag"]
            )
            assert complaints(framed, embedding.app) == []
            assert ("Impressum", "/impressum") in framed.links()


def leaving(page: Page) -> set[str]:
    return {one.get("href", "") for one in page.all("a") if one.get("target") == "_top"}


def test_free_times_lead_out_of_the_frame(embedding: Site) -> None:
    page = get(embedding, "/termin/kennenlernen", IN_FRAME)
    times = {href for _, href in page.links() if href.startswith("/termin/kennenlernen/")}
    assert len(times) > 3
    assert leaving(page) == times | {"/", "/impressum", "/datenschutz"}
    assert leaving(get(embedding, "/termin/kennenlernen")) == set()


@pytest.mark.parametrize("path", ["/", "/fragen?x=1", "/termin/kennenlernen/20260305T080000Z"])
def test_what_may_not_stand_there_is_a_way_to_it(embedding: Site, path: str) -> None:
    page = get(embedding, path, IN_FRAME)
    assert (page.status, page.heading) == (200, "Hier geht es hinaus")
    assert page.headers["content-security-policy"] == FRAMED
    assert path in leaving(page)
    # But that it is not to be found there, whatever page it stands for.
    wrong = complaints(page, embedding.app)
    assert [one for one in wrong if not one.startswith("indexing: ")] == []
    assert is_whole(get(embedding, path))


def test_a_booking_is_never_shown_there(embedding: Site) -> None:
    page = get(embedding, f"/buchung/{embedding.book(START)}", IN_FRAME)
    assert "Müller" not in page.text


@pytest.mark.parametrize(("whose", "status"), [("same-origin", 303), ("cross-site", 403)])
def test_a_form_is_taken_from_the_frame_and_not_from_around_it(
    embedding: Site, whose: str, status: int
) -> None:
    headers = {"Sec-Fetch-Site": whose, "Sec-Fetch-Dest": "iframe", "Origin": FIRM}
    headers["Content-Type"] = "application/x-www-form-urlencoded"
    sent = embedding.guest.ask("POST", "/quiz/fertig", body=b"", headers=headers)
    assert sent.status == status


def test_the_script_may_be_included_by_others(embedding: Site) -> None:
    script = get(embedding, "/einbetten.js")
    assert script.headers["content-type"] == "text/javascript; charset=utf-8"
    assert script.headers["cross-origin-resource-policy"] == "cross-origin"
    assert script.headers["cache-control"] == "public, max-age=3600"
    assert len(script.body) < 1300
