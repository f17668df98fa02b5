"""Every router of the server."""

from __future__ import annotations

from fastapi import APIRouter

from trawl.api import administration, audit_list, cases, grading, media, signin, talk, welfare

ROUTERS: tuple[APIRouter, ...] = (
    signin.router,
    administration.router,
    audit_list.router,
    cases.router,
    grading.router,
    media.router,
    welfare.router,
    talk.router,
)
"""Each router adds itself here with one import and one line."""
