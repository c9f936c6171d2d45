"""Certificates, judged by OpenSSL and not by the library that made them."""

import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from factories.installations import provisioned

from protocol import cose
from provisioning.adapters.authority_x509 import X509Authority
from provisioning.domain.certificates import CLIENT, ROOT, SERVER
from provisioning.ports import AuthorityError

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
AUTHORITY = X509Authority()


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("installation")
    provisioned(
        directory, "kiosk-0001", broker_hosts=("mqtt.tram.example", "192.0.2.7", "2001:db8::7")
    )
    return directory


def openssl(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["openssl", *words], capture_output=True, text=True, check=False)


def verified(directory: Path, certificate: str, *more: str) -> subprocess.CompletedProcess[str]:
    root = str(directory / "ca/ca.crt")
    return openssl("verify", "-x509_strict", "-CAfile", root, *more, str(directory / certificate))


@pytest.mark.parametrize(
    ("certificate", "purpose"),
    [
        ("broker/server.crt", "sslserver"),
        ("centre/centre.crt", "sslclient"),
        ("devices/kiosk-0001/device.crt", "sslclient"),
    ],
)
def test_openssl_takes_a_certificate_for_its_purpose(
    installation: Path, certificate: str, purpose: str
) -> None:
    result = verified(installation, certificate, "-purpose", purpose)

    assert (result.returncode, result.stdout.strip()) == (0, f"{installation / certificate}: OK")


@pytest.mark.parametrize(
    ("certificate", "purpose"),
    [
        ("broker/server.crt", "sslclient"),
        ("devices/kiosk-0001/device.crt", "sslserver"),
        ("centre/centre.crt", "sslserver"),
        ("centre/ack.crt", "sslclient"),
        ("registry.crt", "sslclient"),
    ],
)
def test_openssl_refuses_a_certificate_for_another_purpose(
    installation: Path, certificate: str, purpose: str
) -> None:
    assert verified(installation, certificate, "-purpose", purpose).returncode != 0


@pytest.mark.parametrize("certificate", ["centre/ack.crt", "registry.crt"])
def test_certificates_of_signing_keys_stand_under_the_root(
    installation: Path, certificate: str
) -> None:
    assert verified(installation, certificate).returncode == 0


@pytest.mark.parametrize(
    "name", [("hostname", "mqtt.tram.example"), ("ip", "192.0.2.7"), ("ip", "2001:db8::7")]
)
def test_the_broker_answers_to_each_of_its_names(installation: Path, name: tuple[str, str]) -> None:
    kind, value = name

    assert verified(installation, "broker/server.crt", f"-verify_{kind}", value).returncode == 0


def test_the_broker_does_not_answer_to_another_name(installation: Path) -> None:
    result = verified(installation, "broker/server.crt", "-verify_hostname", "other.example")

    assert result.returncode != 0


def test_a_certificate_of_another_installation_is_refused(
    installation: Path, tmp_path: Path
) -> None:
    provisioned(tmp_path, "kiosk-0001")
    theirs = str(tmp_path / "devices/kiosk-0001/device.crt")

    result = openssl("verify", "-CAfile", str(installation / "ca/ca.crt"), theirs)

    assert result.returncode != 0


def test_the_common_name_of_a_device_is_its_id(installation: Path) -> None:
    result = openssl(
        "x509", "-noout", "-subject", "-in", str(installation / "devices/kiosk-0001/device.crt")
    )

    assert result.stdout.strip() in {"subject=CN = kiosk-0001", "subject=CN=kiosk-0001"}


@pytest.mark.parametrize(
    ("certificate", "expected"),
    [
        ("ca/ca.crt", "CA:TRUE, pathlen:0 | Certificate Sign, CRL Sign"),
        ("devices/kiosk-0001/device.crt", "CA:FALSE | Digital Signature"),
    ],
)
def test_a_key_may_do_only_its_own_work(
    installation: Path, certificate: str, expected: str
) -> None:
    result = openssl(
        "x509",
        "-noout",
        "-ext",
        "basicConstraints,keyUsage",
        "-in",
        str(installation / certificate),
    )

    lines = [line.strip() for line in result.stdout.splitlines()]
    constraints = lines[lines.index("X509v3 Basic Constraints: critical") + 1]
    usage = lines[lines.index("X509v3 Key Usage: critical") + 1]
    assert f"{constraints} | {usage}" == expected


def test_a_certificate_is_valid_for_machines_whose_clock_is_a_day_behind() -> None:
    key = AUTHORITY.new_key()

    certificate = cose.load_certificate(AUTHORITY.self_signed(key, "root", ROOT, NOW))

    assert certificate.not_valid_before_utc == NOW - timedelta(days=1)
    assert certificate.not_valid_after_utc == NOW + timedelta(days=7300)


def test_an_issuer_whose_key_and_certificate_do_not_fit_is_refused() -> None:
    root = AUTHORITY.self_signed(AUTHORITY.new_key(), "root", ROOT, NOW)
    request = AUTHORITY.request(AUTHORITY.new_key(), "kiosk-0001")

    with pytest.raises(AuthorityError, match="does not belong"):
        AUTHORITY.issue(request, CLIENT, (), (root, AUTHORITY.new_key()), NOW)


def test_a_request_that_was_changed_on_the_way_is_refused() -> None:
    key = AUTHORITY.new_key()
    root = AUTHORITY.self_signed(key, "root", ROOT, NOW)
    request = x509.load_pem_x509_csr(AUTHORITY.request(AUTHORITY.new_key(), "kiosk-0001"))
    changed = request.public_bytes(serialization.Encoding.DER).replace(b"kiosk-0001", b"kiosk-0002")
    pem = x509.load_der_x509_csr(changed).public_bytes(serialization.Encoding.PEM)

    with pytest.raises(AuthorityError, match="not signed by the key"):
        AUTHORITY.issue(pem, CLIENT, (), (root, key), NOW)


def test_a_request_with_a_key_of_another_kind_is_refused() -> None:
    key = AUTHORITY.new_key()
    root = AUTHORITY.self_signed(key, "root", ROOT, NOW)
    name = x509.Name([])
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    request = builder.sign(rsa.generate_private_key(65537, 2048), hashes.SHA256())
    pem = request.public_bytes(serialization.Encoding.PEM)

    with pytest.raises(AuthorityError, match="elliptic curve"):
        AUTHORITY.issue(pem, SERVER, (), (root, key), NOW)


def test_what_is_no_key_no_request_and_no_certificate_is_named() -> None:
    key = AUTHORITY.new_key()
    root = AUTHORITY.self_signed(key, "root", ROOT, NOW)
    request = AUTHORITY.request(key, "kiosk-0001")

    with pytest.raises(AuthorityError, match="not an unencrypted private key"):
        AUTHORITY.public_part(b"no key")
    with pytest.raises(AuthorityError, match="cannot sign"):
        AUTHORITY.request(AUTHORITY.new_sealing_key(), "kiosk-0001")
    with pytest.raises(AuthorityError, match="not a certificate signing request"):
        AUTHORITY.issue(b"no request", CLIENT, (), (root, key), NOW)
    with pytest.raises(AuthorityError, match="root certificate is not in PEM"):
        AUTHORITY.issue(request, CLIENT, (), (b"no root", key), NOW)
