"""Every pass, in the order it runs."""

from __future__ import annotations

from trawl.model.media import FileType
from trawl.passes.base import Pass
from trawl.passes.picture import PicturePass

PASSES: tuple[Pass, ...] = (PicturePass(),)


def passes_for(kind: FileType) -> tuple[Pass, ...]:
    """The passes that have something to say of such a content."""
    return tuple(one for one in PASSES if one.wants(kind))
