"""Faiss in the peers' environment (``.venv-peers``), made or completed on first use."""

from __future__ import annotations

import json
import subprocess
import venv
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
WANTED = "faiss-cpu==1.15.1"


def faiss_python() -> Path | None:
    """The interpreter that has Faiss; None where it cannot be had."""
    folder = HERE.parent / ".venv-peers"
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
    has = subprocess.run([str(python), "-c", "import faiss"], capture_output=True)
    if has.returncode != 0:
        install = [str(python), "-m", "pip", "install", "--quiet", WANTED]
        if subprocess.run(install, capture_output=True).returncode != 0:
            return None
    return python


def faiss_near(
    python: Path,
    kind: str,
    bank: Path,
    queries: Path,
    count: int,
    threshold: int,
    found: Path | None = None,
) -> dict[str, Any] | None:
    """What ``peers/faiss_near.py`` says; None when it failed."""
    numbers = [str(count), str(threshold)]
    command = [str(python), str(HERE / "peers/faiss_near.py"), kind, str(bank), str(queries)]
    command += numbers + ([str(found)] if found else [])
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        print(f"  faiss {kind}: {done.stderr.strip().splitlines()[-1:]}")
        return None
    said: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return said
