"""Second factors in Chromium: a passkey, held by an authenticator that is one in everything but the
thumb, and a second factor that was lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from crew import PASSWORD, enrol, join
from desk import Desk
from playwright.sync_api import Browser, Page, expect
from serving import Served

from trawl.workbench import Workbench

pytestmark = pytest.mark.slow


@pytest.fixture
def by_name(tmp_path: Path) -> Iterator[Served]:
    """A server over an empty workspace, opened by its name: an address has no passkeys."""
    Workbench.create(tmp_path / "workspace").database.close()
    server = Served.start(tmp_path / "workspace", tmp_path / "clock")
    yield replace(server, address=server.address.replace("127.0.0.1", "localhost"))
    server.stop()


def authenticator(page: Page) -> None:
    """Chromium's own virtual authenticator (WebAuthn of the DevTools protocol)."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_made_and_asked_for(by_name: Served, browser: Browser) -> None:
    admin = join(by_name, by_name.first, "")
    grader = enrol(by_name, admin, "G. Okafor", "grader")
    desk = Desk.of(browser, by_name, grader)
    page = desk.page("/account")
    authenticator(page)
    page.get_by_label("Name of a new passkey").fill("Blue key")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_text("Blue key")).to_be_visible()

    page.get_by_role("button", name="G. Okafor").click()
    page.get_by_role("menuitem", name="Sign out").click()
    page.locator("[name=username]").fill("G. Okafor ")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="G. Okafor")).to_be_visible()
    desk.close()
    for member in (admin, grader):
        member.http.close()


def test_who_has_lost_the_second_factor_is_let_in_anew(by_name: Served, browser: Browser) -> None:
    admin = join(by_name, by_name.first, "")
    grader = enrol(by_name, admin, "G. Okafor", "grader")
    desk = Desk.of(browser, by_name, admin)
    page = desk.page("/administration")
    page.get_by_role("button", name="New invitation for G. Okafor").click()
    page.get_by_label("The second factor is lost too").check()
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_test_id("invitation").inner_text().strip()
    desk.close()
    assert grader.send("GET", "/session").status_code == 401
    again = Desk.of(browser, by_name)
    new = again.page(link)
    new.locator("[name=password]").fill(PASSWORD)
    new.locator("[name=again]").fill(PASSWORD)
    new.get_by_role("button", name="Go on").click()
    expect(new.locator("code")).to_be_visible()  # the secret of another authenticator
    again.close()
    for member in (admin, grader):
        member.http.close()
