"""Where the server listens, what it says of it, and whom it warns of what."""

from __future__ import annotations

import socket
import threading
import time
from pathlib import Path

import pytest
from tests.cli.conftest import said, trawl
from unit_served import fresh_sqlite, served

from trawl.api import serving
from trawl.errors import SettingsError
from trawl.model.access import Role


@pytest.mark.parametrize(
    ("host", "shown", "is_open"),
    [
        ("127.0.0.1", "localhost", False),
        ("localhost", "localhost", False),
        ("127.0.0.7", "127.0.0.7", False),
        ("0.0.0.0", "localhost", True),
    ],
)
def test_the_address_can_be_opened_on_this_machine(host: str, shown: str, is_open: bool) -> None:
    with serving.listen(host, 0) as listening:
        port = listening.getsockname()[1]
        assert serving.address_of(listening) == f"http://{shown}:{port}"
        assert serving.is_open_to_others(listening) is is_open
        with socket.create_connection((shown, port), timeout=5):
            pass


def test_of_the_other_family_too() -> None:
    try:
        listening = serving.listen("::", 0)
    except SettingsError:
        pytest.skip("this machine has no IPv6")
    with listening:
        assert serving.address_of(listening).startswith("http://localhost:")
        assert serving.is_open_to_others(listening)


def test_what_cannot_be_listened_at_says_what_to_name() -> None:
    with serving.listen("127.0.0.1", 0) as taken:
        with pytest.raises(SettingsError, match="already in use") as busy:
            serving.listen("127.0.0.1", taken.getsockname()[1])
        assert "--port" in (busy.value.hint or "")
    with pytest.raises(SettingsError) as elsewhere:
        serving.listen("192.0.2.1", 0)  # RFC 5737: nobody's address
    assert "--host" in (elsewhere.value.hint or "")


def test_whoever_opens_it_to_a_network_is_warned(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = tmp_path / "w"
    trawl("init", workspace, "--json")
    monkeypatch.setattr(serving, "serve_until_stopped", lambda bench, listening: listening.close())
    for host, warned in (("127.0.0.1", False), ("0.0.0.0", True)):
        result = trawl("-w", workspace, "serve", "--host", host, "--port", "0", "--json")
        assert result.exit_code == 0, result.output
        assert ("nothing on the way is encrypted" in result.stderr) is warned
        assert said(result)["address"].startswith("http://localhost:")
        assert said(result)["first"].startswith(said(result)["address"] + "/join#")


def test_it_stops_at_once_and_quietly_though_a_case_is_followed(
    sqlite_template: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served(fresh_sqlite(sqlite_template, tmp_path), tmp_path) as unit:
        grader = unit.desk(Role.GRADER)
        listening = serving.listen("127.0.0.1", 0)
        server = serving.server_of(unit.state)
        running = threading.Thread(target=server.run, args=([listening],))
        running.start()
        request = (
            f"GET /api/cases/{unit.case_id}/events HTTP/1.1\r\nHost: localhost\r\n"
            f"Cookie: trawl_session={grader.token}\r\n\r\n"
        )
        with socket.create_connection(listening.getsockname(), timeout=10) as stream:
            stream.sendall(request.encode())
            assert stream.recv(15) == b"HTTP/1.1 200 OK"
            began = time.monotonic()
            server.should_exit = True
            running.join(10)
        assert time.monotonic() - began < 3
        assert not [record for record in caplog.records if record.levelname == "ERROR"]
