"""``trawl hashset …``."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from trawl.cli.options import AsJson, Quiet
from trawl.cli.output import console, counted, facts_table, plain_errors, print_json, visible
from trawl.cli.step_progress import StepProgress
from trawl.cli.stopping import Stopping
from trawl.errors import ListIsIn, SettingsError, TrawlError
from trawl.model.hash_set import HashSet, ListImport, Purpose
from trawl.workbench import Workbench, find_workspace

app = typer.Typer(no_args_is_help=True, help="Hash sets: what is known, and what of it.")

SetName = Annotated[str, typer.Argument(help="The hash set.")]


@app.command("add")
def add(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Lists in any known format.")],
    name: Annotated[str, typer.Option("--name", help="The set; made if there is none.")],
    kind: Annotated[Purpose, typer.Option("--kind", help="What the set is for.")],
    scheme: Annotated[
        str | None, typer.Option("--scheme", help="The scheme its categories are in.")
    ] = None,
    format_: Annotated[
        str | None, typer.Option("--format", help="The format, where the content cannot tell.")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Read lists of known content into a hash set: VICS 1.3 and 2.0, CAID, NSRL, ICSE, NCMEC,
    hashdeep, CSV, bare digests, PDQ, vPDQ; told by their content."""
    from trawl.matching.adding_lists import Order, add_list

    done: list[dict[str, Any]] = []
    with plain_errors(as_json=as_json, beside={"lists": done}):
        bench = Workbench.open(find_workspace(context.obj))
        order = Order(name, kind, scheme, format_)
        stop = Stopping()
        for path in files:
            try:
                with stop.listening(), StepProgress(_stderr(), quiet=quiet) as tell:
                    added = add_list(
                        bench.database,
                        bench.officer,
                        bench.workspace,
                        path,
                        order,
                        tell=tell,
                        stop=stop,
                    )
            except ListIsIn as error:
                if len(files) == 1:
                    raise
                # Of many files some were read before, by a command that was stopped.
                done.append({"file": path.name, "there": str(error)})
                _stderr().print(visible(str(error)), soft_wrap=True)
                continue
            done.append(_list(added))
            if not as_json:
                _tell_list(name, added)
        if as_json:
            print_json(done)
        else:
            console.print("[dim]Hold the cases against it: trawl match --case NAME[/]")


def _stderr() -> Console:
    return Console(stderr=True, highlight=False)


def _list(one: ListImport) -> dict[str, Any]:
    return {
        "list": one.id,
        "file": one.file_name,
        "sha256": one.sha256.hex(),
        "format": one.format,
        "entries": one.entries,
        "with": dict(one.counts),
        "categories": dict(one.categories),
        "odd": [
            {"kind": odd.kind, "said": odd.said, "count": odd.count, "where": odd.where}
            for odd in one.oddities
        ],
        "about": dict(one.about),
        "added_us": one.added_us,
        "officer": one.officer,
    }


def _tell_list(name: str, one: ListImport) -> None:
    console.print(
        f"[bold]{visible(one.file_name)}[/] is list {one.id} of {visible(name)}: "
        f"{counted(one.entries, 'entry', 'entries')}, {one.format}."
    )
    console.print(facts_table(_facts(one)))
    for odd in one.oddities:
        where = f" [dim](at {', '.join(f'{at:,}' for at in odd.where)}"
        where += ", …)[/]" if odd.count > len(odd.where) else ")[/]"
        console.print(
            f"  [yellow]odd[/] {odd.count:,} × {visible(odd.said)}{where if odd.where else ''}",
            soft_wrap=True,
        )


def _facts(one: ListImport) -> list[tuple[str, str]]:
    rows = [("  with", ", ".join(f"{count:,} {kind}" for kind, count in one.counts.items()))]
    if one.categories.keys() - {"none"}:
        told = sorted(one.categories.items())
        rows.append(("  categories", ", ".join(f"{code}: {count:,}" for code, count in told)))
    rows += [(f"  {key}", value) for key, value in one.about.items()]
    return rows


@app.command("list")
def list_(context: typer.Context, as_json: AsJson = False) -> None:
    """All hash sets of the unit."""
    from trawl.matching.hash_sets import list_hash_sets

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found = list_hash_sets(bench.database, bench.officer)
        if as_json:
            print_json([_set(one) for one in found])
            return
        if not found:
            console.print(
                "No hash set yet. Read one in with: trawl hashset add FILE --name NAME --kind "
                "illegal --scheme SCHEME",
                soft_wrap=True,
            )
            return
        table = Table(box=None, padding=(0, 2, 0, 0))
        for heading, justify in (
            ("set", "left"),
            ("kind", "left"),
            ("scheme", "left"),
            ("entries", "right"),
            ("lists", "right"),
            ("since", "left"),
        ):
            table.add_column(heading, justify=justify)  # type: ignore[arg-type]
        for one in found:
            table.add_row(
                visible(one.name),
                str(one.purpose),
                visible(one.scheme or "–"),
                f"{one.entries:,}",
                f"{one.lists:,}",
                _day(one.added_us),
            )
        console.print(table)


def _set(one: HashSet) -> dict[str, Any]:
    return {
        "set": one.name,
        "kind": str(one.purpose),
        "scheme": one.scheme,
        "entries": one.entries,
        "lists": one.lists,
        "added_us": one.added_us,
    }


def _day(at_us: int) -> str:
    return datetime.fromtimestamp(at_us / 1e6).astimezone().strftime("%d %b %Y")


@app.command("show")
def show(context: typer.Context, name: SetName, as_json: AsJson = False) -> None:
    """The lists of a hash set, what they hold and what was odd in them."""
    from trawl.matching.hash_sets import show_hash_set

    with plain_errors(as_json=as_json):
        bench = Workbench.open(find_workspace(context.obj))
        found, lists = show_hash_set(bench.database, bench.officer, name)
        if as_json:
            print_json({**_set(found), "lists": [_list(one) for one in lists]})
            return
        scheme = f", scheme {visible(found.scheme)}" if found.scheme else ""
        console.print(
            f"[bold]{visible(found.name)}[/] {found.purpose}{scheme}: "
            f"{counted(found.entries, 'entry', 'entries')} in {counted(found.lists, 'list')}"
        )
        for one in lists:
            console.print(f"\n[dim]{_day(one.added_us)} by {visible(one.officer)}[/]")
            _tell_list(found.name, one)


@app.command("remove")
def remove(
    context: typer.Context,
    name: SetName,
    list_id: Annotated[
        int | None, typer.Option("--list", help="Only this list, by its number.")
    ] = None,
    digest: Annotated[
        str | None, typer.Option("--digest", help="Only the entries with this digest.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a hash set, one of its lists, or single entries. Their hits go with them."""
    from trawl.matching.hash_sets import remove_entries, remove_hash_set, remove_list

    with plain_errors(as_json=as_json):
        if list_id is not None and digest is not None:
            raise SettingsError("Give --list or --digest, not both.")
        bench = Workbench.open(find_workspace(context.obj))
        wanted = None if digest is None else _digest(digest)
        _sure(name, list_id, digest, yes=yes, as_json=as_json)
        if wanted is not None:
            entries = remove_entries(bench.database, bench.officer, bench.workspace, name, wanted)
            told = {"set": name, "entries": entries}
            said = f"{counted(entries, 'entry', 'entries')} of {visible(name)} will match no more."
        else:
            gone = (
                remove_hash_set(bench.database, bench.officer, bench.workspace, name)
                if list_id is None
                else remove_list(bench.database, bench.officer, bench.workspace, name, list_id)
            )
            told = {"set": name, "list": list_id, "hits": gone}
            said = f"{visible(name)} is removed, {counted(gone, 'hit')} with it."
            if list_id is not None:
                said = f"List {list_id} of {said}"
        print_json(told) if as_json else console.print(said)


def _sure(name: str, list_id: int | None, digest: str | None, *, yes: bool, as_json: bool) -> None:
    """Ask before what cannot be undone: the lists may be gone from where they came."""
    if yes:
        return
    if as_json or not console.is_terminal:
        raise TrawlError(
            "Removing cannot be undone, and nobody is here to be asked.", hint="Say --yes."
        )
    what = f"the hash set {name}" if list_id is None else f"list {list_id} of {name}"
    if digest is not None:
        what = f"the entries of {name} that bear {digest}"
    if not typer.confirm(f"Remove {what}? What is removed comes back only from its file."):
        raise typer.Exit(1)


def _digest(text: str) -> bytes:
    try:
        digest = bytes.fromhex(text)
    except ValueError:
        digest = b""
    if len(digest) not in (16, 20, 32):
        raise SettingsError(f"{text} is no digest.", hint="Give 32, 40 or 64 hexadecimal digits.")
    return digest
