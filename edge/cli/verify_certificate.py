"""``python -m edge verify-certificate``: the verdict on certificates, one a line, without a network.

For scripts and for trying a trust list; whatever a line holds, it gets one line of an answer.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import BinaryIO

from edge.cli.verdicts import said, shown
from protocol.certificates.trust import Trust, from_base64
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import MAX_LETTERS
from protocol.errors import WireError

EXIT_INPUT_OUTPUT = 74
DESCRIPTION = """Say of EU Digital COVID Certificates, Vietnam's among them, whether they hold.

Reads the text of one code a line (HC1:...) from standard input and prints one line each, in the
same order; a line that is no certificate is "malformed". With --json:
{"valid", "reason", "kid", "issuer", "person"?, "vaccinations"?}

"reason" is valid, expired, not yet valid, unknown signer, bad signature, wrong key use, malformed
or revoked. "kid" is the signer's key id in base64, "issuer" the signer's country. "person" and
"vaccinations" are what the certificate says, true or not: rely on them only if "valid" is true.
Nothing is kept or sent. The exit code is 0 whatever the verdicts, 2 when the trust file or an
argument cannot be used, 74 when answers cannot be written.

  python -m edge verify-certificate --trust signers.json --json < codes.txt"""


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
    if sys.stdin is None or sys.stdout is None:
        parser.error("standard input or output is closed")
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    try:
        _answer(trust, options.at or now, as_json=options.json)
    except OSError as error:
        # What Python still wants to flush at its end goes nowhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            return 0
        sys.stderr.write(f"standard input or output: {error.strerror}\n")
        return EXIT_INPUT_OUTPUT
    return 0


def _answer(trust: Trust, at: datetime, *, as_json: bool) -> None:
    for line in lines(sys.stdin.buffer):
        verdict = verify(line, trust, at)
        told = json.dumps(shown(verdict), ensure_ascii=False) if as_json else said(verdict)
        sys.stdout.write(told + "\n")
        sys.stdout.flush()


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
            certificates.append(from_base64(entry))
        except WireError:
            sys.stderr.write(f"{path}: entry {place} is no certificate in base64 DER: left out\n")
    return Trust(certificates)


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield each line of ``stream``; of one that no code can hold, the beginning."""
    longest = 2 * MAX_LETTERS
    while line := stream.readline(longest):
        rest = line
        while not rest.endswith(b"\n") and (rest := stream.readline(longest)):
            pass
        yield line


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
