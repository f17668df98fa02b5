"""Which category a media goes out with: what officers' grades came to, else what lists say."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from trawl.errors import NoMapping
from trawl.formats.schemes import Meaning, Schemes
from trawl.store.database import Reader
from trawl.store.hits import SetHit


class Graded(NamedTuple):
    """What the grades of one media came to. ``code``: the trusted category in ``scheme``, None
    while there is none; ``disputed``: grades differ, and nobody has settled it; ``imported``:
    no officer has graded it, the unit's policy trusts what lists say."""

    scheme: str
    code: str | None
    disputed: bool = False
    imported: bool = False


Grades = Callable[[Reader, Collection[int]], Mapping[int, Graded]]
"""What the grades of some media of the case came to; those that nobody graded may be left out."""


@dataclass(slots=True)
class Exported:
    """What went out. ``precategorized``: media that hash sets name by a digest; ``graded``:
    media that bear a trusted grade of officers; ``disputed``: those whose grades differ,
    ``untranslated``: those whose category has no mapping to the scheme asked for,
    ``unnumbered``: those whose category is no number, which VICS needs; all three without a
    category, and with it as a tag where it is a grade or the scheme has it."""

    media: int = 0
    precategorized: int = 0
    graded: int = 0
    disputed: int = 0
    untranslated: int = 0
    unnumbered: int = 0


class Chosen(NamedTuple):
    """``number``: the category as VICS has it; ``tag``: what is no number of the scheme, with
    its scheme; ``source``: the hit it comes from, None where it is the officers' own."""

    number: int | None = None
    tag: str | None = None
    source: SetHit | None = None


class Choosing:
    """Chooses for one export in one scheme, and counts what it could not do."""

    def __init__(self, schemes: Schemes, scheme: str, exported: Exported) -> None:
        self._schemes, self._scheme, self._exported = schemes, scheme, exported

    def of(self, graded: Graded | None, hits: Sequence[SetHit]) -> Chosen:
        """``hits``: of illegal sets, by a digest. A trusted grade comes before what any list
        says; where officers differ, nothing is said for them."""
        first = hits[0] if hits else None
        self._exported.precategorized += first is not None
        if graded is None or (graded.code is None and not graded.disputed):
            return self._listed(hits)
        if graded.disputed or graded.code is None:
            self._exported.disputed += 1
            return Chosen()
        self._exported.graded += not graded.imported
        source = first if graded.imported else None
        try:
            code = self._schemes.translate(graded.code, graded.scheme, self._scheme)
        except NoMapping:
            self._exported.untranslated += 1
            return Chosen(tag=f"{graded.scheme}:{graded.code}", source=source)
        return self._told([code], source)

    def _listed(self, hits: Sequence[SetHit]) -> Chosen:
        """What the lists say, all of them: sets that disagree say nothing that could be handed
        on as one category."""
        said = [(one, codes) for one in hits if (codes := self._translated(one))]
        if not said:
            self._exported.untranslated += any(one.hit.categories for one in hits)
            return Chosen(source=hits[0] if hits else None)
        found = sorted({code for _, codes in said for code in codes})
        found = [code for code in found if not self._uncategorised(code)] or found
        source = next(one for one, codes in said if found[0] in codes)
        return self._told(found, source)

    def _translated(self, one: SetHit) -> set[str]:
        """The codes of a hit in the scheme asked for, as far as there is a mapping."""
        if one.hit.categories is None or one.scheme is None:
            return set()
        found = set()
        for code in one.hit.categories.split(" "):
            try:
                found.add(self._schemes.translate(code, one.scheme, self._scheme))
            except NoMapping:
                return set()
        return found

    def _uncategorised(self, code: str) -> bool:
        category = self._schemes.named(self._scheme).category(code)
        return category is not None and category.meaning is Meaning.UNCATEGORIZED

    def _told(self, codes: Sequence[str], source: SetHit | None) -> Chosen:
        if len(codes) == 1 and codes[0].isdecimal() and int(codes[0]) < 256:
            return Chosen(number=int(codes[0]), source=source)
        self._exported.unnumbered += 1
        return Chosen(tag=" ".join(f"{self._scheme}:{code}" for code in codes), source=source)
