"""An officer's browser, watched: whatever it complains of fails the test."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from crew import Member
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response
from serving import Served

AXE = Path(__file__).resolve().parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
GRAVE = {"serious", "critical"}


@dataclass
class Desk:
    """A browser context and what it complained of: errors of the console (violations of the
    content policy are among them), of scripts, and requests to other hosts."""

    context: BrowserContext
    address: str
    complaints: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)

    @classmethod
    def of(
        cls, browser: Browser, served: Served, member: Member | None = None, **given: Any
    ) -> Desk:
        """A desk; with a member's session where there is one."""
        given.setdefault("viewport", {"width": 1440, "height": 900})
        given.setdefault("color_scheme", "dark")
        context = browser.new_context(base_url=served.address, **given)
        context.set_default_timeout(30_000)
        scheme = given["color_scheme"]
        context.add_init_script(f"localStorage.setItem('trawl-look', '{scheme}')")
        desk = cls(context, served.address)
        if member is not None:
            host = urlsplit(served.address).hostname
            for cookie in member.http.cookies.jar:
                value = {"name": cookie.name, "value": cookie.value, "domain": host, "path": "/"}
                context.add_cookies([value])  # type: ignore[list-item]
        return desk

    def page(self, path: str = "/") -> Page:
        """A watched tab."""
        page = self.context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"script: {error}"))
        page.on("request", self._request)
        page.on("response", self._response)
        page.goto(path)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        repeats = "Failed to load resource" in message.text  # told with its address below
        if message.type in ("error", "warning") and not repeats:
            self.complaints.append(f"{message.type}: {message.text}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            path = urlsplit(response.url).path
            self.complaints.append(f"{response.status} {response.request.method} {path}")

    def _request(self, request: Request) -> None:
        url = urlsplit(request.url)
        if url.scheme in ("http", "https", "ws", "wss") and not request.url.startswith(
            self.address + "/"
        ):
            self.complaints.append(f"a request to {request.url}")

    def close(self) -> None:
        """Close, and fail on what it complained of. ``allowed``: parts of complaints that a test
        has provoked itself, as the refusals the console repeats."""
        if os.environ.get("TRAWL_TEST_SHOTS"):  # what a failed test last saw
            for number, page in enumerate(self.context.pages):
                path = Path(os.environ["TRAWL_TEST_SHOTS"]) / f"{id(self)}-{number}.png"
                page.screenshot(path=path)
        self.context.close()
        left = [one for one in self.complaints if not any(part in one for part in self.allowed)]
        assert left == []


def keep(page: Page, name: str) -> None:
    """Keep a screenshot where ``TRAWL_PICTURES`` says; the documents' own come from there."""
    if os.environ.get("TRAWL_PICTURES"):
        page.screenshot(path=Path(os.environ["TRAWL_PICTURES"]) / f"{name}.png")


def grave_faults(page: Page) -> list[str]:
    """What axe-core calls a serious or critical fault of accessibility."""
    page.evaluate(AXE.read_text("utf-8"))
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [
        f"{one['id']}: {one['help']}: {node['target']}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"]
    ]
