"""What the columns of a table are, by the names in its header."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import StrEnum

from trawl.model.hash_set import DigestKind


class Role(StrEnum):
    """What a column is for. The values of those with a place in ``Known`` are its names."""

    MD5 = "md5"
    SHA1 = "sha1"
    SHA256 = "sha256"
    DIGEST = "digest"  # of whichever kind its length says
    PDQ = "pdq"
    QUALITY = "quality"
    CATEGORY = "category"
    PRECATEGORIZED = "precategorized"
    VICTIM = "victim_identified"
    OFFENDER = "offender_identified"
    DISTRIBUTED = "distributed"
    SUSPECTED = "suspected"
    SELF_GENERATED = "self_generated"
    SERIES = "series"
    TAGS = "tags"
    COMMENTS = "comments"
    SIZE = "size"
    MIME = "mime"
    NAME = "name"
    OTHER = "other"


DIGESTS = {
    Role.MD5: DigestKind.MD5,
    Role.SHA1: DigestKind.SHA1,
    Role.SHA256: DigestKind.SHA256,
}
FLAGS = frozenset(
    {
        Role.PRECATEGORIZED,
        Role.VICTIM,
        Role.OFFENDER,
        Role.DISTRIBUTED,
        Role.SUSPECTED,
        Role.SELF_GENERATED,
    }
)
FINDERS = frozenset({*DIGESTS, Role.DIGEST, Role.PDQ})
"""Roles by which content is found."""

_SPELLINGS: dict[Role, str] = {
    Role.DIGEST: "hash hashes digest checksum filehash hashvalue hashset",
    Role.QUALITY: "quality pdqquality hashquality",
    Role.CATEGORY: "category categories categoryid cat grade grading classification class",
    Role.PRECATEGORIZED: "isprecategorized precategorized",
    Role.VICTIM: "victimidentified isvictimidentified",
    Role.OFFENDER: "offenderidentified isoffenderidentified",
    Role.DISTRIBUTED: "isdistributed distributed",
    Role.SUSPECTED: "issuspected suspected",
    Role.SELF_GENERATED: "selfgenerated isselfgenerated",
    Role.SERIES: "series seriesname",
    Role.TAGS: "tags tag",
    Role.COMMENTS: "comments comment notes note",
    Role.SIZE: "size filesize mediasize bytes sizebytes filesizebytes",
    Role.MIME: "mime mimetype contenttype",
    Role.NAME: "name filename file path filepath fullpath originalfilename",
}
_ROLES = {spelling: role for role, text in _SPELLINGS.items() for spelling in text.split()}
_FINDER = re.compile(
    r"(?:file|hash|media|image|video|digest)?(md5|sha1|sha256|sha2256|pdq)"
    r"(?:hash|sum|digest|checksum|value|hex)?(?:hex|value)?$"
)


def role_of(title: str) -> Role:
    """The role of a column by its title, in any usual spelling: "SHA-1", "md5_hash" …"""
    plain = re.sub(r"[^a-z0-9]", "", title.casefold())
    finder = _FINDER.match(plain)
    if finder:
        return Role(finder[1].replace("sha2256", "sha256"))
    return _ROLES.get(plain, Role.OTHER)


def roles_of(titles: Sequence[str]) -> tuple[Role, ...]:
    """The roles of a header. A role is one column's; a second column of it has none, but names,
    of which there may be many, and a digest of any kind gives way to a named one."""
    roles = [role_of(title) for title in titles]
    seen: set[Role] = set()
    for place, role in enumerate(roles):
        if role in seen and role is not Role.NAME:
            roles[place] = Role.OTHER
        seen.add(role)
    return tuple(roles)
