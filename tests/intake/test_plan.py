"""What is to be done next, and what an earlier attempt has settled."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from made import OPENED, ROOT, container, entries

from trawl.intake.plan import Folders, Plan
from trawl.intake.tasks import FetchTask, ListTask, SliceTask
from trawl.model.exhibit import ContainerState
from trawl.model.intake import Container


def plan_of(folder: Path, *containers: Container, depth: int = 16) -> Plan:
    folders = Folders(folder / "journal", folder / "scratch")
    folders.journal.mkdir(exist_ok=True)
    plan = Plan(folders, OPENED, 4, 1 << 20, {}, depth)
    for one in containers:
        plan.add(one)
    return plan


def listed(plan: Plan, one: Container, members: int) -> None:
    plan.listed_some(one).add(entries(members))
    plan.listed(one, None, None)


DONE = replace(ROOT, state=ContainerState.DONE, members=3, done=3)


def test_from_listing_to_slices_to_the_end(tmp_path: Path) -> None:
    plan = plan_of(tmp_path, ROOT)
    (task,) = plan.tasks()
    assert isinstance(task, ListTask)
    assert list(plan.tasks()) == []  # it is under way
    listed(plan, ROOT, 10)
    tasks = list(plan.tasks())
    assert all(isinstance(one, SliceTask) for one in tasks)
    assert [one.first for one in tasks if isinstance(one, SliceTask)] == [0, 4, 8]
    assert plan.current is not None
    for members in (4, 4, 2):
        plan.logged(plan.current, members)
    assert plan.current is None


def test_what_lies_in_a_folder_is_fetched_then_listed(tmp_path: Path) -> None:
    one = container(1)
    plan = plan_of(tmp_path, DONE, one)
    plan.skip_done()
    (task,) = plan.tasks()
    assert isinstance(task, FetchTask)
    assert plan.entry_of(one).path == b"haul/1.zip"
    plan.fetched(one, b"/haul/1.zip")
    (task,) = plan.tasks()
    assert isinstance(task, ListTask)
    assert task.source.paths == (b"/haul/1.zip",)


def test_an_entry_is_named_as_its_own_source_knows_it(tmp_path: Path) -> None:
    outer = container(1, path="haul/a.docx", kind="office-encrypted")
    inner = container(2, 1, "haul/a.docx/decrypted", depth=2)
    plan = plan_of(tmp_path, DONE, outer, inner)
    assert plan.entry_of(inner).path == b"decrypted"


def test_nested_copies_are_opened_once(tmp_path: Path) -> None:
    first = container(2, 1, "haul/a.zip/x.zip", depth=2, sha256=b"x")
    again = container(3, 1, "haul/a.zip/y.zip", depth=2, sha256=b"x")
    volume = container(4, 1, "haul/a.zip/z.img", depth=2, sha256=b"x", volume="p1")
    beside = container(5, 0, "haul/b.zip", depth=1, sha256=b"x")
    plan = plan_of(tmp_path, DONE, container(1), first, again, volume, beside)
    told = [run.same_as for run in plan._runs]
    assert told == [None, None, None, "haul/a.zip/x.zip", None, None]


def test_after_a_restart_too(tmp_path: Path) -> None:
    first = container(2, 1, "haul/a.zip/x.zip", depth=2, sha256=b"x", state=ContainerState.DONE)
    again = container(3, 1, "haul/a.zip/y.zip", depth=2, sha256=b"x")
    plan = plan_of(tmp_path, DONE, container(1), first, again)
    assert plan._runs[-1].same_as == "haul/a.zip/x.zip"


def test_what_was_too_deep_was_not_opened(tmp_path: Path) -> None:
    deep = container(2, 1, "deep", depth=4, sha256=b"x", state=ContainerState.FAILED)
    shallow = container(3, 1, "shallow", depth=2, sha256=b"x")
    plan = plan_of(tmp_path, DONE, container(1), deep, shallow, depth=3)
    assert plan._runs[-1].same_as is None


def test_what_an_earlier_attempt_has_settled_is_passed_over(tmp_path: Path) -> None:
    closed = [
        container(number, state=state)
        for number, state in enumerate(
            (ContainerState.DONE, ContainerState.FAILED, ContainerState.LOCKED), 1
        )
    ]
    plan = plan_of(tmp_path, DONE, *closed, container(4))
    plan.skip_done()
    assert plan.current is not None
    assert plan.current.container.number == 4
    assert plan.left == 1


def test_a_listing_is_taken_up_where_the_log_is(tmp_path: Path) -> None:
    listed(plan_of(tmp_path, ROOT), ROOT, 10)
    plan = plan_of(tmp_path, replace(ROOT, state=ContainerState.LISTED, members=10, done=4))
    tasks = list(plan.tasks())
    assert [one.first for one in tasks if isinstance(one, SliceTask)] == [4, 8]


def test_scratch_goes_when_nothing_inside_is_left(tmp_path: Path) -> None:
    outer, inner = container(1), container(2, 1, depth=2)
    plan = plan_of(tmp_path, DONE, outer, inner)
    plan.skip_done()
    for one in (outer, inner):
        plan.folders.unpacked(one).mkdir(parents=True)
    plan.advance()
    assert plan.folders.unpacked(outer).exists()  # the inner one is read from it
    plan.advance()
    assert not plan.folders.unpacked(outer).exists()
    assert not plan.folders.unpacked(inner).exists()


def test_what_cannot_be_fetched_again_is_not_asked_for_for_ever(tmp_path: Path) -> None:
    outer = container(1, state=ContainerState.DONE)
    inner = container(2, 1, depth=2)
    plan = plan_of(tmp_path, DONE, outer, inner)
    plan.skip_done()
    (task,) = plan.tasks()
    assert isinstance(task, FetchTask)
    assert task.container == outer
    plan.failed(outer, "its bytes are not the same")
    assert list(plan.tasks()) == []
    assert plan.current is not None
    assert plan.current.settled
    assert "its bytes are not the same" in str(plan.current.problem)


def test_members_of_what_cannot_be_fetched_again_are_named(tmp_path: Path) -> None:
    one = container(1, state=ContainerState.LISTED, members=10, done=4)
    listed(plan_of(tmp_path, one, container(0)), one, 10)
    plan = plan_of(tmp_path, DONE, one)
    plan.skip_done()
    (task,) = plan.tasks()
    assert isinstance(task, FetchTask)
    plan.failed(one, "gone")
    assert plan.current is not None
    lost = [plan.lost(plan.current), plan.lost(plan.current), plan.lost(plan.current)]
    assert [[entry.path[-3:] for entry in piece] for piece in lost] == [
        [b"004", b"005", b"006", b"007"],
        [b"008", b"009"],
        [],
    ]


def test_a_volume_is_opened_on_its_image(tmp_path: Path) -> None:
    image = container(1, kind="disk-image")
    volume = container(2, 1, kind="disk-image", volume="p2", sha256=None)
    plan = plan_of(tmp_path, DONE, image, volume)
    plan.skip_done()
    list(plan.tasks())
    plan.fetched(image, b"/haul/1.img")
    tasks = [one for one in plan.tasks() if isinstance(one, ListTask)]
    assert [(one.source.paths, one.source.volume) for one in tasks] == [
        ((b"/haul/1.img",), ""),
        ((b"/haul/1.img",), "p2"),
    ]
