"""The device's keys from a folder that provisioning made, whole and spoilt."""

import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
)
from factories.installations import provisioned

from edge.adapters.keys_file import FileKeys
from edge.ports import KeysError
from protocol import cose, sealing
from protocol.identity import DeviceId, Epoch
from protocol.messages import Ack, Signer, decode_batch, encode_ack

EPOCH = Epoch("0a" * 16)
HASH = b"\x07" * 32


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("provisioned")
    provisioned(directory, "kiosk-0001", "kiosk-0002")
    return directory


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    """A copy of one device's folder, to be spoilt."""
    return Path(shutil.copytree(made / "devices/kiosk-0001", tmp_path / "keys"))


def keys_in(folder: Path) -> FileKeys:
    return FileKeys(folder, day_key=b"day", software="test")


def test_a_batch_verifies_by_the_devices_certificate(made: Path, folder: Path) -> None:
    certificate = cose.load_certificate((made / "devices/kiosk-0001/device.crt").read_bytes())

    signed = cose.parse(keys_in(folder).sign_batch(EPOCH, 1, HASH, [b"event"]))

    cose.verify(signed, certificate.public_key())  # type: ignore[arg-type]  # P-256 by provisioning
    assert signed.kid == cose.thumbprint(certificate)
    assert decode_batch(signed).device == "kiosk-0001"


def test_the_centres_word_is_believed(made: Path, folder: Path) -> None:
    certificate = cose.load_certificate((made / "centre/ack.crt").read_bytes())
    key = cose.load_signing_key((made / "centre/ack.key").read_bytes())
    ack = Ack(DeviceId("kiosk-0001"), EPOCH, 3, HASH, 2, "2021-12-01T01:00:00Z")
    word = encode_ack(ack, Signer(key, cose.thumbprint(certificate)))

    assert keys_in(folder).open_ack(word) == ack


@pytest.mark.parametrize("recipient", ["centre", "sites/phuoc-dinh"])
def test_the_centre_and_the_site_open_what_was_sealed(
    made: Path, folder: Path, recipient: str
) -> None:
    private = load_pem_private_key((made / recipient / "seal.key").read_bytes(), None)

    sealed = keys_in(folder).seal(b"who it is", "event-1")

    assert sealing.unseal(sealed, "event-1", private) == b"who it is"  # type: ignore[arg-type]  # X25519


FILES = ["ca.crt", "device.crt", "device.key", "ack.crt", "centre-seal.pub", "site-seal.pub"]


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()

    with pytest.raises(KeysError, match=f"cannot read {name}"):
        keys_in(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_broken_file_is_refused(folder: Path, name: str) -> None:
    (folder / name).write_bytes(b"-----BEGIN NOTHING-----\n")

    with pytest.raises(KeysError):
        keys_in(folder)


def test_another_devices_key_is_refused(made: Path, folder: Path) -> None:
    shutil.copy(made / "devices/kiosk-0002/device.key", folder / "device.key")

    with pytest.raises(KeysError, match=r"device.key does not belong to device.crt"):
        keys_in(folder)


@pytest.mark.parametrize("name", ["device.crt", "ack.crt"])
def test_a_certificate_of_another_authority_is_refused(
    folder: Path, tmp_path: Path, name: str
) -> None:
    provisioned(tmp_path / "other", "kiosk-0001")
    other = {"device.crt": "devices/kiosk-0001/device.crt", "ack.crt": "centre/ack.crt"}
    shutil.copy(tmp_path / "other" / other[name], folder / name)

    with pytest.raises(KeysError, match=f"{name} is not signed by ca.crt"):
        keys_in(folder)


def test_a_signing_key_where_a_sealing_key_belongs_is_refused(made: Path, folder: Path) -> None:
    key = cose.load_signing_key((made / "devices/kiosk-0001/device.key").read_bytes())
    (folder / "site-seal.pub").write_bytes(public_pem(key))

    with pytest.raises(KeysError, match=r"site-seal.pub is not an X25519 key"):
        keys_in(folder)


def public_pem(key: object) -> bytes:
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined,no-any-return]  # P-256
