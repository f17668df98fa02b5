from __future__ import annotations

import hashlib
import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, text, update

from trawl.errors import AuditBroken
from trawl.model.access import Act, Officer, Role
from trawl.store import schema
from trawl.store.audit import checkpoint, checkpoints, verify
from trawl.store.chain import GENESIS, AuditRow, canonical_detail, link
from trawl.store.database import Database
from trawl.store.officers import bootstrap

ROWS = 12


def sign(message: bytes) -> bytes:
    return hashlib.sha256(b"key" + message).digest()


def signed(message: bytes, signature: bytes) -> bool:
    return sign(message) == signature


def act(database: Database, officer: Officer, subject: str) -> None:
    with database.session(officer) as session:
        session.audit(
            Act.OFFICER_ADD, case_id=None, subject=subject, detail={"b": 1, "a": "ü\x00\ud800"}
        )


@pytest.fixture
def audited(database: Database) -> Database:
    officer = bootstrap(database, "jo")
    for number in range(ROWS - 1):
        act(database, officer, f"act {number}")
    return database


def check(database: Database) -> None:
    with database.reader() as reader:
        verify(reader, signed)


def test_an_untouched_chain_holds(audited: Database) -> None:
    with audited.reader() as reader:
        report = verify(reader)
        last = reader.connection.execute(
            select(schema.audit.c.hash).where(schema.audit.c.sequence == ROWS)
        ).scalar_one()
    assert (report.rows, report.head_hash, report.checkpoints) == (ROWS, bytes(last), 0)


def test_anyone_can_check_the_chain_with_json_and_sha256(audited: Database) -> None:
    with audited.reader() as reader:
        rows = reader.connection.execute(select(schema.audit).order_by(schema.audit.c.sequence))
        previous = bytes(32)
        for row in rows:
            values = json.dumps(list(row[:8]), ensure_ascii=False, separators=(",", ":"))
            previous = hashlib.sha256(values.encode() + previous).digest()
            assert previous == bytes(row.hash)


@given(
    st.text(st.characters(exclude_categories=["Cs"])),
    st.dictionaries(
        st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.text("aé\n\x7f\"'/"),
    ),
)
def test_the_hash_is_over_plain_json(subject: str, detail: dict[str, str]) -> None:
    told = canonical_detail(detail)
    assert told == json.dumps(detail, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    row = AuditRow(1, 2, 3, "jo", "x", None, subject, told)
    plain = json.dumps(list(row), ensure_ascii=False, separators=(",", ":")).encode()
    assert link(row, GENESIS) == hashlib.sha256(plain + GENESIS).digest()


COLUMNS = [column for column in schema.audit.c if column.name != "sequence"]


@pytest.mark.parametrize("column", COLUMNS, ids=lambda column: column.name)
def test_an_altered_column_is_found(audited: Database, column: object) -> None:
    name = column.name  # type: ignore[attr-defined]
    values = {"previous": b"x" * 32, "hash": b"x" * 32, "at_us": 5, "officer_id": 7, "case_id": 3}
    with audited._write() as connection:
        connection.execute(
            update(schema.audit)
            .where(schema.audit.c.sequence == 7)
            .values({name: values.get(name, "other")})
        )
    with pytest.raises(AuditBroken) as caught:
        check(audited)
    assert caught.value.sequence == 7


def test_a_missing_row_is_found(audited: Database) -> None:
    with audited._write() as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.sequence == 5))
    with pytest.raises(AuditBroken, match="missing") as caught:
        check(audited)
    assert caught.value.sequence == 5


def test_rows_that_changed_places_are_found(audited: Database) -> None:
    with audited._write() as connection:
        for old, new in ((5, 99), (6, 5), (99, 6)):
            connection.execute(
                update(schema.audit).where(schema.audit.c.sequence == old).values(sequence=new)
            )
    with pytest.raises(AuditBroken) as caught:
        check(audited)
    assert caught.value.sequence == 5


def test_a_first_row_taken_out_is_found(audited: Database) -> None:
    with audited._write() as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.sequence == 1))
        connection.execute(text("UPDATE audit SET sequence = sequence - 1"))
    with pytest.raises(AuditBroken) as caught:
        check(audited)
    assert caught.value.sequence == 1


@pytest.fixture
def sealed(audited: Database) -> Database:
    with audited.session(Officer(1, "jo", Role.ADMINISTRATOR)) as session:
        session.audit(Act.AUDIT_CHECKPOINT, case_id=None, subject="audit", detail={})
        first = checkpoint(session, sign)
        assert checkpoint(session, sign) == first
    return audited


def test_a_checkpoint_covers_the_row_of_its_own_session(sealed: Database) -> None:
    with sealed.reader() as reader:
        assert [one.sequence for one in checkpoints(reader)] == [ROWS + 1]
        assert verify(reader, signed).checkpoints == 1


def test_rows_cut_off_before_a_checkpoint_are_found(sealed: Database) -> None:
    with sealed._write() as connection:
        connection.execute(delete(schema.audit).where(schema.audit.c.sequence > ROWS - 3))
    with pytest.raises(AuditBroken, match="missing") as caught:
        check(sealed)
    assert caught.value.sequence == ROWS - 2


def test_a_chain_written_anew_does_not_pass_the_checkpoint(sealed: Database) -> None:
    with sealed._write() as connection:
        rows = connection.execute(select(schema.audit).order_by(schema.audit.c.sequence)).all()
        connection.execute(delete(schema.audit))
        previous = GENESIS
        for row in rows:
            changed = AuditRow(*row[:8])._replace(officer_name="someone else")
            hashed = link(changed, previous)
            connection.execute(
                insert(schema.audit).values(**changed._asdict(), previous=previous, hash=hashed)
            )
            previous = hashed
    with pytest.raises(AuditBroken, match="signed") as caught:
        check(sealed)
    assert caught.value.sequence == ROWS + 1


def test_a_checkpoint_of_another_key_is_found(sealed: Database) -> None:
    with sealed._write() as connection:
        connection.execute(update(schema.audit_checkpoint).values(signature=b"x" * 32))
    with pytest.raises(AuditBroken, match="key"):
        check(sealed)


@pytest.mark.slow
def test_verifying_is_fast(database: Database) -> None:
    officer = bootstrap(database, "jo")
    rows, previous = [], b""
    with database._write() as connection:
        previous = connection.execute(select(schema.audit.c.hash)).scalar_one()
        for sequence in range(2, 100_001):
            row = AuditRow(sequence, 1, officer.id, "jo", "intake.slice", 1, "a/b", '{"rows":500}')
            hashed = link(row, bytes(previous))
            rows.append({**row._asdict(), "previous": previous, "hash": hashed})
            previous = hashed
        connection.execute(insert(schema.audit), rows)
    started = time.perf_counter()
    with database.reader() as reader:
        assert verify(reader).rows == 100_000
    assert time.perf_counter() - started < 5  # one second on an idle machine
