"""One request to a route of the table, by whoever asks."""

from __future__ import annotations

import re
from typing import Any

from route_table import Row, Sample


def path_of(row: Row, sample: Sample) -> str:
    """The route's address with numbers in it: what the sample has, else one that is nowhere."""

    def number(found: re.Match[str]) -> str:
        name = found.group(1)
        if name in sample.ids:
            return str(sample.ids[name])
        if name == "case_id":
            return str(sample.unit.case_id)
        if name == "media_id":
            return str(sample.media)
        return {"view": "0" * 24, "number": "0"}.get(name, "987654")

    path = re.sub(r"\{(\w+)\}", number, row.path)
    return f"{path}?{row.query}" if row.query else path


def send(row: Row, sample: Sample, **headers: str) -> Any:
    body = row.body(sample) if row.body is not None else None
    return sample.desk.ask(row.method, path_of(row, sample), body, **headers)
