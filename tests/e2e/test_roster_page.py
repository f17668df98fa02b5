"""The roster as a welfare lead fills it in: days away, and what the server refuses."""

from __future__ import annotations

import pytest
from crew import enrol, join
from desk import Desk
from playwright.sync_api import Browser, expect
from serving import Served

pytestmark = pytest.mark.slow


def test_a_holiday_of_several_days_and_one_that_is_refused(
    served: Served, browser: Browser
) -> None:
    admin = join(served, served.first, "")
    lead = enrol(served, admin, "W. Teale", "welfare-lead")
    desk = Desk.of(browser, served, lead)
    desk.allowed.append("422 POST /api/welfare/shifts")
    page = desk.page("/welfare/roster")
    expect(page.get_by_text("Nobody is a counsellor yet.")).to_be_visible()
    counsellor = enrol(served, admin, "R. Adeyemi", "counsellor")
    page.reload()
    page.get_by_text("Away", exact=True).click()
    page.get_by_label("Counsellor", exact=True).first.click()
    page.get_by_role("option", name="R. Adeyemi").click()
    page.get_by_label("First day").fill("2027-01-10")
    page.get_by_label("Last day").fill("2029-01-10")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_role("alert")).to_contain_text("a holiday within a year")
    page.get_by_label("Last day").fill("2027-01-20")
    page.get_by_role("button", name="Set").click()
    expect(page.get_by_text("It is on the roster.")).to_be_visible()
    year = {"from_us": 1_790_000_000_000_000, "until_us": 1_820_000_000_000_000}
    (away,) = lead.ask("GET", "/welfare/shifts", params=year)
    days = (away["until_us"] - away["from_us"]) / 86_400_000_000
    assert (away["kind"], away["name"], days) == ("holiday", "R. Adeyemi", 11)
    desk.close()
    for member in (admin, lead, counsellor):
        member.http.close()
