"""Sign-in, roles, wings, restricted cases."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add columns to officers and cases, and the tables of sign-in."""
    op.add_column("officer", sa.Column("disabled_us", BIG))
    wing = sa.Column("wing", sa.Text(), nullable=False, server_default="child-protection")
    op.add_column("case_file", wing)
    restricted = sa.Column("restricted", sa.Boolean(), nullable=False, server_default=sa.false())
    op.add_column("case_file", restricted)
    op.add_column("case_file", sa.Column("scheme", sa.Text()))
    _roles_and_wings()


def _roles_and_wings() -> None:
    for name, column in (("officer_role", "role"), ("officer_wing", "wing")):
        op.create_table(
            name,
            sa.Column("officer_id", BIG, nullable=False),
            sa.Column(column, sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=f"fk_{name}_officer_id"),
            sa.PrimaryKeyConstraint("officer_id", column, name=f"pk_{name}"),
        )
