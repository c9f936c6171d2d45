"""What happens at a site, doses and what the Platform holds of them.

Events of sites were stored before and projected as nothing: the projection begins anew.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004_site"
down_revision = "0003_roster"
branch_labels = None
depends_on = None

_PROJECTED_BEFORE = (
    "projection_cursors",
    "visits",
    "identities",
    "prints",
    "refused_scans",
    "devices_seen",
    "boots",
)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _whole(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Integer(), nullable=False)


def _truth(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _time(name: str, *, nullable: bool = False) -> sa.Column[Any]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _facts(name: str, *columns: sa.Column[Any], indexed: tuple[str, ...] = ()) -> None:
    """Make a table of facts: its key first, then the stamp, then what it says, then when."""
    key, *others = columns
    op.create_table(
        name,
        key,
        _text("stamp", 112),
        *others,
        _text("device_time", 40),
        _truth("clock_ok"),
        _time("received_at"),
        _time("occurred_at"),
        _truth("estimated"),
        sa.PrimaryKeyConstraint(key.name, name=f"pk_{name}"),
    )
    _index(name, *indexed)


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def upgrade() -> None:
    for table in _PROJECTED_BEFORE:
        op.execute(sa.delete(sa.table(table)))
    for column, length in (("event", 64), ("standing", 20), ("staff", 64)):
        op.add_column(
            "visits",
            sa.Column(
                column, sa.String(length=length), nullable=False, server_default=sa.text("''")
            ),
        )
    _index("visits", "event")
    op.add_column("identities", _text("name_key", 200, nullable=True))
    _ways()
    _care()
    _things()
    _people()
    _platform()


def _ways() -> None:
    _facts(
        "queued", _text("event", 64), _text("visit", 64), _text("site", 32), _text("device", 32),
        _text("kiosk", 32), _text("ticket", 20), _text("priority", 32), _text("appointment", 60),
        indexed=("visit",),
    )  # fmt: skip
    at_station = (_text("site", 32), _text("station", 32), _text("desk", 32), _text("staff", 64))
    _facts("calls", _text("step", 100), _text("visit", 64), *at_station, indexed=("visit",))
    at_station = (_text("site", 32), _text("station", 32), _text("desk", 32), _text("staff", 64))
    _facts(
        "finishes", _text("step", 100), _text("visit", 64), *at_station, _text("going_to", 32),
        indexed=("visit",),
    )  # fmt: skip
    _facts(
        "departures", _text("visit", 64), _text("site", 32), _text("staff", 64),
        _text("reason", 60), _truth("early"), _text("certificate", 20),
    )  # fmt: skip
    day = (_text("site", 32), _text("day", 10), _text("staff", 64))
    _facts("sessions_opened", _text("session", 48), *day)
    day = (_text("site", 32), _text("day", 10), _text("staff", 64))
    _facts("sessions_closed", _text("session", 48), *day, _whole("open_visits"))


def _care() -> None:
    _facts(
        "screenings", _text("event", 64), _text("visit", 64), _text("site", 32),
        _text("conclusion", 20), _text("staff", 64), _text("replaces", 64), _truth("standing"),
        indexed=("visit", "replaces"),
    )  # fmt: skip
    _facts(
        "doses", _text("event", 64), _text("visit", 64), _text("site", 32), _text("device", 32),
        _text("vaccine", 80), _text("vaccine_key", 80), _text("lot", 40), _text("lot_key", 40),
        _text("expiry", 10), _whole("dose_number"), _text("day", 10), _text("injector", 64),
        _text("staff", 64), _text("vial", 64), sa.Column("warnings", sa.JSON(), nullable=False),
        _text("replaces", 64), _truth("standing"), indexed=("visit", "replaces"),
    )  # fmt: skip
    _facts(
        "observations", _text("visit", 64), _text("site", 32), _whole("minutes"),
        _text("staff", 64),
    )  # fmt: skip
    _facts(
        "reactions", _text("event", 64), _text("visit", 64), _text("site", 32),
        _text("severity", 10), _text("staff", 64), indexed=("visit",),
    )  # fmt: skip


def _things() -> None:
    _facts(
        "vials", _text("vial", 100), _text("site", 32), _text("number", 64), _text("vaccine", 80),
        _text("lot", 40), _text("expiry", 10), _whole("doses"), _text("staff", 64),
    )  # fmt: skip
    _facts(
        "discarded_doses", _text("event", 64), _text("vial", 100), _text("site", 32),
        _whole("doses"), _text("reason", 200), _text("staff", 64), indexed=("vial",),
    )  # fmt: skip
    _facts(
        "papers", _text("device", 32), _text("site", 32), _text("paper", 10),
        sa.Column("used_mm", sa.BigInteger(), nullable=False),
        sa.Column("left_mm", sa.BigInteger(), nullable=True), _truth("roll_changed"),
    )  # fmt: skip
    _facts(
        "promotions", _text("event", 64), _text("site", 32), _text("device", 32),
        sa.Column("serial", sa.BigInteger(), nullable=False), _text("previous", 32),
        indexed=("site",),
    )  # fmt: skip


def _people() -> None:
    _facts(
        "complaints", _text("event", 64), _text("visit", 64, nullable=True), _text("site", 32),
        _text("device", 32), _text("ticket", 20), _text("subject", 60), _text("source", 20),
        _text("number", 40, nullable=True), _text("name", 200, nullable=True),
        _text("birth", 10, nullable=True), _text("sex", 10, nullable=True),
        _text("nationality", 3, nullable=True), sa.Column("words", sa.Text(), nullable=True),
        _text("problem", 40, nullable=True),
    )  # fmt: skip
    _facts(
        "staff_joined", _text("member", 100), _text("site", 32), _text("staff", 64),
        _text("role", 32), _text("by", 64), _text("name", 200, nullable=True),
        _text("problem", 40, nullable=True),
    )  # fmt: skip
    _facts(
        "staff_gone", _text("member", 100), _text("site", 32), _text("staff", 64), _text("by", 64)
    )


def _platform() -> None:
    op.create_table(
        "dose_records", _text("dose", 64), _text("stamp", 112), _text("state", 12),
        _time("opened_at"), _whole("attempts"), _time("next_try_at", nullable=True),
        _text("reason", 500, nullable=True), _text("patient", 64, nullable=True),
        _text("immunization", 64, nullable=True), _time("submitted_at", nullable=True),
        _time("reconciled_at", nullable=True),
        sa.PrimaryKeyConstraint("dose", name="pk_dose_records"),
    )  # fmt: skip
    _index("dose_records", "state", "next_try_at", "immunization")
    op.create_table(
        "platform_doses", _text("id", 64), _text("event", 64), _text("patient", 64),
        _text("number", 40), _text("name", 200, nullable=True),
        _text("name_key", 200, nullable=True), _text("birth", 10, nullable=True),
        _text("sex", 10, nullable=True), _text("vaccine", 80), _text("vaccine_key", 80),
        _text("lot", 40), _text("lot_key", 40),
        sa.Column("dose_number", sa.Integer(), nullable=True), _text("day", 10),
        _text("site", 32), _time("read_at"),
        sa.PrimaryKeyConstraint("id", name="pk_platform_doses"),
    )  # fmt: skip
    _index("platform_doses", "event", "number")
    op.create_table(
        "dose_discrepancies", _whole("id"), _text("scope", 10), _text("subject", 64),
        _text("kind", 24), _text("field", 24), _text("site", 32), _text("ours", 300),
        _text("theirs", 300), _text("owner", 64), _time("opened_at"),
        _time("closed_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dose_discrepancies"),
    )  # fmt: skip
    _index("dose_discrepancies", "closed_at")
    op.create_index(
        "ix_dose_discrepancies_scope_subject", "dose_discrepancies", ["scope", "subject"]
    )
    op.create_table(
        "platform_cursors", _text("list", 20), _text("through", 40),
        sa.PrimaryKeyConstraint("list", name="pk_platform_cursors"),
    )  # fmt: skip


def downgrade() -> None:
    for table in (
        "platform_cursors", "dose_discrepancies", "platform_doses", "dose_records", "staff_gone",
        "staff_joined", "complaints", "promotions", "papers", "discarded_doses", "vials",
        "reactions", "observations", "doses", "screenings", "sessions_closed", "sessions_opened",
        "departures", "finishes", "calls", "queued",
    ):  # fmt: skip
        op.drop_table(table)
    op.drop_column("identities", "name_key")
    op.drop_index("ix_visits_event", "visits")
    for column in ("staff", "standing", "event"):
        op.drop_column("visits", column)
