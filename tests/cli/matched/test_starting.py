"""What starting costs."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow


def test_help_imports_nothing_that_is_slow() -> None:
    script = (
        "import sys\n"
        "from trawl.cli import app\n"
        "try:\n"
        "    app(['--help'])\n"
        "except SystemExit:\n"
        "    pass\n"
        "slow = {'numba', 'llvmlite', 'onnxruntime', 'onnx', 'ijson', 'av'} & set(sys.modules)\n"
        "sys.exit(f'imported: {slow}' if slow else 0)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    for command in ("hashset", "match", "similar", "not-a-match"):
        assert re.search(rf"\b{command}\b", done.stdout)
