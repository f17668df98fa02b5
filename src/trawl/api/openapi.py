"""``python -m trawl.api.openapi``: the contract of the server, as the front end's client is
generated from it (``web/openapi.json``)."""

from __future__ import annotations

import json
import sys
from typing import Any, cast

from trawl.api.app import create_app
from trawl.api.state import State


def contract() -> dict[str, Any]:
    """The OpenAPI document. It says nothing of any workspace."""
    return create_app(cast(State, None)).openapi()


if __name__ == "__main__":
    json.dump(contract(), sys.stdout, indent=1, sort_keys=True, ensure_ascii=False)
    sys.stdout.write("\n")
