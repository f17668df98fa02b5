"""Category schemes: which codes there are, what each means, and how one scheme's codes become
another's. All of it is data, in TOML files: ours in ``schemes/``, a unit's own beside its settings.

Nothing is ever guessed: a code goes from one scheme to another by a mapping that somebody wrote
down, or not at all. The same digit means opposite things in two schemes of one country (0 and 5).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib import resources
from pathlib import Path
from typing import Any

from trawl.errors import NoMapping, SettingsError
from trawl.formats.scheme_files import SchemeFile, parsed

_LARGEST_FILE = 1 << 20
_NOBODYS = ("", "DEFAULT", "CUSTOM", "UNKNOWN")


class Meaning(StrEnum):
    """What a category means, as far as public sources say."""

    ILLEGAL = "illegal"
    UNCATEGORIZED = "uncategorized"
    NON_PERTINENT = "non-pertinent"
    UNSAID = "unsaid"  # neither of these: it depends on country and case


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a scheme. ``also``: other ways in which it is written."""

    code: str
    label: str
    meaning: Meaning = Meaning.UNSAID
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme. ``null``: the code that a missing code stands for, or None when a missing code
    means nothing in it; ``domains``: the domains of the VICS data model whose lists may bear its
    codes, any when there are none."""

    name: str
    title: str
    categories: tuple[Category, ...]
    null: str | None = None
    domains: tuple[str, ...] = ()
    _written: Mapping[str, Category] = field(default_factory=dict, repr=False, compare=False)

    def category(self, written: str | None) -> Category | None:
        """The category a list means by what it wrote: a code, a label or a synonym, in any case
        of letters. None for what the scheme does not know; a missing code is what ``null``
        says."""
        if written is None:
            return self._written[plain(self.null)] if self.null is not None else None
        return self._written.get(plain(written))

    def knows(self, written: str | None) -> bool:
        """Whether a code is one of the scheme's. An import keeps one that is not as it stands,
        and counts it as odd. A missing code is known where ``null`` gives it a meaning."""
        return self.category(written) is not None

    def fits(self, domain: str | None) -> bool:
        """Whether a list that says it is of this domain may bear the scheme's codes."""
        said = (domain or "").upper()
        return said in _NOBODYS or not self.domains or said in self.domains


@dataclass(frozen=True, slots=True)
class Schemes:
    """The schemes there are, by name, and the mappings between them, by names (from, to)."""

    by_name: Mapping[str, Scheme]
    mappings: Mapping[tuple[str, str], Mapping[str, str]]

    def named(self, name: str) -> Scheme:
        """A scheme. Raises SettingsError when there is none of that name."""
        if name in self.by_name:
            return self.by_name[name]
        raise SettingsError(
            f"There is no category scheme named {name!r}.",
            hint=f"There are: {', '.join(sorted(self.by_name))}. A unit's own scheme is a TOML "
            "file in the folder schemes of its workspace.",
        )

    def settles(self, codes: str | None, scheme: str | None, bare: bool) -> bool:
        """Whether what an illegal list says of an entry, named by its digest, says what it is:
        then nobody has to look. ``codes``: as written, separated by one space. An entry that is
        not categorized, or bears no code in a list that has some, settles nothing; a list without
        any code (``bare``) says the same of all its entries."""
        if codes is None:
            return bare
        named = self.by_name.get(scheme) if scheme is not None else None
        if named is None:
            return True
        said = (named.category(code) for code in codes.split(" "))
        return any(one is None or one.meaning is not Meaning.UNCATEGORIZED for one in said)

    def translate(self, code: str | None, from_scheme: str, to_scheme: str) -> str:
        """The code in another scheme. Raises NoMapping when nobody wrote down what it is there,
        and SettingsError for a scheme there is not."""
        source, target = self.named(from_scheme), self.named(to_scheme)
        category = source.category(code)
        said = "a missing code" if code is None else repr(code)
        if category is None:
            raise NoMapping(f"{source.title} does not say what {said} means.")
        if source.name == target.name:
            return category.code
        mapping = self.mappings.get((source.name, target.name))
        if mapping is None:
            raise NoMapping(
                f"No mapping leads from the scheme {source.name} to {target.name}.",
                hint="Write one into a scheme file, or grade anew in the other scheme.",
            )
        if category.code not in mapping:
            raise NoMapping(
                f"The mapping from {source.name} to {target.name} does not say what becomes of "
                f"{category.code} ({category.label})."
            )
        return mapping[category.code]


def plain(written: str) -> str:
    """A code as it is compared: without white space around, in one case of letters."""
    return " ".join(written.split()).casefold()


def load_schemes(folder: Path | None = None) -> Schemes:
    """Our schemes, and a unit's own: the ``*.toml`` of ``folder``, when there is such a folder.
    Raises SettingsError for a file that is wrong, naming the file and what is wrong with it."""
    found = [parsed(name, text) for name, text in _built_in()]
    if folder is not None and folder.is_dir():
        found += [parsed(str(path), _read(path)) for path in sorted(folder.glob("*.toml"))]
    by_name: dict[str, Scheme] = {}
    for file in found:
        if file.scheme is not None:
            scheme = _scheme(file, file.scheme)
            if scheme.name in by_name:
                raise SettingsError(f"{file.name}: there is a scheme named {scheme.name} already.")
            by_name[scheme.name] = scheme
    return Schemes(by_name, _mappings(found, by_name))


def _built_in() -> Iterable[tuple[str, str]]:
    folder = resources.files("trawl.formats") / "schemes"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".toml"):
            yield entry.name, entry.read_text("utf-8")


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            raise SettingsError(f"{path} is larger than a scheme file can be (1 MiB).")
        return data.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error


def _scheme(file: SchemeFile, written: Mapping[str, Any]) -> Scheme:
    categories = tuple(
        Category(
            code=entry["code"],
            label=entry["label"],
            meaning=Meaning(entry.get("meaning", "unsaid")),
            also=tuple(entry.get("also", ())),
        )
        for entry in file.categories
    )
    by_text = _by_text(file.name, categories)
    null = written.get("null")
    if null is not None and null not in {category.code for category in categories}:
        raise SettingsError(f"{file.name}: null is {null!r}, which is no code of the scheme.")
    domains = tuple(one.upper() for one in written.get("domains", ()))
    return Scheme(written["name"], written["title"], categories, null, domains, by_text)


def _by_text(name: str, categories: Iterable[Category]) -> dict[str, Category]:
    by_text: dict[str, Category] = {}
    for category in categories:
        for text in {plain(one) for one in (category.code, category.label, *category.also)}:
            if text in by_text:
                raise SettingsError(f"{name}: {text!r} stands for two categories.")
            by_text[text] = category
    return by_text


def _mappings(
    files: Iterable[SchemeFile], schemes: Mapping[str, Scheme]
) -> dict[tuple[str, str], Mapping[str, str]]:
    found: dict[tuple[str, str], Mapping[str, str]] = {}
    for file in files:
        for written in file.mappings:
            ends = (written["from"], written["to"])
            for end in ends:
                if end not in schemes:
                    raise SettingsError(
                        f"{file.name}: a mapping names {end!r}, which is no scheme."
                    )
            if ends in found:
                raise SettingsError(f"{file.name}: there is a mapping from {' to '.join(ends)}.")
            found[ends] = _checked(file.name, written["codes"], schemes[ends[0]], schemes[ends[1]])
    return found


def _checked(
    name: str, codes: Mapping[str, str], source: Scheme, target: Scheme
) -> Mapping[str, str]:
    """A mapping whose codes exist and that turns no meaning into another one: what is illegal,
    uncategorized or non-pertinent here must not be one of the other two there."""
    for before, after in codes.items():
        old = next((one for one in source.categories if one.code == before), None)
        new = next((one for one in target.categories if one.code == after), None)
        if old is None or new is None:
            raise SettingsError(
                f"{name}: the mapping from {source.name} to {target.name} names the code "
                f"{before if old is None else after!r}, which is none."
            )
        if Meaning.UNSAID not in (old.meaning, new.meaning) and old.meaning is not new.meaning:
            raise SettingsError(
                f"{name}: the mapping from {source.name} to {target.name} would turn {before} "
                f"({old.meaning}) into {after} ({new.meaning})."
            )
    return dict(codes)
