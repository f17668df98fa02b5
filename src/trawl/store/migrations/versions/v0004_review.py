"""Votes, marks, leases and policies."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REAL = sa.Float(53)


def upgrade() -> None:
    """Add the tables of review."""
    _policy()
    _acts_and_votes()
    _judgements()
    _lease()
    _marks()
    _saved_filter()


def _big(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=null)


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _span(name: str) -> sa.Column[int]:
    return sa.Column(name, BIG, nullable=False, server_default="-1")


_TARGETS = {
    "case_id": "case_file.id",
    "media_id": "media.id",
    "officer_id": "officer.id",
    "act_id": "grading_act.id",
}


def _table(name: str, *columns: sa.Column[Any] | sa.UniqueConstraint, refers: str) -> None:
    """A table with its own identifier; ``refers``: the columns that point to other tables."""
    op.create_table(
        name,
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        *columns,
        *(_foreign(name, column) for column in refers.split()),
        sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),
    )


def _foreign(table: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [_TARGETS[column]], name=f"fk_{table}_{column}")


def _index(table: str, *columns: str) -> None:
    op.create_index(f"ix_{table}_{'_'.join(columns)}", table, list(columns))


def _policy() -> None:
    columns = (_text("name"), _text("value"), _big("officer_id"), _big("at_us"))
    _table("policy", *columns, refers="officer_id")
    _index("policy", "name", "id")


def _acts_and_votes() -> None:
    _table(
        "grading_act",
        *(_big("case_id"), _big("officer_id"), _text("key"), _text("kind")),
        *(_big("undoes", null=True), _text("scheme"), _text("category", null=True)),
        *(_big("first_vote"), _big("votes"), _big("at_us")),
        sa.UniqueConstraint("officer_id", "key", name="uq_grading_act_officer_id_key"),
        refers="case_id officer_id",
    )
    _index("grading_act", "case_id", "officer_id", "id")
    _index("grading_act", "undoes")
    _table(
        "vote",
        *(_big("act_id"), _big("case_id"), _big("media_id"), _big("officer_id")),
        *(_text("scheme"), _text("category", null=True)),
        *(_span("from_ms"), _span("to_ms"), _big("at_us")),
        refers="act_id media_id",
    )
    _index("vote", "case_id", "id")
    _index("vote", "case_id", "media_id")


def _judgements() -> None:
    _table(
        "resolution",
        *(_big("act_id"), _big("case_id"), _big("media_id"), _text("scheme"), _text("category")),
        *(_big("officer_id"), _text("grounds"), _big("at_us")),
        refers="act_id case_id media_id officer_id",
    )
    _index("resolution", "case_id", "media_id")
    _index("resolution", "act_id")
    _table(
        "requeue",
        *(_big("case_id"), _big("media_id"), _text("reason"), _big("officer_id"), _big("at_us")),
        refers="case_id media_id officer_id",
    )
    _index("requeue", "case_id", "id")


def _lease() -> None:
    op.create_table(
        "lease",
        *(_big("case_id"), _big("media_id"), _big("officer_id"), _big("until_us")),
        *(_foreign("lease", column) for column in ("case_id", "media_id", "officer_id")),
        sa.PrimaryKeyConstraint("case_id", "media_id", name="pk_lease"),
    )
    _index("lease", "officer_id")


def _marks() -> None:
    sides = [sa.Column(side, REAL) for side in ("x", "y", "w", "h")]
    said: dict[str, tuple[sa.Column[Any], ...]] = {
        "clue": (_text("label"), *sides, _big("at_ms", null=True)),
        "note": (_text("text"),),
        "tag": (_text("tag"),),
    }
    for name, columns in said.items():
        _table(
            name,
            *(_big("case_id"), _big("media_id"), _big("officer_id")),
            *columns,
            *(_big("at_us"), _big("withdrawn_us", null=True)),
            refers="case_id media_id officer_id",
        )
        _index(name, "case_id", "media_id")


def _saved_filter() -> None:
    _table(
        "saved_filter",
        *(_big("case_id"), _big("officer_id"), _text("name"), _text("value"), _big("at_us")),
        _big("removed_us", null=True),
        refers="case_id officer_id",
    )
    _index("saved_filter", "case_id", "officer_id")
