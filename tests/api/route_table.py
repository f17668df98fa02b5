"""The contract of every route: who may, what is asked of access, what it leaves in the audit.

Written by hand and beside the code, not derived from it: a route that is not here fails the test,
as does a row whose route is gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from unit_served import PASSWORD, Desk, Unit

from trawl.model.access import Act, Role
from trawl.signin.second_factor import REQUIRED

EVERYBODY = frozenset(Role)
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
MANAGERS = frozenset({Role.ADMINISTRATOR, Role.SUPERVISOR})
JUDGES = MANAGERS | {Role.VICTIM_IDENTIFICATION}
GRADERS = JUDGES | {Role.GRADER}
LOOKERS = GRADERS | {Role.EXAMINER}
WELFARE_LEADS = frozenset({Role.WELFARE_LEAD})
COUNSELLORS = frozenset({Role.COUNSELLOR})
READERS = LOOKERS | {Role.INTELLIGENCE}


class Of(Enum):
    """What a route is about, and so which doors stand before it."""

    CASE = "a case: membership and wing"
    UNIT = "the unit: a role"
    SELF = "whoever asks, also while something is still due"
    DOOR = "nobody yet: before anybody has signed in"


@dataclass
class Sample:
    """What a request is made of. ``ids`` stand in the path."""

    unit: Unit
    desk: Desk
    ids: dict[str, object] = field(default_factory=dict)
    made: dict[str, Any] = field(default_factory=dict)

    @property
    def case(self) -> str:
        """The address of the case."""
        return f"/api/cases/{self.ids.get('case', self.unit.case_id)}"

    @property
    def media(self) -> int:
        return self.unit.media["one"]

    def spare(self, role: Role = Role.EXAMINER, number: int = 5) -> Desk:
        """An officer nobody else is in the way of."""
        return self.unit.desk(role, number=number)


Prepared = Mapping[str, object]
Prepare = Callable[[Sample], Prepared]


@dataclass(frozen=True)
class Row:
    """One route. ``act``: what access is asked for. ``acts``: what success leaves in the audit,
    in order; that act unless told. ``refusal``: of a role that may not: status, kind and words.
    ``body`` is called for every request, ``ready`` only before one that is to succeed: it makes
    what the route needs and gives the numbers for the path. ``fresh``: by an officer who does
    nothing else."""

    method: str
    path: str
    act: Act | None
    who: frozenset[Role]
    of: Of
    body: Callable[[Sample], object] | None = None
    ready: Prepare | None = None
    query: str = ""
    status: int = 200
    acts: tuple[Act, ...] | None = None
    refusal: tuple[int, str, str] | None = None
    fresh: bool = False
    open_to_supervisors: bool = False

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def leaves(self) -> tuple[Act, ...]:
        if self.acts is not None:
            return self.acts
        return () if self.act is None else (self.act,)

    @property
    def refused(self) -> tuple[int, str, str]:
        """What a role that may not is told."""
        return self.refusal or (403, "refused", f"may not do {self.act}")


def _own_grade(s: Sample) -> Prepared:
    body = {"key": s.unit.key(), "media": [s.media], "category": "B"}
    s.desk.made(f"{s.case}/grades", body)
    return {}


def _dispute(s: Sample) -> Prepared:
    """Two graders differ on a media that nobody has settled yet: a new one each time."""
    number = s.unit.media[["two", "three", "shared"][[*JUDGES_IN_ORDER].index(s.desk.role)]]
    for which, category in ((3, "A"), (4, "B")):
        desk = s.unit.desk(Role.GRADER, number=which)
        body = {"key": s.unit.key(), "media": [number], "category": category}
        desk.made(f"{s.case}/grades", body)
    return {"media_id": number}


JUDGES_IN_ORDER = (Role.VICTIM_IDENTIFICATION, Role.SUPERVISOR, Role.ADMINISTRATOR)


def _member(s: Sample) -> Prepared:
    spare = s.unit.desk(Role.GRADER, number=6)
    s.unit.admin.made(f"{s.case}/members", {"officer_id": spare.id})
    return {"officer_id": spare.id}


def _talk(s: Sample) -> Prepared:
    return {"talk_id": s.desk.made("/api/talk", {"text": "A word."})["id"]}


def _talk_of_another(s: Sample) -> Prepared:
    asking = s.unit.desk(Role.EXAMINER)
    found = asking.made("/api/talk", {"text": "A word."})["id"]
    _closed_afterwards(s, asking, found)
    return {"talk_id": found}


def _closed_afterwards(s: Sample, desk: Desk, talk: int) -> None:
    for old in s.unit.__dict__.setdefault("_open_talks", []):
        desk.ask("POST", f"/api/talk/{old}/close")
    s.unit.__dict__["_open_talks"] = [talk]


def _shift(s: Sample) -> Prepared:
    return {"shift_id": s.desk.made("/api/welfare/shifts", _new_shift(s))["id"]}


def _new_shift(s: Sample) -> dict[str, object]:
    now = s.unit.clock.now_us
    counsellor = s.unit.desk(Role.COUNSELLOR)
    return {
        "officer_id": counsellor.id,
        "from_us": now,
        "until_us": now + 3_600_000_000,
        "how": "Room 4",
    }


def _consent(s: Sample) -> Prepared:
    for one in s.desk.ask("GET", "/api/welfare/consents").json():
        if one["withdrawn_us"] is None:
            return {"consent_id": one["id"]}
    return {"consent_id": s.desk.made("/api/welfare/consents", {})["id"]}


def _no_consent(s: Sample) -> Prepared:
    for one in s.desk.ask("GET", "/api/welfare/consents").json():
        s.desk.ask("DELETE", f"/api/welfare/consents/{one['id']}")
    return {}


def _consent_of_another(s: Sample) -> Prepared:
    grader = s.spare(Role.GRADER, 3)
    body = {"counsellor_id": s.desk.id}
    assert grader.ask("POST", "/api/welfare/consents", body).status_code in (201, 409)
    return {"officer_id": grader.id}


def _view(s: Sample) -> Prepared:
    body = {"source": "all", "unit": "media"}
    return {"view": s.desk.made(f"{s.case}/views", body)["view"]}


def _pending_code(s: Sample) -> Prepared:
    s.desk.secret = s.desk.made("/api/account/totp/begin")["secret"]
    return {}


def _with_code(s: Sample) -> Prepared:
    s.desk.enrol_code()
    return {}


def _code(s: Sample) -> dict[str, object]:
    return {"code": s.desk.code() if s.desk.secret else "000000"}


def _half_signed_in(s: Sample) -> Prepared:
    """A password shown, the code still due."""
    if not s.desk.secret:
        s.desk.enrol_code()
    s.unit.clock.pass_s(31)
    body = {"name": s.desk.name, "password": PASSWORD}
    s.desk.signed_in(s.unit.ask("POST", "/api/sign-in", body))
    return {}


def _policy(_: Sample) -> dict[str, object]:
    return {
        "longest_min": 180,
        "break_min": 15,
        "remind_min": 50,
        "answer_min": 10,
        "closer_seconds": 10,
        "fallback_contact": "Chaplain, ext. 40",
    }


def _spare(s: Sample) -> Prepared:
    return {"officer_id": s.spare().id}


def _name(s: Sample) -> str:
    return f"Nell {s.unit.key()}"


def _film(s: Sample) -> Prepared:
    return {"media_id": s.unit.media["film"]}


def _beat(s: Sample) -> dict[str, object]:
    return {"page": "page-1", "visible": True, "showing": True, "case_id": s.unit.case_id}


C, M = "/api/cases", "/api/cases/{case_id}/media/{media_id}"
G = "/api/cases/{case_id}"
W, T = "/api/welfare", "/api/talk"

DOOR = (
    Row("POST", "/api/sign-in", None, EVERYBODY, Of.DOOR, lambda s: {"name": "?", "password": "?"}),
    Row("POST", "/api/sign-in/passkey/options", None, EVERYBODY, Of.DOOR),
    Row("POST", "/api/sign-in/passkey", None, EVERYBODY, Of.DOOR, lambda s: {"credential": {}}),
    Row("GET", "/api/invitation", None, EVERYBODY, Of.DOOR, query="token=none"),
    Row(
        *("POST", "/api/invitation", None, EVERYBODY, Of.DOOR),
        lambda s: {"token": "none", "password": PASSWORD},
    ),
)

SELF = (
    Row("GET", "/api/session", None, EVERYBODY, Of.SELF),
    Row("DELETE", "/api/session", Act.SIGN_OUT, EVERYBODY, Of.SELF, status=204, fresh=True),
    Row(
        *("POST", "/api/sign-in/totp", Act.SIGN_IN, EVERYBODY, Of.SELF, _code, _half_signed_in),
        fresh=True,
    ),
    Row("POST", "/api/account/totp/begin", Act.CREDENTIAL_SET, EVERYBODY, Of.SELF, fresh=True),
    Row(
        *("POST", "/api/account/totp", Act.CREDENTIAL_SET, EVERYBODY, Of.SELF),
        *(_code, _pending_code),
        fresh=True,
    ),
    Row(
        *("POST", "/api/account/password", Act.CREDENTIAL_SET, EVERYBODY, Of.SELF),
        lambda s: {"old": PASSWORD, "new": "six blue lanterns drift"},
        fresh=True,
    ),
    Row("POST", "/api/account/passkeys/options", Act.CREDENTIAL_SET, EVERYBODY, Of.SELF),
    Row(  # what is no answer of an authenticator; real ones are tested with signing in
        *("POST", "/api/account/passkeys", Act.CREDENTIAL_SET, EVERYBODY, Of.SELF),
        lambda s: {"credential": {}},
        status=422,
        acts=(),
    ),
)

ACCOUNT = (
    Row("GET", "/api/account/passkeys", Act.CREDENTIAL_SET, EVERYBODY, Of.UNIT),
    Row(
        *("DELETE", "/api/account/passkeys/{passkey_id}", Act.CREDENTIAL_SET),
        *(EVERYBODY, Of.UNIT, None, lambda s: {"passkey_id": 77}),
        status=404,
        acts=(Act.REFUSED,),
    ),
    Row(
        *("DELETE", "/api/account/totp", Act.CREDENTIAL_SET, EVERYBODY - REQUIRED, Of.UNIT),
        *(None, _with_code),
        status=204,
        refusal=(403, "refused", "your roles ask for a second factor"),
        fresh=True,
    ),
)

OFFICERS = (
    Row("GET", "/api/officers", Act.OFFICER_MANAGE, ADMINISTRATORS, Of.UNIT),
    Row(
        *("POST", "/api/officers", Act.OFFICER_ADD, ADMINISTRATORS, Of.UNIT),
        lambda s: {"name": _name(s), "roles": ["grader"], "wings": []},
        acts=(Act.OFFICER_ADD, Act.OFFICER_MANAGE),
    ),
    Row(
        *("PATCH", "/api/officers/{officer_id}", Act.OFFICER_MANAGE, ADMINISTRATORS, Of.UNIT),
        *(lambda s: {"wings": ["child-protection"]}, _spare),
    ),
    Row(
        *("POST", "/api/officers/{officer_id}/invitation", Act.OFFICER_MANAGE),
        *(ADMINISTRATORS, Of.UNIT, None, _spare),
    ),
    Row(
        *("POST", "/api/officers/{officer_id}/unlock", Act.OFFICER_MANAGE),
        *(ADMINISTRATORS, Of.UNIT, None, _spare),
        status=204,
    ),
    Row("GET", "/api/audit", Act.AUDIT_READ, frozenset({Role.AUDITOR}), Of.UNIT),
)

CASES = (
    Row("GET", C, Act.CASE_READ, EVERYBODY, Of.UNIT, acts=(Act.CASE_READ,) * 2),
    Row(
        *("POST", C, Act.CASE_ADD, MANAGERS, Of.UNIT),
        lambda s: {"name": f"Case {s.unit.key()}", "wing": "child-protection"},
    ),
    Row("GET", C + "/{case_id}", Act.CASE_READ, EVERYBODY, Of.CASE),
    Row("GET", C + "/{case_id}/funnel", Act.MATCH_READ, READERS, Of.CASE),
    Row("GET", C + "/{case_id}/files", Act.LOG_READ, READERS, Of.CASE, query="state=failed"),
    Row(
        *("GET", C + "/{case_id}/candidates", Act.MEMBER_ADD, MANAGERS, Of.CASE),
        open_to_supervisors=True,
    ),
    Row(
        *("POST", C + "/{case_id}/members", Act.MEMBER_ADD, MANAGERS, Of.CASE),
        lambda s: {"officer_id": s.unit.admin.id},
        open_to_supervisors=True,
    ),
    Row(
        *("DELETE", C + "/{case_id}/members/{officer_id}", Act.MEMBER_REMOVE, MANAGERS, Of.CASE),
        *(None, _member),
        status=204,
    ),
)

MEDIA = (
    Row("GET", M, Act.REVIEW_READ, READERS, Of.CASE, acts=(Act.REVIEW_READ, Act.MATCH_READ)),
    Row("GET", M + "/look", Act.MEDIA_SHOW, LOOKERS, Of.CASE, query="longest=64"),
    Row("GET", M + "/frame", Act.MEDIA_SHOW, LOOKERS, Of.CASE, None, _film),
    # The source of the film lies nowhere: the gate has let it through, nothing can be shown.
    Row("GET", M + "/segment", Act.MEDIA_SHOW, LOOKERS, Of.CASE, None, _film, status=422),
    Row("GET", M + "/scenes", Act.REVIEW_READ, READERS, Of.CASE, None, _film),
    Row(
        *("GET", M + "/scenes/sheet", Act.MEDIA_SHOW, LOOKERS, Of.CASE, None, _film),
        acts=(Act.REVIEW_READ, Act.MEDIA_SHOW),
    ),
    Row("GET", G + "/tiles", Act.MEDIA_SHOW, LOOKERS, Of.CASE, query="ids=1,2"),
)

VIEWS = (
    Row("POST", G + "/views", Act.REVIEW_READ, READERS, Of.CASE, lambda s: {"source": "all"}),
    Row(
        *("GET", G + "/views/{view}/buckets/{number}", Act.REVIEW_READ, READERS, Of.CASE),
        ready=_view,
    ),
    Row(
        *("GET", G + "/views/{view}/groups", Act.REVIEW_READ, READERS, Of.CASE, None, _view),
        query="by=month",
    ),
    Row(
        *("GET", G + "/views/{view}/find", Act.REVIEW_READ, READERS, Of.CASE, None, _view),
        query="media=1",
    ),
    Row("GET", G + "/facets", Act.REVIEW_READ, READERS, Of.CASE),
    Row("GET", G + "/stacks/{media_id}", Act.REVIEW_READ, READERS, Of.CASE),
    Row("GET", G + "/events", Act.REVIEW_READ, READERS, Of.CASE),
)

GRADING = (
    Row(
        *("POST", G + "/grades", Act.GRADE, GRADERS, Of.CASE),
        lambda s: {"key": s.unit.key(), "media": [s.media], "category": "B"},
    ),
    Row(
        *("POST", G + "/undo", Act.GRADE_UNDO, GRADERS, Of.CASE),
        *(lambda s: {"key": s.unit.key(), "levels": 1}, _own_grade),
    ),
    Row("GET", G + "/acts", Act.REVIEW_READ, READERS, Of.CASE),
    Row("GET", G + "/disputes/{media_id}", Act.DISPUTE_READ, JUDGES, Of.CASE, None, _dispute),
    Row(
        *("POST", G + "/disputes/{media_id}", Act.DISPUTE_RESOLVE, JUDGES, Of.CASE),
        lambda s: {"key": s.unit.key(), "category": "B", "grounds": "Seen in full."},
        _dispute,
    ),
    Row(
        *("POST", G + "/leases", Act.LEASE, LOOKERS, Of.CASE),
        lambda s: {"media": [s.unit.media["film"]]},
    ),
    Row("DELETE", G + "/leases", Act.LEASE, LOOKERS, Of.CASE, status=204),
    Row(
        *("POST", G + "/samples", Act.SAMPLE_DRAW, MANAGERS, Of.CASE),
        lambda s: {"share": 1},
    ),
    Row("GET", G + "/agreement", Act.AGREEMENT_READ, JUDGES, Of.CASE),
)


def _marked(kind: str, body: Callable[[Sample], dict[str, object]]) -> Prepare:
    """Puts a mark of the officer's own on the media."""

    def ready(s: Sample) -> Prepared:
        return {"mark": s.desk.made(f"{s.case}/media/{s.media}/{kind}", body(s))["id"]}

    return ready


def _saved_filter(s: Sample) -> Prepared:
    body = {"name": _name(s), "value": {}}
    return {"mark": s.desk.made(f"{s.case}/filters", body)["id"]}


MARKED: dict[str, Callable[[Sample], dict[str, object]]] = {
    "notes": lambda s: {"text": f"A red door {s.unit.key()}."},
    "tags": lambda s: {"tag": f"door {s.unit.key()}"},
    "clues": lambda s: {"label": _name(s), "x": 0.1, "y": 0.1, "w": 0.2, "h": 0.2},
}
"""Marks of each kind; no two say the same."""


def _marks() -> Iterator[Row]:
    """Notes, tags and clues: read by whoever reads, put by whoever looks."""
    for kind, body in MARKED.items():
        path = G + "/media/{media_id}/" + kind
        yield Row("GET", path, Act.REVIEW_READ, READERS, Of.CASE)
        yield Row("POST", path, Act.MARK, LOOKERS, Of.CASE, body, status=201)
        yield Row(
            *("DELETE", path + "/{mark}", Act.MARK, LOOKERS, Of.CASE),
            ready=_marked(kind, body),
            status=204,
        )


MARKS = (
    *_marks(),
    Row("GET", G + "/clues", Act.REVIEW_READ, READERS, Of.CASE),
    Row("GET", G + "/filters", Act.REVIEW_READ, READERS, Of.CASE),
    Row(
        *("POST", G + "/filters", Act.FILTER_SAVE, LOOKERS, Of.CASE),
        lambda s: {"name": _name(s), "value": {"kinds": ["image"]}},
        status=201,
    ),
    Row(
        *("DELETE", G + "/filters/{mark}", Act.FILTER_SAVE, LOOKERS, Of.CASE),
        *(None, _saved_filter),
        status=204,
    ),
)

POLICY = (
    Row("GET", "/api/policy/grading", Act.POLICY_READ, EVERYBODY, Of.UNIT),
    Row(
        *("PUT", "/api/policy/grading", Act.POLICY_SET, frozenset({Role.SUPERVISOR}), Of.UNIT),
        lambda s: {"votes": 3},
    ),
)

WELFARE = (
    Row("GET", W, Act.WELFARE_SELF, EVERYBODY, Of.UNIT, acts=()),
    Row(
        *("GET", W + "/ledger", Act.WELFARE_SELF, EVERYBODY, Of.UNIT),
        acts=(Act.WELFARE_SELF, Act.CASE_READ),
    ),
    Row("GET", "/api/reception", Act.CASE_READ, EVERYBODY, Of.UNIT, acts=(Act.CASE_READ, Act.TALK)),
    Row("POST", W + "/heartbeat", Act.WELFARE_SELF, EVERYBODY, Of.UNIT, _beat),
    Row(
        *("GET", W + "/unit", Act.WELFARE_UNIT_READ),
        *(frozenset({Role.SUPERVISOR, Role.WELFARE_LEAD}), Of.UNIT),
    ),
    Row("GET", W + "/policy", Act.POLICY_READ, EVERYBODY, Of.UNIT),
    Row(
        *("PUT", W + "/policy", Act.WELFARE_POLICY_SET, WELFARE_LEADS, Of.UNIT, _policy),
    ),
    Row(
        *("GET", W + "/officers", Act.WELFARE_POLICY_SET, WELFARE_LEADS, Of.UNIT),
        acts=(Act.POLICY_READ,),
    ),
    Row(
        *("GET", W + "/officers/{officer_id}", Act.WELFARE_POLICY_SET),
        *(WELFARE_LEADS, Of.UNIT, None, _spare),
        acts=(Act.POLICY_READ,),
    ),
    Row(
        *("PUT", W + "/officers/{officer_id}", Act.WELFARE_POLICY_SET),
        *(WELFARE_LEADS, Of.UNIT, lambda s: {"not_shown": []}, _spare),
    ),
    Row("GET", W + "/shifts", Act.ROSTER_READ, EVERYBODY, Of.UNIT),
    Row(
        *("POST", W + "/shifts", Act.ROSTER_SET),
        *(COUNSELLORS | WELFARE_LEADS, Of.UNIT, _new_shift),
        status=201,
    ),
    Row(
        *("DELETE", W + "/shifts/{shift_id}", Act.ROSTER_SET),
        *(COUNSELLORS | WELFARE_LEADS, Of.UNIT, None, _shift),
        status=204,
    ),
    Row("GET", W + "/counsellors", Act.ROSTER_READ, EVERYBODY, Of.UNIT),
    Row("GET", W + "/gaps", Act.ROSTER_READ, EVERYBODY, Of.UNIT),
    Row("GET", W + "/consents", Act.WELFARE_SELF, EVERYBODY, Of.UNIT),
    Row(
        *("POST", W + "/consents", Act.WELFARE_SELF, EVERYBODY, Of.UNIT),
        *(lambda s: {"counsellor_id": None}, _no_consent),
        status=201,
    ),
    Row(
        *("DELETE", W + "/consents/{consent_id}", Act.WELFARE_SELF, EVERYBODY, Of.UNIT),
        *(None, _consent),
        status=204,
    ),
    Row("GET", W + "/consenting", Act.WELFARE_TREND_READ, COUNSELLORS, Of.UNIT),
    Row(
        *("GET", W + "/trends/{officer_id}", Act.WELFARE_TREND_READ),
        *(COUNSELLORS, Of.UNIT, None, _consent_of_another),
    ),
)

TALKS = (
    Row(
        *("POST", T, Act.TALK, EVERYBODY, Of.UNIT, lambda s: {"text": "A word."}),
        status=201,
        fresh=True,
    ),
    Row("GET", T, Act.TALK, EVERYBODY, Of.UNIT),
    Row("GET", T + "/{talk_id}", Act.TALK, EVERYBODY, Of.UNIT, None, _talk, fresh=True),
    Row(
        *("POST", T + "/{talk_id}/messages", Act.TALK, EVERYBODY, Of.UNIT),
        *(lambda s: {"text": "And another."}, _talk),
        status=201,
        fresh=True,
    ),
    Row(
        *("POST", T + "/{talk_id}/answer", Act.TALK_ANSWER, COUNSELLORS),
        *(Of.UNIT, None, _talk_of_another),
        status=204,
        refusal=(404, "not-found", "there is no such talk for you"),
    ),
    Row(
        *("POST", T + "/{talk_id}/close", Act.TALK, EVERYBODY, Of.UNIT, None, _talk),
        status=204,
        fresh=True,
    ),
)

TABLE = (
    *DOOR,
    *SELF,
    *ACCOUNT,
    *OFFICERS,
    *CASES,
    *MEDIA,
    *VIEWS,
    *GRADING,
    *MARKS,
    *POLICY,
    *WELFARE,
    *TALKS,
)
"""Every route there is."""
