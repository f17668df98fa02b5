"""``python served.py WORKSPACE CLOCK``: the real server over a workspace, with a clock that a test
can set: the file CLOCK holds seconds that are added to the time of day. Prints its address."""

from __future__ import annotations

import sys
import time
from pathlib import Path

from trawl.api.serving import listen, serve_until_stopped
from trawl.store.database import Database
from trawl.workbench import Workbench


def main() -> None:
    workspace, clock = Path(sys.argv[1]), Path(sys.argv[2])
    port = int(sys.argv[3]) if len(sys.argv) > 3 else 0

    def now_us() -> int:
        return time.time_ns() // 1000 + int(float(clock.read_text() or 0) * 1_000_000)

    opened = Workbench.open(workspace)
    opened.database.close()
    url = opened.settings.database_url or opened.workspace.sqlite_url
    database = Database.open(url, clock=now_us)
    bench = Workbench(opened.workspace, opened.settings, database, opened.signer, opened.officer)
    socket = listen("127.0.0.1", port)
    link = bench.first_link() or ""
    sys.stdout.write(f"http://127.0.0.1:{socket.getsockname()[1]} {link}\n")
    sys.stdout.flush()
    serve_until_stopped(bench, socket)


if __name__ == "__main__":
    main()
