"""What is not a match, as rows."""

from __future__ import annotations

from store_samples import Bench

from trawl.model.access import Act
from trawl.store.database import Session
from trawl.store.rejections import forget, reject, rejections

ONE, TWO = b"\x01" * 32, b"\xff" * 32


def told(session: Session) -> list[tuple[bytes, str]]:
    return [(one.sha256, one.other) for one in rejections(session)]


def test_a_pair_is_remembered_once_and_forgotten(bench: Bench) -> None:
    with bench.database.session(bench.officer) as session:
        assert reject(session, ONE, "set:known")
        assert not reject(session, ONE, "set:known")
        assert reject(session, ONE, f"media:{TWO.hex()}")
        assert reject(session, TWO, "set:known")
        assert told(session) == [
            (ONE, "set:known"),
            (ONE, f"media:{TWO.hex()}"),
            (TWO, "set:known"),
        ]
        assert forget(session, ONE, "set:known")
        assert not forget(session, ONE, "set:known")
        assert not forget(session, TWO, "set:other")
        assert len(told(session)) == 2
        session.audit(Act.MATCH_REJECT, case_id=None, subject="", detail={})
    with bench.database.reader() as reader:
        first, second = rejections(reader)
    assert first.officer == "jo"
    assert first.at_us < second.at_us


def test_a_set_is_remembered_by_a_name_of_any_letters(bench: Bench) -> None:
    names = ["set:ü: %_'\"", "set:media:x", "set:"]
    with bench.database.session(bench.officer) as session:
        for name in names:
            reject(session, ONE, name)
        session.audit(Act.MATCH_REJECT, case_id=None, subject="", detail={})
        assert [one.other for one in rejections(session)] == names
