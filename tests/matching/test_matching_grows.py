"""However a case has grown, and wherever a matching broke off, what is found is the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matching_lab import Lab, away, bits_of, md5, picture, video
from sqlalchemy import delete

from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.matching import case_clips, case_index, case_stacks, match
from trawl.matching.clips.search import is_same
from trawl.matching.funnel import funnel, matched
from trawl.model.access import Act
from trawl.model.hash_set import Purpose
from trawl.model.media import MediaRecord
from trawl.store import schema
from trawl.store.hits import hits_of_list


class Killed(BaseException):
    """What no handler catches."""


def folder_of(lab: Lab) -> Path:
    return lab.workspace.matching(lab.bench.case.id)


def found(lab: Lab) -> tuple[Any, ...]:
    """All that a matching leaves, by media and not by where they stand."""
    folder = folder_of(lab)
    index, stacks, clips = (
        case_index.load(folder),
        case_stacks.load(folder),
        case_clips.load(folder),
    )
    assert stacks is not None
    assert clips is not None
    ids = index.ids
    columns = (ids, ids[stacks.leader], stacks.distance, ids[stacks.group], stacks.group_distance)
    with lab.database.reader() as reader:
        hits = [hit for number in range(1, 5) for hit in hits_of_list(reader, number)]
    return (
        sorted(zip(*(column.tolist() for column in columns), strict=True)),
        sorted((*sorted(hit[:2]), is_same(hit), hit.faint) for hit in clips.runs),
        sorted(hit[:5] for hit in clips.stills),
        len(index.frames["media"]),
        sorted(map(repr, hits)),
        funnel(*lab.given, lab.bench.case),
    )


def some_media(seed: int) -> dict[str, MediaRecord]:
    """Pictures of few kinds, some plain, some with borders; videos that share runs."""
    random = np.random.default_rng(seed)
    made: dict[str, MediaRecord] = {}
    for n in range(30):
        bits = away(bits_of(int(random.integers(5))), int(random.integers(45)), n)
        made[f"p{n}"] = picture(
            f"p{n}",
            bits,
            width=int(random.integers(1, 5)) * 400,
            quality=int(random.integers(40, 101)),
            inside=away(bits_of(7), 5, n) if n % 7 == 0 else None,
        )
    for n in range(8):
        first, count = int(random.integers(6)), int(random.integers(4, 14))
        seconds = [away(bits_of(100 + s), 8, n) for s in range(first, first + count)]
        made[f"v{n}"] = video(f"v{n}", seconds)
    made["still"] = picture("still", away(bits_of(106), 6))
    return made


def lists(lab: Lab) -> None:
    lab.add(md5("p1") + "\n" + md5("p3"), Purpose.KNOWN_GOOD, name="good", file="good.txt")
    lab.add(f"pdq\n{bits_of(2).hex()}\n", name="bad", file="bad.csv", format_="pdq")
    lab.add(f"pdq\n{bits_of(4).hex()}\n", Purpose.NEVER, name="never", file="never.csv")
    lines = "".join(f"{n},100,{bits_of(100 + n).hex()},{n:.3f}\n" for n in range(12))
    lab.add(lines, Purpose.NOTABLE, name="film", file="film.txt", format_="vpdq")


@pytest.mark.parametrize("seed", range(4))
def test_exhibits_in_any_order_give_what_matching_from_scratch_gives(lab: Lab, seed: int) -> None:
    media = some_media(seed)
    random = np.random.default_rng(seed)
    lists(lab)
    # Another case has had some of them: they come to this one late, and are older.
    heron = lab.bench.case, lab.bench.exhibit
    lab.bench.case = add_case(lab.database, lab.bench.officer, "Lapwing")
    lab.bench.exhibit = ensure_exhibit(lab.database, lab.bench.officer, lab.bench.case, "L/1")
    lab.bench.acquire()
    lab.take_in(**{name: media[name] for name in random.permutation(sorted(media))[:12].tolist()})
    lab.bench.case, lab.bench.exhibit = heron
    for part in np.array_split(random.permutation(sorted(media)), 5):
        lab.bench.acquire()
        lab.take_in(**{name: media[name] for name in part.tolist()})
        lab.match()
    grown = found(lab)
    lab.match(again=True)
    assert found(lab) == grown


def broken_off(lab: Lab, monkeypatch: pytest.MonkeyPatch, step: int, **changes: Any) -> bool:
    """A matching that dies at one of its steps on the disk or in the database; whether it did."""
    left = step

    def deadly(done: Callable[..., Any]) -> Callable[..., Any]:
        def doing(*given: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed  # before it is done
            result = done(*given, **named)
            left -= 1
            if left == 0:
                raise Killed  # done, but what would have come next was not
            return result

        return doing

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", deadly(Path.replace))
        patched.setattr(match, "write_hits", deadly(match.write_hits))
        patched.setattr(match, "HITS_AT_ONCE", 3)
        try:
            lab.match(**changes)
        except Killed:
            return True
    return False


def without_hits(lab: Lab) -> None:
    with lab.database.session(lab.bench.officer) as session:
        session.connection.execute(delete(schema.hit))
        session.audit(Act.MATCH_RUN, case_id=lab.bench.case.id, subject="", detail={})


@pytest.mark.slow
def test_broken_off_anywhere_from_scratch(
    lab_on_both: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = lab_on_both
    lab.take_in(**some_media(1))
    lists(lab)
    lab.match()
    wanted, step = found(lab), 1
    while broken_off(lab, monkeypatch, step, again=True):
        lab.match()
        assert found(lab) == wanted, step
        without_hits(lab)
        step += 1
    assert step > 20


@pytest.mark.slow
def test_broken_off_anywhere_when_an_exhibit_has_come(
    lab_on_both: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab, media = lab_on_both, some_media(1)
    lists(lab)
    names = sorted(media)
    lab.take_in(**{name: media[name] for name in names[::2]})
    lab.match()
    shutil.copytree(folder_of(lab), lab.folder / "before")
    lab.bench.acquire()
    lab.take_in(**{name: media[name] for name in names[1::2]})
    lab.match()
    wanted, step = found(lab), 1
    while True:
        shutil.rmtree(folder_of(lab))
        shutil.copytree(lab.folder / "before", folder_of(lab))
        if not broken_off(lab, monkeypatch, step):
            break
        lab.match()
        assert found(lab) == wanted, step
        step += 1
    assert step > 15


def test_what_a_killed_matching_had_half_written_goes(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.match()
    before = sorted(folder_of(lab).iterdir())
    for name in (".media.npz.4711", ".state.json.4711", "near.pairs.x1y2.part"):
        (folder_of(lab) / name).write_bytes(b"half")
    lab.match()
    assert sorted(folder_of(lab).iterdir()) == before


def test_what_is_matched_anew_is_never_told_with_the_stacks_of_before(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A media that another case had first stands elsewhere when all is read anew."""
    heron = lab.bench.case, lab.bench.exhibit
    lab.bench.case = add_case(lab.database, lab.bench.officer, "Lapwing")
    lab.bench.exhibit = ensure_exhibit(lab.database, lab.bench.officer, lab.bench.case, "L/1")
    lab.bench.acquire()
    older = picture("older", bits_of(9))
    lab.take_in(older=older)
    lab.bench.case, lab.bench.exhibit = heron
    lab.bench.acquire()
    a, b = picture("a", bits_of(1)), picture("b", away(bits_of(1), 4))
    lab.take_in(a=a, b=b)
    lab.match()
    lab.bench.acquire()
    lab.take_in(older=older)
    lab.match()
    newer = replace(older.findings[0], version=3)
    lab.bench.acquire()
    lab.copy("again.jpg", replace(older, findings=(newer,)))
    for step in range(1, 30):
        if not broken_off(lab, monkeypatch, step):
            break
        index, stacks = matched(folder_of(lab))
        together = index.ids[stacks.leader == stacks.leader[0]].tolist() if len(index) else []
        assert together in ([], [2, 3]) or len(together) == 1, step
        (folder_of(lab) / "state.json").unlink(missing_ok=True)
    else:
        pytest.fail("it never ended")
