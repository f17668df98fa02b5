from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.store.column_cache import ColumnCache
from trawl.store.columns import (
    Column,
    IntColumn,
    NameColumn,
    TextColumn,
    bounds,
    folded,
    int_column,
    name_column,
    pack,
    text_column,
    unpack,
)

numbers = st.lists(st.none() | st.integers(-300, 300) | st.integers(-(2**61), 2**61), max_size=20)
names = st.lists(st.text(st.sampled_from("abAB.é漢/ "), max_size=6), max_size=20)
edge = st.none() | st.integers(-310, 310) | st.integers(-(2**63), 2**63)


def tripled(values: list[int | None]) -> list[int | None]:
    return [value if value is None or abs(value) > 2**60 else 3 * value for value in values]


def again(column: Column) -> Column:
    return unpack(pack(column))


@given(numbers | numbers.map(tripled), edge, edge)
def test_numbers_within(values: list[int | None], low: int | None, high: int | None) -> None:
    column = again(int_column(values))
    assert isinstance(column, IntColumn)
    assert column.between(low, high).tolist() == [
        value is not None and (low is None or value >= low) and (high is None or value <= high)
        for value in values
    ]
    assert column.values().tolist() == [value or 0 for value in values]
    there = [value for value in values if value is not None]
    assert bounds(column) == ((min(there), max(there)) if there else (None, None))


def test_numbers_beyond_sixty_two_bits_are_taken_to_be_at_the_edge() -> None:
    column = again(int_column([2**63 - 1, -(2**63), 5]))
    assert isinstance(column, IntColumn)
    assert column.between(2**61, None).tolist() == [True, False, False]
    assert column.between(None, 5).tolist() == [False, True, True]


@given(st.lists(st.none() | st.sampled_from(["", "a", "b", "Ä"]), max_size=20))
def test_texts(values: list[str | None]) -> None:
    column = again(text_column(values))
    assert isinstance(column, TextColumn)
    for wanted in ("", "a", "b", "Ä", "c"):
        assert column.equal(wanted).tolist() == [value == wanted for value in values]
    chosen = [word in {"", "b"} for word in column.words]
    assert column.chosen(chosen).tolist() == [value in {"", "b"} for value in values]


def test_whole_seconds_take_four_bytes() -> None:
    seconds = [1_600_000_000, 1_600_000_001, *range(1_600_000_007, 1_690_000_000, 999_983)]
    column = int_column([second * 1_000_000 for second in seconds])
    assert (column.step, column.codes.itemsize) == (1_000_000, 4)
    low, high = 1_610_000_000_000_001, 1_650_000_000_999_999
    assert column.between(low, high).tolist() == [
        low <= second * 1_000_000 <= high for second in seconds
    ]


def test_three_hundred_words_take_two_bytes() -> None:
    column = text_column([str(number) for number in range(300)])
    assert column.codes.itemsize == 2
    assert column.equal("299").nonzero()[0].tolist() == [299]


@given(names, st.text(st.sampled_from("abAé."), max_size=3))
def test_names(values: list[str], needle: str) -> None:
    column = again(name_column(values))
    assert isinstance(column, NameColumn)
    wanted = folded(needle)
    if wanted:
        assert column.containing(wanted).tolist() == [wanted in folded(name) for name in values]
    assert column.starting(wanted).tolist() == [folded(name).startswith(wanted) for name in values]


@given(st.sampled_from(["a", "ab", "b", "xab", "é", "ab\u00e9c", "zz"]), st.integers(0, 9))
def test_what_many_names_hold(needle: str, length: int) -> None:
    values = (
        [("ab", "xAB", "", "é", "b" * (number % length + 1))[number % 5] for number in range(400)]
        if length
        else ["ab"] * 150
    )
    column = again(name_column(values))
    assert isinstance(column, NameColumn)
    wanted = folded(needle)
    assert column.containing(wanted).tolist() == [wanted in folded(name) for name in values]


@pytest.mark.parametrize("pair", [("aba", "b"), ("b", "aba"), ("ab", "ba"), ("a", "a")])
def test_as_many_hits_as_names(pair: tuple[str, str]) -> None:
    column = again(name_column(pair * 100))
    assert isinstance(column, NameColumn)
    assert column.containing(b"a").tolist() == ["a" in name for name in pair * 100]


def test_only_ascii_is_folded() -> None:
    assert folded("IMG_É.JPG") == "img_É.jpg".encode()


def test_the_cache_lets_go_of_the_oldest() -> None:
    cache = ColumnCache(limit=25)
    columns = [int_column([1] * 10) for _ in range(3)]
    for number, column in enumerate(columns):
        cache.put((1, number, 10, 0), "size", column)
    assert cache.get((1, 0, 10, 0), "size") is None
    assert cache.get((1, 2, 10, 0), "size") is columns[2]
    assert cache.get((1, 2, 10, 1), "size") is None
    assert cache.bytes == 20


@pytest.mark.parametrize("column", [int_column([]), text_column([]), name_column([])])
def test_empty_columns(column: Column) -> None:
    assert pack(again(column)) == pack(column)
