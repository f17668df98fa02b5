"""Matching a case: what is hit, why, and only once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matching_lab import TEXT, Lab, away, bits_of, md5, picture, vics, video
from tests.store.store_samples import digests, media

from trawl.errors import AccessRefused, IndexDamaged, WorkspaceBusy
from trawl.formats.schemes import load_schemes
from trawl.matching import case_index, match, state
from trawl.matching.hash_sets import remove_entries, remove_hash_set, remove_list
from trawl.matching.rejecting import list_rejections, reject, unreject
from trawl.matching.sight.turns import turned
from trawl.matching.steps import Step, Stopped
from trawl.model.access import Act, Officer, Role
from trawl.model.hash_set import Purpose
from trawl.model.matching import Means, Turn
from trawl.model.media import Fingerprint
from trawl.store.hits import Hit, write_hits
from trawl.workspace import only_one


def pdq_list(*prints: bytes) -> str:
    return "pdq\n" + "".join(f"{bits.hex()}\n" for bits in prints)


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_a_digest_matches(lab_on_both: Lab, kind: str) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(getattr(digests("a"), kind).hex())
    matched = lab.match()
    assert (matched.media, matched.new) == (2, 2)
    assert matched.hits == {(Purpose.ILLEGAL, Means.DIGEST): 1}
    (hit,) = lab.hits("a")
    assert (hit.set_name, hit.purpose, hit.file_name) == ("known", Purpose.ILLEGAL, "list.txt")
    assert (hit.hit.means, hit.hit.digest, hit.hit.entry, hit.hit.entries) == (
        Means.DIGEST,
        kind,
        0,
        1,
    )
    assert lab.hits("b") == []


def test_a_hit_bears_category_and_how_many_entries_say_so(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(
        vics(
            {"MD5": md5("x"), "Category": 0},
            {"MD5": md5("a"), "Category": 2},
            {"MD5": md5("a"), "Category": 1},
        ),
        scheme="project-vic-us",
    )
    lab.match()
    (hit,) = lab.hits("a")
    assert (hit.scheme, hit.hit.entry, hit.hit.entries, hit.hit.categories) == (
        "project-vic-us",
        1,
        2,
        "1 2",
    )


@pytest.mark.parametrize(
    ("written", "scheme", "read"),
    [
        ("Not relevant", "uk", {"Not relevant"}),
        ("cat  A", "uk", {"A"}),
        ("Child Abuse Material (CAM)", "project-vic-us", {"1"}),
        ("not CAM", "project-vic-us", set()),
    ],
)
def test_a_code_of_several_words_is_one_code(
    lab: Lab, written: str, scheme: str, read: set[str]
) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(f"md5,category\n{md5('a')},{written}\n", scheme=scheme)
    lab.match()
    (hit,) = lab.hits("a")
    assert hit.hit.categories is not None
    named = load_schemes().named(scheme)
    told = [named.category(code) for code in hit.hit.categories.split(" ")]
    assert {each.code for each in told if each is not None} == read


def test_a_forged_md5_is_no_hit(lab: Lab) -> None:
    told = digests("a")
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(f"md5,sha1\n{told.md5.hex()},{'ab' * 20}\n", Purpose.KNOWN_GOOD, name="forged")
    lab.add(f"md5,sha1\n{told.md5.hex()},\n", name="weak", file="weak.csv")
    lab.match()
    assert [one.set_name for one in lab.hits("a")] == ["weak"]


@pytest.mark.parametrize("turn", list(Turn))
def test_a_picture_is_seen_in_every_turn(lab: Lab, turn: Turn) -> None:
    known = bits_of(7)
    here = turned(np.frombuffer(known, np.uint8).reshape(1, 32), turn)[0].tobytes()
    lab.take_in(a=picture("a", away(here, 31)), b=picture("b", away(here, 32, 1)))
    lab.add(pdq_list(known))
    lab.match()
    (hit,) = lab.hits("a")
    assert (hit.hit.means, hit.hit.distance, hit.hit.turn) == (Means.SIGHT, 31, str(turn))
    assert lab.hits("b") == []


def test_whether_a_digest_is_forged_is_told_entry_by_entry(lab: Lab) -> None:
    told, nothing = digests("a"), "d41d8cd98f00b204e9800998ecf8427e"
    other = digests("b")
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(
        f"md5,sha1\n{told.md5.hex()},{'ab' * 20}\n{nothing},{'cd' * 20}\n{other.md5.hex()},\n",
        file="mixed.csv",
    )
    lab.match()
    assert [len(lab.hits(name)) for name in "ab"] == [0, 1]
    (lab.workspace.hash_sets / "000001/000001/bears").unlink()
    with pytest.raises(IndexDamaged, match="forged"):
        lab.match(again=True)


def test_lost_fingerprints_of_a_list_are_an_error_and_its_index_is_made_anew(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(pdq_list(bits_of(1)))
    folder = lab.workspace.hash_sets / "000001/000001"
    (folder / "prints.bank").unlink()
    lab.match()
    assert len(lab.hits("a")) == 1
    (folder / "prints.npz").unlink()
    with pytest.raises(IndexDamaged, match="fingerprints of the list"):
        lab.match(again=True)


def test_what_no_longer_holds_goes_when_matched_from_scratch(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(pdq_list(bits_of(1)))
    lab.match()
    with lab.database.session(lab.bench.officer) as session:
        write_hits(session, [Hit(2, 1, Means.SIGHT, 0, 1, distance=3)])
        session.audit(Act.MATCH_RUN, case_id=lab.bench.case.id, subject="", detail={})
    lab.match()
    assert [len(lab.hits(name)) for name in "ab"] == [1, 1]
    lab.match(again=True)
    assert [len(lab.hits(name)) for name in "ab"] == [1, 0]


def test_what_a_newer_pass_says_is_matched_anew(lab_on_both: Lab) -> None:
    lab = lab_on_both
    old = picture("a", bits_of(1))
    lab.take_in(a=old, b=picture("b", bits_of(2)))
    lab.add(pdq_list(bits_of(7)))
    lab.match()
    assert lab.hits("a") == []
    newer = replace(old.findings[0], version=3, fingerprint=Fingerprint(bits_of(7), 100))
    lab.bench.acquire()
    lab.copy("again.jpg", replace(old, findings=(newer,)))
    lab.match()
    assert [one.hit.distance for one in lab.hits("a")] == [0]


def test_the_nearest_entry_counts(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(7)))
    lab.add(pdq_list(bits_of(1), away(bits_of(7), 20), away(bits_of(7), 4), away(bits_of(7), 4)))
    lab.match()
    (hit,) = lab.hits("a")
    assert (hit.hit.entry, hit.hit.entries, hit.hit.distance) == (2, 3, 4)


def test_plain_pictures_are_not_matched_by_sight(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(7), quality=49), b=picture("b", bits_of(8), quality=50))
    plain = "".join(f"{bits_of(n).hex()},{q}\n" for n, q in ((7, 100), (8, 100), (9, 49)))
    lab.add("hash,quality\n" + plain, format_="pdq")
    lab.take_in(c=picture("c", bits_of(9)))
    lab.match()
    assert [len(lab.hits(name)) for name in "abc"] == [0, 1, 0]


def test_what_lies_inside_a_border_is_matched(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1), inside=away(bits_of(7), 10)))
    lab.add(pdq_list(bits_of(7)))
    lab.match()
    assert lab.hits("a")[0].hit.distance == 10


def test_new_media_meet_old_lists_and_new_lists_old_media(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(md5("a") + "\n" + md5("c"))
    assert lab.match().new == 2
    lab.take_in(c=picture("c", bits_of(3)))
    lab.add(pdq_list(bits_of(2)), Purpose.NOTABLE, name="seen", file="seen.csv")
    matched = lab.match()
    assert (matched.media, matched.new) == (3, 1)
    assert matched.hits == {(Purpose.ILLEGAL, Means.DIGEST): 1, (Purpose.NOTABLE, Means.SIGHT): 1}
    assert [[one.set_name for one in lab.hits(name)] for name in "abc"] == [
        ["known"],
        ["seen"],
        ["known"],
    ]
    assert lab.match().hits == {}


def test_only_what_is_new_is_read_again(lab: Lab) -> None:
    lab.take_in(**{f"p{n}": picture(f"p{n}", bits_of(n)) for n in range(30)})
    lab.add(md5("p3"))
    lab.match()
    lab.take_in(late=picture("late", bits_of(99)))
    told: list[Step] = []
    lab.match(tell=told.append)
    assert {step.total for step in told if step.unit == "media"} == {1}


def test_matching_again_gives_the_same(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", away(bits_of(1), 5)))
    lab.add(f"md5,pdq\n{md5('a')},{bits_of(1).hex()}\n")
    lab.match()
    folder = lab.workspace.matching(lab.bench.case.id)
    before = [lab.hits(name) for name in "ab"]
    arrays = {path.name: path.read_bytes() for path in folder.glob("*.npz")}
    lab.match(again=True)
    assert [lab.hits(name) for name in "ab"] == before
    assert {path.name for path in folder.glob("*.npz")} == set(arrays)
    for name in ("leader", "distance", "group"):
        with np.load(folder / "stacks.npz") as now:
            assert name in now


def test_never_matched_pictures_are_seen_in_nothing_until_the_set_goes(lab_on_both: Lab) -> None:
    from trawl.matching.hash_sets import remove_hash_set

    lab = lab_on_both
    icon = bits_of(5)
    lab.take_in(a=picture("a", icon), b=picture("b", away(icon, 9)), c=picture("c", bits_of(6)))
    lab.add(f"md5,pdq\n{md5('a')},{icon.hex()}\n")
    lab.match()
    assert [len(lab.hits(name)) for name in "abc"] == [2, 1, 0]
    lab.add(pdq_list(icon), Purpose.NEVER, name="icons", file="icons.csv")
    lab.match()
    assert [[h.hit.means for h in lab.hits(n) if h.set_name == "known"] for n in "ab"] == [
        ["digest"],  # a digest is no likeness
        [],
    ]
    remove_hash_set(*lab.given, "icons")
    assert [len(lab.hits(name)) for name in "abc"] == [2, 1, 0]


def test_a_rejected_set_is_remembered_and_taken_back(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(pdq_list(bits_of(1)))
    lab.match()
    who = (lab.database, lab.bench.officer, lab.bench.case)
    assert reject(*who, digests("a").sha256, "known") == "set"
    assert lab.hits("a") == []
    lab.match(again=True)
    assert lab.hits("a") == []
    (pair,) = list_rejections(*who)
    assert (pair.sha256, pair.other, pair.officer) == (digests("a").sha256, "set:known", "jo")
    unreject(*who, digests("a").sha256, "known")
    assert len(lab.hits("a")) == 1
    assert list_rejections(*who) == []


def test_every_kind_of_media_is_matched_by_digest(lab: Lab) -> None:
    lab.take_in(note=media("note", kind=TEXT, findings=()))
    lab.add(md5("note"), Purpose.KNOWN_GOOD)
    lab.match()
    assert len(lab.hits("note")) == 1


def test_what_is_stopped_goes_on(lab: Lab) -> None:
    lab.take_in(**{f"p{n}": picture(f"p{n}", bits_of(n)) for n in range(5)})
    lab.add(md5("p1"))
    lab.add(pdq_list(bits_of(2)), name="sight", file="sight.csv")
    asked = iter([False, False, True])
    with pytest.raises(Stopped):
        lab.match(stop=lambda: next(asked, True))
    lab.match()
    assert [len(lab.hits(f"p{n}")) for n in range(5)] == [0, 1, 1, 0, 0]


def test_a_run_that_died_before_its_state_was_kept_is_done_again(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(md5("a"))
    lab.match()
    (lab.workspace.matching(lab.bench.case.id) / "state.json").unlink()
    lab.match()
    assert len(lab.hits("a")) == 1


@pytest.mark.parametrize(
    "name", ["media.npz", "frames.npz", "stacks.npz", "clips.npz", "state.json"]
)
@pytest.mark.parametrize("how", ["cut", "noise"])
def test_a_damaged_index_says_how_to_mend_it(lab: Lab, name: str, how: str) -> None:
    from trawl.matching.funnel import funnel

    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(1)))
    lab.match()
    path: Path = lab.workspace.matching(lab.bench.case.id) / name
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2] if how == "cut" else bytes(len(data)))

    def look_and_match() -> None:
        funnel(*lab.given, lab.bench.case)
        lab.match()

    with pytest.raises(IndexDamaged) as caught:
        look_and_match()
    assert "again" in (caught.value.hint or "")
    lab.match(again=True)
    assert funnel(*lab.given, lab.bench.case).stacks == 1


@pytest.mark.parametrize("name", ["near.pairs", "alike.pairs"])
def test_damaged_pairs_are_found_anew(lab: Lab, name: str) -> None:
    from trawl.matching.funnel import funnel

    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", away(bits_of(1), 9)))
    lab.match()
    path: Path = lab.workspace.matching(lab.bench.case.id) / name
    path.write_bytes(path.read_bytes()[:-3])
    lab.take_in(c=picture("c", away(bits_of(1), 3)))
    lab.match()
    assert funnel(*lab.given, lab.bench.case).stacks == 1


def test_many_lists_of_a_set_become_one_segment(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    for number in range(34):
        lab.add(md5("a" if number == 7 else f"x{number}"), file=f"{number}.txt")
    folder = lab.workspace.hash_sets / "000001"
    assert len(list(folder.rglob("*.digests"))) == 2  # one of 33, and the last
    lab.match()
    (hit,) = lab.hits("a")
    assert (hit.hit.list_id, hit.file_name) == (8, "7.txt")


@pytest.mark.parametrize("what", ["set", "list", "entry"])
def test_what_is_removed_while_it_is_matched_leaves_no_hit(
    lab_on_both: Lab, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    lab = lab_on_both
    lab.take_in(**{f"p{n}": picture(f"p{n}", bits_of(n)) for n in range(4)})
    lab.add("\n".join(md5(f"p{n}") for n in range(3)), Purpose.KNOWN_GOOD, name="good")
    monkeypatch.setattr(match, "HITS_AT_ONCE", 1)
    remove = {
        "set": lambda: remove_hash_set(*lab.given, "good"),
        "list": lambda: remove_list(*lab.given, "good", 1),
        "entry": lambda: remove_entries(*lab.given, "good", digests("p2").md5),
    }[what]
    found = match.digest_hits

    def removed_behind(*given: Any) -> Iterator[Hit]:
        """By another officer, when all is found and one lot is written."""
        yield from found(*given)
        remove()

    monkeypatch.setattr(match, "digest_hits", removed_behind)
    lab.match()
    left = {"set": [0, 0, 0], "list": [0, 0, 0], "entry": [1, 1, 0]}[what]
    assert [len(lab.hits(f"p{n}")) for n in range(3)] == left
    monkeypatch.undo()
    lab.match()
    assert [len(lab.hits(f"p{n}")) for n in range(3)] == left


def test_a_set_that_is_removed_before_it_is_read_is_not_called_damaged(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)))
    lab.add(md5("a"))
    asked = iter([True])

    def stop() -> bool:
        if next(asked, False):
            remove_hash_set(*lab.given, "known")
        return False

    with pytest.raises(WorkspaceBusy, match="A hash set was removed while Heron was matched"):
        lab.match(stop=stop)
    lab.match()
    assert lab.hits("a") == []


def test_one_at_a_time(lab: Lab) -> None:
    with (
        only_one(lab.workspace.matching(lab.bench.case.id), "busy", "wait"),
        pytest.raises(WorkspaceBusy, match="matching Heron"),
    ):
        lab.match()


def test_an_empty_case_matches_to_nothing(lab: Lab) -> None:
    lab.add(md5("a"))
    assert (lab.match().media, lab.match().new) == (0, 0)


def test_strangers_may_not(lab: Lab) -> None:
    from trawl.matching.match import match_case

    with pytest.raises(AccessRefused):
        match_case(
            lab.database,
            Officer(9, "nobody", Role.ADMINISTRATOR),
            lab.workspace,
            lab.bench.case,
        )


def test_the_index_keeps_positions_when_media_come(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.match()
    folder = lab.workspace.matching(lab.bench.case.id)
    before = case_index.load(folder).ids.tolist()
    lab.take_in(c=picture("c", bits_of(3)))
    lab.match()
    assert case_index.load(folder).ids.tolist()[: len(before)] == before
    assert state.load(folder).stacked == 3


@pytest.mark.parametrize("turn", [Turn.NONE, Turn.ROTATED_90, Turn.FLIPPED_X])
def test_a_frame_of_a_known_video_says_what_was_done_to_it(lab: Lab, turn: Turn) -> None:
    seconds = [bits_of(300 + n) for n in range(12)]
    lines = "".join(f"{n * 25},100,{bits.hex()},{n:.3f}\n" for n, bits in enumerate(seconds))
    here = turned(np.frombuffer(seconds[7], np.uint8).reshape(1, 32), turn)[0].tobytes()
    lab.take_in(a=picture("a", here), film=video("film", seconds[2:9]))
    lab.add(lines, format_="vpdq", file="video.txt")
    lab.match()
    (still,) = lab.hits("a")
    assert (still.hit.means, still.hit.turn) == (Means.FRAME, str(turn))
    assert (still.hit.entry_from_ms, still.hit.from_ms) == (7000, None)
    (clip,) = lab.hits("film")
    assert (clip.hit.means, clip.hit.share, clip.hit.turn) == (Means.CLIP, 1.0, str(Turn.NONE))
    assert (clip.hit.from_ms, clip.hit.to_ms, clip.hit.entry_from_ms) == (0, 7000, 2000)
