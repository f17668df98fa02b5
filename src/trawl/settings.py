"""Settings: what a unit may change, in ``trawl.toml`` of the workspace or as ``TRAWL_…``."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from trawl.errors import SettingsError

FILE_NAME = "trawl.toml"


class Settings(BaseSettings):
    """One workspace's settings. Sizes in bytes, times in seconds.

    The environment wins over the file: ``TRAWL_DATABASE_URL`` keeps a database password out
    of the workspace.
    """

    model_config = SettingsConfigDict(env_prefix="TRAWL_", extra="forbid")

    database_url: str = Field("", description="Empty: SQLite in the workspace.")
    workers: int = Field(0, ge=0, le=512, description="Decoding processes; 0: one a core.")
    worker_memory: int = Field(4 << 30, ge=1 << 29, description="Address space of one worker.")
    hang_seconds: float = Field(
        60.0, gt=0, description="A worker silent for so long over one file is killed."
    )
    decode_seconds: float = Field(
        600.0, gt=0, description="What decoding one file may take, however busy it looks."
    )
    slice_files: int = Field(192, ge=1, le=10_000, description="Files in one slice of work.")
    slice_bytes: int = Field(64 << 20, ge=1, description="Bytes in one slice of work.")
    depth: int = Field(16, ge=1, le=64, description="Archives and images within one another.")
    unpack_ratio: int = Field(1000, ge=2, description="Unpacked : packed that stops a bomb.")
    unpack_bytes: int = Field(1 << 40, ge=1, description="Unpacked bytes of one archive.")
    pixels: int = Field(300_000_000, ge=1, description="The largest picture that is decoded.")
    video_seconds: float = Field(120.0, gt=0, description="What decoding one video may take.")
    copy_model: str = Field(
        "", description="A copy-detection model: an ONNX file or a package; empty: none."
    )
    session_idle_minutes: int = Field(
        30, ge=1, le=1440, description="A browser's session ends after so many minutes unused."
    )
    session_hours: int = Field(
        12, ge=1, le=168, description="A browser's session ends after so many hours, used or not."
    )
    invitation_hours: int = Field(
        72, ge=1, le=720, description="An officer's invitation opens for so many hours."
    )

    @property
    def worker_count(self) -> int:
        """Decoding processes to run."""
        return self.workers or len(os.sched_getaffinity(0))


def load_settings(folder: Path) -> Settings:
    """The settings of the workspace in ``folder``. Raises SettingsError."""
    path = folder / FILE_NAME
    try:
        written: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise SettingsError(
            f"{folder} is not a workspace: it has no {FILE_NAME}.",
            hint="Make one with: trawl init WORKSPACE",
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from error
    from_environment = {
        name for name in Settings.model_fields if f"TRAWL_{name.upper()}" in os.environ
    }
    try:
        return Settings(**{k: v for k, v in written.items() if k not in from_environment})
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise SettingsError(f"{path}: {where}: {first['msg']}") from error


def settings_file(database_url: str) -> str:
    """The text of a new workspace's settings file, each setting explained and at its default."""
    lines = ["# Settings of this Trawl workspace. TRAWL_<NAME> in the environment wins.", ""]
    for name, field in Settings.model_fields.items():
        lines.append(f"# {field.description}" if field.description else "#")
        if name == "database_url" and database_url:
            quoted = database_url.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'{name} = "{quoted}"')
        else:
            default = f'"{field.default}"' if isinstance(field.default, str) else field.default
            lines.append(f"# {name} = {default}")
        lines.append("")
    return "\n".join(lines)
