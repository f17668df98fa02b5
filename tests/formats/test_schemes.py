from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trawl.errors import NoMapping, SettingsError
from trawl.formats.schemes import Meaning, Scheme, load_schemes

SCHEMES = load_schemes()
OLD, US = "dhs-old", "project-vic-us"

OWN = """
[scheme]
name = "unit"
title = "Our own"
null = "?"

[[categories]]
code = "1"
label = "Bad"
meaning = "illegal"

[[categories]]
code = "?"
label = "Not looked at"
meaning = "uncategorized"

[[mappings]]
from = "unit"
to = "project-vic-us"
codes = { 1 = "1", "?" = "5" }
"""


def own(folder: Path, text: str = OWN, name: str = "unit.toml") -> Path:
    (folder / name).write_text(text)
    return folder


def test_the_schemes_there_are() -> None:
    assert set(SCHEMES.by_name) == {"project-vic-us", "dhs-old", "uk", "ncmec"}


@pytest.mark.parametrize(
    ("scheme", "code", "meaning"),
    [
        (US, "0", Meaning.NON_PERTINENT),
        (US, "1", Meaning.ILLEGAL),
        (US, "2", Meaning.UNSAID),
        (US, "5", Meaning.UNCATEGORIZED),
        (US, None, Meaning.UNCATEGORIZED),
        (OLD, "0", Meaning.UNCATEGORIZED),
        (OLD, "5", Meaning.NON_PERTINENT),
        ("uk", "a", Meaning.ILLEGAL),
        ("uk", " Category  B ", Meaning.ILLEGAL),
        ("uk", "not RELEVANT", Meaning.NON_PERTINENT),
        ("uk", "indicative", Meaning.UNSAID),
    ],
)
def test_meanings(scheme: str, code: str | None, meaning: Meaning) -> None:
    category = SCHEMES.named(scheme).category(code)
    assert category is not None
    assert category.meaning is meaning


def test_what_a_scheme_does_not_know() -> None:
    us, uk = SCHEMES.named(US), SCHEMES.named("uk")
    assert us.knows(None)
    assert us.knows("CAM")
    assert not uk.knows(None)
    for code in ("6", "", "00", "0.0", "-1", "A"):
        assert not us.knows(code)
    with pytest.raises(SettingsError, match="no category scheme named 'us'"):
        SCHEMES.named("us")


def test_0_and_5_change_places_between_the_two() -> None:
    assert [SCHEMES.translate(code, OLD, US) for code in "012345"] == list("512340")
    assert [SCHEMES.translate(code, US, OLD) for code in "012345"] == list("512340")
    assert SCHEMES.translate(None, US, OLD) == "0"


SETTLED = (Meaning.ILLEGAL, Meaning.UNCATEGORIZED, Meaning.NON_PERTINENT)
NAMES = sorted(SCHEMES.by_name)
WRITTEN = sorted(
    {text for one in SCHEMES.by_name.values() for c in one.categories for text in (c.code, c.label)}
)


@given(
    st.one_of(st.none(), st.sampled_from(WRITTEN), st.text(max_size=3)),
    st.sampled_from(NAMES),
    st.sampled_from(NAMES),
)
def test_no_meaning_ever_turns_into_another(
    code: str | None, from_scheme: str, to_scheme: str
) -> None:
    """A code that is translated means the same afterwards; anything else is an error."""
    try:
        after = SCHEMES.translate(code, from_scheme, to_scheme)
    except NoMapping:
        return
    old = SCHEMES.named(from_scheme).category(code)
    new = SCHEMES.named(to_scheme).category(after)
    assert old is not None
    assert new is not None
    assert new.code == after
    if old.meaning in SETTLED or new.meaning in SETTLED:
        assert old.meaning is new.meaning


@given(st.sampled_from([OLD, US]), st.sampled_from("012345"))
def test_there_and_back(start: str, code: str) -> None:
    other = US if start == OLD else OLD
    assert SCHEMES.translate(SCHEMES.translate(code, start, other), other, start) == code


def test_without_a_mapping_nothing_is_guessed() -> None:
    with pytest.raises(NoMapping, match="No mapping leads from the scheme uk to project-vic-us"):
        SCHEMES.translate("A", "uk", US)
    with pytest.raises(NoMapping, match="does not say what 'Z' means"):
        SCHEMES.translate("Z", "uk", US)
    with pytest.raises(NoMapping, match="does not say what a missing code means"):
        SCHEMES.translate(None, OLD, US)
    assert SCHEMES.translate("category a", "uk", "uk") == "A"


def test_a_unit_s_own_scheme(tmp_path: Path) -> None:
    schemes = load_schemes(own(tmp_path))
    assert schemes.translate("bad", "unit", US) == "1"
    assert schemes.translate(None, "unit", US) == "5"
    with pytest.raises(NoMapping):
        schemes.translate("1", US, "unit")
    assert isinstance(schemes.named("unit"), Scheme)
    assert set(load_schemes(tmp_path / "absent").by_name) == set(SCHEMES.by_name)


MAPPING = '[[mappings]]\nfrom = "{}"\nto = "{}"\ncodes = {{ {} }}\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[scheme", "not sound TOML"),
        (OWN.replace('name = "unit"', 'name = "uk"'), "a scheme named uk already"),
        (OWN.replace('null = "?"', 'null = "9"'), "null is '9'"),
        (OWN.replace('"uncategorized"', '"unclear"'), "a meaning is 'unclear'"),
        (OWN.replace('label = "Bad"', ""), "categories lacks label"),
        (OWN.replace('label = "Bad"', 'label = "1"\nalso = ["?"]'), "stands for two categories"),
        (OWN.replace('label = "Bad"', 'label = "Bad"\ncolour = "red"'), "'colour' means nothing"),
        (OWN.replace('code = "1"', "code = 1"), "code of categories is not as it should be"),
        (OWN.replace('1 = "1"', '1 = "0"'), "would turn 1 .illegal. into 0 .non-pertinent"),
        (OWN.replace('1 = "1"', '7 = "1"'), "names the code '7'"),
        (OWN.replace('to = "project-vic-us"', 'to = "mars"'), "names 'mars'"),
        (MAPPING.format(OLD, US, '0 = "0"'), "there is a mapping from dhs-old to project-vic-us"),
        (MAPPING.format("uk", US, '"Not relevant" = "5"'), "would turn Not relevant"),
        ("mappings = 3", "is written"),
        ("[scheme]\nname = 'x'\ntitle = 'x'", "go together"),
    ],
)
def test_a_wrong_file_is_refused_with_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(SettingsError, match=said):
        load_schemes(own(tmp_path, text))


@given(text=st.text(max_size=60))
def test_any_text_is_a_scheme_file_or_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    folder = tmp_path_factory.mktemp("schemes")
    (folder / "x.toml").write_bytes(text.encode("utf-8", "surrogatepass"))
    with suppress(SettingsError):
        load_schemes(folder)


@pytest.mark.parametrize(
    ("scheme", "domain", "fits"),
    [
        (US, "US", True),
        (US, "UK", False),
        (OLD, "uk", False),
        ("uk", "US", False),
        (US, None, True),
        ("uk", "CUSTOM", True),
        ("ncmec", "UK", True),
        ("unit", "UK", True),
        ("unit", "US", False),
    ],
)
def test_a_scheme_says_whose_lists_bear_its_codes(
    tmp_path: Path, scheme: str, domain: str | None, fits: bool
) -> None:
    text = OWN.replace('null = "?"', 'null = "?"\ndomains = ["uk"]')
    assert load_schemes(own(tmp_path, text)).named(scheme).fits(domain) is fits


@pytest.mark.parametrize(
    ("codes", "scheme", "bare", "settles"),
    [
        ("1", "project-vic-us", False, True),
        ("5", "project-vic-us", False, False),  # uncategorized
        ("0", "project-vic-us", False, True),
        ("0", "dhs-old", False, False),  # uncategorized there
        ("5 1", "project-vic-us", False, True),  # two entries, one of them graded
        (None, "project-vic-us", False, False),
        (None, "project-vic-us", True, True),
        (None, None, True, True),
        ("Q", "project-vic-us", False, True),  # not in the scheme, but it says something
        ("1", "one that was removed", False, True),
    ],
)
def test_what_settles(codes: str | None, scheme: str | None, bare: bool, settles: bool) -> None:
    assert load_schemes().settles(codes, scheme, bare) is settles
