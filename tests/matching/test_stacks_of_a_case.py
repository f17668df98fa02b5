"""The stacks of a case: kept beside the database, brought up to date, told to officers."""

from __future__ import annotations

import numpy as np
import pytest
from matching_lab import TEXT, Lab, away, bits_of, md5, picture, video
from tests.store.store_samples import digests, media

from trawl.errors import NotFound
from trawl.matching import case_stacks
from trawl.matching.funnel import funnel
from trawl.matching.in_common import InCommon, in_common
from trawl.matching.rejecting import reject, unreject
from trawl.matching.sight.turns import turned
from trawl.matching.stack_list import list_stacks, show_stack
from trawl.model.hash_set import Purpose
from trawl.model.matching import Span, Turn


def sha(name: str) -> bytes:
    return digests(name).sha256


def stack_of(lab: Lab, name: str) -> list[str]:
    """The paths of a stack, the one on top first."""
    shown = show_stack(*lab.given, lab.bench.case, sha(name))
    return [one.path.removesuffix(".jpg") for one in shown.members]


def test_near_pictures_make_a_stack_with_the_largest_on_top(lab_on_both: Lab) -> None:
    lab = lab_on_both
    a = bits_of(1)
    lab.take_in(
        small=picture("small", a, width=320, height=240),
        large=picture("large", away(a, 6), width=1600, height=1200),
        other=picture("other", bits_of(2)),
    )
    lab.match()
    assert stack_of(lab, "small") == ["large", "small"]
    assert stack_of(lab, "other") == ["other"]
    (told,), total = list_stacks(*lab.given, lab.bench.case)
    assert (told.path, told.media, told.files, told.furthest, told.left, total) == (
        "large.jpg",
        2,
        2,
        6,
        True,
        1,
    )
    assert list_stacks(*lab.given, lab.bench.case, all_sizes=True)[1] == 2
    assert len(list_stacks(*lab.given, lab.bench.case, all_sizes=True, most=1)[0]) == 1


def test_a_chain_of_small_steps_does_not_join_two_pictures(lab: Lab) -> None:
    """Each is 20 bits from the next; the ends are 100 apart."""
    step = np.unpackbits(np.frombuffer(bits_of(1), np.uint8))
    for number in range(6):
        lab.take_in(**{f"p{number}": picture(f"p{number}", np.packbits(step).tobytes())})
        step[number * 20 : number * 20 + 20] ^= 1
    lab.match()
    stacks = {name: stack_of(lab, name) for name in (f"p{number}" for number in range(6))}
    assert stacks["p0"] != stacks["p5"]
    index_of = {name: members[0] for name, members in stacks.items()}
    assert len(set(index_of.values())) >= 3


def test_plain_pictures_stand_alone(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1), quality=10), b=picture("b", bits_of(1), quality=49))
    lab.match()
    assert stack_of(lab, "a") == ["a"]
    assert list_stacks(*lab.given, lab.bench.case) == ([], 0)


@pytest.mark.parametrize("turn", [turn for turn in Turn if turn is not Turn.NONE])
def test_turned_pictures_are_similar_not_the_same(lab: Lab, turn: Turn) -> None:
    a = bits_of(1)
    there = turned(np.frombuffer(a, np.uint8).reshape(1, 32), turn)[0].tobytes()
    lab.take_in(
        a=picture("a", a, width=2000, height=2000),
        b=picture("b", away(there, 8)),
        near=picture("near", away(a, 40, 3), width=1000),
        far=picture("far", away(a, 60, 4)),
    )
    lab.match()
    shown = show_stack(*lab.given, lab.bench.case, sha("a"))
    assert [one.path for one in shown.members] == ["a.jpg"]
    assert {one.path: (one.distance, one.turn) for one in shown.similar} == {
        "b.jpg": (8, str(turn)),
        "near.jpg": (40, str(Turn.NONE)),
    }


def test_similar_stacks_are_told_from_the_one_asked_for(lab: Lab) -> None:
    a = bits_of(1)
    own = np.frombuffer(a, np.uint8).reshape(1, 32)
    turns = (Turn.ROTATED_90, Turn.FLIPPED_X)
    there = [turned(own, turn)[0].tobytes() for turn in turns]
    lab.take_in(
        lead=picture("lead", a, width=3000),
        one=picture("one", there[0]),
        two=picture("two", there[1]),
    )
    lab.match()
    for asked in ("lead", "one", "two"):
        shown = show_stack(*lab.given, lab.bench.case, sha(asked))
        assert len(shown.similar) == 2
        assert all(one.distance == 0 and one.turn != str(Turn.NONE) for one in shown.similar)
    back = {
        one.path: one.turn for one in show_stack(*lab.given, lab.bench.case, sha("one")).similar
    }
    assert back["lead.jpg"] == str(Turn.ROTATED_270)


def test_an_added_exhibit_gives_what_matching_from_scratch_gives(lab: Lab) -> None:
    random = np.random.default_rng(5)

    def some(first: int, count: int) -> dict[str, object]:
        return {
            f"p{n}": picture(
                f"p{n}",
                away(bits_of(int(random.integers(12))), int(random.integers(25)), n),
                width=int(random.integers(100, 2000)),
                quality=int(random.integers(40, 101)),
            )
            for n in range(first, first + count)
        }

    lab.take_in(**some(0, 120))  # type: ignore[arg-type]
    lab.match()
    lab.bench.acquire()
    lab.take_in(**some(120, 15))  # type: ignore[arg-type]
    lab.match()
    folder = lab.workspace.matching(lab.bench.case.id)
    grown = case_stacks.load(folder)
    lab.match(again=True)
    fresh = case_stacks.load(folder)
    assert grown is not None
    assert fresh is not None
    assert len(grown) == 135
    for name in ("leader", "distance", "group", "group_distance", "group_turn"):
        assert np.array_equal(getattr(grown, name), getattr(fresh, name)), name


def test_an_officer_tells_two_apart_and_takes_it_back(lab_on_both: Lab) -> None:
    lab = lab_on_both
    a = bits_of(1)
    lab.take_in(
        a=picture("a", a, width=2000), b=picture("b", away(a, 4)), c=picture("c", away(a, 5, 1))
    )
    lab.match()
    who = (lab.database, lab.bench.officer, lab.bench.case)
    assert reject(*who, sha("b"), sha("a").hex()) == "media"
    lab.match()
    assert stack_of(lab, "b") == ["b"]
    assert stack_of(lab, "a") == ["a", "c"]
    unreject(*who, sha("a"), sha("b").hex())  # either way round
    lab.match()
    assert stack_of(lab, "b") == ["a", "b", "c"]


def test_never_matched_pictures_are_in_no_stack(lab: Lab) -> None:
    icon = bits_of(1)
    lab.take_in(a=picture("a", icon), b=picture("b", away(icon, 3)))
    lab.add(f"pdq\n{icon.hex()}\n", Purpose.NEVER, name="icons")
    lab.match()
    assert stack_of(lab, "a") == ["a"]


def test_the_same_video_is_one_stack_and_a_cut_is_not(lab: Lab) -> None:
    seconds = [bits_of(100 + n) for n in range(40)]
    lab.take_in(
        film=video("film", seconds),
        copy=video("copy", [away(bits, 9, n) for n, bits in enumerate(seconds)]),
        cut=video("cut", seconds[10:20]),
        other=video("other", [bits_of(900 + n) for n in range(40)]),
    )
    lab.match()
    assert sorted(stack_of(lab, "film")) == ["copy", "film"]
    shown = show_stack(*lab.given, lab.bench.case, sha("film"))
    assert [one.distance for one in shown.members] == [0, 9]
    assert stack_of(lab, "cut") == ["cut"]
    assert stack_of(lab, "other") == ["other"]


def test_what_videos_have_in_common_is_told_from_either_side(lab_on_both: Lab) -> None:
    lab = lab_on_both
    seconds = [bits_of(100 + n) for n in range(40)]
    lab.take_in(
        film=video("film", seconds),
        cut=video("cut", seconds[10:20]),
        still=picture("still", away(seconds[25], 6)),
        other=video("other", [bits_of(900 + n) for n in range(40)]),
    )
    lab.match()

    def told(name: str) -> list[InCommon]:
        return in_common(*lab.given, [lab.bench.case], sha(name))

    run, moment = told("film")
    assert (run.path, run.here, run.there) == ("cut.jpg", (10_000, 20_000), (0, 10_000))
    assert (run.share, run.other_share, run.same, run.faint) == (0.25, 1.0, False, False)
    assert (moment.path, moment.here, moment.there, moment.distance) == (
        "still.jpg",
        (25_000, 25_000),
        None,
        6,
    )
    (back,) = told("cut")
    assert (back.path, back.here, back.there) == ("film.jpg", (0, 10_000), (10_000, 20_000))
    assert [one.path for one in told("still")] == ["film.jpg"]
    assert told("other") == []


def test_a_video_is_found_through_one_that_is_near_to_both(lab_on_both: Lab) -> None:
    """As a copy with an emblem over all of it is: its frames are 57 bits from those of the cut."""
    lab = lab_on_both

    def moved(seconds: range, bits: range) -> list[bytes]:
        frames = [np.unpackbits(np.frombuffer(bits_of(50 + n), np.uint8)) for n in seconds]
        for frame in frames:
            frame[bits.start : bits.stop] ^= 1
        return [np.packbits(frame).tobytes() for frame in frames]

    lab.take_in(
        whole=video("whole", moved(range(12), range(0))),
        cut=video("cut", moved(range(2, 10), range(12))),
        emblem=video("emblem", moved(range(12), range(100, 145))),
        other=video("other", [bits_of(300 + n) for n in range(12)]),
    )
    lab.match()
    for asked, others in (("cut", ["whole", "emblem"]), ("emblem", ["whole", "cut"])):
        found = in_common(*lab.given, [lab.bench.case], sha(asked))
        assert [one.path.removesuffix(".jpg") for one in found] == others
        assert [one.faint for one in found][1], "look before you believe"
        assert not found[1].same
    last = in_common(*lab.given, [lab.bench.case], sha("cut"))[1]
    assert (last.here, last.there) == (Span(0, 8000), Span(2000, 10000))
    assert (last.distance, last.turn) == (57, Turn.NONE)
    assert stack_of(lab, "cut") == ["cut"]


def test_videos_told_apart_are_two_stacks(lab: Lab) -> None:
    seconds = [bits_of(100 + n) for n in range(20)]
    lab.take_in(film=video("film", seconds), copy=video("copy", seconds))
    lab.match()
    assert len(stack_of(lab, "film")) == 2
    assert in_common(*lab.given, [lab.bench.case], sha("copy"))
    reject(lab.database, lab.bench.officer, lab.bench.case, sha("film"), sha("copy").hex())
    assert in_common(*lab.given, [lab.bench.case], sha("copy")) == []
    assert in_common(*lab.given, [lab.bench.case], sha("film")) == []
    lab.match()
    assert stack_of(lab, "film") == ["film"]


def test_videos_that_come_later_are_held_against_the_old_ones(lab: Lab) -> None:
    seconds = [bits_of(100 + n) for n in range(30)]
    lab.take_in(film=video("film", seconds), still=picture("still", bits_of(777)))
    lab.match()
    lab.take_in(
        cut=video("cut", seconds[5:15]),
        late=video("late", [bits_of(777), *(bits_of(800 + n) for n in range(9))]),
        frame=picture("frame", away(seconds[3], 2)),
    )
    lab.match()
    found = {one.path for one in in_common(*lab.given, [lab.bench.case], sha("film"))}
    assert found == {"cut.jpg", "frame.jpg"}
    assert [one.path for one in in_common(*lab.given, [lab.bench.case], sha("late"))] == [
        "still.jpg"
    ]


def test_a_case_that_was_not_matched_says_what_to_do(lab: Lab) -> None:
    lab.take_in(a=picture("a", bits_of(1)))
    for act in (
        lambda: list_stacks(*lab.given, lab.bench.case),
        lambda: show_stack(*lab.given, lab.bench.case, sha("a")),
    ):
        with pytest.raises(NotFound) as caught:
            act()
        assert "trawl match --case Heron" in (caught.value.hint or "")


def test_what_is_no_picture_is_in_no_stack(lab: Lab) -> None:
    lab.take_in(note=media("note", kind=TEXT, findings=()))
    lab.match()
    with pytest.raises(NotFound, match="neither a picture nor a video"):
        show_stack(*lab.given, lab.bench.case, sha("note"))


def test_the_funnel(lab_on_both: Lab) -> None:
    lab = lab_on_both
    a = bits_of(1)
    lab.take_in(
        a=picture("a", a),
        near=picture("near", away(a, 4)),
        good=picture("good", bits_of(2)),
        bad=picture("bad", bits_of(3)),
        alone=picture("alone", bits_of(4)),
        film=video("film", [bits_of(50 + n) for n in range(9)]),
        note=media("note", kind=TEXT, findings=()),
    )
    for copy in range(3):
        lab.copy(f"copy{copy}.jpg", picture("a", a))
    before = funnel(*lab.given, lab.bench.case)
    assert (before.files, before.media, before.seen, before.unmatched) == (10, 7, False, 7)
    lab.add(md5("good"), Purpose.KNOWN_GOOD, name="good")
    lab.add(md5("bad") + "\n" + md5("note"), file="bad.txt")
    lab.match()
    found = funnel(*lab.given, lab.bench.case)
    assert (found.files, found.media, found.viewable_files, found.viewable) == (10, 7, 9, 6)
    assert (found.known_good, found.known_illegal, found.not_known) == (1, 1, 4)
    assert (found.stacks, found.exposures_avoided) == (3, 6)
    assert (found.proposals, found.notable, found.unmatched, found.seen) == (2, 0, 0, True)
    lab.take_in(late=picture("late", bits_of(77)))
    assert funnel(*lab.given, lab.bench.case).unmatched == 1


def test_a_known_one_on_top_does_not_take_its_stack_out_of_the_queue(lab: Lab) -> None:
    a = bits_of(1)
    lab.take_in(top=picture("top", a, width=3000), under=picture("under", away(a, 9)))
    lab.add(md5("top"), Purpose.KNOWN_GOOD)
    lab.match()
    assert funnel(*lab.given, lab.bench.case).stacks == 1
    (told,), _ = list_stacks(*lab.given, lab.bench.case)
    assert told.left
    lab.add(md5("under"), Purpose.KNOWN_GOOD, file="more.txt")
    lab.match()
    assert funnel(*lab.given, lab.bench.case).stacks == 0
    (told,), _ = list_stacks(*lab.given, lab.bench.case)
    assert not told.left
