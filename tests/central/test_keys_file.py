"""The acknowledgement key as provisioning leaves it."""

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from factories.devices import Card, identity

from central.adapters.keys_file import FileKeys
from central.ports import KeysError
from protocol import cose, messages
from protocol.messages import Ack

CARD = Card().write(1)


@pytest.fixture
def folder(tmp_path):
    return written(tmp_path, "ack", "ack")


def written(folder, key_of, certificate_of):
    key, certificate = identity(key_of)[0], identity(certificate_of)[1]
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "ack.key").write_bytes(pem)
    (folder / "ack.crt").write_bytes(certificate.public_bytes(Encoding.PEM))
    return folder


def test_an_acknowledgement_is_signed_under_the_thumbprint_of_its_certificate(folder):
    ack = Ack(CARD.device, CARD.epoch, 1, CARD.hash_at(1), 2, "2026-11-22T01:00:00.000Z")
    certificate = identity("ack")[1]

    signed = cose.parse(FileKeys(folder).sign_ack(ack))

    cose.verify(signed, certificate.public_key())
    assert signed.kid == cose.thumbprint(certificate)
    assert messages.decode_ack(signed) == ack


def test_a_missing_key_is_named(folder):
    (folder / "ack.key").unlink()

    with pytest.raises(KeysError, match=r"ack\.key"):
        FileKeys(folder)


def test_a_file_that_is_no_key_is_refused(folder):
    (folder / "ack.key").write_text("no key")

    with pytest.raises(KeysError, match="not usable"):
        FileKeys(folder)


def test_a_key_of_another_certificate_is_refused(tmp_path):
    with pytest.raises(KeysError, match="does not belong"):
        FileKeys(written(tmp_path, "other", "ack"))
