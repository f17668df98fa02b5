"""The bulk of the haul: what a phone and a laptop collect. Originals with EXIF, what messengers
make of them, thumbnails, screenshots, edits, and exact copies all over the place."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PIL import Image, ImageDraw, ImageEnhance, ImageOps

from demo_haul.cameras import CAMERAS, ORIENTATION, PLACES, exif
from demo_haul.parallel import in_parallel
from demo_haul.seeds import chance, moment, put

# Of all pictures, in thousandths; the rest are originals.
SENT, THUMBNAILS, COPIES, SCREENSHOTS, EDITS = 150, 120, 110, 50, 90
EXAMPLE_SIZES = ((1600, 1200), (1280, 960), (2016, 1512), (1200, 900))
COPY_FOLDERS = (
    "phone/Download",
    "laptop/Users/kit/Pictures/Phone backup",
    "laptop/Users/kit/Фото/Лето",
    "laptop/Users/kit/照片",
    "laptop/Users/kit/صور",
)
# PDQ and other perceptual hashes are measured by how they bear such edits.
TRANSPOSED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    6: Image.Transpose.ROTATE_90,
    8: Image.Transpose.ROTATE_270,
}


@dataclass(frozen=True, slots=True)
class Original:
    """A picture as its camera wrote it."""

    path: Path
    taken: datetime


def jpeg(picture: Image.Image, quality: int, tags: Image.Exif | None = None) -> bytes:
    """The picture as JPEG bytes."""
    into = io.BytesIO()
    extra = {"exif": tags} if tags is not None else {}
    picture.save(into, "JPEG", quality=quality, **extra)
    return into.getvalue()


def originals(haul: Path, sources: Sequence[Image.Image], count: int) -> list[Original]:
    """Pictures as cameras write them: a crop of a source, its own light, EXIF, often a place,
    one in five stored turned with an orientation that says so."""

    def take(number: int) -> Original:
        random = chance(2, number)
        camera = CAMERAS[int(random.choice(4, p=(0.5, 0.2, 0.2, 0.1)))]
        taken = moment(number * 97 + int(random.integers(0, 60)))
        picture = _framed(sources[number % len(sources)], number)
        turned = int(random.choice((1, 3, 6, 8, 2), p=(0.8, 0.05, 0.07, 0.05, 0.03)))
        if turned in TRANSPOSED:
            picture = picture.transpose(TRANSPOSED[turned])
        place = PLACES[number // 40 % len(PLACES)] if random.random() < 0.6 else None
        if place:
            north, east = (place[n] + float(random.normal(0, 0.002)) for n in (0, 1))
            place = (north, east, place[2])
        data = jpeg(picture, int(random.integers(78, 94)), exif(camera, taken, turned, place))
        if camera is CAMERAS[2]:
            name = f"laptop/Users/kit/Pictures/{taken:%Y-%m} Camera/_MG_{number:04d}.JPG"
        else:
            name = f"phone/DCIM/{100 + number // 400}APPLE/IMG_{number + 1:04d}.JPG"
        return Original(put(haul / name, data, taken), taken)

    return in_parallel(take, range(count))


def _framed(source: Image.Image, number: int) -> Image.Image:
    """A crop of the source, seen in another light, in a camera's size."""
    random = chance(3, number)
    width, height = EXAMPLE_SIZES[number % len(EXAMPLE_SIZES)]
    share = float(random.uniform(0.55, 0.98))
    wide = min(source.width, source.height * 4 / 3) * share
    tall = wide * 3 / 4
    left = float(random.uniform(0, source.width - wide))
    top = float(random.uniform(0, source.height - tall))
    box = (left, top, left + wide, top + tall)
    picture = source.resize((width, height), Image.Resampling.BILINEAR, box=box)
    if random.random() < 0.3:
        picture = ImageOps.mirror(picture)
    return ImageEnhance.Brightness(picture).enhance(float(random.uniform(0.8, 1.2)))


def _upright(path: Path, longest: int) -> Image.Image:
    with Image.open(path) as picture:
        picture.draft("RGB", (longest, longest))
        upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest, longest))
    return upright


def sent(haul: Path, taken: Sequence[Original], count: int) -> int:
    """What a messenger makes of originals: smaller, recompressed, without EXIF."""

    def send(number: int) -> None:
        original = taken[number * 3 % len(taken)]
        picture = _upright(original.path, 1280 if number % 2 else 960)
        folder = "phone/WhatsApp/Media/WhatsApp Images" + ("/Sent" if number % 3 else "")
        name = f"{folder}/IMG-{original.taken:%Y%m%d}-WA{number:04d}.jpg"
        put(haul / name, jpeg(picture, 55 + number % 20), moment(number * 131))

    return len(in_parallel(send, range(count)))


def thumbnails(haul: Path, taken: Sequence[Original], count: int) -> int:
    """The cache of a gallery app."""

    def make(number: int) -> None:
        original = taken[number * 5 % len(taken)]
        picture = _upright(original.path, 320)
        name = f"phone/Android/media/.thumbnails/{1_000_000 + number}.jpg"
        put(haul / name, jpeg(picture, 70), original.taken)

    return len(in_parallel(make, range(count)))


def copies(haul: Path, taken: Sequence[Original], count: int) -> int:
    """The same bytes again elsewhere, sometimes under another name."""
    for number in range(count):
        original = taken[number * 7 % len(taken)]
        folder = COPY_FOLDERS[number % len(COPY_FOLDERS)]
        name = f"copy {number}.jpg" if number % 4 == 0 else f"{number}_{original.path.name}"
        put(haul / folder / name, original.path.read_bytes(), moment(20_000 + number))
    return count


def screenshots(haul: Path, sources: Sequence[Image.Image], count: int) -> int:
    """Flat colours, lines of text and a picture, as PNG."""

    def shoot(number: int) -> None:
        random = chance(4, number)
        screen = Image.new("RGB", (720, 1280), (250, 250, 248))
        draw = ImageDraw.Draw(screen)
        draw.rectangle((0, 0, 720, 96), fill=(18, 90, 80))
        for line in range(6):
            wide, side = int(random.integers(200, 480)), 20 if random.random() < 0.5 else 220
            top = 120 + line * 80
            draw.rounded_rectangle((side, top, side + wide, top + 60), 18, fill=(220, 240, 220))
            draw.text((side + 16, top + 22), f"Message {number}.{line}: see you at six", fill=0)
        picture = ImageOps.fit(sources[number % len(sources)], (640, 480))
        screen.paste(picture, (40, 640))
        into = io.BytesIO()
        screen.save(into, "PNG", compress_level=3)
        when = moment(number * 311)
        name = f"phone/Pictures/Screenshots/Screenshot_{when:%Y%m%d-%H%M}{number:02d}.png"
        put(haul / name, into.getvalue(), when)

    return len(in_parallel(shoot, range(count)))


def edits(haul: Path, taken: Sequence[Original], count: int) -> int:
    """Turned, mirrored, cropped, greyed, framed and written on."""

    def edit(number: int) -> None:
        original = taken[number * 11 % len(taken)]
        picture = _edited(_upright(original.path, 1000), number)
        name = f"phone/Pictures/Edited/{original.path.stem}_edit{number}.jpg"
        tags = Image.Exif()
        tags[0x0131] = "Example Photo Editor 3"
        tags[ORIENTATION] = 1
        put(haul / name, jpeg(picture, 80, tags), moment(30_000 + number))

    return len(in_parallel(edit, range(count)))


def _edited(picture: Image.Image, number: int) -> Image.Image:
    width, height = picture.size
    match number % 6:
        case 0:
            return picture.rotate(90 * (1 + number // 6 % 3), expand=True)
        case 1:
            return ImageOps.mirror(picture)
        case 2:
            return picture.crop((width // 10, height // 10, width * 9 // 10, height * 9 // 10))
        case 3:
            return ImageOps.grayscale(picture)
        case 4:
            return ImageOps.expand(picture, border=40, fill=(250, 250, 250))
        case _:
            ImageDraw.Draw(picture).text(
                (30, height - 60), "Holiday!", fill=(255, 240, 0), font_size=40
            )
            return picture
