from __future__ import annotations

import pytest
from store_samples import Bench, logged

from trawl.errors import NotFound, StoreError
from trawl.model.access import Act
from trawl.store.acquisitions import (
    acquisition,
    find_acquisitions,
    finish_acquisition,
    open_acquisition,
    seals_of,
    totals,
)
from trawl.store.cases import add_exhibit
from trawl.store.containers import add_root


def seal(bench: Bench, root: bytes) -> None:
    with bench.database.session(bench.officer) as session:
        finish_acquisition(
            session, bench.acquisition_id, manifest_root=root, manifest_lines=1,
            signature=b"s" + root, key_id="key",
        )  # fmt: skip
        session.audit(Act.INTAKE_SEAL, case_id=bench.case.id, subject="", detail={})


def test_an_acquisition_keeps_its_roots_whatever_their_bytes(bench: Bench) -> None:
    roots = ["/caf\udce9", "/x\ny"]
    bench.acquire(roots)
    with bench.database.reader() as reader:
        found = acquisition(reader, bench.acquisition_id)
        assert open_acquisition(reader, bench.exhibit.id, roots) == found
    assert found.roots == tuple(roots)
    assert found.settings == {"depth": 3}
    assert (found.finished_us, found.seal, found.exhibit) == (None, None, "S/1")


def test_only_an_unfinished_acquisition_of_the_same_roots_is_gone_on_with(bench: Bench) -> None:
    with bench.database.reader() as reader:
        assert open_acquisition(reader, bench.exhibit.id, ["/haul"]) is not None
        assert open_acquisition(reader, bench.exhibit.id, ["/haul", "/b"]) is None
        assert open_acquisition(reader, bench.exhibit.id + 1, ["/haul"]) is None
    seal(bench, b"r")
    with bench.database.reader() as reader:
        assert open_acquisition(reader, bench.exhibit.id, ["/haul"]) is None


def test_the_newest_seal_counts_and_the_others_stay(bench: Bench) -> None:
    bench.write([logged("a")])
    for root in (b"first", b"second"):
        seal(bench, root)
    with bench.database.reader() as reader:
        found = acquisition(reader, bench.acquisition_id)
        assert [one.manifest_root for one in seals_of(reader, bench.acquisition_id)] == [
            b"first",
            b"second",
        ]
    assert found.seal is not None
    assert (found.seal.number, found.seal.signature) == (2, b"ssecond")
    assert found.finished_us == found.seal.at_us


def test_acquisitions_are_found_by_case_and_exhibit(bench: Bench) -> None:
    with bench.database.session(bench.officer) as session:
        bench.exhibit = add_exhibit(session, bench.case.id, "S/2")
        session.audit(Act.EXHIBIT_ADD, case_id=bench.case.id, subject="", detail={})
    bench.acquire()
    with bench.database.reader() as reader:
        assert [one.id for one in find_acquisitions(reader, bench.case.id)] == [1, 2]
        assert [one.id for one in find_acquisitions(reader, bench.case.id, bench.exhibit.id)] == [2]
        assert find_acquisitions(reader, 99) == []
        with pytest.raises(NotFound):
            acquisition(reader, 99)


def test_an_acquisition_has_one_root(bench: Bench) -> None:
    session = bench.database.session(bench.officer)
    with pytest.raises(StoreError, match="already"), session as opened:
        add_root(opened, bench.acquisition_id)


def test_the_figures_of_nothing_are_nought(bench: Bench) -> None:
    with bench.database.reader() as reader:
        assert set(totals(reader, bench.acquisition_id).values()) == {0}
