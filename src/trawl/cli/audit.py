"""``trawl audit``."""

from __future__ import annotations

import typer

from trawl.casework.audit import verify_audit
from trawl.cli.options import AsJson
from trawl.cli.output import console, plain_errors, print_json
from trawl.workbench import Workbench, find_workspace

app = typer.Typer(no_args_is_help=True, help="The trace of every act.")


@app.command("verify")
def verify(context: typer.Context, as_json: AsJson = False) -> None:
    """Go through the audit chain; name the first row that was altered, if one was."""
    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))

        def signed(message: bytes, signature: bytes) -> bool:
            return bench.signer.holds(signature, message)

        report = verify_audit(bench.database, bench.officer, signed)
        if as_json:
            print_json(
                {
                    "holds": True,
                    "rows": report.rows,
                    "head": report.head_hash.hex(),
                    "checkpoints": report.checkpoints,
                }
            )
            return
        console.print(
            f"The audit chain holds: {report.rows:,} rows, {report.checkpoints:,} signed "
            f"checkpoints; its head is {report.head_hash.hex()}.",
            soft_wrap=True,
        )


@app.callback()
def _group() -> None:
    """The trace of every act."""
