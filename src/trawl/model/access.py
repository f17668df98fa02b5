"""Officers and what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What an officer is in this unit."""

    ADMINISTRATOR = "administrator"
    EXAMINER = "examiner"
    GRADER = "grader"
    VICTIM_IDENTIFICATION = "victim-identification"
    INTELLIGENCE = "intelligence"
    SUPERVISOR = "supervisor"
    COUNSELLOR = "counsellor"
    WELFARE_LEAD = "welfare-lead"
    AUDITOR = "auditor"


class Wing(StrEnum):
    """A part of the unit. A case belongs to one, an officer to one or more."""

    CHILD_PROTECTION = "child-protection"
    COUNTY_LINES = "county-lines"


class Act(StrEnum):
    """Everything an officer can do that is asked for and leaves a trace."""

    CASE_ADD = "case.add"
    CASE_READ = "case.read"
    CASE_MANAGE = "case.manage"
    MEMBER_ADD = "case.member.add"
    MEMBER_REMOVE = "case.member.remove"
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
    REVIEW_READ = "review.read"
    GRADE = "grade"
    GRADE_UNDO = "grade.undo"
    DISPUTE_READ = "dispute.read"
    DISPUTE_RESOLVE = "dispute.resolve"
    SAMPLE_DRAW = "sample.draw"
    AGREEMENT_READ = "agreement.read"
    LEASE = "lease"
    MARK = "mark"
    FILTER_SAVE = "filter.save"
    POLICY_READ = "policy.read"
    POLICY_SET = "policy.set"
    WELFARE_SELF = "welfare.self"
    WELFARE_POLICY_SET = "welfare.policy.set"
    WELFARE_UNIT_READ = "welfare.unit.read"
    WELFARE_TREND_READ = "welfare.trend.read"
    ROSTER_READ = "roster.read"
    ROSTER_SET = "roster.set"
    TALK = "talk"
    TALK_ANSWER = "talk.answer"
    SIGN_IN = "sign-in"
    SIGN_IN_FAILED = "sign-in.failed"
    SIGN_OUT = "sign-out"
    CREDENTIAL_SET = "credential.set"
    REFUSED = "refused"
    AUDIT_READ = "audit.read"
    AUDIT_VERIFY = "audit.verify"
    AUDIT_CHECKPOINT = "audit.checkpoint"
    OFFICER_ADD = "officer.add"
    OFFICER_MANAGE = "officer.manage"
    WORKSPACE_INIT = "workspace.init"
    WORKSPACE_UPGRADE = "workspace.upgrade"


@dataclass(frozen=True, slots=True)
class Officer:
    """A user: the main role, and further ones. What counts is what the store has on record."""

    id: int
    name: str
    role: Role
    further: frozenset[Role] = frozenset()

    @property
    def roles(self) -> frozenset[Role]:
        """All roles."""
        return self.further | {self.role}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer of access, always with its reason."""

    allowed: bool
    reason: str
