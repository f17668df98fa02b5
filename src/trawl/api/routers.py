"""Every router of the server."""

from __future__ import annotations

from fastapi import APIRouter

ROUTERS: tuple[APIRouter, ...] = ()
"""Each router adds itself here with one import and one line."""
