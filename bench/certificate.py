"""Measure the verdict on a certificate beside a bare loop of cbor2 and cryptography.

    python -m bench.certificate [--rounds N]

Both loops take the same codes in turn, round by round, so that a busy machine slows both. The *bare*
loop does what must be done and trusts everything: base45 letter by letter as the standard and the usual
library have it, zlib without a bound, three times CBOR, one signature with the right key at hand; no
check of a field, no key use, no times, no reason. *bare, our base45* is the same loop with the one of
ours. *verdict* is what the kiosk calls; its ratio is that to the bare loop. Codes are of Vietnam's form
(PS256, about 825 letters) and of the EU's usual one (ES256). The *verify station* is all of it, from a
camera's frame to the page, as ``bench/certificate_station.py`` says.
"""

import argparse
import json
import statistics
import sys
import zlib
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from factories.certificates import (
    NOW,
    PERSON,
    VACCINATION,
    ec_key,
    hc1,
    rsa_key,
    signer_certificate,
)

from bench.certificate_station import measure_station
from protocol.certificates import base45
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.certificates.writing import dcc_fields
from protocol.cose import PrivateKey

Check = Callable[[bytes], None]
Unlettered = Callable[[bytes], bytes]
GOAL = 0.85
CODES = 200
ECDSA = ec.ECDSA(hashes.SHA256())
PSS = padding.PSS(padding.MGF1(hashes.SHA256()), salt_length=32)


def codes(key: PrivateKey) -> list[bytes]:
    doses = [VACCINATION._replace(identifier=f"URN:UVCI:01:VN:{row:032X}") for row in range(CODES)]
    return [hc1(key, dcc_fields(PERSON, dose)).encode() for dose in doses]


LETTERS = {
    ord(letter): value
    for value, letter in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
}


def plain_base45(letters: bytes) -> bytes:
    values = [LETTERS[letter] for letter in letters]
    data: list[int] = []
    for start in range(0, len(values) - 2, 3):
        data += divmod(values[start] + 45 * values[start + 1] + 2025 * values[start + 2], 256)
    if len(values) % 3:
        data.append(values[-2] + 45 * values[-1])
    return bytes(data)


def opened(text: bytes, unlettered: Unlettered) -> tuple[bytes, bytes, bytes]:
    message = cbor2.loads(zlib.decompress(unlettered(text[4:]))).value
    protected, _, payload, signature = message
    cbor2.loads(protected)
    cbor2.loads(payload)[-260][1]["v"][0]
    return cbor2.dumps(["Signature1", protected, b"", payload]), payload, signature


def bare_es256(key: Any, unlettered: Unlettered) -> Check:
    def check(text: bytes) -> None:
        signed, _, signature = opened(text, unlettered)
        r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
        key.verify(encode_dss_signature(r, s), signed, ECDSA)

    return check


def bare_ps256(key: Any, unlettered: Unlettered) -> Check:
    digest = hashes.SHA256()

    def check(text: bytes) -> None:
        signed, _, signature = opened(text, unlettered)
        key.verify(signature, signed, PSS, digest)

    return check


def verdict(trust: Trust) -> Check:
    def check(text: bytes) -> None:
        assert verify(text, trust, NOW).valid

    return check


def timed(check: Check, texts: list[bytes]) -> list[int]:
    taken = []
    for text in texts:
        begun = perf_counter_ns()
        check(text)
        taken.append(perf_counter_ns() - begun)
    return taken


def measure(
    name: str, key: PrivateKey, bare: Callable[[Any, Unlettered], Check], rounds: int
) -> None:
    texts = codes(key)
    public = key.public_key()
    ways = {
        "bare": bare(public, plain_base45),
        "bare, our base45": bare(public, base45.decode),
        "verdict": verdict(Trust([signer_certificate(key)])),
    }
    taken: dict[str, list[int]] = {way: [] for way in ways}
    ratios = []
    for check in ways.values():
        timed(check, texts)
    for _ in range(rounds):
        each = {way: timed(check, texts) for way, check in ways.items()}
        ratios.append(sum(each["bare"]) / sum(each["verdict"]))
        for way, times in each.items():
            taken[way] += times
    for way, times in taken.items():
        figures: dict[str, Any] = {
            "bench": "certificate",
            "case": f"{name}, {way}",
            "per_s": round(1e9 * len(times) / sum(times)),
            "p50_us": round(statistics.median(times) / 1e3, 1),
            "p99_us": round(statistics.quantiles(times, n=100)[98] / 1e3, 1),
        }
        if way == "verdict":
            figures |= {"ratio": round(statistics.median(ratios), 2), "goal_ratio": GOAL}
        print(json.dumps(figures), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.certificate",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=40, help=f"of {CODES} codes each")
    rounds = parser.parse_args().rounds
    measure("ES256", ec_key(), bare_es256, rounds)
    measure("PS256", rsa_key(), bare_ps256, rounds)
    print(json.dumps(measure_station(5 * rounds)), flush=True)


if __name__ == "__main__":
    main()
