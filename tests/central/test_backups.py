"""Backups on both databases: one moment of a busy centre, sealed, read again, put back, kept few."""

import json
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from factories.dashboards import fill
from factories.databases import DATABASES, ready_engine
from factories.facts import Journal, check_in

from central.adapters import database
from central.adapters.audit_sql import SqlAudit
from central.adapters.backup_books import books_of, known_revisions, revision_of
from central.adapters.backup_directory import DirectoryBackup, DirectoryShelf, newest
from central.adapters.backup_postgres import PostgresCopier
from central.adapters.backup_sealing import PasswordSeal
from central.adapters.backup_sqlite import SqliteCopier
from central.adapters.keys_archive import installation_of, pack, unpack
from central.adapters.leases_sql import SqlLeases
from central.domain.audit import Act
from central.domain.backups import BackupUnusable, Expected, decode, is_name
from central.ports.backups import BackupError
from central.services.backups import BackupMaking, BackupReturn, Here

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
PASSWORD = "mot-hai-ba-bon"
INSTALLATION = "1f" * 32


class Ticking:
    """A clock that is a minute later whenever somebody looks."""

    def __init__(self) -> None:
        self.at = AT

    def now(self) -> datetime:
        self.at += timedelta(minutes=1)
        return self.at


def silent(_line: str) -> None:
    pass


# What PostgreSQL does otherwise is tested on both; what is the folder's doing, on SQLite alone.
sqlite_alone = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    engine = ready_engine(request, tmp_path)
    fill(engine)
    SqlAudit(engine).add(Act("tinh", "province", "person_read", "visit:1", "", "/people"), AT)
    return engine


def copier(url, told=silent):
    url = sa.make_url(url)
    if url.get_backend_name() == "sqlite":
        return SqliteCopier(Path(url.database), told)
    return PostgresCopier(url.render_as_string(hide_password=False), told)


def making(engine, shelf, *, seal=None, told=silent, clock=None):
    here = Here("0.1.0", INSTALLATION, lambda: b"the keys")
    return BackupMaking(
        copier(engine.url, told), DirectoryShelf(shelf), here, clock or Ticking(), told, seal
    )


def returning(url, folder, *, seal=None, **expected):
    fits = {"database": copier(url).kind, "installation": INSTALLATION}
    fits |= {"revisions": known_revisions()} | expected
    return BackupReturn(copier(url), DirectoryBackup(Path(folder)), Expected(**fits), silent, seal)


@pytest.fixture
def elsewhere(request, engine, tmp_path):
    """The URL of a place where no database is."""
    if engine.dialect.name == "sqlite":
        return f"sqlite:///{tmp_path}/elsewhere/central.db"
    return request.getfixturevalue("postgres").new_database()


def books(engine):
    with database.reading(engine) as connection:
        return books_of(connection)


def rows(engine):
    """Return every row of every table but the leases, which a restored centre must not keep."""
    tables = [t for t in database.metadata.sorted_tables if not t.name.startswith("lease")]
    with database.reading(engine) as connection:
        return {t.name: sorted(map(repr, connection.execute(sa.select(t)))) for t in tables}


def test_what_comes_back_is_what_was_there_row_by_row(engine, elsewhere, tmp_path):
    seal = PasswordSeal(PASSWORD)
    made = making(engine, tmp_path / "backups", seal=seal).make(14)

    manifest = returning(elsewhere, made.where, seal=seal).put_back()

    restored = database.connect(elsewhere)
    assert rows(restored) == rows(engine)
    assert manifest.books == books(engine)
    assert (manifest.books.journals, manifest.books.events, manifest.books.audit) == (2, 38, 1)
    assert [row.hash for row in SqlAudit(restored).rows()] == [manifest.books.head]
    restored.dispose()


def test_a_restored_database_is_of_the_newest_schema_and_keeps_nobody_s_lease(
    engine, elsewhere, tmp_path
):
    held = SqlLeases(engine).keep(["s00", "s01"], "before", {}, 3600)
    made = making(engine, tmp_path / "backups").make(14)
    returning(elsewhere, made.where).put_back()
    restored = database.connect(elsewhere)
    database.migrate(restored)

    taken = SqlLeases(restored).keep(["s00", "s01"], "after", {}, 6)

    # A worker of before that still runs somewhere can commit nothing: its tokens are not these.
    assert set(taken) == {"s00", "s01"}
    assert not set(taken.items()) & set(held.items())
    with database.reading(restored) as connection:
        assert revision_of(connection) in known_revisions()
    restored.dispose()


def test_a_backup_is_one_moment_though_others_go_on_writing(engine, tmp_path):
    stop, written = threading.Event(), []

    def write():
        number = 100
        while not stop.is_set():
            Journal(engine, device=f"kiosk-{number}").add(check_in(1))
            written.append(number)
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        manifests = [
            making(engine, tmp_path / "backups", clock=clock).make(14).manifest
            for clock in [Ticking()] * 3
        ]
    finally:
        stop.set()
        writer.join()

    # Each copy was read again and held exactly what its own moment's books say.
    assert written
    assert all(m.books.entries == m.books.events for m in manifests)
    counts = [m.books.events for m in manifests]
    assert counts == sorted(counts)


def test_nothing_is_ever_overwritten(engine, elsewhere, tmp_path):
    made = making(engine, tmp_path / "backups").make(14)
    before = rows(engine)

    with pytest.raises(BackupError, match="stop the centre"):
        returning(engine.url, made.where).put_back()

    assert rows(engine) == before
    returning(elsewhere, made.where).put_back()
    with pytest.raises(BackupError, match="stop the centre"):
        returning(elsewhere, made.where).put_back()


@sqlite_alone
@pytest.mark.parametrize("name", ["central", "manifest"])
def test_a_damaged_backup_is_found_before_anything_is_touched(engine, elsewhere, tmp_path, name):
    made = making(engine, tmp_path / "backups").make(14)
    (file,) = Path(made.where).glob(f"{name}*")
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0x55
    file.write_bytes(content)

    with pytest.raises(BackupUnusable):
        returning(elsewhere, made.where).put_back()

    # The place is as empty as before: a good backup of the same moment can still go there.
    copier(elsewhere).see_that_there_is_none()


@sqlite_alone
def test_a_backup_of_another_installation_database_or_later_release_is_refused(
    engine, elsewhere, tmp_path
):
    made = making(engine, tmp_path / "backups").make(14)

    for wrong, words in (
        ({"installation": "0" * 64}, "another installation"),
        ({"revisions": frozenset({"0001_ingest"})}, "newer release"),
        ({"database": "other"}, "database_url names other"),
    ):
        with pytest.raises(BackupUnusable, match=words):
            returning(elsewhere, made.where, **wrong).put_back()


@sqlite_alone
def test_a_sealed_backup_opens_by_its_password_alone_and_tells_nothing_without(
    engine, elsewhere, tmp_path
):
    made = making(engine, tmp_path / "backups", seal=PasswordSeal(PASSWORD)).make(14)
    taken = []

    with pytest.raises(BackupUnusable, match="sealed"):
        returning(elsewhere, made.where).put_back()
    with pytest.raises(BackupError, match="another password"):
        returning(elsewhere, made.where, seal=PasswordSeal("nam-sau-bay-tam")).put_back()
    returning(elsewhere, made.where, seal=PasswordSeal(PASSWORD)).put_back(taken.append)

    assert taken == [b"the keys"]
    for file in Path(made.where).iterdir():
        assert b"058185" not in file.read_bytes()
        assert file.stat().st_mode & 0o777 == 0o600


@sqlite_alone
def test_keys_are_in_no_backup_that_is_not_sealed(engine, elsewhere, tmp_path):
    made = making(engine, tmp_path / "backups").make(14)

    assert all(b"the keys" not in file.read_bytes() for file in Path(made.where).iterdir())
    with pytest.raises(BackupUnusable, match="holds no keys"):
        returning(elsewhere, made.where).put_back([].append)


@sqlite_alone
def test_old_backups_go_once_the_new_one_is_whole_and_nothing_else_does(engine, tmp_path):
    shelf = tmp_path / "backups"
    (shelf / "photos").mkdir(parents=True)
    (shelf / ".partial-tram-20200101T000000Z").mkdir()
    maker = making(engine, shelf)

    dropped = [maker.make(2).dropped for _ in range(4)]

    assert [len(names) for names in dropped] == [0, 0, 1, 1]
    left = sorted(path.name for path in shelf.iterdir())
    assert [is_name(name) for name in left] == [False, True, True]
    assert newest(shelf).made_at == AT + timedelta(minutes=4)


@sqlite_alone
def test_a_disk_that_fills_up_leaves_no_half_backup_and_every_old_one(engine, tmp_path):
    shelf = tmp_path / "backups"
    maker = making(engine, shelf)
    maker.make(1)

    class Full(SqliteCopier):
        def check(self, _data, _books):
            raise BackupError("no space left on device")

    maker._copier = Full(Path(engine.url.database), silent)
    with pytest.raises(BackupError, match="no space"):
        maker.make(1)

    assert [path.name for path in shelf.iterdir()] == ["tram-20261123T020100Z"]
    assert sorted(path.name for path in tmp_path.glob(".central.db.*")) == []


def test_a_folder_without_a_backup_is_said_to_be_none(tmp_path):
    assert newest(tmp_path / "nowhere") is None
    with pytest.raises(BackupUnusable, match="no backup at"):
        DirectoryBackup(tmp_path)
    (tmp_path / "manifest.json").write_text(json.dumps({"v": 1}))
    with pytest.raises(BackupUnusable, match="damaged"):
        DirectoryBackup(tmp_path)


@pytest.mark.parametrize(
    ("changes", "words"),
    [({"v": 2}, "another release"), ({"made_at": "2026-11-23T02:00:00"}, "without a zone")],
)
def test_a_manifest_of_another_form_is_not_guessed_at(changes, words):
    books = {"journals": 0, "entries": 0, "events": 0, "audit": 0, "head": ""}
    manifest = {
        "v": 1, "made_at": "2026-11-23T02:00:00Z", "software": "", "database": "sqlite",
        "revision": "", "installation": "", "sealed": False, "books": books, "files": [],
    }  # fmt: skip

    assert decode(json.dumps(manifest).encode()).size_bytes == 0
    with pytest.raises(BackupUnusable, match=words):
        decode(json.dumps(manifest | changes).encode())


@pytest.mark.parametrize("change", ["flip", "cut", "swap", "append", "rename"])
def test_a_sealed_file_that_was_changed_anywhere_does_not_open(change):
    seal = PasswordSeal(PASSWORD)
    plain = bytes(range(256)) * 1024
    sealed = b"".join(seal.seal("one", [plain[:1000], plain[1000:]]))
    head, size = 30, (1 << 16) + 16
    pieces = [sealed[at : at + size] for at in range(head, len(sealed), size)]
    changed, name = {
        "flip": (sealed[:-1] + bytes([sealed[-1] ^ 1]), "one"),
        "cut": (sealed[: head + 2 * size], "one"),
        "swap": (sealed[:head] + b"".join([pieces[1], pieces[0], *pieces[2:]]), "one"),
        "append": (sealed + b"x", "one"),
        "rename": (sealed, "two"),
    }[change]

    assert b"".join(seal.unseal("one", [sealed])) == plain
    with pytest.raises(BackupError, match="another password"):
        list(seal.unseal(name, [changed]))


def test_a_key_that_is_a_link_is_kept_as_the_key_and_hard_links_as_two(tmp_path):
    keys, fresh = tmp_path / "keys", tmp_path / "fresh"
    keys.mkdir()
    (tmp_path / "elsewhere.key").write_text("the key")
    (keys / "seal.key").symlink_to(tmp_path / "elsewhere.key")
    (keys / "ack.crt").write_text("a certificate")
    (keys / "copy.crt").hardlink_to(keys / "ack.crt")

    unpack(pack(keys), fresh)

    assert (fresh / "seal.key").read_text() == "the key"
    assert (fresh / "copy.crt").read_text() == (fresh / "ack.crt").read_text() == "a certificate"


def test_keys_come_back_beside_the_settings_and_overwrite_none(tmp_path):
    keys, fresh = tmp_path / "keys", tmp_path / "fresh"
    (keys / "sites/phuoc-dinh").mkdir(parents=True)
    fresh.mkdir()
    for name in ("ack.crt", "seal.pub", "seal.key", "central.toml", "sites/phuoc-dinh/seal.pub"):
        (keys / name).write_text(name)
    (fresh / "central.toml").write_text("another")

    unpack(pack(keys), fresh)

    assert installation_of(fresh) == installation_of(keys) != ""
    assert (fresh / "sites/phuoc-dinh/seal.pub").read_text() == "sites/phuoc-dinh/seal.pub"
    assert (fresh / "central.toml").read_text() == "another"
    assert (fresh / "seal.key").stat().st_mode & 0o777 == 0o600
    (fresh / "seal.key").write_text("another installation's")
    with pytest.raises(BackupError, match="move it away"):
        unpack(pack(keys), fresh)
