"""Officers and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer is in this unit."""

    ADMINISTRATOR = "administrator"
    EXAMINER = "examiner"
    AUDITOR = "auditor"


class Act(StrEnum):
    """Everything an officer can do that is asked for and leaves a trace."""

    CASE_ADD = "case.add"
    CASE_READ = "case.read"
    MEMBER_ADD = "case.member.add"
    EXHIBIT_ADD = "exhibit.add"
    INTAKE_BEGIN = "intake.begin"
    INTAKE_CONTAINER = "intake.container"
    INTAKE_SLICE = "intake.slice"
    INTAKE_UNLOCK = "intake.unlock"
    INTAKE_SEAL = "intake.seal"
    SOURCE_VERIFY = "source.verify"
    LOG_READ = "log.read"
    LOG_EXPORT = "log.export"
    MEDIA_SHOW = "media.show"
    HASH_SET_ADD = "hashset.add"
    HASH_SET_READ = "hashset.read"
    HASH_SET_REMOVE = "hashset.remove"
    MATCH_RUN = "match.run"
    MATCH_READ = "match.read"
    MATCH_REJECT = "match.reject"
    SIMILAR_SEARCH = "similar.search"
    CASE_EXPORT = "case.export"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_CHECKPOINT = "audit.checkpoint"
    OFFICER_ADD = "officer.add"
    WORKSPACE_INIT = "workspace.init"
    WORKSPACE_UPGRADE = "workspace.upgrade"


@dataclass(frozen=True, slots=True)
class Officer:
    """A user."""

    id: int
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of access, always with its reason."""

    allowed: bool
    reason: str
