"""What leaves the queue, and what does not."""

from __future__ import annotations

from matching_lab import Lab, bits_of, md5, picture, vics

from trawl.matching.funnel import funnel
from trawl.model.hash_set import Purpose


def entry(name: str, category: int | None) -> dict[str, object]:
    return {"MD5": md5(name), "MediaID": 1, "Category": category}


def test_what_nobody_has_categorised_stays_in_the_queue(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(**{name: picture(name, bits_of(n)) for n, name in enumerate("abc")})
    listed = vics(entry("a", 1), entry("b", None), entry("c", 5))  # 5: uncategorized
    lab.add(listed, scheme="project-vic-us", file="a.json")
    lab.match()
    found = funnel(*lab.given, lab.bench.case)
    assert (found.known_illegal, found.not_known, found.stacks) == (1, 2, 2)
    assert (found.proposals, found.exposures_avoided) == (3, 1)


def test_a_list_without_any_category_says_the_same_of_all_its_entries(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(a=picture("a", bits_of(1)), b=picture("b", bits_of(2)))
    lab.add(md5("a"))
    lab.match()
    found = funnel(*lab.given, lab.bench.case)
    assert (found.known_illegal, found.not_known) == (1, 1)


def test_what_sets_contradict_each_other_on_is_for_people(lab_on_both: Lab) -> None:
    lab = lab_on_both
    lab.take_in(**{name: picture(name, bits_of(n)) for n, name in enumerate("abc")})
    lab.add(f"{md5('a')}\n{md5('b')}", Purpose.KNOWN_GOOD, name="good", file="good.txt")
    lab.add(vics(entry("a", 1), entry("c", 1)), scheme="project-vic-us", file="a.json")
    lab.match()
    found = funnel(*lab.given, lab.bench.case)
    assert (found.known_good, found.known_illegal, found.contradicted) == (1, 1, 1)
    assert (found.not_known, found.stacks) == (1, 1)
