"""``trawl serve``."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from trawl.cli.options import AsJson
from trawl.cli.output import console, errors, plain_errors, print_json
from trawl.workbench import Workbench, find_workspace

_OPEN = (
    "other machines can reach this address, and nothing on the way is encrypted: whoever is on "
    "the network can read passwords, sessions and pictures. Listen at 127.0.0.1, and put a "
    "reverse proxy with TLS in front (docs/administrators/server.md)."
)


def serve(
    context: typer.Context,
    host: Annotated[
        str, typer.Option(help="The address to listen at; 0.0.0.0: every network of the machine.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0: any free one.")] = 8642,
    as_json: AsJson = False,
) -> None:
    """Serve the workbench to browsers, until it is stopped with Ctrl-C."""
    with plain_errors(as_json=as_json):
        from trawl.api import serving  # slow to import

        bench = Workbench.open(find_workspace(context.obj))
        socket = serving.listen(host, port)
        address = serving.address_of(socket)
        if serving.is_open_to_others(socket):
            errors.print(f"[bold]Warning[/]: {_OPEN}", soft_wrap=True)
        link = bench.first_link()
        if as_json:
            print_json({"address": address, "first": f"{address}{link}" if link else None})
        else:
            console.print(f"Trawl is at [bold]{escape(address)}[/]. Stop it with Ctrl-C.")
            if link:
                console.print(
                    "Nobody can sign in yet. This link makes the first administrator, once, "
                    "within a day:"
                )
                console.print(f"  [bold]{escape(address + link)}[/]", soft_wrap=True)
        serving.serve_until_stopped(bench, socket)
