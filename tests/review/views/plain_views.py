"""What views should hold, worked out media by media from the tables and the rules of grading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.review.views.gallery_room import STACK, Gallery, Truth

from trawl.formats.schemes import load_schemes
from trawl.model.grading import State
from trawl.review.grading.rules import Rules
from trawl.review.grading.stands import Judged, judged
from trawl.review.views.asking import Asked, Filter, Order, Source, Told, Unit

Met = Callable[["Plain", Truth, Filter], bool]

_STATES = {
    State.OPEN: Told.OPEN,
    State.PROPOSED: Told.PROPOSED,
    State.TRUSTED: Told.TRUSTED,
    State.DISPUTED: Told.DISPUTED,
    State.KNOWN_GOOD: Told.KNOWN_GOOD,
    State.KNOWN_ILLEGAL: Told.KNOWN_ILLEGAL,
}


@dataclass
class Plain:
    """One case as one officer knows it. ``hit``: by set the media it has hit; ``marks``: media
    with notes, clues, and by tag; ``leased``: tops that others have."""

    gallery: Gallery
    officer_id: int
    hit: dict[str, set[int]] = field(default_factory=dict)
    noted: set[int] = field(default_factory=set)
    clues: set[int] = field(default_factory=set)
    tags: dict[str, set[int]] = field(default_factory=dict)
    leased: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.media = self.gallery.truth()
        with self.gallery.database.reader() as reader:
            self.rules = Rules.of(reader, self.gallery.case_id, load_schemes())
            ids = list(self.media)
            self.judged: dict[int, Judged] = judged(reader, self.gallery.case_id, ids, self.rules)
        viewable = [one.id for one in self.media.values() if one.kind in ("image", "video")]
        self.top = {media_id: media_id for media_id in self.media}
        if self.gallery.stacked:
            self.top |= {one: viewable[at // STACK * STACK] for at, one in enumerate(viewable)}

    def category(self, media_id: int) -> str | None:
        """The category by which a media is asked for."""
        found = self.judged[media_id]
        told = found.told(self.officer_id).category
        return self.rules.code(told if told >= 0 else found.hint.proposal)

    def state(self, media_id: int) -> set[Told]:
        found = self.judged[media_id]
        mine = {Told.MINE} if found.own(self.officer_id) >= 0 else set()
        state = found.told(self.officer_id).state
        return mine | ({_STATES[state]} if state in _STATES else set())

    def waits(self, media_id: int) -> bool:
        found = self.judged[media_id]
        settled = found.stands.state in (State.TRUSTED, State.DISPUTED)
        known = found.hint.good or found.hint.illegal
        plain = not settled and not known and found.own(self.officer_id) < 0
        return plain or found.waits_as_sample(self.officer_id)

    def meets(self, one: Truth, wanted: Filter) -> bool:
        return all(met(self, one, wanted) for met in PARTS.values())

    def drawn(self, one: Truth, asked: Asked) -> bool:
        found = self.judged[one.id]
        viewable = one.kind in ("image", "video")
        hidden = {self.category(one.id), self.rules.code(found.hint.proposal)}
        if hidden & set(asked.not_shown):
            return False
        if asked.source is Source.QUEUE:
            return viewable and self.waits(one.id) and self.top[one.id] not in self.leased
        if not viewable and not asked.wanted.kinds:
            return False
        return {
            Source.ALL: True,
            Source.MINE: found.own(self.officer_id) >= 0,
            Source.SAMPLES: found.waits_as_sample(self.officer_id),
            Source.DISPUTES: found.told(self.officer_id).state is State.DISPUTED,
        }[asked.source]

    def rows(self, asked: Asked) -> tuple[list[int], int]:
        """The media of a view in its order, and how many media they stand for."""
        meant = [
            one
            for one in self.media.values()
            if self.drawn(one, asked) and self.meets(one, asked.wanted)
        ]
        rows = {one.id for one in meant}
        if asked.unit is Unit.STACK:
            rows = {self.top[one] for one in rows}
        return sorted(rows, key=lambda one: self._key(one, asked.order)), len(meant)

    def _key(self, media_id: int, order: Order) -> tuple[object, ...]:
        one = self.media[media_id]
        place = one.places[0][0], one.places[0][1]
        taken = one.taken_us is None, one.taken_us or 0
        return {
            Order.PLACE: place,
            Order.STACK: (-self.size(media_id), *place),
            Order.TAKEN: (*taken, *place),
            Order.SIZE: (-one.size, *place),
            Order.CAMERA: (one.camera is None, one.camera or "", *taken, *place),
        }[order]

    def size(self, media_id: int) -> int:
        return sum(top == self.top[media_id] for top in self.top.values())


def _any(chosen: tuple[object, ...], said: object) -> bool:
    return not chosen or said in chosen


def _at(one: Truth, text: str | None) -> bool:
    return text is None or any(_folded(text) in _folded(path) for _, _, path in one.places)


def _folded(text: str) -> str:
    return "".join(each.lower() if each.isascii() else each for each in text)


def _text(plain: Plain, one: Truth, wanted: Filter) -> bool:
    words = (one.camera, one.serial, one.software, *one.said)
    needle = _folded(wanted.text or "").replace("\n", " ")
    inside = any(needle in _folded(word).replace("\n", " ") for word in words if word)
    return wanted.text is None or inside or _at(one, wanted.text)


def _taken(_: Plain, one: Truth, wanted: Filter) -> bool:
    low, high = wanted.taken_from_us, wanted.taken_to_us
    if low is None and high is None:
        return True
    if one.taken_us is None:
        return False
    return (low is None or one.taken_us >= low) and (high is None or one.taken_us < high)


def _place(_: Plain, one: Truth, wanted: Filter) -> bool:
    area = wanted.place
    if area is None:
        return True
    if one.latitude is None or one.longitude is None:
        return False
    if not area.south <= one.latitude <= area.north:
        return False
    if area.west <= area.east:
        return area.west <= one.longitude <= area.east
    return one.longitude >= area.west or one.longitude <= area.east


def _stack(plain: Plain, one: Truth, wanted: Filter) -> bool:
    size = plain.size(one.id)
    most = wanted.stack_most
    return size >= (wanted.stack_least or 0) and (most is None or size <= most)


PARTS: dict[str, Met] = {
    "exhibits": lambda _, one, w: (
        not w.exhibits or any(exhibit in w.exhibits for exhibit, _, _ in one.places)
    ),
    "path": lambda _, one, w: _at(one, w.path),
    "kinds": lambda _, one, w: not w.kinds or one.kind in [str(kind) for kind in w.kinds],
    "taken": _taken,
    "cameras": lambda _, one, w: _any(w.cameras, one.camera),
    "serials": lambda _, one, w: _any(w.serials, one.serial),
    "place": _place,
    "states": lambda p, one, w: not w.states or bool(p.state(one.id) & set(w.states)),
    "categories": lambda p, one, w: _any(w.categories, p.category(one.id)),
    "sets": lambda p, one, w: (
        not w.sets or any(one.id in p.hit.get(name, set()) for name in w.sets)
    ),
    "stack": _stack,
    "tags": lambda p, one, w: (
        not w.tags or any(one.id in p.tags.get(name, set()) for name in w.tags)
    ),
    "failed": lambda _, one, w: w.failed is None or one.failed == w.failed,
    "text": _text,
    "noted": lambda p, one, w: w.noted is None or (one.id in p.noted) == w.noted,
    "clues": lambda p, one, w: w.clues is None or (one.id in p.clues) == w.clues,
}
