"""What becomes of grades, leases and views where stacks or the scheme change under officers."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.grading_browser import Browser, the_browser  # noqa: F401
from tests.api.test_view_routes import Viewer, a_viewer, an_app  # noqa: F401
from tests.review.views.gallery_fixtures import (  # noqa: F401
    the_gallery_alone,
    the_gallery_clock,
)
from tests.review.views.plain_views import Plain

from trawl.model.access import Act
from trawl.store.policies import set_policy

STACKS = {"source": "all", "unit": "stack"}


def page_of(viewer: Viewer, view: str, who: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = viewer.ask("GET", f"views/{view}/buckets/0", who).json()
    return found


def opened(viewer: Viewer, who: int = 0, **asked: Any) -> tuple[str, dict[str, Any]]:
    view = viewer.ask("POST", "views", who, json={**STACKS, **asked}).json()["view"]
    return view, page_of(viewer, view, who)


def graded(viewer: Viewer, who: int, media: list[int], **more: Any) -> Any:
    viewer.gallery.keys += 1
    body = {"key": f"g{viewer.gallery.keys}", "media": media, "category": "A", **more}
    return viewer.ask("POST", "grades", who, json=body)


def join(viewer: Viewer, first: int, second: int) -> None:
    """A matching that puts the second stack under the top of the first."""
    top = Plain(viewer.gallery, 0).top
    members = [one for one, leader in top.items() if leader == second]
    viewer.gallery.leaders = dict.fromkeys(members, first)


def test_a_stack_is_leased_by_any_of_its_media(viewer: Viewer) -> None:
    top_of = Plain(viewer.gallery, 0).top
    top, member = next((top, one) for one, top in top_of.items() if top != one)
    held = viewer.ask("POST", "leases", 0, json={"media": [top]}).json()
    assert (held["held"], held["refused"]) == ([top], [])
    theirs = viewer.ask("POST", "leases", 1, json={"media": [member]}).json()
    assert theirs["held"] == []
    assert theirs["refused"] == [{"media": member, "officer": "Ada Bell"}]
    again = viewer.ask("POST", "leases", 0, json={"media": [member, top]}).json()
    assert again["held"] == [member, top]


def test_a_lease_goes_with_its_stack_into_another(viewer: Viewer) -> None:
    _, before = opened(viewer)
    first, second = before["ids"][:2]
    viewer.ask("POST", "leases", 0, json={"media": [second]})
    join(viewer, first, second)
    _, queue = opened(viewer, 1, source="queue")
    assert first not in queue["ids"]
    _, everything = opened(viewer, 1)
    assert everything["leased"][everything["ids"].index(first)] == "Ada Bell"
    refused = viewer.ask("POST", "leases", 1, json={"media": [first]}).json()
    assert refused["held"] == [first]  # of its own top there is no lease yet
    _, mine = opened(viewer, 0)
    assert mine["leased"][mine["ids"].index(first)] == "Ben Cole"


def test_a_view_that_is_held_outlives_a_new_matching(viewer: Viewer) -> None:
    view, before = opened(viewer)
    first, second = before["ids"][:2]
    sizes = before["stack"][0] + before["stack"][1]
    join(viewer, first, second)
    after = page_of(viewer, view)
    assert after["ids"] == before["ids"]
    assert after["stack"][:2] == [sizes, sizes]
    for media in (first, second):
        found = viewer.ask("GET", f"views/{view}/find?media={media}").json()
        assert found["position"] == 0
    done = graded(viewer, 0, [second], whole_stack=True, told=sizes).json()
    assert {first, second} <= set(done["media"])
    assert page_of(viewer, view)["mine"][:2] == [True, True]


def test_nobody_grades_more_than_they_were_told_of(viewer: Viewer) -> None:
    _, before = opened(viewer)
    first, second = before["ids"][:2]
    told = before["stack"][0]
    body = {"key": "once", "media": [first], "category": "A", "whole_stack": True, "told": told}
    once = viewer.ask("POST", "grades", 0, json=body).json()
    join(viewer, first, second)
    refused = graded(viewer, 1, [first], whole_stack=True, told=told)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (409, "conflict")
    assert f"not {told:,}" in refused.json()["error"]["message"]
    # What was done before is answered as it was.
    again = viewer.ask("POST", "grades", 0, json=body).json()
    assert (again["again"], again["act"], again["media"]) == (True, once["act"], once["media"])
    assert graded(viewer, 1, [first], told=1).status_code == 200


def scheme(browser: Browser, name: str) -> None:
    bench = browser.room.bench
    with bench.database.session(bench.officer) as session:
        set_policy(session, "grading", {"scheme": name, "votes": 2})
        session.audit(Act.POLICY_SET, case_id=None, subject="grading", detail={})


@pytest.mark.parametrize("category", ["0", "5"])
def test_a_digit_of_another_scheme_is_no_grade(browser: Browser, category: str) -> None:
    """In one scheme 0 is not pertinent and 5 is not categorised; in another it is the reverse."""
    media = browser.room.media[:1]
    scheme(browser, "project-vic-us")
    assert browser.grade(0, media, category, scheme="project-vic-us").status_code == 200
    scheme(browser, "dhs-old")
    refused = browser.grade(1, media, category, scheme="project-vic-us")
    assert (refused.status_code, refused.json()["error"]["kind"]) == (409, "conflict")
    assert "dhs-old" in refused.json()["error"]["message"]
    # Votes of the one scheme say nothing in the other, and are there when it comes back.
    told = browser.grade(1, media, category, scheme="dhs-old").json()["states"]
    assert told[0]["state"] == "voted"
    scheme(browser, "project-vic-us")
    told = browser.grade(1, media, category, scheme="project-vic-us").json()["states"]
    assert told[0]["state"] == "trusted"


def test_a_dispute_is_not_settled_by_another_scheme(browser: Browser) -> None:
    media = browser.room.media[0]
    scheme(browser, "dhs-old")
    browser.grade(0, [media], "0")
    browser.grade(1, [media], "5")
    body = {"key": "s", "category": "0", "grounds": "As said.", "scheme": "project-vic-us"}
    assert browser.ask(2, "POST", f"disputes/{media}", body).status_code == 409
    done = browser.ask(2, "POST", f"disputes/{media}", {**body, "scheme": "dhs-old"})
    assert done.json()["states"][0]["state"] == "trusted"


def test_agreement_is_told_by_scheme(browser: Browser) -> None:
    media = browser.room.media[:2]
    scheme(browser, "dhs-old")
    for who, second in ((0, "5"), (1, "0")):
        browser.grade(who, media[:1], "0")
        browser.grade(who, media[1:], second)
    before = browser.ask(3, "GET", "agreement").json()
    assert (before["scheme"], before["several"], before["percent"]) == ("dhs-old", 2, 0.5)
    scheme(browser, "uk")
    now = browser.ask(3, "GET", "agreement").json()
    assert (now["scheme"], now["media"]) == ("uk", 0)
    assert browser.ask(3, "GET", "agreement?scheme=dhs-old").json() == before
    assert browser.ask(3, "GET", "agreement?scheme=none").status_code == 422
    assert browser.ask(0, "GET", "agreement?scheme=dhs-old").status_code == 403
