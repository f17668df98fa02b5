"""A worker that shows media, and crashes, hangs, never comes to an end or reaches for what is not
its own over contents that say so. Run in the place of ``trawl.intake.shower``."""

from __future__ import annotations

import ctypes
import os
import time
from pathlib import Path
from typing import Any

from trawl.errors import PassFailed
from trawl.intake import shower
from trawl.intake.marker import Marker
from trawl.intake.reaching import Reached
from trawl.intake.showing_protocol import FromShower, Seen, Show

_render = shower.render


def render(job: Show, reached: Reached, limits: Any, marker: Marker) -> FromShower:
    said = reached.head
    if said.startswith(b"showing crashes"):
        ctypes.string_at(0)
    if said.startswith(b"showing hangs"):
        time.sleep(3600)
    if said.startswith(b"showing never ends"):
        while True:
            marker.beat()
            time.sleep(0.01)
    if said.startswith(b"showing reads"):
        try:
            Path(os.fsdecode(reached.head.split(b"\n")[1])).read_bytes()
        except OSError as error:
            raise PassFailed(type(error).__name__) from error
        raise PassFailed("it could be read")
    if said.startswith(b"showing gives all"):
        data = reached.head * 100
        return Seen(
            job=job.job, pixels=data, rows=1, columns=len(data), channels=1, height=9, width=9
        )
    return _render(job, reached, limits, marker)


shower.render = render

if __name__ == "__main__":
    shower.main()
