"""The front end is built when something changed, and no wheel is made without it."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
WEB = ROOT / "web"


def loaded(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The build script over a small front end of its own."""
    module = loaded(WEB / "build.py", "front_end_build")
    web = tmp_path / "web"
    for name in ("index.html", "package.json", "package-lock.json", "tsconfig.json"):
        web.mkdir(exist_ok=True)
        (web / name).write_text(name)
    (web / "vite.config.ts").write_text("export default {}")
    for folder in ("public", "src"):
        (web / folder).mkdir()
        (web / folder / "one.ts").write_text("1")
    monkeypatch.setattr(module, "WEB", web)
    monkeypatch.setattr(module, "BUILT", web / ".built")
    monkeypatch.setattr(module, "STATIC", tmp_path / "static")
    return module


def built(module: ModuleType) -> None:
    module.STATIC.mkdir(exist_ok=True)
    (module.STATIC / "index.html").write_text("<!doctype html>")
    module.BUILT.write_text(module.digest_of(module.sources()))


def test_what_has_not_changed_is_not_built_again(build: ModuleType) -> None:
    assert not build.fresh()
    built(build)
    assert build.fresh()
    (build.WEB / "src" / "one.ts").write_text("2")
    assert not build.fresh()


def test_a_file_that_is_moved_or_new_counts_as_a_change(build: ModuleType) -> None:
    built(build)
    (build.WEB / "src" / "one.ts").rename(build.WEB / "src" / "two.ts")
    assert not build.fresh()
    built(build)
    (build.WEB / "public" / "icon.svg").write_text("<svg/>")
    assert not build.fresh()


def test_a_missing_page_is_built_again(build: ModuleType) -> None:
    built(build)
    (build.STATIC / "index.html").unlink()
    assert not build.fresh()


def test_the_build_fails_aloud_without_node(
    build: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(build, "node_folder", lambda: None)
    monkeypatch.setattr(
        build.subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1)
    )
    monkeypatch.setattr(sys, "argv", ["build.py"])
    assert build.main() == 1
    assert "Node is missing" in capsys.readouterr().err


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The wheel's hook over an empty checkout; the interface it fills is hatchling's."""
    interface = ModuleType("hatchling.builders.hooks.plugin.interface")

    class BuildHookInterface:
        root = str(tmp_path)

        def __class_getitem__(cls, _: object) -> type:
            return cls

    interface.BuildHookInterface = BuildHookInterface  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, interface.__name__, interface)
    monkeypatch.setattr(sys, "path", [*sys.path])
    return loaded(ROOT / "hatch_build.py", "hatch_build_tested").FrontEnd()


def test_no_wheel_without_the_page(hook: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 1))
    with pytest.raises(RuntimeError, match="could not be built"):
        hook.initialize("standard", {"artifacts": []})
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: subprocess.CompletedProcess([], 0))
    with pytest.raises(RuntimeError, match=r"index\.html is missing"):
        hook.initialize("standard", {"artifacts": []})


def test_the_wheel_takes_the_page_along_and_an_editable_install_needs_none(hook: Any) -> None:
    told: dict[str, Any] = {"artifacts": []}
    hook.initialize("editable", told)
    assert told["artifacts"] == []
    page = Path(hook.root) / "src" / "trawl" / "api" / "static" / "index.html"
    page.parent.mkdir(parents=True)
    page.write_text("<!doctype html>")
    hook.initialize("standard", told)
    assert told["artifacts"] == ["/src/trawl/api/static/"]


def test_the_lock_names_versions_and_no_addresses() -> None:
    lock = (WEB / "package-lock.json").read_text("utf-8")
    assert '"resolved"' not in lock
    assert len(re.findall(r'"integrity"', lock)) > 50


def test_the_page_holds_nothing_that_its_policy_forbids() -> None:
    page = (WEB / "index.html").read_text("utf-8")
    assert "__STYLE_NONCE__" in page
    assert "__BEARS_SESSION__" in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|//", page)
