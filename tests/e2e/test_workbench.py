"""The workbench as officers use it, in Chromium, over the case that the demo makes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
import pytest
from crew import PASSWORD, Member, enrol, join, sign_in
from desk import Desk, keep
from playwright.sync_api import Browser, Page, expect
from serving import Served

pytestmark = pytest.mark.slow

GRADED = 200
CASE = 1


@dataclass
class Unit:
    """The officers of a unit, all signed in, the graders members of the demo's case."""

    served: Served
    admin: Member
    grader: Member
    second: Member
    supervisor: Member
    counsellor: Member
    lead: Member

    @property
    def members(self) -> list[Member]:
        """Everybody."""
        return [each for each in vars(self).values() if isinstance(each, Member)]


@pytest.fixture
def unit(served: Served) -> Iterator[Unit]:
    admin = join(served, served.first, "")
    made = Unit(
        served,
        admin,
        enrol(served, admin, "G. Okafor", "grader"),
        enrol(served, admin, "M. Lindqvist", "grader"),
        enrol(served, admin, "S. Brandt", "supervisor"),
        enrol(served, admin, "R. Adeyemi", "counsellor"),
        enrol(served, admin, "W. Teale", "welfare-lead"),
    )
    for member in (made.grader, made.second, made.supervisor):
        admin.ask("POST", f"/cases/{CASE}/members", json={"officer_id": member.id})
    yield made
    for member in made.members:
        member.http.close()


@pytest.fixture
def desks(browser: Browser) -> Iterator[list[Desk]]:
    """Desks that are closed, and held to account, at the end of the test."""
    opened: list[Desk] = []
    yield opened
    for desk in opened:
        desk.close()


def queue(page: Page) -> Page:
    """The review page with its queue open and its first tiles drawn."""
    expect(page.get_by_role("grid")).to_be_visible()
    expect(page.locator(".left strong")).to_be_visible()
    read(page)
    return page


def read(page: Page) -> None:
    """Wait until the row under the cursor is there: an act before that is refused in words."""
    expect(page.locator("[id^=tile-].cursor:not([data-standing=unread])")).to_be_visible()


def left(page: Page) -> int:
    """Stacks left, as the toolbar says."""
    return int(page.locator(".left strong").inner_text().replace(",", ""))


def grade(page: Page, digit: str) -> None:
    """Grade what the cursor is on, by keyboard; a whole stack is confirmed."""
    page.keyboard.press(digit)
    stack = page.locator("[role=dialog] .asking strong")
    if page.locator("[role=dialog]").count():
        stack.wait_for()
        page.keyboard.press("Enter")
        expect(page.locator("[role=dialog]")).to_have_count(0)


def saved(page: Page) -> None:
    """Wait until every grade is on the server."""
    expect(page.locator(".foot-unsaved")).to_have_count(0)


def test_the_first_administrator_and_an_officer_with_a_second_factor(
    served: Served, browser: Browser, desks: list[Desk]
) -> None:
    desk = Desk.of(browser, served)
    desks.append(desk)
    page = desk.page(served.first)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="Go on").click()
    _second_factor(page)
    expect(page.get_by_test_id("welfare-line")).to_contain_text("break in")
    page.get_by_role("link", name="Administration").click()
    page.get_by_role("button", name=re.compile("Invite")).click()
    page.get_by_role("dialog").get_by_label("Name").fill("G. Okafor")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_test_id("invitation").inner_text().strip()

    other = Desk.of(browser, served)
    desks.append(other)
    new = other.page(link)
    new.locator("[name=password]").fill(PASSWORD)
    new.locator("[name=again]").fill(PASSWORD)
    new.get_by_role("button", name="Go on").click()
    secret = _second_factor(new)
    new.get_by_role("button", name="G. Okafor").click()
    new.get_by_role("menuitem", name="Sign out").click()
    new.locator("[name=username]").fill("G. Okafor")
    new.locator("[name=password]").fill(PASSWORD)
    new.get_by_role("button", name="Sign in").click()
    served.later(31)
    new.locator("[name=code]").fill(_code(served, secret))
    new.get_by_role("button", name="Go on").click()
    expect(new.get_by_role("button", name="G. Okafor")).to_be_visible()
    again = desk.page(served.first)  # it works once
    expect(again.get_by_role("alert").first).to_be_visible()
    desk.allowed.append("404 GET /api/invitation")


def _second_factor(page: Page) -> str:
    """Enrol the second factor; its secret."""
    secret = page.locator("code").inner_text().replace(" ", "")
    page.locator("[name=code]").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("I have put them").check()
    page.get_by_role("button", name="Go on").click()
    return secret


def _code(served: Served, secret: str) -> str:
    return Member("", secret, None).code(served)  # type: ignore[arg-type]


def test_two_hundred_stacks_by_keyboard_and_ten_undone(
    unit: Unit, browser: Browser, desks: list[Desk]
) -> None:
    desk = Desk.of(browser, unit.served, unit.grader)
    desks.append(desk)
    page = queue(desk.page(f"/cases/{CASE}/review"))
    before = left(page)
    for number in range(GRADED):
        grade(page, "12357"[number % 5])
    saved(page)
    expect(page.locator(".left strong")).to_have_text(f"{before - GRADED:,}")
    assert len(acts_of(unit.grader)) == GRADED
    for _ in range(10):
        page.keyboard.press("u")
    expect(page.locator(".left strong")).to_have_text(f"{before - GRADED + 10:,}")
    saved(page)
    assert len(acts_of(unit.grader)) == GRADED - 10
    fresh = unit.grader.ask("POST", f"/cases/{CASE}/views", json=_queue())
    assert fresh["count"] == before - GRADED + 10


def _queue() -> dict[str, object]:
    return {"source": "queue", "unit": "stack", "filter": {}, "order": "place"}


def acts_of(member: Member) -> list[dict[str, Any]]:
    """All acts of an officer in the case that were not taken back, the newest first."""
    found: list[dict[str, Any]] = []
    after: int | None = None
    while True:
        wanted = {} if after is None else {"after": after}
        rows = member.ask("GET", f"/cases/{CASE}/acts", params=wanted)
        if not rows:
            return [one for one in found if one["kind"] == "grade" and not one["undone"]]
        found += rows
        after = rows[-1]["act"]


def test_a_dispute_is_resolved(unit: Unit, browser: Browser, desks: list[Desk]) -> None:
    view = unit.grader.ask("POST", f"/cases/{CASE}/views", json=_queue())
    bucket = unit.grader.ask("GET", f"/cases/{CASE}/views/{view['view']}/buckets/0")
    media = next(m for m, size in zip(bucket["ids"], bucket["stack"], strict=True) if size == 1)
    codes = [
        one["code"] for one in unit.grader.ask("GET", f"/cases/{CASE}")["scheme"]["categories"]
    ]
    for member, code in ((unit.grader, codes[0]), (unit.second, codes[2])):
        given = {"key": f"k-{member.id}", "media": [media], "whole_stack": False, "category": code}
        member.ask("POST", f"/cases/{CASE}/grades", json=given)
    desk = Desk.of(browser, unit.served, unit.supervisor)
    desks.append(desk)
    page = desk.page(f"/cases/{CASE}/review")
    page.get_by_label("What to show").first.click()
    page.get_by_role("option", name="Disputes").click()
    expect(page.locator(".left")).to_have_text(re.compile("^1 "))
    page.get_by_role("grid").focus()
    read(page)
    page.keyboard.press("d")
    expect(page.locator(".votes li")).to_have_count(2)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("^3 ")).click()
    page.get_by_label("Grounds of the decision").fill("The second officer saw the sign.")
    page.get_by_role("button", name=re.compile("Resolve as")).click()
    expect(page.locator(".foot-said")).to_contain_text("Resolved")
    told = unit.grader.ask("GET", f"/cases/{CASE}/media/{media}")
    assert told["state"] == "trusted"


def test_a_clue_is_marked_and_a_filter_saved(
    unit: Unit, browser: Browser, desks: list[Desk]
) -> None:
    desk = Desk.of(browser, unit.served, unit.grader)
    desks.append(desk)
    page = queue(desk.page(f"/cases/{CASE}/review"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("m")
    expect(page.get_by_label(re.compile("What it shows"))).to_be_focused()
    page.keyboard.press("ArrowRight")  # moves the region: nothing is written yet
    page.keyboard.type("harbour crane")
    page.keyboard.press("Enter")
    expect(page.locator(".foot-said")).to_contain_text("Clue: harbour crane")
    clues = unit.grader.ask("GET", f"/cases/{CASE}/clues")
    assert [one["label"] for one in clues] == ["harbour crane"]
    assert clues[0]["x"] == pytest.approx(0.395)
    page.keyboard.press("Escape")
    page.get_by_text("video", exact=True).first.click()
    expect(page.locator(".chip").first).to_be_visible()
    page.get_by_label("Name for this filter").fill("films")
    page.get_by_label("Name for this filter").press("Enter")
    expect(page.get_by_role("button", name="films", exact=True)).to_be_visible()
    again = queue(desk.page(f"/cases/{CASE}/review"))
    again.get_by_role("button", name="films", exact=True).click()
    expect(again.locator(".chip").first).to_be_visible()
    _a_frame_is_marked(unit, again)


def _a_frame_is_marked(unit: Unit, page: Page) -> None:
    """A clue of a video that plays is the frame it was at, not the begin of its scene."""
    expect(page.locator(".left")).to_contain_text("here")  # the filter is in force
    page.get_by_role("grid").focus()
    read(page)
    page.keyboard.press("Enter")
    expect(page.locator(".scene").first).to_be_visible()
    page.keyboard.press("p")
    expect(page.locator("video")).to_be_visible()
    while page.locator("video").evaluate("video => video.currentTime") < 0.8:
        page.wait_for_timeout(100)
    page.keyboard.press("m")
    page.keyboard.type("mast")
    page.keyboard.press("Enter")
    expect(page.locator(".foot-said")).to_contain_text("Clue: mast")
    clues = unit.grader.ask("GET", f"/cases/{CASE}/clues")
    assert next(one for one in clues if one["label"] == "mast")["at_ms"] >= 500


def two_tiles(unit: Unit) -> dict[str, str]:
    """What asks for the first two tiles of the queue."""
    view = unit.grader.ask("POST", f"/cases/{CASE}/views", json=_queue())
    ids = unit.grader.ask("GET", f"/cases/{CASE}/views/{view['view']}/buckets/0")["ids"][:2]
    return {"ids": ",".join(map(str, ids)), "clarity": "blurred"}


def looked_by_script(unit: Unit, minutes: float) -> None:
    """Fetch tiles every ten seconds of the server's clock."""
    wanted = two_tiles(unit)
    for _ in range(int(minutes * 6)):
        answer = unit.grader.send("GET", f"/cases/{CASE}/tiles", params=wanted)
        assert answer.status_code == 200, answer.text
        unit.served.later(10)


def look_until_refused(unit: Unit) -> float:
    """Go on until the break; seconds of viewing the server has counted by then."""
    wanted = two_tiles(unit)
    for _ in range(60):
        line = unit.grader.ask("GET", "/welfare")
        if unit.grader.send("GET", f"/cases/{CASE}/tiles", params=wanted).status_code == 403:
            return float(line["stretch_ms"]) / 1000
        unit.served.later(5)
    raise AssertionError(f"no break comes: {line}")


def test_the_break_is_enforced_in_two_tabs_and_for_scripts(
    unit: Unit, browser: Browser, desks: list[Desk]
) -> None:
    """Three hours of the server's clock, most of them looked at by a script."""
    looked_by_script(unit, 177)
    desk = Desk.of(browser, unit.served, unit.grader)
    desk.allowed.append("403")
    desks.append(desk)
    tabs = [queue(desk.page(f"/cases/{CASE}/review")) for _ in range(2)]
    grade(tabs[0], "7")
    saved(tabs[0])
    assert abs(look_until_refused(unit) - 180 * 60) < 30
    for tab in tabs:
        expect(tab.get_by_role("dialog", name="Time for a break")).to_be_visible()
    keep(tabs[0], "break-1440-dark")
    wanted = two_tiles(unit)
    refused = unit.grader.send("GET", f"/cases/{CASE}/tiles", params=wanted)
    assert refused.status_code == 403
    assert refused.json()["error"]["kind"] == "break-due"
    look = unit.grader.send("GET", f"/cases/{CASE}/media/1/look", params={"clarity": "clear"})
    assert look.json()["error"]["kind"] == "break-due"
    sign_in(unit.served, unit.lead)
    given = unit.lead.ask("GET", "/welfare/policy")
    unit.lead.ask("PUT", "/welfare/policy", json={**given, "longest_min": 180, "break_min": 15})
    still = unit.grader.send("GET", f"/cases/{CASE}/tiles", params=wanted)
    assert still.status_code == 403
    _talked_meanwhile(unit, tabs[0])
    unit.served.later(15 * 60 + 30)
    for tab in tabs:
        expect(tab.get_by_role("dialog", name="Time for a break")).to_have_count(0, timeout=40_000)
    again = unit.grader.send("GET", f"/cases/{CASE}/tiles", params=wanted)
    assert again.status_code == 200


def _talked_meanwhile(unit: Unit, tab: Page) -> None:
    """The break is the time for it: the answer is read over the covered page."""
    talk = unit.grader.ask("POST", "/talk", json={"text": "Are you there?"})
    sign_in(unit.served, unit.counsellor)
    said = "Room 2.14, come by."
    unit.counsellor.ask("POST", f"/talk/{talk['id']}/messages", json={"text": said})
    cover = tab.get_by_role("dialog", name="Time for a break")
    expect(cover.get_by_text("A counsellor has answered your talk.")).to_be_visible()
    tab.keyboard.press("F8")
    expect(tab.get_by_text(said)).to_be_visible()
    tab.keyboard.press("Escape")
    expect(tab.get_by_text(said)).to_have_count(0)


def test_a_talk_reaches_the_counsellor_and_nobody_else(
    unit: Unit, browser: Browser, desks: list[Desk]
) -> None:
    _on_duty(unit)
    said = "The pictures of this morning do not leave me."
    desk = Desk.of(browser, unit.served, unit.grader)
    desks.append(desk)
    page = desk.page("/")
    expect(page.get_by_test_id("welfare-line")).to_contain_text("on duty: R. Adeyemi")
    page.keyboard.press("F8")
    page.get_by_label("A word ahead, if you like").fill(said)
    page.get_by_role("button", name="Ask for a talk").click()
    expect(page.get_by_text("R. Adeyemi has been told")).to_be_visible()

    other = Desk.of(browser, unit.served, unit.counsellor)
    desks.append(other)
    inbox = other.page("/welfare/talks")
    inbox.locator("main table a").first.click()
    expect(inbox.get_by_text(said)).to_be_visible()
    _answered_on_a_blank_screen(page, inbox)

    talk = unit.grader.ask("GET", "/talk")
    number = (talk["talks"] if isinstance(talk, dict) else talk)[0]["id"]
    for member in (unit.admin, unit.second, unit.supervisor, unit.lead):
        answer = member.send("GET", f"/talk/{number}")
        nothing = member.send("GET", "/talk/999999")
        assert (answer.status_code, answer.text) == (nothing.status_code, nothing.text)
        assert said not in member.send("GET", "/talk").text
    stored = b"".join(
        path.read_bytes() for path in unit.served.workspace.rglob("*") if path.is_file()
    )
    assert said.encode() not in stored


def _answered_on_a_blank_screen(page: Page, inbox: Page) -> None:
    """Who has blanked the screen is the one who needs somebody: the key works there too."""
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Talk to someone")).to_have_count(0)
    inbox.get_by_label("Write").fill("I am on my way.")
    inbox.get_by_role("button", name="Send").click()
    expect(page.get_by_test_id("welfare-line")).to_contain_text("talk answered (F8)")
    page.keyboard.press("b")
    page.keyboard.press("F8")
    expect(page.get_by_text("I am on my way.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("b")


def _on_duty(unit: Unit) -> None:
    """The counsellor has the shift that is now."""
    now = unit.lead.ask("GET", "/welfare")["now_us"]
    hour = 3_600_000_000
    shift = {
        "officer_id": unit.counsellor.id,
        "from_us": now - hour,
        "until_us": now + 8 * hour,
        "kind": "work",
    }
    unit.lead.ask("POST", "/welfare/shifts", json=shift)


def test_a_session_taken_up_elsewhere_needs_the_second_factor(unit: Unit) -> None:
    unit.grader.http.cookies.clear()
    assert unit.grader.send("GET", "/reception").status_code == 401
    sign_in(unit.served, unit.grader)
    assert unit.grader.send("GET", "/reception").status_code == 200
