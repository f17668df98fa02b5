"""Listening, and serving until it is stopped."""

from __future__ import annotations

import errno
import socket
from contextlib import suppress
from ipaddress import ip_address

import uvicorn

from trawl.api.app import create_app
from trawl.api.events import live_of
from trawl.api.state import State
from trawl.errors import SettingsError
from trawl.workbench import Workbench


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises SettingsError when it cannot."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Only a socket that says it is TCP is told by asyncio not to wait for more to send, which
    # costs 40 ms an answer.
    found = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        found.bind((host, port))
        found.listen(128)
    except OSError as error:
        found.close()
        raise SettingsError(
            f"{host}:{port} cannot be listened at: {error.strerror}",
            hint=_PORT if error.errno in (errno.EADDRINUSE, errno.EACCES) else _HOST,
        ) from error
    return found


_PORT = "Name another with --port; 0 takes any free one."
_HOST = "Name an address of this machine with --host; 127.0.0.1 is for this machine alone."


def address_of(listening: socket.socket) -> str:
    """Where a browser on this machine finds it. Passkeys are bound to a name; a browser takes
    ``localhost`` for one, an address it does not."""
    host, port = listening.getsockname()[:2]
    at = ip_address(host)
    by_name = at.is_unspecified or host in ("127.0.0.1", "::1")
    shown = "localhost" if by_name else f"[{host}]" if at.version == 6 else host
    return f"http://{shown}:{port}"


def is_open_to_others(listening: socket.socket) -> bool:
    """Whether other machines can reach it."""
    return not ip_address(listening.getsockname()[0]).is_loopback


def state_of(bench: Workbench) -> State:
    """The server's state over an opened workspace."""
    return State(bench.workspace, bench.settings, bench.database)


def serve_until_stopped(bench: Workbench, listening: socket.socket) -> None:
    """Serve on an open socket until SIGINT or SIGTERM; requests under way are finished."""
    with suppress(KeyboardInterrupt):  # it raises the signal again when all is closed
        server_of(state_of(bench)).run(sockets=[listening])


def server_of(state: State) -> uvicorn.Server:
    """The server of a state that was opened; it closes it when it stops."""
    config = uvicorn.Config(
        create_app(state),
        access_log=False,  # addresses hold what was asked for; the audit is the trace
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=5,
    )
    return _Server(config, state)


class _Server(uvicorn.Server):
    """Lets go of those who follow a case first: their answers never end by themselves."""

    def __init__(self, config: uvicorn.Config, state: State) -> None:
        super().__init__(config)
        self._state = state

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop."""
        live_of(self._state).end_all()
        await super().shutdown(sockets)
