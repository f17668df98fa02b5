"""Who asks: the session behind the cookie, and whether the request is its own."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request

from trawl.api.state import Held
from trawl.errors import AccessRefused, NotSignedIn
from trawl.model.access import Officer
from trawl.signin.sessions import SignedIn, officer_of

COOKIE = "trawl_session"
IDLE = "x-idle"
BY_THEMSELVES = frozenset({"/api/welfare", "/api/welfare/heartbeat"})
OURS = frozenset({"same-origin", "none"})
"""Fetch Metadata (W3C), Sec-Fetch-Site: a page of this server, or the officer's own hand."""
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


def begun_session(request: Request, held: Held) -> SignedIn:
    """The session of the cookie, even when a second factor or a new password is still due.
    Raises NotSignedIn, or AccessRefused for a request that another page has made."""
    token = request.cookies.get(COOKIE, "")
    found = officer_of(held.database, token, active=not by_itself(request))
    if found is None:
        raise NotSignedIn("You are not signed in.", hint="Sign in, then do it again.")
    request.state.officer = found.officer
    same_origin(request)  # also of what only reads: to be shown a media counts as looking
    if request.method not in SAFE:
        own_request(request, found)
    return found


def by_itself(request: Request) -> bool:
    """Whether a page asks, and nobody at it: heartbeats, the line, what is followed live, and
    whatever bears the header ``X-Idle``. Such requests keep no session alive."""
    path = request.url.path
    return IDLE in request.headers or path in BY_THEMSELVES or path.endswith("/events")


def own_request(request: Request, signed_in: SignedIn) -> None:
    """Raise AccessRefused unless the request bears the session's own CSRF value."""
    if request.headers.get("x-csrf", "") != signed_in.csrf:
        raise AccessRefused("the request does not bear this session's CSRF value")


def same_origin(request: Request) -> None:
    """Raise AccessRefused when the browser says that a page of another host or port has asked.
    A cookie knows no ports and ``SameSite`` no hosts within a site: both let such a page pass."""
    origin = request.headers.get("origin")
    elsewhere = origin is not None and origin.partition("://")[2] != request.headers.get("host")
    if elsewhere or request.headers.get("sec-fetch-site", "none") not in OURS:
        raise AccessRefused("the request comes from a page of another host")


def signed_in(found: Annotated[SignedIn, Depends(begun_session)]) -> SignedIn:
    """A session that is complete. Raises AccessRefused while something is still due."""
    if found.must is not None:
        raise AccessRefused(
            f"the sign-in is not complete: {found.must} is still due",
            hint="Finish signing in.",
        )
    return found


def officer(found: Annotated[SignedIn, Depends(signed_in)]) -> Officer:
    """The officer who asks."""
    return found.officer


Begun = Annotated[SignedIn, Depends(begun_session)]
"""A route's parameter: a session, complete or not."""
Session = Annotated[SignedIn, Depends(signed_in)]
"""A route's parameter: a complete session."""
Asking = Annotated[Officer, Depends(officer)]
"""A route's parameter: the officer who asks."""
