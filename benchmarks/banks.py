"""Banks of known content: ten million fingerprints and a hundred million digests.

    python benchmarks/banks.py [--quick]

Runs ``pdq_bank.py`` and ``digest_bank.py`` one after the other, as they are, and sets their
figures beside the goals: look-ups a second, and the memory of the process that answers. Each may
be run by itself, with more options.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
PARTS = ("pdq_bank.py", "digest_bank.py")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="small banks")
    options = parser.parse_args()
    for part in PARTS:
        print(f"== {part}", flush=True)
        arguments = ["--quick"] if options.quick else []
        subprocess.run([sys.executable, HERE / part, *arguments], check=True)


if __name__ == "__main__":
    main()
