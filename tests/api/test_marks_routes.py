"""Notes, tags, clues, saved filters and the policy over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.grading_browser import Browser, the_browser  # noqa: F401

CLUE = {"label": "bus stop", "x": 0.25, "y": 0, "w": 0.5, "h": 1}
MARKS = [
    ("notes", {"text": "Taken \u2603 from above"}),
    ("tags", {"tag": "red chair"}),
    ("clues", CLUE),
    ("clues", {"label": "train", "at_ms": 61_000}),
]


@pytest.mark.parametrize(("kind", "said"), MARKS)
def test_a_mark_is_put_and_taken_back(browser: Browser, kind: str, said: dict[str, Any]) -> None:
    path = f"media/{browser.room.media[0]}/{kind}"
    added = browser.ask(0, "POST", path, said)
    assert added.status_code == 201
    (found,) = browser.ask(1, "GET", path).json()
    assert said.items() <= found.items()
    assert found["officer"] == "Ada Bell"
    own = f"{path}/{added.json()['id']}"
    refused = browser.ask(1, "DELETE", own)
    assert (refused.status_code, refused.json()["error"]["kind"]) == (403, "refused")
    assert browser.ask(0, "DELETE", own).status_code == 204
    assert browser.ask(0, "DELETE", own).status_code == 404
    assert browser.ask(1, "GET", path).json() == []


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("notes", {"text": "  "}),
        ("notes", {"text": "x" * 4001}),
        ("tags", {"tag": ""}),
        ("clues", {"label": "nothing of where"}),
        ("clues", {**CLUE, "w": 0.9}),
        ("clues", {**CLUE, "h": 0}),
        ("clues", {**CLUE, "x": -0.1}),
        ("clues", {"label": "late", "at_ms": -1}),
        ("clues", {"label": "three sides", "x": 0, "y": 0, "w": 1}),
    ],
)
def test_a_mark_that_says_nothing_is_refused(
    browser: Browser, kind: str, said: dict[str, Any]
) -> None:
    path = f"media/{browser.room.media[0]}/{kind}"
    assert browser.ask(0, "POST", path, said).status_code == 422
    assert browser.ask(0, "GET", path).json() == []


def test_a_media_of_no_such_case_bears_no_mark(browser: Browser) -> None:
    for path in ("media/999999/notes", "media/999999/clues"):
        assert browser.ask(0, "GET", path).status_code == 404
    assert browser.ask(0, "POST", "media/999999/tags", {"tag": "x"}).status_code == 404


def test_clues_of_a_case_are_listed(browser: Browser) -> None:
    media = browser.room.media
    for one in media[:2]:
        browser.ask(0, "POST", f"media/{one}/clues", CLUE)
    found = browser.ask(1, "GET", "clues").json()
    assert [one["media"] for one in found] == media[:2]


def test_filters_are_the_officers_own(browser: Browser) -> None:
    value = {"filter": {"states": ["open"], "text": "\u00fc\u0000\\u0000"}, "order": "taken"}
    first = browser.ask(0, "POST", "filters", {"name": "phone", "value": {"filter": {}}})
    second = browser.ask(0, "POST", "filters", {"name": " phone ", "value": value})
    assert (first.status_code, second.status_code) == (201, 201)
    (found,) = browser.ask(0, "GET", "filters").json()
    assert (found["id"], found["name"], found["value"]) == (second.json()["id"], "phone", value)
    assert browser.ask(1, "GET", "filters").json() == []
    own = f"filters/{found['id']}"
    assert browser.ask(1, "DELETE", own).status_code == 404
    assert browser.ask(0, "DELETE", own).status_code == 204
    assert browser.ask(0, "GET", "filters").json() == []
    long = {"name": "long", "value": {"text": "x" * 20_000}}
    assert browser.ask(0, "POST", "filters", long).status_code == 422


def test_the_policy_is_set_by_supervisors(browser: Browser) -> None:
    default = browser.ask(0, "GET", "../../policy/grading")
    assert default.json() == {
        "votes": 3,
        "imported": "proposal",
        "scheme": "uk",
        "sample_share": 0.05,
        "closer_seconds": 10,
    }
    wanted = {**default.json(), "votes": 2, "imported": "vote"}
    assert browser.ask(0, "PUT", "../../policy/grading", wanted).status_code == 403
    assert browser.ask(3, "PUT", "../../policy/grading", wanted).json() == wanted
    assert browser.ask(0, "GET", "../../policy/grading").json() == wanted
    for wrong in ({"votes": 0}, {"imported": "yes"}, {"scheme": "none such"}, {"weeks": 1}):
        assert browser.ask(3, "PUT", "../../policy/grading", wrong).status_code == 422
