"""``python -m edge verify-certificate``: the verdict on certificates, one a line, without a network.

For scripts and for trying a trust list; whatever a line holds, it gets one line of an answer.
"""

import argparse
import base64
import binascii
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import Any, BinaryIO

from protocol.certificates.model import Person, Reason, Vaccination, Verdict
from protocol.certificates.trust import Trust, signer_of
from protocol.certificates.uvci import checksum_fits
from protocol.certificates.valuesets import Words, country, disease, maker, product, vaccine
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import MAX_LETTERS

DESCRIPTION = """Say of EU Digital COVID Certificates, Vietnam's among them, whether they hold.

Reads the text of one code a line (HC1:...) from standard input and prints one line each, in the
same order; a line that is no certificate is "malformed". With --json:
{"valid", "reason", "kid", "issuer", "person"?, "vaccinations"?}

"reason" is valid, expired, not yet valid, unknown signer, bad signature, wrong key use, malformed
or revoked. "kid" is the signer's key id in base64, "issuer" the signer's country. "person" and
"vaccinations" are what the certificate says, true or not: rely on them only if "valid" is true.
Nothing is kept or sent. The exit code is 0 whatever the verdicts, 2 when the trust file or an
argument cannot be used.

  python -m edge verify-certificate --trust signers.json --json < codes.txt"""

_WORDS = {
    Reason.VALID: "valid",
    Reason.EXPIRED: "NOT VALID, it has expired",
    Reason.NOT_YET_VALID: "NOT VALID YET",
    Reason.UNKNOWN_SIGNER: "NOT PROVEN, its signer is not on the trust list",
    Reason.BAD_SIGNATURE: "NOT VALID, its signature is false",
    Reason.WRONG_KEY_USE: "NOT VALID, its signer may not sign certificates of this kind",
    Reason.MALFORMED: "not a certificate that can be read",
    Reason.REVOKED: "NOT VALID, it was revoked",
}


class TrustFileError(Exception):
    """The trust file cannot be used; the text says why."""


def run(argv: Sequence[str], now: datetime) -> int:
    """Run the command and return its exit code.

    Args:
        argv: What follows ``verify-certificate`` on the command line.
        now: The moment of the verdicts where ``--at`` names none; aware.
    """
    parser = _parser()
    options = parser.parse_args(argv)
    try:
        trust = read_trust(options.trust)
    except TrustFileError as error:
        parser.error(str(error))
    at = options.at or now
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        for line in lines(sys.stdin.buffer):
            verdict = verify(line, trust, at)
            told = json.dumps(shown(verdict), ensure_ascii=False) if options.json else said(verdict)
            sys.stdout.write(told + "\n")
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader has seen enough; what Python still wants to flush at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def read_trust(path: Path) -> Trust:
    """Return the signers of a file; one that cannot be read is named on standard error.

    Raises:
        TrustFileError: No file, or not a JSON list.
    """
    try:
        entries = json.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise TrustFileError(f"{path}: {error.strerror or 'cannot be opened'}") from error
    except (ValueError, RecursionError) as error:
        raise TrustFileError(f"{path}: not JSON") from error
    if not isinstance(entries, list):
        raise TrustFileError(f"{path}: not a JSON list of certificates")
    certificates = []
    for place, entry in enumerate(entries, start=1):
        try:
            certificate = base64.b64decode("".join(entry.split()), validate=True)
            signer_of(certificate)
        except (AttributeError, binascii.Error, ValueError):
            sys.stderr.write(f"{path}: entry {place} is no certificate in base64 DER: left out\n")
        else:
            certificates.append(certificate)
    return Trust(certificates)


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield each line of ``stream``; of one that no code can hold, the beginning."""
    longest = 2 * MAX_LETTERS
    while line := stream.readline(longest):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(longest)):
            pass
        yield line


def shown(verdict: Verdict) -> dict[str, Any]:
    """Return the JSON object that is printed."""
    told: dict[str, Any] = {
        "valid": verdict.valid,
        "reason": verdict.reason.value,
        "kid": None if verdict.kid is None else base64.b64encode(verdict.kid).decode(),
        "issuer": verdict.issuer,
    }
    certificate = verdict.certificate
    if certificate is not None:
        told["person"] = _person(certificate.person)
        if certificate.vaccinations:
            told["vaccinations"] = [_vaccination(dose) for dose in certificate.vaccinations]
    return told


def said(verdict: Verdict) -> str:
    """Return the verdict in words."""
    words = _WORDS[verdict.reason]
    certificate = verdict.certificate
    if certificate is None:
        return words
    person = certificate.person
    parts = [person.name + (f", born {person.birth}" if person.birth else "")]
    parts += [
        f"dose {dose.dose} of {dose.doses} on {dose.day}, {product(dose.product).en}"
        for dose in certificate.vaccinations
    ] or [f"a {certificate.statement.name.lower()}, no vaccination"]
    parts.append(f"signed for {country(certificate.issuer or 'nobody').en}")
    return f"{words}: {'; '.join(parts)}"


def _person(person: Person) -> dict[str, Any]:
    birth = None if person.birth is None else str(person.birth)
    return {"name": person.name, **person._asdict(), "birth": birth}


def _vaccination(dose: Vaccination) -> dict[str, Any]:
    return {
        "dose": dose.dose,
        "doses": dose.doses,
        "date": str(dose.day),
        "disease": _coded(dose.disease, disease(dose.disease)),
        "vaccine": _coded(dose.vaccine, vaccine(dose.vaccine)),
        "product": _coded(dose.product, product(dose.product)),
        "maker": _coded(dose.maker, maker(dose.maker)),
        "country": _coded(dose.country, country(dose.country)),
        "issuer": dose.issuer,
        "identifier": dose.identifier,
        "checksum_fits": checksum_fits(dose.identifier),
    }


def _coded(code: str, words: Words) -> dict[str, str]:
    return {"code": code, **words._asdict()}


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no moment in ISO 8601") from error
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge verify-certificate",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--trust",
        type=Path,
        required=True,
        metavar="FILE",
        help="a JSON list of the certificates of trusted signers, each DER in base64",
    )
    parser.add_argument(
        "--at",
        type=_moment,
        metavar="ISO8601",
        help="judge as of this moment, such as 2021-12-01T08:00:00+07:00 (UTC if no zone is given); else now",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    return parser
