"""Views as they are opened, read, graded meanwhile, and as the case grows under them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from tests.review.grading.room_fixtures import Clock
from tests.review.views.gallery_fixtures import (  # noqa: F401
    the_gallery,
    the_gallery_alone,
    the_gallery_clock,
)
from tests.review.views.gallery_room import STACK, Gallery
from tests.review.views.plain_views import Plain
from tests.review.views.test_view_filters import furnished, looked

from trawl.errors import AccessRefused, BeingPrepared, StoreError, ViewGone
from trawl.formats.schemes import load_schemes
from trawl.model.access import Act
from trawl.model.grading import State
from trawl.model.hash_set import Purpose
from trawl.model.matching import Means
from trawl.review import reviews as keeping
from trawl.review.grading.casting import Grade, grade
from trawl.review.leases import lease
from trawl.review.reviews import Reviews
from trawl.review.views import pages
from trawl.review.views.asking import Asked, Order, Source, Unit
from trawl.review.views.grouping import GroupBy
from trawl.review.views.looking import (
    Opened,
    find_media,
    open_view,
    read_facets,
    read_groups,
    read_page,
    stacks_left,
)
from trawl.store.policies import set_policy

ALL = Asked(source=Source.ALL, unit=Unit.MEDIA)


def given(gallery: Gallery, who: int = 0) -> tuple[Any, ...]:
    return gallery.database, gallery.officers[who], gallery.reviews, gallery.case_id


def opened(gallery: Gallery, asked: Asked, who: int = 0) -> Opened:
    return open_view(*given(gallery, who), asked)


def test_pages_one_after_the_other_are_the_view(
    gallery_alone: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "PAGE", 5)
    plain = Plain(gallery_alone, gallery_alone.officers[0].id)
    for order in Order:
        asked = Asked(source=Source.ALL, unit=Unit.MEDIA, order=order)
        expected, _ = plain.rows(asked)
        view = opened(gallery_alone, asked)
        found = [read_page(*given(gallery_alone), view.view, number) for number in range(9)]
        assert [one for page in found for one in page.ids] == expected
        assert [page.first for page in found] == [5 * number for number in range(9)]
        assert [len(page.ids) for page in found[-2:]] == [0, 0]


def test_a_page_says_what_the_tables_say(gallery: Gallery) -> None:
    plain = furnished(gallery)
    view = opened(gallery, ALL)
    page = read_page(*given(gallery), view.view, 0)
    assert len(page.ids) == view.count == view.media
    for at, media_id in enumerate(page.ids):
        one, told = plain.media[media_id], plain.judged[media_id]
        stands = told.told(plain.officer_id)
        assert (page.kind[at], page.taken_us[at]) == (one.kind, one.taken_us)
        assert page.duration_ms[at] == one.duration_ms
        assert page.files[at] == len(one.places)
        assert page.stack[at] == plain.size(media_id)
        assert page.path[at] == one.places[0][2]
        assert page.exhibits[page.exhibit[at]] == one.places[0][0]
        assert page.state[at] == stands.state
        assert page.category[at] == plain.rules.code(stands.category)
        assert page.mine[at] == (told.own(plain.officer_id) >= 0)
        assert page.proposed[at] == plain.rules.code(told.hint.proposal)
        assert page.by[at] == told.hint.source
    assert len(set(page.state)) >= 5


def test_others_votes_are_not_told_before_ones_own(gallery_alone: Gallery) -> None:
    media = looked(gallery_alone, ALL)[0][0]
    gallery_alone.grade(1, [media], "A")
    view = opened(gallery_alone, ALL)
    page = read_page(*given(gallery_alone), view.view, 0)
    assert (page.state[0], page.category[0], page.mine[0]) == (State.OPEN, None, False)
    theirs = read_page(*given(gallery_alone, 1), opened(gallery_alone, ALL, 1).view, 0)
    assert (theirs.state[0], theirs.category[0], theirs.mine[0]) == (State.VOTED, "A", True)


def test_a_view_stays_and_its_states_follow(gallery: Gallery) -> None:
    view = opened(gallery, Asked())
    before = read_page(*given(gallery), view.view, 0)
    stack = [one for one, top in Plain(gallery, 0).top.items() if top == before.ids[1]]
    gallery.grade(0, stack, "B")
    after = read_page(*given(gallery), view.view, 0)
    assert after.ids == before.ids
    assert (after.state[1], after.category[1], after.mine[1]) == (State.VOTED, "B", True)
    assert after.state[:1] + after.state[2:] == before.state[:1] + before.state[2:]
    again = opened(gallery, Asked())
    assert again.view != view.view
    assert (again.count, again.media) == (view.count - 1, view.media - len(stack))
    assert stacks_left(gallery.reviews, gallery.officers[0], gallery.case_id, ()) == again.count


def test_the_same_view_of_the_same_state_is_one(gallery_alone: Gallery) -> None:
    assert opened(gallery_alone, ALL) == opened(gallery_alone, ALL)
    assert opened(gallery_alone, ALL).view != opened(gallery_alone, ALL, 1).view


def test_a_stack_speaks_by_the_nearest_that_waits(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    viewable = looked(gallery, ALL)[0]
    top, second, third = sorted(viewable)[:STACK]
    gallery.hash_set("good", Purpose.KNOWN_GOOD, {top: None}, Means.DIGEST)
    view = opened(gallery, Asked())
    row = read_page(*given(gallery), view.view, 0).ids.index(top)
    assert read_page(*given(gallery), view.view, 0).state[row] == State.OPEN
    gallery.hash_set("bad", Purpose.ILLEGAL, {second: "B"}, Means.SIGHT)
    page = read_page(*given(gallery), view.view, 0)
    assert (page.state[row], page.proposed[row], page.by[row]) == (State.PROPOSED, "B", "bad")
    gallery.grade(0, [second, third], "C")
    assert read_page(*given(gallery), view.view, 0).state[row] == State.KNOWN_GOOD
    assert top not in looked(gallery, Asked())[0]


def test_what_others_have_leased_is_not_in_the_queue(
    gallery: Gallery, gallery_clock: Clock
) -> None:
    plain = Plain(gallery, gallery.officers[0].id)
    whole = plain.rows(Asked())
    plain.leased = set(whole[0][1:3])
    all_of_it = opened(gallery, ALL)
    lease(gallery.database, gallery.officers[1], gallery.case_id, sorted(plain.leased))
    assert looked(gallery, Asked()) == plain.rows(Asked())
    assert looked(gallery, Asked(), who=1) == whole
    page = read_page(*given(gallery), all_of_it.view, 0)
    named = {
        top: name
        for one, name in zip(page.ids, page.leased, strict=True)
        if name
        for top in [plain.top[one]]
    }
    assert named == dict.fromkeys(plain.leased, "Ben Cole")
    assert not any(read_page(*given(gallery, 1), opened(gallery, ALL, 1).view, 0).leased)
    gallery_clock.pass_s(121)
    assert looked(gallery, Asked()) == whole


def test_a_view_follows_its_media_as_the_case_grows(gallery: Gallery) -> None:
    view = opened(gallery, ALL)
    before = read_page(*given(gallery), view.view, 0)
    place = opened(gallery, Asked(source=Source.ALL))
    stacks = read_page(*given(gallery), place.view, 0).ids
    gallery.take_in(20, 30, exhibit="S/3")
    after = read_page(*given(gallery), view.view, 0)
    assert (after.ids, after.path, after.kind) == (before.ids, before.path, before.kind)
    assert read_page(*given(gallery), place.view, 0).ids == stacks
    grown = looked(gallery, ALL)
    assert grown == Plain(gallery, gallery.officers[0].id).rows(ALL)
    assert min(grown[0]) < min(before.ids) < max(grown[0])  # so that positions have moved


def test_a_new_matching_is_taken_in(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    gallery.stacked = False
    assert looked(gallery, Asked()) == Plain(gallery, gallery.officers[0].id).rows(Asked())
    gallery.stacked = True
    assert looked(gallery, Asked()) == Plain(gallery, gallery.officers[0].id).rows(Asked())


def test_another_officers_view_is_as_one_that_never_was(gallery_alone: Gallery) -> None:
    view = opened(gallery_alone, ALL)
    with pytest.raises(ViewGone) as theirs:
        read_page(*given(gallery_alone, 1), view.view, 0)
    with pytest.raises(ViewGone) as nobodys:
        read_page(*given(gallery_alone, 1), "0" * 24, 0)
    assert str(theirs.value) == str(nobodys.value)


def test_rows_let_go_of_are_settled_again_or_the_view_is_gone(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    views = gallery.reviews.case(gallery.case_id).views
    views._most = 1
    first, second = opened(gallery, ALL), opened(gallery, Asked())
    rows = read_page(*given(gallery), first.view, 0).ids
    assert read_page(*given(gallery), second.view, 0).ids
    assert views.rows(first.view) is None
    assert read_page(*given(gallery), first.view, 0).ids == rows
    read_page(*given(gallery), second.view, 0)
    gallery.grade(0, rows[:1], "A")
    with pytest.raises(ViewGone):
        read_page(*given(gallery), first.view, 0)


def test_disputes_are_for_those_who_may_read_them(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    media = looked(gallery, ALL)[0][:2]
    gallery.grade(0, media, "A")
    gallery.grade(1, media[:1], "B")
    asked = Asked(source=Source.DISPUTES, unit=Unit.MEDIA)
    with pytest.raises(AccessRefused):
        opened(gallery, asked)
    assert looked(gallery, asked, who=2) == (media[:1], 1)


def test_who_is_no_member_reads_nothing(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    view = opened(gallery, ALL)
    others = gallery.database, gallery.officers[0], gallery.reviews, 77
    for ask in (
        lambda: open_view(*others, ALL),
        lambda: read_page(*others, view.view, 0),
        lambda: read_groups(*others, view.view, GroupBy.MONTH),
        lambda: find_media(*others, view.view, 1),
        lambda: read_facets(*others),
    ):
        with pytest.raises(AccessRefused, match="not a member"):
            ask()
    assert not gallery.workspace.review(77).exists()


def test_a_media_is_found_where_it_stands(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    plain = Plain(gallery, gallery.officers[0].id)
    for asked in (ALL, Asked(source=Source.ALL, order=Order.TAKEN)):
        view, (rows, _) = opened(gallery, asked), plain.rows(asked)
        for media_id, one in plain.media.items():
            row = media_id if asked.unit is Unit.MEDIA else plain.top[media_id]
            expected = rows.index(row) if one.kind in ("image", "video") else None
            assert find_media(*given(gallery), view.view, media_id).position == expected
        assert find_media(*given(gallery), view.view, 10**9).position is None


def test_groups_count_every_row(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    plain = Plain(gallery, gallery.officers[0].id)
    runs = {GroupBy.MONTH: Order.TAKEN, GroupBy.CAMERA: Order.CAMERA, GroupBy.EXHIBIT: Order.PLACE}
    for by, order in runs.items():
        asked = Asked(source=Source.ALL, unit=Unit.MEDIA, order=order)
        rows, _ = plain.rows(asked)
        found = read_groups(*given(gallery), opened(gallery, asked).view, by)
        assert sum(one.count for one in found) == len(rows)
        firsts = [one.first for one in found]
        assert firsts[0] == 0
        assert (
            [second - first for first, second in pairwise(firsts)]
            == [  # type: ignore[operator]
                one.count for one in found[:-1]
            ]
        )
        if by is GroupBy.CAMERA:
            assert {(one.label, one.count) for one in found} == _cameras(plain, rows)
    mixed = opened(gallery, Asked(source=Source.ALL, unit=Unit.MEDIA, order=Order.SIZE))
    assert {one.first for one in read_groups(*given(gallery), mixed.view, GroupBy.CAMERA)} == {None}


def _cameras(plain: Plain, rows: list[int]) -> set[tuple[str, int]]:
    labels = [plain.media[one].camera or "without a camera" for one in rows]
    return {(label, labels.count(label)) for label in labels}


def test_groups_by_place_are_means_of_what_lies_there(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    view = opened(gallery, ALL)
    found = read_groups(*given(gallery), view.view, GroupBy.PLACE)
    plain = Plain(gallery, gallery.officers[0].id)
    placed = {
        one: plain.media[one] for one in plain.rows(ALL)[0] if plain.media[one].latitude is not None
    }
    assert sum(one.count for one in found) == len(placed)
    for one in found:
        assert len(one.ids or ()) == one.count
        assert {(placed[each].latitude, placed[each].longitude) for each in one.ids or ()} == {
            (one.lat, one.lon)
        }


def test_facets_count_what_each_choice_leaves(gallery: Gallery) -> None:
    plain = furnished(gallery)
    found = read_facets(*given(gallery))
    seen = [one for one in plain.media.values() if one.kind in ("image", "video")]
    said = {
        name: {one.label: one.count for one in getattr(found, name)}
        for name in found.__struct_fields__
    }
    kinds = [one.kind for one in plain.media.values()]
    assert said["kinds"] == {kind: kinds.count(kind) for kind in set(kinds)}
    cameras = [one.camera for one in seen if one.camera]
    assert said["cameras"] == {camera: cameras.count(camera) for camera in set(cameras)}
    assert said["exhibits"] == {
        name: sum(any(name == exhibit for exhibit, _, _ in one.places) for one in seen)
        for name in ("S/1", "S/2")
    }
    ids = {one.id for one in seen}
    assert said["sets"] == {name: len(hit & ids) for name, hit in plain.hit.items()}
    assert said["tags"] == {name: len(tagged & ids) for name, tagged in plain.tags.items()}
    states = [state for one in seen for state in plain.state(one.id)]
    assert said["states"] == {state: states.count(state) for state in said["states"]}
    categories = [plain.category(one.id) for one in seen]
    assert said["categories"] == {code: categories.count(code) for code in said["categories"]}
    years = [
        np.datetime64(one.taken_us, "us").astype("M8[Y]").astype(int) + 1970
        for one in seen
        if one.taken_us is not None
    ]
    assert said["years"] == {str(year): years.count(year) for year in set(years)}


def test_a_case_that_takes_long_says_how_far_it_is(
    gallery_alone: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = gallery_alone
    monkeypatch.setattr(keeping, "WAIT_S", 0.0)
    slow = Reviews(gallery.workspace, gallery.database, gallery.reviews._matching, patience_s=60)
    with pytest.raises(BeingPrepared, match="being prepared"):
        open_view(gallery.database, gallery.officers[0], slow, gallery.case_id, ALL)
    slow.case(gallery.case_id).close()
    assert open_view(gallery.database, gallery.officers[0], slow, gallery.case_id, ALL).count


def test_what_fails_beside_the_work_is_told_and_tried_again(
    gallery_alone: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery = gallery_alone
    monkeypatch.setattr(keeping, "AT_ONCE_S", -1.0)
    monkeypatch.setattr(keeping, "_SHARE", 0)
    gallery.reviews = Reviews(
        gallery.workspace, gallery.database, gallery.reviews._matching, patience_s=1e-9
    )
    case = gallery.reviews.case(gallery.case_id)
    before = looked(gallery, ALL)
    gallery.take_in(20, 30, exhibit="S/3")
    with monkeypatch.context() as broken:
        broken.setattr(keeping, "bring_up", _no_room)
        assert looked(gallery, ALL) == before
        assert case._renewing is not None
        case._renewing.exception()
        with pytest.raises(StoreError, match="no room"):
            opened(gallery, ALL)
    opened(gallery, ALL)
    case._renewing.result()
    assert looked(gallery, ALL) == Plain(gallery, gallery.officers[0].id).rows(ALL)


def _no_room(*_: object) -> object:
    raise StoreError("there is no room")


def test_a_server_begun_anew_finds_what_the_last_one_left(gallery: Gallery) -> None:
    furnished(gallery)
    expected = looked(gallery, Asked())
    fresh = Reviews(gallery.workspace, gallery.database, gallery.reviews._matching, patience_s=0)
    gallery.reviews, old = fresh, gallery.reviews
    assert looked(gallery, Asked()) == expected
    gallery.hash_set("later", Purpose.KNOWN_GOOD, dict.fromkeys(expected[0][:2]), Means.DIGEST)
    assert looked(gallery, Asked()) == Plain(gallery, gallery.officers[0].id).rows(Asked())
    old.close()


def test_several_officers_at_once(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    media = looked(gallery, ALL)[0]

    def work(who: int) -> int:
        for number in range(6):
            view = opened(gallery, Asked(unit=Unit.MEDIA), who)
            page = read_page(*given(gallery, who), view.view, 0)
            assert len(page.ids) == view.count
            wanted = Grade(key=f"w{who}-{number}", media_ids=[media[number]], category="A")
            grade(gallery.database, gallery.officers[who], load_schemes(), gallery.case_id, wanted)
            if media[number] in page.ids:  # not settled by the others meanwhile
                after = read_page(*given(gallery, who), view.view, 0)
                assert after.mine[page.ids.index(media[number])]
        return opened(gallery, Asked(unit=Unit.MEDIA), who).count

    with ThreadPoolExecutor(3) as pool:
        left = list(pool.map(work, range(3)))
    plain = [
        len(Plain(gallery, one.id).rows(Asked(unit=Unit.MEDIA))[0]) for one in gallery.officers
    ]
    assert left[-1] >= plain[-1]
    assert [opened(gallery, Asked(unit=Unit.MEDIA), who).count for who in range(3)] == plain


def test_looks_from_outside_let_no_case_go_that_is_worked_on(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    view = opened(gallery, ALL)
    outside = range(100, 100 + 2 * keeping.MOST_CASES)
    for number in outside:
        gallery.reviews.case(number, at_work=False)
    assert read_page(*given(gallery), view.view, 0).ids
    held = gallery.reviews._cases
    assert len(held) == keeping.MOST_CASES
    for number in outside:
        gallery.reviews.case(number)
    assert gallery.case_id not in held
    with pytest.raises(ViewGone):
        read_page(*given(gallery), view.view, 0)


def test_another_scheme_is_told_after_the_next_matching_too(gallery_alone: Gallery) -> None:
    gallery = gallery_alone
    media = looked(gallery, ALL)[0][0]
    gallery.hash_set("bad", Purpose.ILLEGAL, {media: "Indicative"}, Means.SIGHT)
    unit_scheme(gallery, "uk")
    first = looked_at(gallery, media)
    unit_scheme(gallery, "project-vic-us")
    second = looked_at(gallery, media)
    gallery.stacked = False  # a matching that has left other stacks and no other hits
    assert looked_at(gallery, media) == second != first


def unit_scheme(gallery: Gallery, name: str) -> None:
    with gallery.database.session(gallery.bench.officer) as session:
        set_policy(session, "grading", {"scheme": name})
        session.audit(Act.POLICY_SET, case_id=None, subject="grading", detail={})


def looked_at(gallery: Gallery, media_id: int) -> tuple[State, str | None]:
    page = read_page(*given(gallery), opened(gallery, ALL).view, 0)
    row = page.ids.index(media_id)
    return State(page.state[row]), page.proposed[row]
