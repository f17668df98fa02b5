"""Policies: the newest counts, none is changed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from store_samples import Bench

from trawl.model.access import Act
from trawl.store.policies import policy_value, policy_version, set_policy
from trawl.store.review_tables import policy


def put(bench: Bench, name: str, value: dict[str, Any]) -> int:
    with bench.database.session(bench.officer) as session:
        version = set_policy(session, name, value)
        session.audit(Act.POLICY_SET, case_id=None, subject=name, detail={})
    return version


def test_the_newest_policy_of_a_name_counts(bench: Bench) -> None:
    with bench.database.reader() as reader:
        assert policy_value(reader, "grading") is None
        assert policy_version(reader, "grading") == 0
    versions = [
        put(bench, "grading", {"votes": 2, "of": ["ü", None, 0.5]}),
        put(bench, "welfare", {"votes": 9}),
        put(bench, "grading", {"votes": 4, "of": ["ü", None, 0.5]}),
    ]
    assert versions == sorted(set(versions))
    with bench.database.reader() as reader:
        assert policy_value(reader, "grading") == {"votes": 4, "of": ["ü", None, 0.5]}
        assert policy_value(reader, "welfare") == {"votes": 9}
        assert policy_version(reader, "grading") == versions[2]
        kept = reader.connection.execute(select(policy.c.officer_id, policy.c.at_us)).all()
    assert len(kept) == 3
    assert {row.officer_id for row in kept} == {bench.officer.id}
