"""Encrypted volumes: opened with what the officer typed, or named as locked.

What is typed is tried as a password first and as a recovery password second. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pybde
import pyfvde

from trawl.errors import Unreadable
from trawl.sources.disk_image_region import NATIVE_ERRORS, HandleRegion, Region, stream

MOST_VOLUMES = 1024  # of one group
BITLOCKER, LUKS, FILEVAULT, APFS = "bitlocker", "luks", "filevault", "apfs"


def open_bitlocker(region: Region, secret: str | None) -> HandleRegion | None:
    """The decrypted volume, or None while it is locked. A volume whose protection is suspended
    keeps its key in the clear and opens without a secret."""
    return _open(pybde.volume, region, secret, ("set_password", "set_recovery_password"))


def _open(
    make: Callable[[], Any], region: Region, secret: str | None, setters: tuple[str, ...]
) -> HandleRegion | None:
    for setter in (None,) if secret is None else setters:
        volume = make()
        source = stream(region)
        try:
            volume.open_file_object(source)
            opened = _opens(volume, setter, secret)
        except NATIVE_ERRORS as error:
            raise Unreadable("the header of the encrypted volume is damaged") from error
        if opened:
            return HandleRegion(volume, volume.get_size(), (source, region))
    return None


def _opens(volume: Any, setter: str | None, secret: str | None) -> bool:
    """True when a volume can be read, now or with the secret. The libraries raise for a wrong
    one and for one of the wrong form, or just answer no."""
    if not volume.is_locked():
        return True
    try:
        if setter is not None:
            getattr(volume, setter)(secret)
        return bool(volume.unlock()) and not volume.is_locked()
    except NATIVE_ERRORS:
        return False


def unlock(volume: Any, secret: str | None) -> bool:
    """True when a volume of an APFS container or a CoreStorage group can be read: it is not
    encrypted, or the secret opens it."""
    setters = (None,) if secret is None else ("set_password", "set_recovery_password")
    return any(_opens(volume, setter, secret) for setter in setters)


def core_storage_volumes(region: Region, secret: str | None) -> list[HandleRegion | None]:
    """The logical volumes of a CoreStorage (FileVault) group, decrypted, or None for each that is
    locked. Raises Unreadable when the group is damaged or spans disks that are not here."""
    group = pyfvde.volume()
    source = stream(region)
    try:
        group.open_file_object(source)
        group.open_physical_volume_files_as_file_objects([source])
        volumes = group.get_volume_group()
        found: list[HandleRegion | None] = []
        for index in range(min(volumes.get_number_of_logical_volumes(), MOST_VOLUMES)):
            volume = volumes.get_logical_volume(index)
            keep = (group, volumes, source, region)
            opened = unlock(volume, secret)
            found.append(HandleRegion(volume, volume.get_size(), keep) if opened else None)
    except (*NATIVE_ERRORS, AttributeError) as error:
        raise Unreadable("the CoreStorage group is damaged or spans other disks") from error
    return found
