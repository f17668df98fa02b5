"""What goes over the wire, from a real server over a real intake: never the seized bytes, and of
what is shown blurred no more than a few grey pixels."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import av
import cv2
import httpx2
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image
from route_table import TABLE
from sqlalchemy import select
from tests.e2e.serving import Served
from tests.passes.clips import clip
from tests.passes.exif_blobs import ascii_of, exif
from tests.passes.pictures import photograph, saved

from trawl.api.sheets import MAGIC
from trawl.casework.cases import add_case
from trawl.casework.exhibits import ensure_exhibit
from trawl.model.looking import Clarity
from trawl.signin.time_codes import code_at
from trawl.store import schema
from trawl.workbench import Workbench

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

WINDOW = 64
PASSWORD = "nine green kettles sing"
SECRET = "Serial 8841-QX, the words of the file itself"
Grey = npt.NDArray[np.float64]

FINEST = 12
"""Half of the 24 pixels that are left of a blurred picture: its cycles along the longer side."""


def footage() -> Iterator[npt.NDArray[np.uint8]]:
    """Four seconds of a photograph that moves: detail in every frame."""
    wide = np.asarray(photograph(760, 480, seed=11))
    for at in range(40):
        yield np.ascontiguousarray(wide[:480, at * 2 : at * 2 + 640])


def originals() -> dict[str, bytes]:
    """Files with nothing in common with what the server writes: their own Huffman tables and
    quantisers, other containers, words in their EXIF."""
    words = exif({0x010E: ascii_of(SECRET), 0x0131: ascii_of(SECRET)})
    large, small = photograph(1200, 800, seed=3), photograph(200, 150, seed=4)
    return {
        "large.jpg": saved(large, "JPEG", quality=97, optimize=True, exif=words),
        "small.jpg": saved(small, "JPEG", quality=96, optimize=True, exif=words),
        "drawn.png": saved(photograph(800, 600, seed=5), "PNG"),
        "film.mkv": clip(footage(), "matroska", "mpeg4", qscale="2"),
    }


@dataclass
class Wire:
    """A real server, the officer who asks it, and what the files were."""

    client: httpx2.Client
    case_id: int
    ids: dict[str, int]
    files: dict[str, bytes]
    csrf: str = ""
    windows: dict[str, frozenset[bytes]] = field(default_factory=dict)

    def ask(self, path: str) -> httpx2.Response:
        answer = self.client.get(path)
        assert answer.status_code == 200, (path, answer.text[:300])
        return answer

    def case(self, path: str) -> httpx2.Response:
        return self.ask(f"/api/cases/{self.case_id}/{path}")

    def sign_in(self, served: Served) -> None:
        token = served.first.partition("#")[2]
        name = self.client.get("/api/invitation", params={"token": token}).json()["name"]
        body = {"token": token, "name": name, "password": PASSWORD}
        self._keep(self.client.post("/api/invitation", json=body))
        secret = self.client.post("/api/account/totp/begin").json()["secret"]
        code = code_at(secret, time.time_ns() // 1000)
        self._keep(self.client.post("/api/account/totp", json={"code": code}))

    def _keep(self, answer: httpx2.Response) -> None:
        assert answer.status_code == 200, answer.text
        self.client.headers["x-csrf"] = answer.json()["csrf"]


def take_in(folder: Path, files: Mapping[str, bytes]) -> tuple[int, dict[str, int]]:
    """A workspace with a case that has taken in these files. Returns the case, and each file's
    media."""
    haul = folder / "haul"
    haul.mkdir()
    for name, data in files.items():
        (haul / name).write_bytes(data)
    bench = Workbench.create(folder / "workspace")
    with (folder / "workspace" / "trawl.toml").open("a") as settings:
        settings.write("workers = 1\n")
    bench.close()
    bench = Workbench.open(folder / "workspace")
    case = add_case(bench.database, bench.officer, "Heron")
    exhibit = ensure_exhibit(bench.database, bench.officer, case, "JB/1")
    taken, _ = bench.intake.begin(case, exhibit, (haul,))
    assert bench.intake.run(case, taken, lambda _: None, lambda: False)
    place = schema.occurrence.c
    with bench.database.reader() as reader:
        rows = reader.connection.execute(select(place.path, place.media_id)).all()
    bench.close()
    return case.id, {path.rpartition("/")[2]: media for path, media in rows if media is not None}


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    folder = tmp_path_factory.mktemp("wire")
    files = originals()
    case_id, ids = take_in(folder, files)
    served = Served.start(folder / "workspace", folder / "clock")
    try:
        with httpx2.Client(base_url=served.address, timeout=120) as client:
            made = Wire(client, case_id, ids, files)
            made.windows = {name: frozenset(windows_of(data)) for name, data in files.items()}
            made.sign_in(served)
            yield made
    finally:
        served.stop()


def windows_of(data: bytes) -> Iterator[bytes]:
    """Every run of 64 bytes that is not mere padding."""
    for at in range(len(data) - WINDOW + 1):
        window = data[at : at + WINDOW]
        if len(set(window)) >= 12:
            yield window


def check_foreign(wire: Wire, content: bytes, said: str) -> None:
    """No run of 64 bytes of any original, none of its words, no EXIF."""
    came = frozenset(windows_of(content))
    for name, windows in wire.windows.items():
        assert windows.isdisjoint(came), f"{said} has bytes of {name}"
    assert SECRET.encode() not in content, said
    assert b"Exif\x00" not in content, said


def pixels_of(data: bytes) -> npt.NDArray[np.uint8]:
    image = Image.open(io.BytesIO(data))
    assert image.format == "JPEG"
    assert not image.getexif()
    assert not [name for name in image.info if name in ("exif", "comment", "icc_profile", "xmp")]
    return np.asarray(image)


def tiles_of(content: bytes) -> dict[int, bytes]:
    """The pictures on a sheet."""
    assert content[:4] == MAGIC
    at, found = 8, {}
    for _ in range(int.from_bytes(content[4:8], "little")):
        number, size = (
            int.from_bytes(content[at + a : at + b], "little") for a, b in ((0, 8), (8, 12))
        )
        found[number] = content[at + 12 : at + 12 + size]
        at += 12 + size
    assert at == len(content)
    return found


def frames_of(content: bytes) -> list[npt.NDArray[np.uint8]]:
    with av.open(io.BytesIO(content)) as opened:
        assert not dict(opened.metadata).get("title")
        assert not opened.streams.audio
        return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]


# What is left of a picture -----------------------------------------------------------------------


def grey_of(pixels: npt.NDArray[np.uint8]) -> Grey:
    """Grey, whatever it was."""
    found = pixels.astype(float)
    return found if found.ndim == 2 else found @ np.array([0.299, 0.587, 0.114])


def check_grey(pixels: npt.NDArray[np.uint8], said: str) -> None:
    """No colour; a video's may be rounded."""
    if pixels.ndim == 3:
        spread = pixels.max(axis=2).astype(int) - pixels.min(axis=2)
        assert spread.max() <= 2, said


def at_size(pixels: npt.NDArray[np.uint8], like: Grey) -> Grey:
    height, width = like.shape
    return cv2.resize(grey_of(pixels), (width, height), interpolation=cv2.INTER_CUBIC)


def detail(grey: Grey) -> Grey:
    """What is finer than a blurred picture can hold."""
    height, width = grey.shape
    down, right = np.fft.fftfreq(height)[:, None] * height, np.fft.rfftfreq(width)[None] * width
    longer = max(height, width)
    grey = (grey - grey.mean()) * (np.hanning(height)[:, None] * np.hanning(width)[None])
    fine = np.hypot(down * longer / height, right * longer / width) > 2 * FINEST
    return np.fft.irfft2(np.fft.rfft2(grey) * fine, (height, width))


def likeness(first: Grey, second: Grey) -> float:
    return float(np.corrcoef(first.ravel(), second.ravel())[0, 1])


def check_blurred(pixels: npt.NDArray[np.uint8], original: Grey, said: str) -> None:
    """Grey, next to no energy in fine detail, and what there is not the picture's."""
    check_grey(pixels, said)
    shown, whole = detail(at_size(pixels, original)), detail(original)
    energy, like = float((shown**2).mean() / (whole**2).mean()), likeness(shown, whole)
    assert energy < MOST_ENERGY, (said, energy)
    assert like < MOST_LIKE, (said, like)


MOST_ENERGY = 0.03
MOST_LIKE = 0.1


def stills(wire: Wire) -> dict[str, Grey]:
    return {
        name: grey_of(np.asarray(Image.open(io.BytesIO(data)).convert("RGB")))
        for name, data in wire.files.items()
        if not name.endswith(".mkv")
    }


def blurred_looks(wire: Wire, name: str) -> dict[str, npt.NDArray[np.uint8]]:
    """Everything blurred that there is of a picture, at many sizes."""
    media, found = wire.ids[name], {}
    for longest in (32, 97, 256, 700, 1200, 4096):
        answer = wire.case(f"media/{media}/look?clarity=blurred&longest={longest}")
        check_foreign(wire, answer.content, f"{name} at {longest}")
        found[f"{name} at {longest}"] = pixels_of(answer.content)
    sheet = wire.case(f"tiles?ids={media}&clarity=blurred").content
    check_foreign(wire, sheet, f"tile of {name}")
    found[f"tile of {name}"] = pixels_of(tiles_of(sheet)[media])
    return found


@pytest.mark.parametrize("name", ["large.jpg", "small.jpg", "drawn.png"])
def test_a_blurred_picture_is_a_few_grey_pixels(wire: Wire, name: str) -> None:
    original = stills(wire)[name]
    looks = blurred_looks(wire, name)
    for said, pixels in looks.items():
        check_blurred(pixels, original, said)
    together = np.mean([at_size(pixels, original) for pixels in looks.values()], axis=0)
    check_blurred(together.clip(0, 255).astype(np.uint8), original, f"{name}, all looks together")


@pytest.mark.parametrize("name", ["large.jpg", "drawn.png"])
def test_the_measure_tells_a_picture_that_is_clear(wire: Wire, name: str) -> None:
    original = stills(wire)[name]
    for clarity in ("grey", "clear"):
        answer = wire.case(f"media/{wire.ids[name]}/look?clarity={clarity}&longest=1200")
        check_foreign(wire, answer.content, f"{name} {clarity}")
        pixels = pixels_of(answer.content)
        assert likeness(detail(at_size(pixels, original)), detail(original)) > 0.9
        if clarity == "grey":
            check_grey(pixels, name)
        else:
            assert pixels.ndim == 3


def film_frame(at_ms: int) -> Grey:
    return grey_of([*footage()][min(39, at_ms // 100)])


def test_a_blurred_frame_and_the_sheet_of_scenes(wire: Wire) -> None:
    film = wire.ids["film.mkv"]
    for at_ms in (0, 1500, 3900):
        answer = wire.case(f"media/{film}/frame?at_ms={at_ms}&clarity=blurred&longest=640")
        check_foreign(wire, answer.content, f"frame at {at_ms}")
        check_blurred(
            pixels_of(answer.content), film_frame(int(answer.headers["x-at-ms"])), "frame"
        )
    scenes = wire.case(f"media/{film}/scenes").json()
    sheet = wire.case(f"media/{film}/scenes/sheet?clarity=blurred").content
    check_foreign(wire, sheet, "sheet of scenes")
    pictures = tiles_of(sheet)
    assert pictures
    for one in scenes:
        if pictures.get(one["number"]):
            check_blurred(pixels_of(pictures[one["number"]]), film_frame(one["at_ms"]), "scene")


def test_a_blurred_segment(wire: Wire) -> None:
    film = wire.ids["film.mkv"]
    path = f"media/{film}/segment?from_ms=0&to_ms=4000&clarity="
    answer = wire.case(path + "blurred")
    check_foreign(wire, answer.content, "segment")
    frames = frames_of(answer.content)
    assert len(frames) >= 20
    begin = int(answer.headers["x-from-ms"])
    length = int(answer.headers["x-to-ms"]) - begin
    for number in range(0, len(frames), 7):
        at_ms = begin + number * length // len(frames)
        check_blurred(frames[number], film_frame(at_ms), f"frame {number} of the segment")
    clear = frames_of(wire.case(path + "clear").content)
    assert likeness(detail(at_size(clear[0], film_frame(0))), detail(film_frame(0))) > 0.8


# The server itself -------------------------------------------------------------------------------


def test_the_server_says_nothing_of_itself_and_takes_no_large_body(wire: Wire) -> None:
    for path in ("/", "/api/session", "/api/none", f"/api/cases/{wire.case_id}/events"):
        with wire.client.stream("GET", path) as answer:
            assert "server" not in answer.headers
            assert "x-powered-by" not in answer.headers
    for body in (b"x" * (2 << 20), iter([b"x" * 65536] * 40)):
        answer = wire.client.post("/api/talk", content=body)
        assert (answer.status_code, answer.json()["error"]["kind"]) == (413, "bad-request")
    assert wire.client.get("/api/session").status_code == 200


# Every route -------------------------------------------------------------------------------------

DELIVERING = frozenset(
    {
        "GET /api/cases/{case_id}/tiles",
        "GET /api/cases/{case_id}/media/{media_id}/look",
        "GET /api/cases/{case_id}/media/{media_id}/frame",
        "GET /api/cases/{case_id}/media/{media_id}/segment",
        "GET /api/cases/{case_id}/media/{media_id}/scenes/sheet",
    }
)
"""Routes that answer with something else than JSON or events."""


def test_no_route_at_any_clarity_hands_out_seized_bytes(wire: Wire) -> None:
    seen: set[str] = set()
    view = wire.client.post(f"/api/cases/{wire.case_id}/views", json={"source": "all"})
    numbers = {"case_id": wire.case_id, "view": view.json()["view"]}
    for row in TABLE:
        if row.method != "GET" or row.path.endswith("/events"):
            continue
        for media in wire.ids.values():
            ids = numbers | {"media": media, "media_id": media, "number": 0}
            path = re.sub(r"\{(\w+)\}", lambda found, ids=ids: str(ids.get(found[1], 1)), row.path)
            queries = [
                row.query,
                *(f"ids={media}&clarity={c}&sound=1&longest=4096" for c in Clarity),
            ]
            for query in queries if "media" in row.path or "tiles" in row.path else [row.query]:
                answer = wire.client.get(f"{path}?{query}")
                check_foreign(wire, answer.content, row.name)
                if answer.status_code == 200 and is_pixels(answer):
                    seen.add(row.name)
    assert seen == DELIVERING


def is_pixels(answer: Any) -> bool:
    return not answer.headers["content-type"].startswith("application/json")
