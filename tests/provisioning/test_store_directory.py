"""Files of the provisioning directory: whole or not at all, and closed to others."""

from pathlib import Path

import pytest

from provisioning.adapters.store_directory import DirectoryStore
from provisioning.ports import FileMissing, StoreError


def test_what_is_written_is_read(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "new")

    store.write("ca/ca.key", b"secret", mode=0o600)

    assert store.read("ca/ca.key") == b"secret"
    assert store.names() == {"ca/ca.key"}
    assert (tmp_path / "new/ca/ca.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "new/ca").stat().st_mode & 0o777 == 0o700


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileMissing, match=r"ca/ca\.crt is missing"):
        DirectoryStore(tmp_path).read("ca/ca.crt")


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "registry.cose").mkdir()

    with pytest.raises(StoreError, match=r"cannot read registry\.cose"):
        DirectoryStore(tmp_path).read("registry.cose")


def test_a_write_that_fails_leaves_what_was_there_and_no_scraps(tmp_path: Path) -> None:
    (tmp_path / "broker/acl").mkdir(parents=True)

    with pytest.raises(StoreError, match="cannot write broker/acl"):
        DirectoryStore(tmp_path).write("broker/acl", b"rules", mode=0o600)
    assert [path.name for path in (tmp_path / "broker").iterdir()] == ["acl"]


def test_a_directory_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")

    with pytest.raises(StoreError, match="cannot write"):
        DirectoryStore(tmp_path / "file/installation").write("a", b"", mode=0o600)
    with (
        pytest.raises(StoreError, match="cannot lock"),
        DirectoryStore(tmp_path / "file/x").locked(),
    ):
        pass


def test_what_programs_keep_deeper_down_is_not_ours(tmp_path: Path) -> None:
    (tmp_path / "centre/data/deep").mkdir(parents=True)
    (tmp_path / "centre/data/deep/file").write_bytes(b"")
    (tmp_path / "centre/ack.crt").write_bytes(b"")

    assert DirectoryStore(tmp_path).names() == {"centre/ack.crt"}


def test_an_error_inside_the_lock_comes_out_as_it_is(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)

    with pytest.raises(BlockingIOError), store.locked():
        raise BlockingIOError

    with store.locked():
        assert store.names() == {".lock"}
