"""The gallery of 2.2 million media: opening, views, pages, tiles, and what the server takes.

    python benchmarks/gallery.py [--media 2200000] [--quick] [--keep FOLDER]

Builds a matched case of made-up media with real thumbnails (see ``gallery_case.py``), serves it
with ``trawl serve``'s own server in a process of its own, and asks it over HTTP as a signed-in
grader. "Prepared": the index made from nothing, once. "Cold": a server begun anew, the case asked
for the first time. Every view is asked for once, so none is answered from another. Tiles are
asked for as a browser does, over several connections; client and server share the machine, so the
server's own processor time is told beside. ``--keep`` keeps the case, and takes one that was built
there before. Writes ``benchmarks/results/gallery.json``.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from pathlib import Path
from statistics import median, quantiles
from typing import Any

HERE = Path(__file__).resolve().parent
COLD = 5
PAGES = 200
SHEETS = 60
CONNECTIONS = 3

FILTERS: dict[str, dict[str, Any]] = {
    "everything": {},
    "videos": {"kinds": ["video"]},
    "an exhibit": {"exhibits": ["S/2"]},
    "text in every path": {"path": "dcim"},
    "text in every name": {"path": "img_"},
    "text in some names": {"path": "img_0399"},
    "text in path or EXIF": {"text": "phone"},
    "text nowhere": {"text": "holiday"},
    "taken in two years": {"taken": {"from_us": 14 * 10**14, "to_us": 1463 * 10**12}},
    "a camera": {"cameras": ["Maker 0 Camera 0"]},
    "nine cameras": {"cameras": [f"Maker {number % 7} Camera {number}" for number in range(9)]},
    "a serial": {"serials": ["7"]},
    "a place": {"place": {"south": 51, "west": -3, "north": 52, "east": 0}},
    "proposed": {"states": ["proposed"]},
    "known": {"states": ["known-good", "known-illegal"]},
    "a category": {"categories": ["A"]},
    "hit by a set": {"sets": ["seen"]},
    "large stacks": {"stack": {"least": 50}},
    "failed": {"failed": True},
    "without notes": {"noted": False},
    "six parts": {
        "kinds": ["image"],
        "exhibits": ["S/1", "S/3"],
        "failed": False,
        "taken": {"from_us": 13 * 10**14},
        "stack": {"least": 2},
        "path": "img_01",
    },
}


# In a process of its own -----------------------------------------------------------------------


def serve(folder: str) -> None:
    """The server, as ``trawl serve`` runs it; tells its port."""
    from trawl.api.serving import listen, serve_until_stopped
    from trawl.workbench import Workbench

    bench = Workbench.open(Path(folder))
    socket = listen("127.0.0.1", 0)
    print(socket.getsockname()[1], flush=True)
    serve_until_stopped(bench, socket)


# The client ------------------------------------------------------------------------------------


@dataclass
class Client:
    """One connection of a signed-in officer."""

    port: int
    token: str
    csrf: str
    connection: http.client.HTTPConnection = field(init=False)

    def __post_init__(self) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=600)

    def ask(self, path: str, body: object = None) -> tuple[int, bytes]:
        """Status and answer of a request of the case."""
        headers = {"Cookie": f"trawl_session={self.token}", "X-CSRF": self.csrf}
        data = None if body is None else json.dumps(body)
        if data is not None:
            headers["Content-Type"] = "application/json"
        method = "GET" if data is None else "POST"
        self.connection.request(method, f"/api/cases/1/{path}", data, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read()

    def told(self, path: str, body: object = None) -> Any:
        """The JSON of an answer, which must be one."""
        status, data = self.ask(path, body)
        if status != 200:
            raise SystemExit(f"{path}: {status} {data[:300]!r}")
        return json.loads(data)


@dataclass
class Served:
    """A server that runs, and who asks it."""

    process: subprocess.Popen[str]
    port: int
    token: str
    csrf: str

    def client(self) -> Client:
        """One more connection."""
        return Client(self.port, self.token, self.csrf)

    def cpu_s(self) -> float:
        """Processor seconds of the server so far."""
        stat = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(stat[11]) + int(stat[12])) / os.sysconf("SC_CLK_TCK")

    def memory_mb(self) -> dict[str, float]:
        """What it has now, what of that is its own alone, and the most it ever had."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text()

        def figure(text: str, name: str) -> float:
            return int(text.partition(f"{name}:")[2].split()[0]) / 1000

        return {
            "resident": figure(status, "VmRSS"),
            "anonymous": figure(rollup, "Anonymous"),
            "peak": figure(status, "VmHWM"),
        }


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """A server begun anew."""
    token, csrf = sign_in(folder)
    process = subprocess.Popen(
        [sys.executable, __file__, "--serve", str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        yield Served(process, int(process.stdout.readline()), token, csrf)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def sign_in(folder: Path) -> tuple[str, str]:
    """A session of the grader."""
    from gallery_case import GRADER
    from trawl.model.access import Act
    from trawl.store.officers import officer_by_name
    from trawl.store.web_sessions import Lasting, Passed, begin_session
    from trawl.workbench import Workbench

    bench = Workbench.open(folder)
    with bench.database.reader() as reader:
        grader = officer_by_name(reader, GRADER)
    with bench.database.session(grader) as session:
        begun = begin_session(session, grader.id, Passed.PASSWORD, Lasting())
        session.audit(Act.SIGN_IN, case_id=None, subject=grader.name, detail={})
    bench.close()
    return begun.token, begun.csrf


def timed(ask: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and the answer."""
    start = time.perf_counter()
    told = ask()
    return (time.perf_counter() - start) * 1000, told


def spread(times: list[float]) -> dict[str, float]:
    """Median, 95th of a hundred, greatest."""
    p95 = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    return {"p50_ms": median(times), "p95_ms": p95, "max_ms": max(times), "n": len(times)}


# What is measured ------------------------------------------------------------------------------


def prepared(folder: Path) -> float:
    """Seconds until a case that was never opened is."""
    shutil.rmtree(folder / "review", ignore_errors=True)
    with served(folder) as server:
        client, start = server.client(), time.perf_counter()
        while client.ask("views", {})[0] == 503:
            time.sleep(0.5)
        return time.perf_counter() - start


def cold(folder: Path) -> dict[str, float]:
    """A server begun anew: the case opened, its first page, its first tiles."""
    runs = []
    for _ in range(COLD):
        with served(folder) as server:
            runs.append(first_tiles(server.client()))
    steps = ("opening_ms", "first_page_ms", "first_tiles_ms")
    whole = [sum(run) for run in runs]
    told = {name: median(times) for name, times in zip(steps, zip(*runs, strict=True), strict=True)}
    return {**told, "all_ms": median(whole), "all_max_ms": max(whole)}


def first_tiles(client: Client) -> tuple[float, float, float]:
    """Milliseconds of each step from opening a case to its first tiles."""
    opening, view = timed(lambda: client.told("views", {}))
    paging, page = timed(lambda: client.told(f"views/{view['view']}/buckets/0"))
    showing, _ = timed(lambda: client.ask(tiles_path(page["ids"][:48])))
    return opening, paging, showing


def tiles_path(media: list[int], clarity: str = "blurred") -> str:
    return f"tiles?ids={','.join(map(str, media))}&clarity={clarity}"


def views(client: Client) -> dict[str, Any]:
    """Every filter on the queue and on everything, as stacks and as media, in all orders."""
    orders = cycle(("place", "taken", "stack", "size", "camera"))
    found: dict[str, Any] = {}
    every: list[float] = []
    for name, wanted in FILTERS.items():
        times, rows = [], []
        for source in ("queue", "all"):
            for unit in ("stack", "media"):
                for _ in range(3):
                    asked = {"source": source, "unit": unit, "filter": wanted}
                    asked["order"] = next(orders)
                    took, view = timed(lambda asked=asked: client.told("views", asked))
                    times.append(took)
                    rows.append(view["count"])
        found[name] = {**spread(times), "rows": max(rows)}
        every += times
    return {"all": spread(every), "filters": found}


def pages(client: Client) -> dict[str, Any]:
    """Pages at random depths of the longest view, near its beginning and near its end."""
    view = client.told("views", {"source": "all", "unit": "media"})
    stacks = client.told("views", {"source": "all"})
    last = view["count"] // 1000
    pick = random.Random(1)
    depths = {
        "media, anywhere": (view, [pick.randrange(last + 1) for _ in range(PAGES)]),
        "media, first 50": (view, list(range(min(50, last + 1)))),
        "media, last 50": (view, list(range(max(0, last - 49), last + 1))),
        "stacks, anywhere": (
            stacks,
            [pick.randrange(stacks["count"] // 1000 + 1) for _ in range(PAGES)],
        ),
    }
    found = {}
    for name, (of, numbers) in depths.items():
        paths = [f"views/{of['view']}/buckets/{number}" for number in numbers]
        found[name] = spread([timed(lambda path=path: client.ask(path))[0] for path in paths])
    return found


def others(client: Client) -> dict[str, Any]:
    """A view opened again, groups, choices of filters, a media found."""
    view = client.told("views", {"source": "all", "unit": "media", "order": "taken"})
    key = view["view"]
    page = client.told(f"views/{key}/buckets/{view['count'] // 2000}")
    asked: dict[str, tuple[str, object]] = {
        "opened again": ("views", {"source": "all", "unit": "media", "order": "taken"}),
        **{
            f"groups by {by}": (f"views/{key}/groups?by={by}", None)
            for by in ("month", "camera", "place", "exhibit")
        },
        "facets": ("facets", None),
        "find": (f"views/{key}/find?media={page['ids'][5]}", None),
    }
    return {
        name: spread([timed(lambda each=each: client.told(*each))[0] for _ in range(12)])
        for name, each in asked.items()
    }


def tiles(server: Served, media: list[int]) -> dict[str, Any]:
    """Thumbnails a second, by clarity and size of the sheet."""
    found = {}
    for clarity, size in (
        *(("blurred", 48), ("blurred", 200)),
        *(("grey", 48), ("clear", 48)),
    ):
        shares = [media[at : at + size] for at in range(0, min(len(media), SHEETS * 48), size)]
        cpu, lost = server.cpu_s(), [0]
        took, times = timed(lambda: at_once(server, shares, clarity, lost))  # noqa: B023
        shown = sum(map(len, shares)) - lost[0]
        found[f"{clarity}, {size} a sheet"] = {
            "per_s": shown / took * 1000,
            "per_cpu_s": shown / (server.cpu_s() - cpu),
            **spread(times),
        }
    return found


def at_once(server: Served, shares: list[list[int]], clarity: str, lost: list[int]) -> list[float]:
    """Ask for sheets over several connections; milliseconds of each."""
    waiting, times = list(shares), []

    def work() -> None:
        client = server.client()
        while waiting:
            share = waiting.pop()
            took, (status, data) = timed(lambda: client.ask(tiles_path(share, clarity)))  # noqa: B023
            assert status == 200, data
            times.append(took)
            lost[0] += len(data) < 1000

    threads = [threading.Thread(target=work) for _ in range(CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return times


def run(folder: Path, media: int) -> dict[str, Any]:
    """Every figure."""
    result: dict[str, Any] = {
        "media": media,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "prepared_s": prepared(folder),
        "cold": cold(folder),
    }
    result["index_mb"] = (
        sum(path.stat().st_size for path in (folder / "review").rglob("*.columns")) / 1e6
    )
    with served(folder) as server:
        client = server.client()
        view = client.told("views", {})
        ids = [
            one
            for number in range(4)
            for one in client.told(f"views/{view['view']}/buckets/{number * 20}")["ids"]
        ]
        result["memory_opened_mb"] = server.memory_mb()
        result["tiles"] = tiles(server, ids)
        # A connection each: the server lets go of one that has been idle for five seconds.
        result["pages"] = pages(server.client())
        result["others"] = others(server.client())
        result["views"] = views(server.client())
        result["memory_mb"] = server.memory_mb()
    result["load_after"] = os.getloadavg()[0]
    return result


def show(result: dict[str, Any]) -> None:
    """Print the tables."""
    plain = {name: value for name, value in result.items() if not isinstance(value, dict)}
    print(json.dumps(plain), json.dumps(result["cold"]), sep="\n")
    print(json.dumps({name: result[name] for name in ("memory_opened_mb", "memory_mb")}))
    for name, row in result["tiles"].items():
        print(f"{name:24}{row['per_s']:10,.0f}/s{row['per_cpu_s']:10,.0f} per CPU second")
    print(f"{'':28}{'p50 ms':>10}{'p95 ms':>10}{'max ms':>10}")
    rows = {**result["pages"], **result["others"], "all views": result["views"]["all"]}
    for name, row in {**rows, **result["views"]["filters"]}.items():
        print(f"{name:28}{row['p50_ms']:10.1f}{row['p95_ms']:10.1f}{row['max_ms']:10.1f}")


def build_once(folder: Path, media: int) -> Path:
    """The case, unless it is there."""
    from gallery_case import build

    done = folder / f"gallery-{media}"
    if not done.exists():
        unfinished = folder / "building"
        shutil.rmtree(unfinished, ignore_errors=True)
        start = time.perf_counter()
        build(unfinished, media)
        unfinished.rename(done)
        print(f"built in {time.perf_counter() - start:.0f} s", flush=True)
    return done


def main() -> None:
    """Parse, build, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--media", type=int, default=2_200_000)
    parser.add_argument("--quick", action="store_true", help="20,000 media")
    parser.add_argument("--keep", type=Path, help="keep the case there, or take it from there")
    parser.add_argument("--serve", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    os.environ["TRAWL_OFFICER"] = "bench"  # a kept case may be another account's
    if asked.serve:
        serve(asked.serve)
        return
    media = 20_000 if asked.quick else asked.media
    with tempfile.TemporaryDirectory(prefix="trawl-gallery-") as temporary:
        folder = asked.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        result = run(build_once(folder, media), media)
    show(result)
    results = HERE / "results"
    results.mkdir(exist_ok=True)
    name = "gallery.json" if media == 2_200_000 else f"gallery_{media}.json"
    (results / name).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
