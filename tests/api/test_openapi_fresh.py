"""The contract that the front end's client is generated from is that of the routes there are."""

from __future__ import annotations

import json
from pathlib import Path

from trawl.api.openapi import contract

CONTRACT = Path(__file__).resolve().parents[2] / "web" / "openapi.json"


def test_the_contract_is_that_of_the_routes() -> None:
    assert json.loads(CONTRACT.read_text("utf-8")) == json.loads(json.dumps(contract())), (
        "The contract is stale: make client"
    )
