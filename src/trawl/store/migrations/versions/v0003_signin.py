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
    restricted: sa.Column[bool] = sa.Column(
        "restricted", sa.Boolean(), nullable=False, server_default=sa.false()
    )
    op.add_column("case_file", restricted)
    op.add_column("case_file", sa.Column("scheme", sa.Text()))
    _roles_and_wings()
    _credentials()
    _passkeys()
    _sessions()


def _roles_and_wings() -> None:
    for name, column in (("officer_role", "role"), ("officer_wing", "wing")):
        op.create_table(
            name,
            sa.Column("officer_id", BIG, nullable=False),
            sa.Column(column, sa.Text(), nullable=False),
            sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=f"fk_{name}_officer_id"),
            sa.PrimaryKeyConstraint("officer_id", column, name=f"pk_{name}"),
        )


def _of_officer(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["officer_id"], ["officer.id"], name=f"fk_{table}_officer_id")


def _credentials() -> None:
    op.create_table(
        "credential",
        sa.Column("officer_id", BIG, autoincrement=False, nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("totp_secret", sa.LargeBinary()),
        sa.Column("totp_pending", sa.LargeBinary()),
        sa.Column("totp_step", BIG),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        _of_officer("credential"),
        sa.PrimaryKeyConstraint("officer_id", name="pk_credential"),
    )
    op.create_table(
        "recovery_code",
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("used_us", BIG),
        _of_officer("recovery_code"),
        sa.PrimaryKeyConstraint("officer_id", "hash", name="pk_recovery_code"),
    )
    op.create_table(
        "invitation",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", BIG),
        sa.Column("made_by", BIG),
        sa.Column("made_us", BIG, nullable=False),
        sa.Column("ends_us", BIG, nullable=False),
        sa.Column("used_us", BIG),
        _of_officer("invitation"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_invitation"),
    )
    op.create_index("ix_invitation_officer_id", "invitation", ["officer_id"])


def _passkeys() -> None:
    op.create_table(
        "passkey",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("credential_id", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", BIG, nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("added_us", BIG, nullable=False),
        sa.Column("removed_us", BIG),
        _of_officer("passkey"),
        sa.PrimaryKeyConstraint("id", name="pk_passkey"),
        sa.UniqueConstraint("credential_id", name="uq_passkey_credential_id"),
    )
    op.create_index("ix_passkey_officer_id", "passkey", ["officer_id"])
    op.create_table(
        "passkey_challenge",
        sa.Column("challenge", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", BIG),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("ends_us", BIG, nullable=False),
        _of_officer("passkey_challenge"),
        sa.PrimaryKeyConstraint("challenge", name="pk_passkey_challenge"),
    )


def _sessions() -> None:
    op.create_table(
        "web_session",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("officer_id", BIG, nullable=False),
        sa.Column("csrf", sa.Text(), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.Column("begun_us", BIG, nullable=False),
        sa.Column("seen_us", BIG, nullable=False),
        sa.Column("idle_us", BIG, nullable=False),
        sa.Column("ends_us", BIG, nullable=False),
        sa.Column("ended_us", BIG),
        _of_officer("web_session"),
        sa.PrimaryKeyConstraint("token_hash", name="pk_web_session"),
    )
    op.create_index("ix_web_session_officer_id", "web_session", ["officer_id"])
    op.create_table(
        "sign_in_attempt",
        sa.Column("id", BIG, autoincrement=False, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("at_us", BIG, nullable=False),
        sa.Column("succeeded", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sign_in_attempt"),
    )
    for column in ("name", "address"):
        name = f"ix_sign_in_attempt_{column}_at_us"
        op.create_index(name, "sign_in_attempt", [column, "at_us"])
