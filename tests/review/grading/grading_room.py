"""A case with media and officers who grade it, made up."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy import select
from tests.store.store_samples import Bench, digests, logged, media

from trawl.formats.schemes import Schemes, load_schemes
from trawl.model.access import Act, Officer, Role
from trawl.review.grading.casting import Done, Grade, grade
from trawl.review.grading.rules import Rules
from trawl.review.grading.standing import Standing
from trawl.review.grading.stands import Judged, judged
from trawl.review.grading.undoing import UndoDone, undo
from trawl.store import schema
from trawl.store.cases import add_member
from trawl.store.database import Database
from trawl.store.media import stored_media
from trawl.store.officers import add_officer

NAMES = ("Ada Bell", "Ben Cole", "Cat Dunn", "Dan Eyre")


@dataclass
class Room:
    """A case, its officers and its media."""

    bench: Bench
    officers: list[Officer]
    media: list[int]
    schemes: Schemes = field(default_factory=load_schemes)
    keys: itertools.count[int] = field(default_factory=itertools.count)

    @classmethod
    def open(cls, database: Database, folder: Path, count: int = 6, case: str = "Heron") -> Room:
        """Four officers (the last a supervisor) and so many pictures."""
        bench = Bench.begin(database, folder, case)
        roles = (Role.GRADER, Role.GRADER, Role.VICTIM_IDENTIFICATION, Role.SUPERVISOR)
        with database.session(bench.officer) as session:
            officers = [
                add_officer(session, name, role) for name, role in zip(NAMES, roles, strict=True)
            ]
            for one in officers:
                add_member(session, bench.case.id, one.id)
            session.audit(Act.MEMBER_ADD, case_id=bench.case.id, subject="all", detail={})
        names = [f"p{number}.jpg" for number in range(count)]
        bench.write([logged(name, media(name)) for name in names])
        bench.writer.close()
        with database.reader() as reader:
            stored = stored_media(reader, [digests(name).sha256 for name in names])
        return cls(bench, officers, [stored[digests(name).sha256].id for name in names])

    @property
    def database(self) -> Database:
        return self.bench.database

    @property
    def case_id(self) -> int:
        return self.bench.case.id

    def key(self) -> str:
        return f"k{next(self.keys)}"

    def grade(self, who: int, media_ids: list[int], category: str | None, **more: object) -> Done:
        wanted = Grade(
            **{"key": self.key(), "media_ids": media_ids, "category": category, **more}  # type: ignore[arg-type]
        )
        return grade(self.database, self.officers[who], self.schemes, self.case_id, wanted)

    def undo(self, who: int, levels: int = 1, key: str | None = None) -> UndoDone:
        return undo(self.database, self.officers[who], self.case_id, key or self.key(), levels)

    def rules(self) -> Rules:
        with self.database.reader() as reader:
            return Rules.of(reader, self.case_id, self.schemes)

    def judged(self) -> dict[int, Judged]:
        with self.database.reader() as reader:
            rules = Rules.of(reader, self.case_id, self.schemes)
            return judged(reader, self.case_id, self.media, rules)

    def standing(self) -> Standing:
        with self.database.reader() as reader:
            rules = Rules.of(reader, self.case_id, self.schemes)
            return Standing.of(reader, self.case_id, np.array(sorted(self.media)), rules)

    def audited(self) -> list[tuple[str, int | None, str]]:
        """Acts in the audit, with their case and subject."""
        columns = schema.audit.c
        with self.database.reader() as reader:
            rows = reader.connection.execute(
                select(columns.act, columns.case_id, columns.subject).order_by(columns.sequence)
            )
            return [tuple(row) for row in rows]  # type: ignore[misc]
