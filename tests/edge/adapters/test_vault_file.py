from pathlib import Path

import pytest

from edge.adapters.vault_file import FileVault
from edge.ports import VaultError


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name in ("data", "keys"):
        (tmp_path / name).mkdir()
    return tmp_path / "data", tmp_path / "keys"


def test_the_hubs_copy_and_provisionings_are_two(folders):
    data, keys = folders
    (keys / "vault.json").write_bytes(b"provisioned")
    vault = FileVault(data, keys)
    assert (vault.own(), vault.provisioned()) == (None, b"provisioned")

    vault.write(b"own")

    assert (vault.own(), vault.provisioned()) == (b"own", b"provisioned")
    assert oct((data / "vault.json").stat().st_mode & 0o777) == "0o600"
    assert [path.name for path in data.iterdir()] == ["vault.json"]


def test_in_one_folder_there_is_one_file(folders):
    vault = FileVault(folders[1], folders[1])
    vault.write(b"own")

    assert (vault.own(), vault.provisioned()) == (b"own", None)


def test_a_file_that_cannot_be_read_or_written_is_told_in_words(folders):
    data, keys = folders
    (keys / "vault.json").mkdir()
    (data / "vault.new").mkdir()
    vault = FileVault(data, keys)

    with pytest.raises(VaultError, match="cannot read"):
        vault.provisioned()
    with pytest.raises(VaultError, match="cannot write"):
        vault.write(b"own")
    assert vault.own() is None


def test_what_a_cut_left_half_written_is_never_read(folders):
    data, keys = folders
    vault = FileVault(data, keys)
    vault.write(b"old")
    (data / "vault.new").write_bytes(b"ha")

    assert vault.own() == b"old"
    vault.write(b"new")

    assert vault.own() == b"new"
    assert [path.name for path in data.iterdir()] == ["vault.json"]
