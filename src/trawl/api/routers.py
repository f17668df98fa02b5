"""Every router of the server."""

from __future__ import annotations

from fastapi import APIRouter

from trawl.api import administration, grading, media, signin, talk, welfare

ROUTERS: tuple[APIRouter, ...] = (
    signin.router,
    administration.router,
    grading.router,
    media.router,
    welfare.router,
    talk.router,
)
"""Each router adds itself here with one import and one line."""
