"""Every router of the server."""

from __future__ import annotations

from fastapi import APIRouter

from trawl.api import (
    administration,
    audit_list,
    cases,
    events,
    facets,
    grading,
    marks,
    media,
    policy,
    reception,
    signin,
    stacks,
    talk,
    tiles,
    views,
    welfare,
)

ROUTERS: tuple[APIRouter, ...] = (
    signin.router,
    administration.router,
    audit_list.router,
    cases.router,
    grading.router,
    marks.router,
    events.router,
    policy.router,
    media.router,
    views.router,
    stacks.router,
    tiles.router,
    facets.router,
    welfare.router,
    talk.router,
    reception.router,
)
"""Each router adds itself here with one import and one line."""
