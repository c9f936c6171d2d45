"""``python -m edge decode``: read the codes in picture files with the kiosk's own decoder.

For people who try photographs, and for scripts: with ``--json`` one object a line, in the order
of the files, whatever is wrong with one of them.
"""

import argparse
import base64
import json
import sys
import time
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date
from io import TextIOWrapper
from pathlib import Path
from typing import Any

from edge.ports import Code, Decoder
from edge.services.pictures import PictureError, grey_frames
from protocol.documents.model import Claim
from protocol.documents.reader import read_code

MOST_PIXELS = 12_000_000
DESCRIPTION = """Read the QR codes in pictures and say what document each one is.

All codes in a picture are listed. With --json, one object a line:
{"file", "codes": [{"text", "symbology", "document"}], "ms"}, or {"file", "error", "codes": [], "ms"}
for a file that cannot be read. "ms" is the time of decoding alone. "text" is NFC; a payload that is not UTF-8 stands in it as Japanese
(Shift JIS) or Latin-1 and, exactly, in "base64". Nothing is kept or sent. The exit code is 0 even
when pictures are broken or hold no code."""


def run(argv: Sequence[str], build_decoder: Callable[[], Decoder], today: date) -> int:
    """Run the command and return its exit code.

    Args:
        argv: What follows ``decode`` on the command line.
        build_decoder: Makes the decoder; called once, when the arguments are in order.
        today: For the warnings about a document's dates.
    """
    options = _parser().parse_args(argv)
    if isinstance(sys.stdout, TextIOWrapper):
        # A name of a file need not be text; it is printed as the bytes that it is.
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape")
    decoder = build_decoder()
    for name in options.files:
        result = decoded(name, decoder, today)
        line = json.dumps(result, ensure_ascii=False) if options.json else _plain(result)
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        if not options.burst:
            decoder.forget()
    return 0


def decoded(name: str, decoder: Decoder, today: date) -> dict[str, Any]:
    """Return what is in the file ``name`` as the JSON object that is printed."""
    try:
        frames = grey_frames(Path(name).read_bytes(), MOST_PIXELS)
    except PictureError as error:
        return {"file": name, "error": str(error), "codes": [], "ms": 0.0}
    except OSError as error:
        reason = error.strerror or "cannot be opened"
        return {"file": name, "error": reason, "codes": [], "ms": 0.0}
    started = time.perf_counter()
    codes: list[Code] = []
    for frame in frames:
        known = {code.payload for code in codes}
        codes += [code for code in decoder.decode(frame) if code.payload not in known]
    milliseconds = round((time.perf_counter() - started) * 1000, 1)
    return {"file": name, "codes": [_shown(code, today) for code in codes], "ms": milliseconds}


def _shown(code: Code, today: date) -> dict[str, Any]:
    text, exact = text_of(code.payload)
    shown = {"text": text, "symbology": code.symbology, "document": _document(code.payload, today)}
    return shown if exact else {**shown, "base64": base64.b64encode(code.payload).decode()}


def text_of(payload: bytes) -> tuple[str, bool]:
    """Return ``payload`` as NFC text, and whether it is the text for certain: it was UTF-8."""
    try:
        return unicodedata.normalize("NFC", payload.decode("utf-8")), True
    except UnicodeDecodeError:
        pass
    try:
        text = payload.decode("cp932")
    except UnicodeDecodeError:
        return payload.decode("latin-1"), False
    japanese = sum("぀" <= letter <= "鿿" or "ｦ" <= letter <= "ﾟ" for letter in text)
    foreign = sum(letter > "~" for letter in text)
    return (text, False) if japanese * 2 > foreign else (payload.decode("latin-1"), False)


def _document(payload: bytes, today: date) -> dict[str, Any]:
    reading = read_code(payload, today)
    if not isinstance(reading, Claim):
        return {"class": reading.document.value, "reason": reading.reason.value}
    return {
        "class": reading.document.value,
        "number": reading.number,
        "name": reading.name,
        "birth": None if reading.birth is None else str(reading.birth),
        "sex": reading.sex,
        "warnings": [warning.value for warning in reading.warnings],
    }


def _plain(result: dict[str, Any]) -> str:
    if "error" in result:
        return f"{result['file']}: {result['error']}"
    if not result["codes"]:
        return f"{result['file']}: no code found ({result['ms']} ms)"
    lines = []
    for code in result["codes"]:
        document = code["document"]
        what = document["class"] + (f", {document['reason']}" if "reason" in document else "")
        lines.append(f"{result['file']}: [{what}] {code['text']} ({result['ms']} ms)")
    return "\n".join(lines)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge decode",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="+", metavar="FILE", help="a picture of any kind and size")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument(
        "--burst",
        action="store_true",
        help="the files are frames of one card held up: what one frame cannot give, several may",
    )
    return parser
