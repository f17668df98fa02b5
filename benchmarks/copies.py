"""Copies found: recall of each family of edits at a rate of false matches of one in a million.

    python benchmarks/copies.py [--pictures FOLDER] [--across 4 --down 3] [--queries 154]
                                [--segmented 6] [--model NAME|FILE]… [--full] [--no-peers]
                                [--quick]

Distinct pictures are disjoint tiles of photographs, each an original. Every edit of some of them
is sought among all originals: the pair with its own original should match, every other pair is a
negative. A method's threshold is the loosest at which at most one in a million of its negative
pairs match, or all but none where there are fewer; all methods see the same files. Two rates are
given: over all negative pairs, and over those of different photographs alone, since neighbouring
tiles of one photograph show the same wall or water. Trawl also stands at its own fixed threshold.
Tiles whose PDQ quality is below 50 (bare sky, blank walls) are left out for all methods: such
pictures are the same to every small fingerprint. Trawl's score is that of `trawl similar`, which
looks further for pictures as they stand than for turned ones.
"""

from __future__ import annotations

import argparse
import json
import platform
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
import simplejpeg

from copy_methods import Files, Scores, Seen, all_seen, by_embedding, by_peers, by_trawl
from edits import EDITS, Picture, tiles
from pictures import photographs
from trawl.matching.embedding.model import Model
from trawl.model.matching import NEAR, PLAIN, SOUGHT
from trawl.passes.pdq import fingerprint

RESULTS = Path(__file__).resolve().parent / "results"
RATE = 1e-6
RATES = (1e-6, 1e-5, 1e-4, 1e-3, 1e-2)
ORIGINAL_QUALITY = 90


class Trial(NamedTuple):
    """The files, and of each query the original and the edit; of each original its photograph."""

    files: Files
    original: npt.NDArray[np.int64]
    edit: npt.NDArray[np.int64]
    photograph: npt.NDArray[np.int64]

    def first(self, queries: int) -> Trial:
        """The same with the first queries alone."""
        return self._replace(original=self.original[:queries], edit=self.edit[:queries])

    @property
    def own(self) -> npt.NDArray[np.bool_]:
        """(queries, originals): the pairs that should match."""
        return np.arange(len(self.photograph))[None, :] == self.original[:, None]

    @property
    def foreign(self) -> npt.NDArray[np.bool_]:
        """(queries, originals): the pairs of different photographs."""
        return self.photograph[None, :] != self.photograph[self.original][:, None]


def write(path: Path, picture: Picture, quality: int) -> None:
    path.write_bytes(simplejpeg.encode_jpeg(np.ascontiguousarray(picture), quality, "RGB", "420"))


def too_plain(picture: Picture) -> bool:
    """Whether there is too little in it to be matched by sight."""
    grey = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    return fingerprint(grey).quality < PLAIN


def made(into: Path, sources: list[Picture], across: int, down: int, queries: int) -> Trial:
    """All originals, and every edit of ``queries`` of them spread over the photographs."""
    chance = np.random.default_rng(1)
    numbered = [
        (tile, number)
        for number, source in enumerate(sources)
        for tile in tiles(source, across, down)
        if not too_plain(tile)
    ]
    pictures, photograph = [one for one, _ in numbered], np.array([two for _, two in numbered])
    chosen = chance.permutation(len(pictures))[:queries]
    originals, edited, rows, edits = [], [], [], []
    for row, picture in enumerate(pictures):
        originals.append(f"{row:05d}.jpg")
        write(into / originals[-1], picture, ORIGINAL_QUALITY)
    for row in chosen:
        for number, edit in enumerate(EDITS):
            edited.append(f"{row:05d}-{number:02d}.jpg")
            write(into / edited[-1], edit.make(pictures[row], chance), edit.quality)
            rows.append(int(row))
            edits.append(number)
    return Trial(Files(into, originals, edited), np.array(rows), np.array(edits), photograph)


def threshold_at(rate: float, negatives: npt.NDArray[np.float32]) -> float:
    """The score above which at most ``rate`` of the negatives lie."""
    allowed = int(rate * len(negatives))
    return float(np.partition(negatives, -allowed - 1)[-allowed - 1])


def recall(matched: npt.NDArray[np.bool_], trial: Trial) -> dict[str, float]:
    """Share of queries that match their original, by family."""
    own = matched[np.arange(len(matched)), trial.original]
    return {edit.name: float(own[trial.edit == n].mean()) for n, edit in enumerate(EDITS)}


def judged(scores: Scores, trial: Trial) -> dict[str, Any]:
    """Recall at the rate, over all negatives and over foreign ones alone."""
    said: dict[str, Any] = {}
    trial = trial.first(len(scores))  # a slow method sees fewer
    for name, negative in (("all", ~trial.own), ("foreign", trial.foreign)):
        negatives = scores[negative]
        above = threshold_at(RATE, negatives)
        said[name] = {
            "above": above,
            "negative pairs": len(negatives),
            "false pairs": int((negatives > above).sum()),
            "recall": recall(scores > above, trial),
            "thresholds": {f"{rate:g}": threshold_at(rate, negatives) for rate in RATES},
        }
    return said


def fixed(scores: Scores, least: float, trial: Trial) -> dict[str, Any]:
    """Recall and false pairs at a threshold that was set beforehand."""
    matched = scores >= least
    return {
        "threshold": abs(least),
        "false pairs": int(matched[~trial.own].sum()),
        "of them in different photographs": int(matched[trial.foreign].sum()),
        "recall": recall(matched, trial),
    }


def measured(trial: Trial, wanted: argparse.Namespace) -> dict[str, Any]:
    """Every method over the trial."""
    found: list[Seen] = all_seen(trial.files)
    turned = by_trawl(trial.files, found)
    similar = by_trawl(trial.files, found, handicap=SOUGHT - NEAR)
    at_rate = {"Trawl": similar, "Trawl, as they stand": by_trawl(trial.files, found, turns=False)}
    at_own = {
        f"Trawl within {NEAR} (the same picture)": fixed(turned, -NEAR, trial),
        f"Trawl within {SOUGHT}, turned within {NEAR} (similar)": fixed(similar, -SOUGHT, trial),
    }
    for named in wanted.model:
        model = Model.open(named)
        for full in (False, True) if wanted.full else (False,):
            name = f"{model.name}{', full pictures' if full else ''}"
            scores = by_embedding(trial.files, found, model, full=full)
            at_rate[name] = scores
            if model.copy is not None:
                at_own[f"{name} from {model.copy}"] = fixed(scores, model.copy, trial)
                either = np.where(turned >= -NEAR, np.float32(2), scores)
                at_own[f"Trawl within {NEAR} or {name}"] = fixed(either, model.copy, trial)
    if not wanted.no_peers:
        at_rate |= by_peers(trial.files, wanted.segmented * len(EDITS))
    return {
        "at the rate": {name: judged(scores, trial) for name, scores in at_rate.items()},
        "at fixed thresholds": at_own,
    }


def table(results: dict[str, Any]) -> None:
    """Families down, methods across, in percent."""
    columns = {
        f"{name} [{which}]": judgement[which]["recall"]
        for which in ("all", "foreign")
        for name, judgement in results["at the rate"].items()
    }
    columns |= {name: said["recall"] for name, said in results["at fixed thresholds"].items()}
    for number, name in enumerate(columns):
        print(f"  ({number + 1}) {name}")
    print(" " * 22 + "".join(f"{f'({n + 1})':>6}" for n in range(len(columns))))
    for edit in EDITS:
        shares = "".join(f"{100 * share[edit.name]:6.1f}" for share in columns.values())
        print(f"{edit.name:22}{shares}")
    means = "".join(f"{100 * np.mean(list(s.values())):6.1f}" for s in columns.values())
    print(f"{'mean':22}{means}")
    for name, said in results["at fixed thresholds"].items():
        foreign = said["of them in different photographs"]
        print(f"{name}: {said['false pairs']} false pairs, {foreign} in different photographs")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--across", type=int, default=4)
    parser.add_argument("--down", type=int, default=3)
    parser.add_argument("--queries", type=int, default=154)
    parser.add_argument("--segmented", type=int, default=6, help="… by the slowest peer's hash")
    parser.add_argument("--model", action="append", default=[])
    parser.add_argument("--full", action="store_true", help="the models on full pictures too")
    parser.add_argument("--no-peers", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path, default=RESULTS / "copies.json")
    wanted = parser.parse_args()
    sources = photographs(wanted.pictures)
    if wanted.quick:
        sources, wanted.queries = sources[:6], 12
    with tempfile.TemporaryDirectory() as scratch:
        trial = made(Path(scratch), sources, wanted.across, wanted.down, wanted.queries)
        results = {
            "machine": platform.platform(),
            "photographs": len(sources),
            "originals": len(trial.photograph),
            "queries": len(trial.original),
            "negative pairs": int((~trial.own).sum()),
            "rate": RATE,
        } | measured(trial, wanted)
    print(json.dumps({k: v for k, v in results.items() if not isinstance(v, dict)}))
    table(results)
    wanted.json.parent.mkdir(exist_ok=True)
    wanted.json.write_text(json.dumps(results, indent=2) + "\n")


if __name__ == "__main__":
    main()
