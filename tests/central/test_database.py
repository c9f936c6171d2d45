"""The schema of the centre: migrations and metadata agree, and SQLite keeps what it reports."""

import traceback
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from factories.databases import DATABASES, fresh_engine

from central.adapters import database, tables_projection
from central.adapters.accounts_sql import SqlAccounts
from central.adapters.roster_sql import roster_people
from central.adapters.tables_platform_sheets import sheet_entries
from central.adapters.tables_verification import verification_rounds
from central.domain.accounts import Account, Role
from central.ports import StoreError, StoreRefused, StoreUnavailable


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return fresh_engine(request, tmp_path)


def test_the_migrations_build_what_the_metadata_says(engine):
    database.migrate(engine)

    with engine.connect() as connection:
        options = {"compare_server_default": True, "include_name": is_no_part}
        context = MigrationContext.configure(connection, opts=options)
        differences = compare_metadata(context, database.metadata)

    assert differences == []


def is_no_part(name, _kind, _parents):
    return not (name or "").startswith("raw_events_p")


@pytest.mark.system
def test_raw_events_that_are_there_are_moved_into_parts_and_back(request):
    engine = database.connect(request.getfixturevalue("postgres").new_database())
    with engine.begin() as connection:
        command.upgrade(database.migration_config(connection), "0017_reaction_records")
        for journal in range(1, 40):
            connection.exec_driver_sql(
                "INSERT INTO raw_events VALUES (%s, 1, 'h', 'd', NULL, now())", (journal,)
            )

    database.migrate(engine)
    after = parts_and_rows(engine)
    with engine.begin() as connection:
        command.downgrade(database.migration_config(connection), "0017_reaction_records")

    assert after == (16, 39)
    assert parts_and_rows(engine) == (0, 39)
    engine.dispose()


@pytest.mark.system
def test_what_postgresql_cannot_hold_is_refused_as_such(request):
    engine = database.connect(request.getfixturevalue("postgres").new_database())
    database.migrate(engine)
    whole = Account("tinh", "Đổng Thị Tỉnh", Role.PROVINCE)

    for change in (lambda: SqlAccounts(engine).account("\0"),
                   lambda: SqlAccounts(engine).put(replace(whole, name="ă" * 3000))):  # fmt: skip
        with pytest.raises(StoreRefused):
            change()
    engine.dispose()


def parts_and_rows(engine):
    leaves = "SELECT count(*) FROM pg_inherits WHERE inhparent = 'raw_events'::regclass"
    with database.reading(engine) as connection:
        parts = connection.exec_driver_sql(
            f"{leaves} AND inhrelid::regclass::text LIKE 'raw_events_p__'"
        ).scalar_one()
        rows = connection.exec_driver_sql("SELECT count(*) FROM raw_events").scalar_one()
    return parts, rows


def test_what_was_there_before_retention_is_dated_by_what_is_known_of_it(engine):
    with engine.begin() as connection:
        command.upgrade(database.migration_config(connection), "0021_notes_erased")
        for statement in (
            "INSERT INTO roster_changes VALUES ('a', 1, 2, 'h', '2026-01-01 00:00:00', 's', 2, 0, 0)",
            "INSERT INTO roster_changes VALUES ('a', 3, 3, 'h', '2026-02-01 00:00:00', 's', 0, 1, 0)",
            "INSERT INTO roster_people (id, site, change, name, standing) VALUES"
            " (1, 'a', 2, 'Kator Thị Nháp', 'unknown'), (2, 'a', 3, 'Trần Văn Khác', 'unknown')",
            "INSERT INTO verification_rounds (id, site, state, people, answered, made_at, made_by, sent_at)"
            " VALUES (1, 'a', 'called_off', 1, 0, '2026-01-01 00:00:00', 'xa', '2026-01-02 00:00:00'),"
            " (2, 'a', 'sent', 1, 0, '2026-01-01 00:00:00', 'xa', '2026-01-02 00:00:00')",
            "INSERT INTO platform_sheet_entries (key, kind, id, event, number, state, changed, content)"
            " VALUES ('dose/1', 'dose', '1', '', '1', 'gone', 1, '{}')",
        ):
            connection.exec_driver_sql(statement)

    database.migrate(engine)

    with database.reading(engine) as connection:
        listed = connection.scalars(sa.select(roster_people.c.listed_at).order_by("id")).all()
        of = verification_rounds.c
        closed = connection.scalars(sa.select(of.closed_at).order_by(of.id)).all()
        [taken] = connection.scalars(sa.select(sheet_entries.c.taken_at)).all()
    assert [one.month for one in listed] == [1, 2]
    assert (closed[0].day, closed[1]) == (2, None)
    assert abs(datetime.now(UTC) - taken) < timedelta(minutes=5)  # noqa: TID251 - the database's own


@pytest.fixture
def books(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path}/central.db")
    yield engine
    engine.dispose()


def test_an_alarm_by_number_becomes_one_for_each_complaint_that_the_province_has_not_answered(
    books,
):
    day, numbers = "2026-01-0%d 00:00:00", (1, 2, 3)
    with books.begin() as connection:
        command.upgrade(database.migration_config(connection), "0022_retention")
        for at, state in zip(numbers, ("answered", "open", "taken"), strict=True):
            for statement in (
                "INSERT INTO centre_complaints (event, site, ticket, subject, source, occurred_at)"
                " VALUES (?, 'a', 'PA012', 'other', 'centre', '2026-01-01 00:00:00')",
                "INSERT INTO complaint_cases VALUES (?, '{state}', 'province', 'tinh', NULL, 1)",
                "INSERT INTO complaint_steps VALUES (?, 1, 'escalated', '{day}', 'clock', '')",
            ):
                written = statement.format(state=state, day=day % at)
                connection.exec_driver_sql(written, (f"c{at}",))
        connection.exec_driver_sql(
            "INSERT INTO alarms (kind, device, detail, raised_at)"
            " VALUES ('complaint_overdue', 'a', 'PA012', '2026-01-01 00:00:00')"
        )

    database.migrate(books)

    with database.reading(books) as connection:
        known = database.alarms.c
        rows = connection.execute(sa.select(database.alarms).where(known.cleared_at.is_(None)))
        assert sorted((row.device, row.detail, row.raised_at.day) for row in rows) == [
            ("a", "c2", 2), ("a", "c3", 3)
        ]  # fmt: skip


def test_migrating_twice_changes_nothing(engine):
    database.migrate(engine)
    with engine.begin() as connection:
        connection.execute(
            database.quarantine.insert().values(
                received_at=datetime(2026, 11, 22, tzinfo=UTC),
                topic="t",
                reason="r",
                data=b"d",
                digest=b"h",
            )
        )

    database.migrate(engine)

    with database.reading(engine) as connection:
        assert connection.execute(sa.select(database.quarantine.c.data)).scalars().all() == [b"d"]


def test_an_instant_comes_back_aware_and_in_utc(engine):
    database.migrate(engine)
    vietnam = datetime(2026, 11, 22, 7, 30, tzinfo=timezone(timedelta(hours=7)))

    with engine.begin() as connection:
        connection.execute(
            database.device_states.insert().values(device="k", data=b"", received_at=vietnam)
        )

    with database.reading(engine) as connection:
        stored = connection.execute(sa.select(database.device_states.c.received_at)).scalar_one()
    assert stored == vietnam
    assert stored.utcoffset() == timedelta(0)


def test_a_foreign_key_is_enforced(engine):
    database.migrate(engine)

    with pytest.raises(StoreError), database.store_errors(), engine.begin() as connection:
        connection.execute(
            database.alarms.insert().values(
                kind="fork",
                device="k",
                journal_id=99,
                detail="",
                raised_at=datetime(2026, 11, 22, tzinfo=UTC),
            )
        )


def test_what_the_log_says_of_a_refused_row_names_nobody(engine):
    database.migrate(engine)
    row = {"visit": "v", "stamp": None, "number": "058185000123", "name": "Nguyễn Thị Mẫu"}

    with pytest.raises(StoreError) as refused, database.store_errors(), engine.begin() as writer:
        writer.execute(sa.insert(tables_projection.identities).values(row))

    told = "".join(traceback.format_exception(refused.value))
    assert "the database refused a statement" in told
    assert "058185000123" not in told
    assert "Mẫu" not in told


def test_sqlite_commits_are_durable_and_readers_do_not_wait(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path}/central.db")
    database.migrate(engine)

    with engine.begin() as writer, database.reading(engine) as reader:
        writer.execute(
            database.device_states.insert().values(
                device="k", data=b"", received_at=datetime(2026, 11, 22, tzinfo=UTC)
            )
        )
        seen = reader.execute(sa.select(sa.func.count()).select_from(database.device_states))
        assert seen.scalar_one() == 0
        assert writer.exec_driver_sql("PRAGMA synchronous").scalar_one() == 2
        assert writer.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
        assert writer.exec_driver_sql("PRAGMA foreign_keys").scalar_one() == 1
    engine.dispose()


def test_a_database_that_is_not_there_is_unavailable(tmp_path):
    engine = database.connect(f"postgresql+psycopg://tram@/none?host={tmp_path}")

    with pytest.raises(StoreUnavailable):
        database.migrate(engine)


def test_a_database_whose_connections_are_all_in_use_is_unavailable(tmp_path):
    engine = sa.create_engine(
        f"sqlite:///{tmp_path}/central.db", pool_size=1, max_overflow=0, pool_timeout=0.01
    )

    with engine.connect(), pytest.raises(StoreUnavailable), database.store_errors():
        engine.connect()
    engine.dispose()


def test_what_was_projected_before_sites_had_tables_is_made_again(tmp_path):
    engine = database.connect(f"sqlite:///{tmp_path}/central.db")
    with engine.begin() as connection:
        command.upgrade(database.migration_config(connection), "0003_roster")
        connection.exec_driver_sql(
            "INSERT INTO boots VALUES ('kiosk-0001', 's', '1', '', '', 1, '2026-11-22', '2026-11-22', 0)"
        )
        connection.exec_driver_sql(
            "INSERT INTO records VALUES ('v', 's', 'pending', '2026-11-22', 0, NULL, NULL, NULL, NULL,"
            " NULL, NULL)"
        )

    database.migrate(engine)

    with database.reading(engine) as connection:
        counts = [
            connection.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (tables_projection.boots, tables_projection.records)
        ]
    engine.dispose()
    assert counts == [0, 1]
