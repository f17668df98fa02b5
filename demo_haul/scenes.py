"""Invented pictures: hills, streets and still lifes, painted from random numbers."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from demo_haul.seeds import chance

WIDTH, HEIGHT = 960, 720
Colour = tuple[int, int, int]


def scene(number: int) -> Image.Image:
    """The invented picture with this number, RGB, 960 × 720."""
    random = chance(1, number)
    painter = (_hills, _street, _still_life)[number % 3]
    picture = painter(random)
    grain = _clouds(random, 240) * 10 + random.normal(0, 3, (HEIGHT, WIDTH, 1)).astype(np.float32)
    pixels = np.asarray(picture, np.float32) + grain
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _clouds(random: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth noise about 0, float32 (720, 960, 1)."""
    total = np.zeros((HEIGHT, WIDTH), np.float32)
    size, weight = 6, 1.0
    while size <= cells:
        rough = random.uniform(-1, 1, (size * 3 // 4 + 1, size)).astype(np.float32)
        smooth = Image.fromarray(rough).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
        total += weight * np.asarray(smooth)
        size, weight = size * 2, weight * 0.55
    return total[:, :, None]


def _colour(random: np.random.Generator, low: int, high: int) -> Colour:
    red, green, blue = (int(n) for n in random.integers(low, high, 3))
    return red, green, blue


def _gradient(top: Colour, bottom: Colour, texture: np.ndarray, strength: float) -> Image.Image:
    down = np.linspace(0, 1, HEIGHT, dtype=np.float32)[:, None, None]
    pixels = np.asarray(top) * (1 - down) + np.asarray(bottom) * down
    pixels = np.broadcast_to(pixels, (HEIGHT, WIDTH, 3)) + texture * strength
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _hills(random: np.random.Generator) -> Image.Image:
    picture = _gradient(
        _colour(random, 60, 200), _colour(random, 170, 250), _clouds(random, 96), 28
    )
    draw = ImageDraw.Draw(picture)
    x, y, r = (int(n) for n in random.integers((80, 60, 20), (880, 260, 60)))
    draw.ellipse((x - r, y - r, x + r, y + r), fill=_colour(random, 220, 256))
    count = int(random.integers(3, 6))
    for ridge in range(count):
        base = HEIGHT * (0.4 + 0.5 * ridge / count)
        steps = random.normal(0, 26 - 3 * ridge, 33).cumsum()
        steps -= np.linspace(0, steps[-1], 33)
        line = [(float(i * 30), float(base + s)) for i, s in enumerate(steps)]
        shade = 150 - 100 * ridge // count
        draw.polygon([(0, HEIGHT), *line, (WIDTH, HEIGHT)], fill=_colour(random, 20, shade))
    return picture


def _street(random: np.random.Generator) -> Image.Image:
    picture = _gradient(
        _colour(random, 40, 180), _colour(random, 120, 240), _clouds(random, 48), 20
    )
    draw = ImageDraw.Draw(picture)
    left = 0
    while left < WIDTH:
        width, height = (int(n) for n in random.integers((70, 180), (200, 560)))
        wall, pane = _colour(random, 30, 180), _colour(random, 90, 256)
        draw.rectangle((left, HEIGHT - 90 - height, left + width, HEIGHT - 90), fill=wall)
        for top in range(HEIGHT - 70 - height, HEIGHT - 130, 44):
            for side in range(left + 12, left + width - 24, 36):
                if random.random() < 0.8:
                    draw.rectangle((side, top, side + 18, top + 24), fill=pane)
        left += width + int(random.integers(0, 30))
    draw.rectangle((0, HEIGHT - 90, WIDTH, HEIGHT), fill=_colour(random, 50, 100))
    for side in range(int(random.integers(0, 60)), WIDTH, 120):
        draw.rectangle((side, HEIGHT - 50, side + 60, HEIGHT - 42), fill=(230, 230, 210))
    return picture


def _still_life(random: np.random.Generator) -> Image.Image:
    picture = _gradient(
        _colour(random, 20, 150), _colour(random, 90, 220), _clouds(random, 192), 34
    )
    for _ in range(int(random.integers(5, 11))):
        x, y, w, h = (int(n) for n in random.integers((0, 120, 60, 60), (840, 600, 260, 240)))
        mask = Image.new("L", (WIDTH, HEIGHT), 0)
        draw = ImageDraw.Draw(mask)
        shape = draw.ellipse if random.random() < 0.6 else draw.rectangle
        shape((x, y, x + w, y + h), fill=255)
        flat = Image.new("RGB", (WIDTH, HEIGHT), _colour(random, 10, 256))
        shadow = mask.filter(ImageFilter.BoxBlur(14)).point([n // 2 for n in range(256)])
        picture.paste((10, 10, 10), (12, 16), shadow)
        picture.paste(flat, mask=mask)
        draw_on = ImageDraw.Draw(picture)
        lit = (x + w // 5, y + h // 6, x + w // 2, y + h // 3)
        draw_on.ellipse(lit, fill=_colour(random, 190, 256))
    return picture
