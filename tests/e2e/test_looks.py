"""Every page as it looks, dark and light, wide and narrow: screenshots, faults of accessibility,
nothing that hangs over the side. ``TRAWL_PICTURES`` names a folder that gets the documents' own."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from crew import Member, enrol, join
from desk import Desk, grave_faults, keep
from playwright.sync_api import Browser, Page, expect
from serving import Served

pytestmark = pytest.mark.slow

CASE = 1
WIDTHS = (1440, 1024)
LOOKS = ("dark", "light")


@dataclass
class Looked:
    """A server with a day's work on it."""

    served: Served
    members: dict[str, Member]


@pytest.fixture(scope="module")
def looked(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looked]:
    folder = tmp_path_factory.mktemp("looks")
    shutil.copytree(demo / "workspace", folder / "workspace")
    served = Served.start(folder / "workspace", folder / "clock")
    try:
        admin = join(served, served.first, "")
        members = {
            "admin": admin,
            "grader": enrol(served, admin, "G. Okafor", "grader"),
            "second": enrol(served, admin, "M. Lindqvist", "grader"),
            "supervisor": enrol(served, admin, "S. Brandt", "supervisor"),
            "counsellor": enrol(served, admin, "R. Adeyemi", "counsellor"),
            "lead": enrol(served, admin, "W. Teale", "welfare-lead"),
            "auditor": enrol(served, admin, "A. Moreau", "auditor"),
        }
        for name in ("grader", "second", "supervisor"):
            given = {"officer_id": members[name].id}
            admin.ask("POST", f"/cases/{CASE}/members", json=given)
        _work(members)
        yield Looked(served, members)
        for member in members.values():
            member.http.close()
    finally:
        served.stop()


def _work(members: dict[str, Member]) -> None:
    """A shift on the roster, a policy with a contact, some grades, a dispute, a talk."""
    lead, grader, second = members["lead"], members["grader"], members["second"]
    now, hour = lead.ask("GET", "/welfare")["now_us"], 3_600_000_000
    for day in range(12):
        start = now - hour + day * 24 * hour
        shift = {
            "officer_id": members["counsellor"].id,
            "from_us": start,
            "until_us": start + 10 * hour,
            "kind": "work",
        }
        lead.ask("POST", "/welfare/shifts", json=shift)
    policy = lead.ask("GET", "/welfare/policy")
    contact = "The help line of the force, extension 4000"
    lead.ask("PUT", "/welfare/policy", json={**policy, "fallback_contact": contact})
    asked = {"source": "queue", "unit": "stack", "filter": {}, "order": "place"}
    view = grader.ask("POST", f"/cases/{CASE}/views", json=asked)
    bucket = grader.ask("GET", f"/cases/{CASE}/views/{view['view']}/buckets/0")
    scheme = grader.ask("GET", f"/cases/{CASE}")["scheme"]
    codes = [one["code"] for one in scheme["categories"]]
    for number, media in enumerate(bucket["ids"][:48]):
        for member, shift_by in ((grader, 0), (second, 0 if number % 6 else 1)):
            code = codes[(number + shift_by) % len(codes)]
            key = f"k{number}-{member.id}"
            given = {"key": key, "media": [media], "whole_stack": False, "category": code}
            member.ask("POST", f"/cases/{CASE}/grades", json=given)
    ids = ",".join(map(str, bucket["ids"][:100]))
    grader.ask_raw("GET", f"/cases/{CASE}/tiles", params={"ids": ids, "clarity": "blurred"})
    grader.ask("POST", "/talk", json={"text": "Could we speak after the shift?"})


PAGES = {
    "reception": ("grader", "/", "Reception"),
    "cases": ("supervisor", "/cases", "Cases"),
    "case": ("supervisor", f"/cases/{CASE}", "Demo"),
    "files": ("supervisor", f"/cases/{CASE}/files?state=failed", None),
    "review": ("grader", f"/cases/{CASE}/review", None),
    "ledger": ("grader", "/welfare", None),
    "talks": ("counsellor", "/welfare/talks", None),
    "policy": ("lead", "/welfare/policy", None),
    "roster": ("lead", "/welfare/roster", None),
    "consents": ("grader", "/welfare/consents", None),
    "trends": ("counsellor", "/welfare/trends", None),
    "officers": ("lead", "/welfare/officers", None),
    "figures": ("supervisor", "/figures", None),
    "administration": ("admin", "/administration", "Administration"),
    "account": ("grader", "/account", None),
    "audit": ("auditor", "/audit", None),
}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_and_accessible(name: str, looked: Looked, browser: Browser) -> None:
    who, path, title = PAGES[name]
    for look in LOOKS:
        for width in WIDTHS:
            desk = _desk(browser, looked, who, width, look)
            page = desk.page(path)
            _settled(page, title)
            keep(page, f"{name}-{width}-{look}")
            assert hanging_over(page) <= 0, f"{name} hangs over the side at {width} px"
            assert grave_faults(page) == []
            desk.close()


def test_the_doors_look_alike(looked: Looked, browser: Browser) -> None:
    for look in LOOKS:
        desk = Desk.of(browser, looked.served, color_scheme=look)
        page = desk.page("/sign-in")
        expect(page.get_by_role("button", name="Sign in")).to_be_visible()
        keep(page, f"sign-in-1440-{look}")
        assert grave_faults(page) == []
        desk.close()


@pytest.mark.parametrize("look", LOOKS)
def test_what_stands_over_the_grid(look: str, looked: Looked, browser: Browser) -> None:
    desk = _desk(browser, looked, "grader", 1440, look)
    page = desk.page(f"/cases/{CASE}/review")
    _settled(page, None)
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys of this page")).to_be_visible()
    keep(page, f"keys-1440-{look}")
    assert grave_faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("s")
    page.wait_for_timeout(800)
    keep(page, f"stack-1440-{look}")
    assert grave_faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_timeout(1500)
    page.keyboard.press("i")
    page.wait_for_timeout(800)
    keep(page, f"viewer-1440-{look}")
    assert grave_faults(page) == []
    page.keyboard.press("Escape")
    page.keyboard.press("b")
    keep(page, f"blank-1440-{look}")
    desk.close()


@pytest.mark.parametrize("view", ["list", "timeline", "map", "camera"])
def test_the_other_views(view: str, looked: Looked, browser: Browser) -> None:
    desk = _desk(browser, looked, "grader", 1440, "dark")
    page = desk.page(f"/cases/{CASE}/review")
    _settled(page, None)
    page.locator(".looks").get_by_text(view, exact=True).click()
    page.wait_for_timeout(1500)
    keep(page, f"{view}-1440-dark")
    assert grave_faults(page) == []
    desk.close()


def _desk(browser: Browser, looked: Looked, who: str, width: int, look: str) -> Desk:
    viewport = {"width": width, "height": 900}
    member = looked.members[who]
    return Desk.of(browser, looked.served, member, viewport=viewport, color_scheme=look)


def _settled(page: Page, title: str | None) -> None:
    expect(page.locator("h1").first).to_be_attached()
    if title is not None:
        expect(page.locator("h1").first).to_have_text(re.compile(title))
    page.wait_for_load_state("load")
    page.wait_for_timeout(700)


def hanging_over(page: Page) -> int:
    """Pixels by which the page is wider than its window."""
    said = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    return int(page.evaluate(said))
