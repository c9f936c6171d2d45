"""The registry's file: read again when it changes, never replaced by one that cannot be trusted."""

import os
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from factories.devices import SITE, Card, identity

from central.adapters.registry_file import FileRegistry
from central.ports import RegistryUnavailable
from protocol import cose
from protocol.messages import Signer
from protocol.registry import DeviceStatus, RegisteredDevice, encode_registry

KEY, CERTIFICATE = identity("registry")
SIGNER = Signer(KEY, cose.thumbprint(CERTIFICATE))
ONE, TWO = Card("kiosk-0001"), Card("kiosk-0002")


def entry(card, status=DeviceStatus.ACTIVE):
    certificate = card.known.certificate.public_bytes(Encoding.DER)
    return RegisteredDevice(card.device, SITE, certificate, status)


@pytest.fixture
def write(tmp_path):
    """Writes an issue of the registry, each with a time of its own."""
    path = tmp_path / "registry.cose"
    times = iter(range(1_000_000_000, 1_000_001_000))

    def write(*entries, serial=1, data=None, signer=SIGNER, sites=None):
        made = encode_registry(
            entries, signer, serial=serial, issued_at="2026-11-22T01:00:00Z", sites=sites
        )
        path.write_bytes(made if data is None else data)
        os.utime(path, (0, next(times)))
        return path

    return write


def test_a_device_is_found_by_the_thumbprint_of_its_certificate(write):
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)

    assert registry.find(ONE.signer.kid) == ONE.known
    assert registry.find(TWO.signer.kid) is None
    assert registry.find(b"") is None


def test_a_new_device_is_found_as_soon_as_the_file_names_it(write):
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)

    write(entry(ONE), entry(TWO), serial=2)

    assert registry.find(TWO.signer.kid) == TWO.known


def test_a_site_is_called_as_the_newest_issue_says(write):
    registry = FileRegistry(write(entry(ONE), sites={SITE: "Trạm cũ"}), CERTIFICATE)
    assert registry.site_name(SITE) == "Trạm cũ"

    write(entry(ONE), serial=2, sites={SITE: "Trạm y tế xã Phước Dinh"})

    assert registry.site_name(SITE) == "Trạm y tế xã Phước Dinh"
    assert registry.site_name("elsewhere") == ""


def test_sites_are_those_that_are_named_or_have_a_device(write):
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)
    assert registry.site_ids() == {SITE}

    write(entry(ONE), serial=2, sites={"bac-ai": "Trạm y tế Bác Ái"})

    assert registry.site_ids() == {SITE, "bac-ai"}


def test_a_revoked_device_is_known_as_such(write):
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)

    write(entry(ONE, DeviceStatus.REVOKED), serial=2)

    assert registry.find(ONE.signer.kid) == replace(ONE.known, revoked=True)


@pytest.mark.parametrize("data", [b"", b"torn", None])
def test_a_torn_or_missing_file_leaves_the_registry_that_is_in_use(write, data):
    path = write(entry(ONE))
    registry = FileRegistry(path, CERTIFICATE)

    if data is None:
        path.unlink()
    else:
        write(data=data)

    assert registry.find(ONE.signer.kid) == ONE.known


def test_an_older_issue_does_not_bring_a_revoked_device_back(write):
    registry = FileRegistry(write(entry(ONE, DeviceStatus.REVOKED), serial=5), CERTIFICATE)

    write(entry(ONE), serial=4)

    assert registry.find(ONE.signer.kid) == replace(ONE.known, revoked=True)


def test_a_registry_that_another_signed_is_not_taken(write):
    key, certificate = identity("forger")
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)

    write(entry(TWO), serial=9, signer=Signer(key, cose.thumbprint(certificate)))

    assert registry.find(TWO.signer.kid) is None
    assert registry.find(ONE.signer.kid) == ONE.known


def test_a_registry_with_a_broken_certificate_is_not_taken(write):
    registry = FileRegistry(write(entry(ONE)), CERTIFICATE)

    write(replace(entry(TWO), certificate=b"no certificate"), serial=2)

    assert registry.find(ONE.signer.kid) == ONE.known


def test_without_a_registry_the_centre_does_not_start(tmp_path, write):
    with pytest.raises(RegistryUnavailable):
        FileRegistry(tmp_path / "none.cose", CERTIFICATE)
    with pytest.raises(RegistryUnavailable):
        FileRegistry(write(data=b"torn"), CERTIFICATE)
