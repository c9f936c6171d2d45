"""Draw, encode and read back the slip of one certificate, beside the same without reading it back.

    python -m bench.certificate_slip [--rounds N]

Certificates are of real length (RSA-2048, about 825 letters) and differ from round to round; the ways
take turns. *verify* is what comes before drawing: signature, key use, times, by a list of one signer.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from time import perf_counter

import zxingcpp
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from edge.adapters import slip_raster
from edge.adapters.certificate_code import draw_code
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import WIDTH_DOTS, PillowSlipRenderer
from edge.ports import CertificateOnPaper, Slip
from edge.services.certificate_words import eleven_fields
from protocol.certificates.model import Vaccination
from protocol.certificates.trust import Trust, kid_of
from protocol.certificates.verify import verify
from protocol.certificates.writing import dcc_fields, issue, vietnamese_person
from protocol.documents.model import PartialDate

WARM_UP = 5
NOW = datetime(2026, 11, 22, 1, tzinfo=UTC)
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def signer() -> bytes:
    """Return the certificate of the bench's own signer, in DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Người ký thử")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(KEY.public_key())
        .serial_number(1)
        .not_valid_before(NOW - timedelta(days=1))
        .not_valid_after(NOW + timedelta(days=700))
    )
    return builder.sign(KEY, hashes.SHA256()).public_bytes(Encoding.DER)


@cache
def code(number: int) -> str:
    """Return one of many different certificates, made beforehand."""
    dose = Vaccination(
        dose=2,
        doses=2,
        day=PartialDate(2026, 11, 20),
        disease="840539006",
        vaccine="1119349007",
        product="EU/1/20/1528",
        maker="ORG-100030215",
        country="VN",
        issuer="Ban Cơ yếu",
        identifier=f"URN:UVCI:01:VN:{number:032X}",
    )
    person = vietnamese_person(f"Nguyễn Thị Thử {number}", PartialDate(1985, 8, 17))
    return issue(
        dcc_fields(person, dose),
        KEY,
        kid_of(signer()),
        issuer="VN",
        issued_at=NOW - timedelta(days=1),
        expires_at=NOW + timedelta(days=365),
    )


TRUST = Trust([signer()])


@cache
def slip(number: int) -> Slip:
    """Return what stands on the paper of one certificate."""
    certificate = verify(code(number).encode(), TRUST, NOW).certificate
    if certificate is None:
        raise ValueError("the bench's own certificate is none")
    return Slip(
        ticket="",
        stage="",
        site="Trạm Y tế Phước Dinh",
        printed_at=NOW,
        kind="certificate",
        certificate=CertificateOnPaper(code(number), eleven_fields(certificate)),
    )


def without_reading_back(width: int) -> Callable[[int], object]:
    """Return the drawing and encoding alone."""
    renderer = PillowSlipRenderer(80 if width == WIDTH_DOTS[80] else 58)
    return lambda number: slip_raster.raster(renderer.rows(slip(number)), width // 8)


def by_the_library(number: int) -> object:
    """Return the bare code of zxing-cpp, which neither measures nor checks it."""
    return zxingcpp.create_barcode(
        code(number), zxingcpp.BarcodeFormat.QRCode, ec_level="Q"
    ).to_image(scale=3)


def ways() -> dict[str, Callable[[int], object]]:
    """Return what is measured, by name."""
    wide, narrow, low = PillowSlipRenderer(80), PillowSlipRenderer(58), LowSlipRenderer(58)
    return {
        "verify": lambda number: verify(code(number).encode(), TRUST, NOW),
        "bare_code": by_the_library,
        "code": lambda number: draw_code(code(number), WIDTH_DOTS[80]),
        "slip_80mm_not_read_back": without_reading_back(WIDTH_DOTS[80]),
        "slip_80mm": lambda number: wide.render(slip(number)),
        "slip_58mm": lambda number: narrow.render(slip(number)),
        "slip_58mm_serial": lambda number: low.render(slip(number)),
    }


def main() -> int:
    """Print one line a way."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.certificate_slip",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=100)
    rounds = parser.parse_args().rounds
    measured = ways()
    taken: dict[str, list[float]] = {name: [] for name in measured}
    for number in range(rounds + WARM_UP):
        slip(number)
        for name, way in measured.items():
            begun = perf_counter()
            way(number)
            if number >= WARM_UP:
                taken[name].append((perf_counter() - begun) * 1000)
    for name, milliseconds in taken.items():
        cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
        figures = {f"p{p}_ms": round(cuts[p - 1], 2) for p in (50, 95, 99)}
        print(json.dumps({"bench": "certificate_slip", "way": name, **figures}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
