"""Every pass, in the order it runs."""

from __future__ import annotations

from trawl.model.media import FileType
from trawl.passes.audio import AudioPass
from trawl.passes.base import Pass
from trawl.passes.encryption import EncryptionPass
from trawl.passes.picture import PicturePass
from trawl.passes.video import VideoPass

PASSES: tuple[Pass, ...] = (PicturePass(), VideoPass(), AudioPass(), EncryptionPass())


def passes_for(kind: FileType) -> tuple[Pass, ...]:
    """The passes that have something to say of such a content."""
    return tuple(one for one in PASSES if one.wants(kind))
