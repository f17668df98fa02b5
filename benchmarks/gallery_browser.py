"""The gallery of 2.2 million media in a real browser: first tiles, jumps, scrolling, memory.

    python benchmarks/gallery_browser.py --keep FOLDER [--media 2200000] [--minutes 10]

The case is the one of ``gallery.py`` (``--keep`` there builds it once). Debian's Chromium,
headless, without a graphics card, on the machine that also serves: a tile counts when its own
picture is painted, not when its place is drawn. "First" and "all" tiles are from the begin of the
navigation; a jump is from the key that sends it. A frame is the time between two callbacks of
``requestAnimationFrame`` while the wheel turns. Memory is the JavaScript heap and the whole
renderer process (resident set). Five runs of each; medians are told with the worst. Writes
``benchmarks/results/gallery_browser.json``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import time
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from gallery import build_once, served

HERE = Path(__file__).resolve().parent
RUNS = 5
JUMPS = 20
SCROLL_S = 6.0
SIZE = {"width": 1440, "height": 900}
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]

# In the page: how many of the tiles on screen show their own picture.
PROBE = """
window.tilesPainted = () => {
  const box = document.querySelector('[role=grid]')?.getBoundingClientRect();
  if (!box) return [0, 0];
  let there = 0, painted = 0;
  for (const tile of document.querySelectorAll('.tile:not([hidden])')) {
    const at = tile.getBoundingClientRect();
    if (at.bottom < box.top || at.top > box.bottom) continue;
    there++;
    const canvas = tile.querySelector('canvas');
    const context = canvas?.getContext('2d');
    const [x, y] = [canvas.width / 2, canvas.height / 2];
    if (context.getImageData(x, y, 1, 1).data[3] > 0) painted++;
    else if (tile.querySelector('.tile-none')?.textContent) painted++;
  }
  return [there, painted];
};
window.whenPainted = (test, from) => new Promise((done) => {
  let first = null;
  const look = () => {
    const [there, painted] = test() ? window.tilesPainted() : [0, 0];
    const now = performance.now();
    if (first === null && painted > 0) first = now - from;
    if (there > 0 && painted === there) return done([first, now - from]);
    if (now - from > 60000) return done([first, null]);
    requestAnimationFrame(look);
  };
  look();
});
window.frames = (ms) => new Promise((done) => {
  const found = [];
  let last = performance.now();
  const end = last + ms;
  const look = (now) => {
    found.push(now - last);
    last = now;
    if (now < end) requestAnimationFrame(look); else done(found.slice(1));
  };
  requestAnimationFrame(look);
});
"""


def context_of(browser: Browser, port: int, token: str) -> BrowserContext:
    """A browser of an officer who is signed in."""
    context = browser.new_context(viewport=SIZE, base_url=f"http://127.0.0.1:{port}")
    context.add_cookies(
        [{"name": "trawl_session", "value": token, "domain": "127.0.0.1", "path": "/"}]
    )
    context.add_init_script(PROBE)
    return context


def opening(browser: Browser, port: int, token: str) -> tuple[float, float]:
    """Milliseconds from the begin of the navigation to the first tile and to all of them."""
    context = context_of(browser, port, token)
    page = context.new_page()
    page.goto("/cases/1/review", wait_until="commit")
    first, whole = page.evaluate("window.whenPainted(() => true, 0)")
    context.close()
    return first, whole


def jump(page: Page, position: int) -> tuple[float, float]:
    """Milliseconds from the key that sends a jump to its first tile and to all of them."""
    page.keyboard.press("g")
    field = page.get_by_role("textbox", name="Position")
    field.fill(str(position))
    page.evaluate(
        "window.sent = null; addEventListener('keydown', () => sent = performance.now(),"
        " {once: true, capture: true})"
    )
    page.keyboard.press("Enter")
    there = f"() => document.getElementById('tile-{position - 1}') !== null"
    first, whole = page.evaluate(f"window.whenPainted({there}, window.sent)")
    return first, whole


def scroll(page: Page, seconds: float) -> list[float]:
    """Milliseconds of each frame while the wheel turns."""
    box = page.get_by_role("grid").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.evaluate(f"window.going = window.frames({seconds * 1000})")
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        page.mouse.wheel(0, 240)
        time.sleep(0.03)
    found: list[float] = page.evaluate("window.going")
    return found


def renderer_mb() -> float:
    """Resident memory of the largest renderer process."""
    largest = 0.0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            command = status.with_name("cmdline").read_bytes()
            if b"--type=renderer" in command:
                rss = int(status.read_text().partition("VmRSS:")[2].split()[0]) / 1000
                largest = max(largest, rss)
        except OSError:
            continue
    return largest


def heap_mb(page: Page) -> float:
    """The JavaScript heap after a collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.send("Performance.enable")
    metrics = session.send("Performance.getMetrics")["metrics"]
    return float(next(m["value"] for m in metrics if m["name"] == "JSHeapUsedSize")) / 1e6


def measured(browser: Browser, port: int, token: str, media: int, minutes: float) -> dict[str, Any]:
    """All of it, one after the other."""
    cold = opening(browser, port, token)
    warm = [opening(browser, port, token) for _ in range(RUNS)]
    context = context_of(browser, port, token)
    page = context.new_page()
    page.goto("/cases/1/review")
    page.evaluate("window.whenPainted(() => true, 0)")
    count = int(page.locator(".left strong").inner_text().replace(",", ""))
    draw = random.Random(1)
    page.get_by_role("grid").focus()
    jumps = [jump(page, draw.randrange(1, count)) for _ in range(JUMPS)]
    page.get_by_role("grid").focus()
    runs = [scroll(page, SCROLL_S) for _ in range(RUNS)]
    before = {"heap_mb": heap_mb(page), "renderer_mb": renderer_mb()}
    end = time.perf_counter() + minutes * 60
    most = 0.0
    while time.perf_counter() < end:
        scroll(page, 20)
        jump(page, draw.randrange(1, count))
        page.get_by_role("grid").focus()
        most = max(most, renderer_mb())
    after = {"heap_mb": heap_mb(page), "renderer_mb": renderer_mb(), "most_mb": most}
    context.close()
    return {
        "media": media,
        "stacks": count,
        "cores": os.cpu_count(),
        "load": os.getloadavg()[0],
        "opening_cold_server_ms": {"first": cold[0], "all": cold[1]},
        "opening_ms": {
            "first": median(one[0] for one in warm),
            "first_worst": max(one[0] for one in warm),
            "all": median(one[1] for one in warm),
        },
        "jump_ms": {
            "first": median(one[0] for one in jumps),
            "first_worst": max(one[0] for one in jumps),
            "all": median(one[1] for one in jumps),
            "all_worst": max(one[1] for one in jumps),
        },
        "frames_ms": {
            "longest_median_of_runs": median(max(one) for one in runs),
            "longest": [max(one) for one in runs],
            "over_50": [sum(each > 50 for each in one) for one in runs],
            "p95": median(sorted(one)[int(len(one) * 0.95)] for one in runs),
        },
        "memory_before": before,
        "memory_after": after,
        "minutes": minutes,
    }


def main() -> None:
    """Parse, serve, browse, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--media", type=int, default=2_200_000)
    parser.add_argument("--keep", type=Path, required=True)
    parser.add_argument("--minutes", type=float, default=10.0)
    asked = parser.parse_args()
    os.environ["TRAWL_OFFICER"] = "bench"
    asked.keep.mkdir(parents=True, exist_ok=True)
    workspace = build_once(asked.keep, asked.media)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with served(workspace) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        result = measured(browser, server.port, server.token, asked.media, asked.minutes)
        browser.close()
    print(json.dumps(result, indent=1))
    name = "gallery_browser.json" if asked.media == 2_200_000 else "gallery_browser_small.json"
    (HERE / "results" / name).write_text(json.dumps(result, indent=1) + "\n")


if __name__ == "__main__":
    main()
