"""Encrypted volumes: opened with what the officer typed, or named as locked.

What is typed is tried as a password first and as a recovery password second. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pybde
import pyfvde
import pyluksde

from trawl.errors import Unreadable
from trawl.sources.disk_image_region import NATIVE_ERRORS, HandleRegion, Region, stream

BITLOCKER, LUKS, FILEVAULT, APFS = "bitlocker", "luks", "filevault", "apfs"


def open_bitlocker(region: Region, secret: str | None) -> HandleRegion | None:
    """The decrypted volume, or None while it is locked. A volume whose protection is suspended
    keeps its key in the clear and opens without a secret."""
    return _open(pybde.volume, region, secret, ("set_password", "set_recovery_password"))


def open_luks(region: Region, secret: str | None) -> HandleRegion | None:
    """The decrypted payload of LUKS 1 or 2, or None while it is locked."""
    return _open(pyluksde.volume, region, secret, ("set_password",))


def _open(
    make: Callable[[], Any], region: Region, secret: str | None, setters: tuple[str, ...]
) -> HandleRegion | None:
    for setter in (None,) if secret is None else setters:
        volume = make()
        source = stream(region)
        try:
            volume.open_file_object(source)
            locked = not _accepts(volume, setter, secret) or volume.is_locked()
        except NATIVE_ERRORS as error:
            raise Unreadable("the header of the encrypted volume is damaged") from error
        if not locked:
            return HandleRegion(volume, volume.get_size(), (source, region))
    return None


def _accepts(volume: Any, setter: str | None, secret: str | None) -> bool:
    """True when the volume takes the secret. The libraries raise for a wrong one, for one of the
    wrong form, and for some just answer no."""
    try:
        if setter is not None:
            getattr(volume, setter)(secret)
        return bool(volume.unlock())
    except NATIVE_ERRORS:
        return False


def unlock_apfs(volume: Any, secret: str | None) -> bool:
    """True when a volume of an APFS container can be read: it is not encrypted, or the secret
    opens it."""
    if not volume.is_locked():
        return True
    return secret is not None and any(
        _accepts(volume, setter, secret) and not volume.is_locked()
        for setter in ("set_password", "set_recovery_password")
    )


def core_storage_volumes(
    region: Region, secret: str | None
) -> Iterator[tuple[int, HandleRegion | None]]:
    """The logical volumes of a CoreStorage (FileVault) group: number and the decrypted volume, or
    None while it is locked. Raises Unreadable when the group spans disks that are not here."""
    group = pyfvde.volume()
    source = stream(region)
    try:
        group.open_file_object(source)
        group.open_physical_volume_files_as_file_objects([source])
        volumes = group.get_volume_group()
        count = volumes.get_number_of_logical_volumes()
    except (*NATIVE_ERRORS, AttributeError) as error:
        raise Unreadable("the CoreStorage group is damaged or spans other disks") from error
    for index in range(count):
        volume = volumes.get_logical_volume(index)
        opened = _is_open(volume, secret)
        keep = (group, volumes, source, region)
        yield index + 1, HandleRegion(volume, volume.get_size(), keep) if opened else None


def _is_open(volume: Any, secret: str | None) -> bool:
    setters = (None,) if secret is None else ("set_password", "set_recovery_password")
    return any(_accepts(volume, setter, secret) and not volume.is_locked() for setter in setters)
