"""PDQ hashes to measure on, as skewed as those of real pictures.

    python benchmarks/fingerprints.py COUNT INTO.npy [--pictures FOLDER] [--random]

Six in ten are hashes of pictures: a window of a real photograph (place, 30 to 100 % of its sides,
a little other proportions, in three of ten turned by up to 8 degrees, mirrored half the time)
brought to PDQ's 64 x 64 samples, its tones changed and clipped; half of them blended with a window
of another photograph, so that a handful of photographs gives millions of pictures. Beyond two
million, further hashes are blends of the DCT coefficients of two such pictures, which is the same
as blending their samples. Only pictures of quality 50 or more are kept (a blend of coefficients is
taken at its parents' word). Four in ten are copies: families with sizes by Zipf's law (exponent
2, at most 1,000) around those pictures, each copy with 0 to 20 random bits flipped. All are
shuffled. ``--random`` writes uniformly random bits instead.

The window is averaged to 80 to 160 px before 64 x 64 samples are taken, which stands for PDQ's
own filter; ``check`` compares with ``trawl.passes.pdq`` on the same windows.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import cv2
import numpy as np

from trawl.passes.pdq import SAMPLES, _dct, fingerprint

SHARE_OF_PICTURES = 0.6
MOST_WINDOWS = 1_400_000
BATCH = 4096
LARGEST_FAMILY = 1_000
NARROWEST = 80  # px of a window's narrower side, at least, before samples are taken
ENOUGH_QUALITY = 50

Pyramid = list[np.ndarray]


def _generated(number: int) -> np.ndarray:
    """A picture where there is no photograph: smooth shapes and edges in many sizes."""
    chance = np.random.default_rng(number)
    picture = np.zeros((900, 1200), np.float32)
    for side in (3, 6, 12, 24, 48, 96):
        coarse = chance.normal(size=(side, side)).astype(np.float32)
        picture += cv2.resize(coarse, (1200, 900), interpolation=cv2.INTER_CUBIC) * 3 / side**0.5
    for _ in range(20):
        x, y, radius = chance.integers(0, 1200), chance.integers(0, 900), chance.integers(20, 300)
        cv2.circle(picture, (int(x), int(y)), int(radius), float(chance.normal() * 3), -1)
    return cv2.normalize(picture, None, 0, 255, cv2.NORM_MINMAX).astype(np.uint8)


def _pyramid(picture: np.ndarray) -> Pyramid:
    levels = [picture]
    while min(levels[-1].shape) >= 256:
        height, width = levels[-1].shape
        levels.append(
            cv2.resize(levels[-1], (width // 2, height // 2), interpolation=cv2.INTER_AREA)
        )
    return levels


@cache
def pyramids(folder: Path | None) -> list[Pyramid]:
    """Every picture of a folder in grey, halved again and again."""
    folder = folder or Path(__file__).resolve().parents[2] / "shared/data/pictures"
    found = [cv2.imread(str(path), 0) for path in sorted(folder.rglob("*")) if path.is_file()]
    whole = [one for one in found if one is not None and min(one.shape) >= 256]
    return [_pyramid(one) for one in whole or map(_generated, range(40))]


def _places(
    sizes: np.ndarray, deepest: np.ndarray, chance: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """For pictures of ``sizes`` (n, 2: height, width) with levels up to ``deepest``: the level to
    take a window from, and the affine map from 64 x 64 samples to it, (n, 2, 3)."""
    height, width = sizes.T
    share, bent, x, y, mirrored, turning, angle = chance.random((7, len(sizes)))
    share = 0.3 + 0.7 * share
    across, down = share * width, np.minimum(height, share * height * (0.9 + 0.2 * bent))
    level = np.clip(np.log2(np.minimum(across, down) / NARROWEST), 0, deepest).astype(int)
    scale = 0.5**level
    radians = np.where(turning < 0.3, np.deg2rad((angle - 0.5) * 16), 0.0)
    sine, cosine = np.sin(radians), np.cos(radians)
    side = np.where(mirrored < 0.5, -1, 1)
    linear = np.stack([side * cosine * across, -sine * down, side * sine * across, cosine * down])
    linear = (linear * scale / SAMPLES).T.reshape(-1, 2, 2)
    middle = np.stack([across / 2 + x * (width - across), down / 2 + y * (height - down)], axis=1)
    shift = middle * scale[:, None] - 0.5 - linear.sum(axis=2) * (SAMPLES - 1) / 2
    return level, np.concatenate([linear, shift[:, :, None]], axis=2)


def _sampled(level: np.ndarray, to_window: np.ndarray, side: int = SAMPLES) -> np.ndarray:
    """``side`` x ``side`` samples of a window, uint8."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return cv2.warpAffine(
        level, to_window, (side, side), flags=flags, borderMode=cv2.BORDER_REFLECT
    )


def _chosen(
    count: int, pictures: list[Pyramid], chance: np.random.Generator
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """``count`` windows: a level of a picture, and the map to the window."""
    numbers = chance.integers(0, len(pictures), count)
    sizes = np.array([one[0].shape for one in pictures])
    deepest = np.array([len(one) - 1 for one in pictures])
    levels, maps = _places(sizes[numbers], deepest[numbers], chance)
    for number, level, to_window in zip(numbers, levels, maps, strict=True):
        yield pictures[number][level], to_window


def _windows(count: int, pictures: list[Pyramid], chance: np.random.Generator) -> np.ndarray:
    """Samples of ``count`` windows with changed tones, float32 (count, 64, 64)."""
    samples = np.empty((count, SAMPLES, SAMPLES), np.float32)
    for row, (level, to_window) in enumerate(_chosen(count, pictures, chance)):
        samples[row] = _sampled(level, to_window)
    contrast = chance.uniform(0.7, 1.4, (count, 1, 1)).astype(np.float32)
    light = chance.uniform(-40, 40, (count, 1, 1)).astype(np.float32)
    samples -= 128
    samples *= contrast
    samples += 128 + light
    return np.clip(samples, 0, 255, out=samples)


def _blended(samples: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """The second half blended with others of them."""
    half = len(samples) // 2
    share = chance.uniform(0.3, 0.7, (len(samples) - half, 1, 1)).astype(np.float32)
    other = samples[chance.permutation(len(samples))[half:]]
    samples[half:] = share * samples[half:] + (1 - share) * other
    return samples


def qualities(samples: np.ndarray) -> np.ndarray:
    """PDQ's quality of each of (n, 64, 64) samples."""
    down = np.abs((np.diff(samples, axis=1) * (100 / 255)).astype(np.int32)).sum(axis=(1, 2))
    across = np.abs((np.diff(samples, axis=2) * (100 / 255)).astype(np.int32)).sum(axis=(1, 2))
    return np.minimum(100, (down + across) // 90)


def coefficients(samples: np.ndarray) -> np.ndarray:
    """The 256 DCT coefficients of each of (n, 64, 64) samples, float32 (n, 256)."""
    dct = _dct()
    return (dct @ samples @ dct.T).reshape(len(samples), 256)


def hashed(found: np.ndarray) -> np.ndarray:
    """The hashes of (n, 256) coefficients, uint8 (n, 32)."""
    median = np.partition(found, 127, axis=1)[:, 127:128]
    return np.packbits((found > median)[:, ::-1], axis=1)


def _batch(task: tuple[int, int, Path | None]) -> np.ndarray:
    """Hashes of one batch of windows and of ``blends`` times as many blends of them."""
    seed, blends, folder = task
    cv2.setNumThreads(1)
    chance = np.random.default_rng(seed)
    samples = _blended(_windows(BATCH, pyramids(folder), chance), chance)
    held = coefficients(samples[qualities(samples) >= ENOUGH_QUALITY])
    found = [hashed(held)]
    for _ in range(blends):
        share = chance.uniform(0.25, 0.75, (len(held), 1)).astype(np.float32)
        found.append(hashed(share * held + (1 - share) * held[chance.permutation(len(held))]))
    return np.concatenate(found)


def of_pictures(count: int, folder: Path | None, first: int = 0) -> np.ndarray:
    """Hashes of ``count`` pictures; another ``first`` gives others."""
    blends = max(0, -(-count // MOST_WINDOWS) - 1)
    batches = -(-count // int(BATCH * (1 + blends) * 0.8))
    tasks = [(first + number, blends, folder) for number in range(batches)]
    with multiprocessing.get_context("spawn").Pool(os.cpu_count()) as pool:
        found = np.concatenate(list(pool.imap(_batch, tasks, chunksize=2)))
    if len(found) < count:
        raise SystemExit("Too many of these pictures are too plain; name others with --pictures.")
    return found[:count]


def noisy(bits: np.ndarray, chance: np.random.Generator, most: int = 20) -> np.ndarray:
    """The same hashes, each with 0 to ``most`` random bits flipped."""
    found = bits.copy()
    for start in range(0, len(bits), 50_000):
        part = found[start : start + 50_000]
        flipped = np.zeros((len(part), 256), bool)
        place = chance.integers(0, 256, (len(part), most))
        row, turn = np.nonzero(np.arange(most) < chance.integers(0, most + 1, (len(part), 1)))
        flipped[row, place[row, turn]] = True
        part ^= np.packbits(flipped, axis=1)
    return found


def _families(pictures: np.ndarray, count: int, chance: np.random.Generator) -> np.ndarray:
    """``count`` copies of some of ``pictures``, in families with sizes by Zipf's law."""
    sizes = chance.zipf(2, count)
    sizes = sizes[sizes <= LARGEST_FAMILY]
    families = int(np.searchsorted(np.cumsum(sizes), count)) + 1
    heads = chance.permutation(len(pictures))[:families]
    return noisy(pictures[np.repeat(heads, sizes[: len(heads)])[:count]], chance)


def make(count: int, into: Path, folder: Path | None = None) -> Path:
    """``count`` hashes at ``into``, a .npy of uint8 (count, 32); one that is there is kept."""
    if into.exists():
        return into
    chance = np.random.default_rng(count)
    pictures = of_pictures(int(count * SHARE_OF_PICTURES), folder)
    copies = _families(pictures, count - len(pictures), chance)
    held = np.concatenate([pictures, copies])
    chance.shuffle(held)
    np.save(into, held)
    return into


def make_random(count: int, into: Path) -> Path:
    """``count`` hashes of uniformly random bits at ``into``."""
    if not into.exists():
        np.save(into, np.random.default_rng(count).integers(0, 256, (count, 32), np.uint8))
    return into


def check(folder: Path | None = None, count: int = 200) -> float:
    """Mean bits between these hashes and ``fingerprint`` on the same windows at 512 x 512."""
    bits = []
    for level, to_window in _chosen(count, pyramids(folder), np.random.default_rng(5)):
        finer = to_window / 8
        finer[:, 2] = to_window[:, 2] + to_window[:, :2].sum(axis=1) * (1 / 16 - 1 / 2)
        here = hashed(coefficients(_sampled(level, to_window)[None].astype(np.float32)))
        there = np.frombuffer(fingerprint(_sampled(level, finer, 512)).bits, np.uint8)
        bits.append(int(np.bitwise_count(here ^ there).sum()))
    return float(np.mean(bits))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("count", type=int)
    parser.add_argument("into", type=Path)
    parser.add_argument("--pictures", type=Path)
    parser.add_argument("--random", action="store_true")
    options = parser.parse_args()
    start = time.perf_counter()
    if options.random:
        make_random(options.count, options.into)
    else:
        print(f"bits off trawl's own hash on {200} windows: {check(options.pictures):.1f}")
        make(options.count, options.into, options.pictures)
    print(f"{options.count:,} hashes in {time.perf_counter() - start:.0f} s")


if __name__ == "__main__":
    main()
