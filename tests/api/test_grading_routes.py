"""Grading over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.grading_browser import Browser, the_browser  # noqa: F401


def test_a_grade_is_answered_and_done_once(browser: Browser) -> None:
    room = browser.room
    body = {"key": "once", "media": room.media[:2], "category": "B"}
    first = browser.ask(0, "POST", "grades", body)
    second = browser.ask(0, "POST", "grades", body)
    assert (first.status_code, second.status_code) == (200, 200)
    assert second.json() == {**first.json(), "again": True}
    assert first.json()["votes"] == 2
    assert first.json()["states"][0] == {
        "id": room.media[0],
        "state": "voted",
        "category": "B",
        "mine": True,
    }
    another = browser.ask(0, "POST", "grades", {**body, "category": "A"})
    assert (another.status_code, another.json()["error"]["kind"]) == (409, "conflict")


def test_grades_are_undone_newest_first(browser: Browser) -> None:
    media = browser.room.media
    for category in ("A", "B"):
        assert browser.grade(0, media[:1], category).status_code == 200
    told = browser.ask(0, "POST", "undo", {"key": "u1", "levels": 1}).json()
    assert [one["category"] for one in told["undone"]] == ["B"]
    assert told["states"][0]["category"] == "A"
    told = browser.ask(0, "POST", "undo", {"key": "u2", "levels": 9}).json()
    assert [one["category"] for one in told["undone"]] == ["A"]
    assert told["states"] == [{"id": media[0], "state": "open", "category": None, "mine": False}]
    acts = browser.ask(0, "GET", "acts").json()
    assert [(one["kind"], one["undone"]) for one in acts] == [
        ("undo", False),
        ("undo", False),
        ("grade", True),
        ("grade", True),
    ]
    page = browser.ask(0, "GET", f"acts?limit=1&after={acts[1]['act']}").json()
    assert [one["act"] for one in page] == [acts[2]["act"]]


def test_graded_segments_are_told_to_who_graded_them(browser: Browser) -> None:
    media = browser.room.media[0]

    def segments(who: int) -> list[tuple[int, int, str]]:
        told = browser.ask(who, "GET", f"media/{media}").json()["segments"]
        return [(one["from_ms"], one["to_ms"], one["category"]) for one in told]

    for number, (start, end, category) in enumerate([(2_000, 4_000, "B"), (0, 1_500, "A")]):
        span = {"from_ms": start, "to_ms": end}
        body = {"key": f"s{number}", "media": [media], "category": category, **span}
        assert browser.ask(0, "POST", "grades", body).status_code == 200
    browser.grade(0, [media], "C")  # of the whole: not a segment
    assert segments(0) == [(0, 1_500, "A"), (2_000, 4_000, "B")]
    assert segments(1) == []
    assert browser.ask(0, "POST", "undo", {"key": "u1", "levels": 2}).status_code == 200
    assert segments(0) == [(2_000, 4_000, "B")]


def test_a_dispute_is_for_those_who_settle_it(browser: Browser) -> None:
    media = browser.room.media[0]
    browser.grade(0, [media], "A")
    assert browser.ask(2, "GET", f"disputes/{media}").status_code == 404
    told = browser.grade(1, [media], "B").json()["states"]
    assert told == [{"id": media, "state": "disputed", "category": "B", "mine": True}]
    assert browser.ask(0, "GET", f"disputes/{media}").status_code == 403
    votes = browser.ask(2, "GET", f"disputes/{media}").json()["votes"]
    assert [(one["officer"], one["category"]) for one in votes] == [
        ("Ada Bell", "A"),
        ("Ben Cole", "B"),
    ]
    body = {"key": "settled", "category": "A", "grounds": "The second picture shows it."}
    assert browser.ask(1, "POST", f"disputes/{media}", body).status_code == 403
    done = browser.ask(2, "POST", f"disputes/{media}", body)
    assert done.json()["states"][0]["state"] == "trusted"
    again = browser.ask(2, "POST", f"disputes/{media}", body)
    assert again.json() == {**done.json(), "again": True}
    found = browser.ask(3, "GET", f"disputes/{media}").json()
    assert (found["open"], found["resolutions"][0]["officer"]) == (False, "Cat Dunn")


def test_a_leased_stack_is_not_graded_by_another(browser: Browser) -> None:
    media = browser.room.media
    held = browser.ask(0, "POST", "leases", {"media": media[:2]}).json()
    assert held["held"] == media[:2]
    refused = browser.ask(1, "POST", "leases", {"media": media[1:3]}).json()
    assert refused["held"] == media[2:3]
    assert refused["refused"] == [{"media": media[1], "officer": "Ada Bell"}]
    told = browser.grade(1, media[:1], "A")
    assert told.status_code == 409
    assert "Ada Bell" in told.json()["error"]["message"]
    assert browser.grade(0, media[:1], "A").status_code == 200
    assert browser.ask(0, "DELETE", "leases").status_code == 204
    assert browser.grade(1, media[:1], "A").status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        {"key": "k", "media": [], "category": "A"},
        {"key": "", "media": [1], "category": "A"},
        {"key": "a:2", "media": [1], "category": "A"},
        {"key": "k", "media": [0], "category": "A"},
        {"key": "k", "media": [1 << 63], "category": "A"},
        {"key": "k", "media": [1], "category": "A", "from_ms": 5},
        {"key": "k", "media": [1], "category": "A", "officer": 3},
        {"key": "k", "media": [1]},
    ],
)
def test_what_does_not_fit_is_refused(browser: Browser, body: dict[str, Any]) -> None:
    assert browser.ask(0, "POST", "grades", body).status_code == 422
    assert browser.ask(0, "GET", "acts").json() == []


def test_what_is_not_there_and_what_is_not_for_them_read_alike(browser: Browser) -> None:
    missing = browser.grade(0, [browser.room.media[0], 10**12], "A")
    assert missing.status_code == 404
    assert missing.json()["error"]["message"] == "there is no such media in this case"
    assert browser.grade(0, browser.room.media[:1], "no such").status_code == 409


def test_single_votes_are_drawn_for_a_second_look(browser: Browser) -> None:
    media = browser.room.media
    browser.grade(0, media, "A")
    browser.grade(1, media[:1], "A")
    assert browser.ask(0, "POST", "samples", {"share": 1}).status_code == 403
    drawn = browser.ask(3, "POST", "samples", {"share": 0.3}).json()
    assert (drawn["requeued"], drawn["of"]) == (2, 5)
    rest = browser.ask(3, "POST", "samples", {}).json()
    assert (rest["requeued"], rest["of"]) == (1, 3)


def test_agreement_is_told_to_those_who_judge(browser: Browser) -> None:
    media = browser.room.media
    told = browser.ask(3, "GET", "agreement").json()
    assert (told["percent"], told["why"]) == (None, "no media has two votes")
    browser.grade(0, media[:4], "A")
    browser.grade(1, media[:3], "A")
    browser.grade(1, media[3:4], "B")
    assert browser.ask(0, "GET", "agreement").status_code == 403
    told = browser.ask(3, "GET", "agreement").json()
    assert (told["media"], told["several"], told["percent"]) == (4, 4, 0.75)
    assert told["cohen"] == [{"a": "Ada Bell", "b": "Ben Cole", "kappa": 0.0, "n": 4, "why": None}]
    assert told["confusion"]["counts"][0][:2] == [6, 1]
