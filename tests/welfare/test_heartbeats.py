"""Heartbeats: what a page may say, and what of it is believed."""

from __future__ import annotations

from welfare_unit import DAY, HOUR, MINUTE, SECOND, Unit

from trawl.model.access import Role
from trawl.store.welfare_tables import showing, viewing


def told(unit: Unit) -> list[tuple[int, str, str | None, int]]:
    return [
        (row["media_id"], row["clarity"], row["category"], row["ms"])
        for row in unit.rows(showing)
        if row["ms"]
    ]


def test_hiding_stops_the_clock_at_once(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.show()
    unit.beat()
    unit.clock.forth(3 * SECOND)
    assert unit.beat(showing=False).looked_today_ms == 3_000
    unit.clock.forth(MINUTE)
    assert unit.line().looked_today_ms == 3_000


def test_another_tab_keeps_it_going(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.beat("a")
    unit.beat("b")
    unit.clock.forth(3 * SECOND)
    unit.beat("a", showing=False)
    unit.clock.forth(3 * SECOND)
    assert unit.beat("b", showing=False).looked_today_ms == 6_000


def test_a_page_that_dies_counts_its_grace(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.beat()
    unit.clock.forth(HOUR)
    assert unit.line().looked_today_ms == 15_000
    assert [(row["until_us"] - row["from_us"]) for row in unit.rows(viewing)] == [15 * SECOND]


def test_times_are_cut_to_what_the_clock_allows(unit: Unit) -> None:
    unit.show(media=[1, 2], category="B")
    unit.clock.forth(4 * SECOND)
    unit.beat(looked=[(1, "grey", 3_000), (2, "clear", 90_000)])
    assert told(unit) == [(1, "grey", "B", 3_000), (2, "clear", "B", 4_000)]
    unit.clock.forth(2 * SECOND)
    unit.beat(looked=[(1, "grey", 5_000), (1, "clear", 5_000), (2, "grey", 0)])
    assert told(unit)[2:] == [(1, "grey", "B", 2_000)]


def test_pages_made_up_make_no_more_time(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.show()
    unit.clock.forth(5 * SECOND)
    for number in range(10):
        unit.beat(f"page-{number}", looked=[(1, "grey", 5_000)])
    assert sum(row[3] for row in told(unit)) == 5_000


def test_media_that_were_never_delivered_are_not_believed(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    unit.show(media=[1])
    unit.show(officer=unit[Role.EXAMINER], media=[2])
    unit.clock.forth(5 * SECOND)
    unit.beat(looked=[(2, "clear", 1_000), (77, "clear", 1_000), (1, "sharp", 1_000)])
    assert told(unit) == []


def test_nothing_is_kept_of_a_case_one_has_left(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    auditor = unit[Role.AUDITOR]
    unit.show(media=[1])
    unit.clock.forth(5 * SECOND)
    line = unit.beat(officer=auditor, looked=[(1, "clear", 1_000)])
    assert told(unit) == []
    assert line.looked_today_ms == 0


def test_a_page_with_nothing_on_screen_leaves_no_trace(unit_on_sqlite: Unit) -> None:
    unit = unit_on_sqlite
    before = unit.audit_rows()
    for _ in range(3):
        unit.beat(showing=False)
        unit.clock.forth(5 * SECOND)
    assert unit.audit_rows() == before
    unit.beat(showing=True)
    unit.beat(showing=False)
    assert unit.audit_rows() == before + 2
    assert unit.last_audit()["subject"] == "no media on screen"


def test_the_clock_set_back_by_an_hour_and_a_day_ahead(unit: Unit) -> None:
    unit.watch(5 * MINUTE)
    unit.clock.forth(-HOUR)
    assert unit.beat().stretch_ms == 300_000
    assert unit.watch(MINUTE).stretch_ms == 360_000
    unit.clock.forth(DAY)
    assert unit.beat().stretch_ms == 0
