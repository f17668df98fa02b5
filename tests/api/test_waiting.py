"""What waits for an officer, over several cases."""

from __future__ import annotations

from typing import Any

import pytest
from tests.api.grading_browser import Browser, the_browser  # noqa: F401

from trawl.api import waiting
from trawl.casework.cases import add_case
from trawl.errors import StoreError, WorkspaceBusy
from trawl.model.access import Act
from trawl.store.cases import add_member


def test_a_damaged_case_takes_no_figures_from_the_others(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    room, app = browser.room, browser.client.app
    held: Any = app.state.trawl  # type: ignore[attr-defined]
    heron = room.bench.case
    newer = add_case(room.database, room.bench.officer, "Lapwing")
    with room.database.session(room.bench.officer) as session:
        add_member(session, newer.id, room.officers[0].id)
        session.audit(Act.MEMBER_ADD, case_id=newer.id, subject="Ada Bell", detail={})
    counted = waiting.stacks_left
    fails: list[Exception] = [StoreError("there is no room")]

    def left(held: Any, officer: Any, case_id: int, **more: Any) -> int:
        if case_id == newer.id:
            raise fails[0]
        return counted(held, officer, case_id, **more)

    monkeypatch.setattr(waiting, "stacks_left", left)
    found = waiting.waiting_in(held, room.officers[0], [heron, newer], None)
    assert {case: one.left for case, one in found.items()} == {heron.id: len(room.media)}
    fails[0] = WorkspaceBusy("it is being prepared")
    assert waiting.waiting_in(held, room.officers[0], [heron, newer], None) == {}
