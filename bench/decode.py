"""Measure the decoder beside bare zxing-cpp and bare pyzbar, in pairs on the same frames.

    python -m bench.decode [--each N] [--bursts N] [--real DIR] [--seed N]

One JSON object a line: each set with rates, wrong and false reads and times. The blurs of drawn
frames are our own; the seed changes every frame.
``--real`` takes a folder of photographs with a ``manifest.csv`` (columns path, expected_json,
n_codes); without it only drawn frames are measured. Times of two decoders are comparable within a
line, not between runs.
"""

import argparse
import csv
import json
import statistics
import sys
import time
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

import zxingcpp  # noqa: E402 - the path is set above
from factories import frames  # noqa: E402 - the path is set above
from pyzbar import pyzbar  # noqa: E402 - the path is set above

from edge.adapters.decoder_burst import kiosk_decoder, thorough_decoder  # noqa: E402 - the path is set above
from edge.cli.decode import text_of  # noqa: E402 - the path is set above
from edge.ports import Decoder  # noqa: E402 - the path is set above
from edge.services.pictures import grey_frames  # noqa: E402 - the path is set above

WIDTHS = (1280, 1920, 2304)
Reader = Callable[[Any], list[bytes]]


@dataclass
class Tally:
    """What one decoder did with a set of frames."""

    right: int = 0
    wrong: int = 0
    failed: int = 0
    milliseconds: list[float] = field(default_factory=list)

    def count(self, read: Reader, frame: Any, expected: set[str]) -> bool:
        started = time.perf_counter()
        try:
            payloads = read(frame)
        except ValueError:
            payloads, self.failed = [], self.failed + 1
        self.milliseconds.append((time.perf_counter() - started) * 1000)
        texts = {plain(text_of(payload)[0]) for payload in payloads}
        right = bool(texts & expected)
        self.right += right
        self.wrong += bool(texts - expected)
        return right

    def facts(self, of: int) -> dict[str, Any]:
        times = sorted(self.milliseconds)
        return {
            "read": round(self.right / of, 4) if of else None,
            "wrong": self.wrong,
            "failed": self.failed,
            "p50_ms": round(statistics.median(times), 2),
            "p95_ms": round(times[int(len(times) * 0.95)], 2),
            "mean_ms": round(statistics.fmean(times), 2),
        }


def plain(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()


def bare_zxing(frame: Any) -> list[bytes]:
    formats = zxingcpp.BarcodeFormat.QRCodeModel2
    found = zxingcpp.read_barcodes(frame, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    return [code.bytes for code in found]


def bare_pyzbar(frame: Any) -> list[bytes]:
    return [code.data for code in pyzbar.decode(frame, symbols=[pyzbar.ZBarSymbol.QRCODE])]


def pipeline(decoder: Decoder) -> Reader:
    """Read single frames: what an earlier frame gave is forgotten."""

    def read(frame: Any) -> list[bytes]:
        decoder.forget()
        return [code.payload for code in decoder.decode(frame)]

    return read


def compared(name: str, shots: Iterable[tuple[Any, set[str]]], decoder: Decoder) -> dict[str, Any]:
    """Return how the three readers do on the same frames, each frame by all before the next."""
    readers = {"zxing": bare_zxing, "pyzbar": bare_pyzbar, "tram": pipeline(decoder)}
    tallies = {reader: Tally() for reader in readers}
    count = 0
    for frame, expected in shots:
        count += 1
        for reader, read in readers.items():
            tallies[reader].count(read, frame, expected)
    facts: dict[str, Any] = {reader: tally.facts(count) for reader, tally in tallies.items()}
    ratio = facts["tram"]["p50_ms"] / max(facts["zxing"]["p50_ms"], 1e-9)
    return {"set": name, "frames": count, **facts, "ratio": round(ratio, 2)}


def drawn(kind: str, each: int, seed: int) -> Iterator[tuple[Any, set[str]]]:
    for number in range(each):
        shot = frames.shoot(kind, seed + number * 31, width=WIDTHS[number % 3])
        yield shot.frame, {plain(shot.text or "")}


def empties(count: int, seed: int) -> Iterator[tuple[Any, set[str]]]:
    for number in range(count):
        yield frames.empty(seed + number, width=WIDTHS[number % 3]).frame, set()


def photographs(folder: Path, *, with_codes: bool) -> Iterator[tuple[Any, set[str]]]:
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if (row["n_codes"] != "0") == with_codes:
                picture = grey_frames((folder / row["path"]).read_bytes(), 12_000_000)[0]
                yield picture, {plain(text) for text in json.loads(row["expected_json"] or "[]")}


def bursts(kind: str, count: int, seed: int, severity: float) -> dict[str, Any]:
    """Return how many bursts of eight are read, and after how many frames."""
    read = wrong = first_frame = 0
    needed: list[int] = []
    for number in range(count):
        burst = frames.burst(kind, seed + number * 31, width=WIDTHS[number % 3], severity=severity)
        first_frame += bool(bare_zxing(burst[0].frame))
        decoder = kiosk_decoder()
        for place, shot in enumerate(burst, start=1):
            texts = [plain(text_of(code.payload)[0]) for code in decoder.decode(shot.frame)]
            if texts:
                right = texts == [plain(shot.text or "")]
                read, wrong = read + right, wrong + (not right)
                needed.append(place)
                break
    return {
        "set": f"burst of 8, {kind}, severity {severity}",
        "bursts": count,
        "zxing_first_frame": round(first_frame / count, 4),
        "read": round(read / count, 4),
        "wrong": wrong,
        "frames_needed_mean": round(statistics.fmean(needed), 2) if needed else None,
        "goal_read": 0.98,
    }


def idle(seconds: float) -> dict[str, Any]:
    """Return the share of one core that ten empty frames a second cost."""
    room = [frames.empty(seed, width=1920).frame for seed in range(10)]
    decoder = kiosk_decoder()
    began, used = time.perf_counter(), time.process_time()
    count = 0
    while time.perf_counter() - began < seconds:
        decoder.decode(room[count % len(room)])
        count += 1
        time.sleep(max(0.0, began + count / 10 - time.perf_counter()))
    share = (time.process_time() - used) / (time.perf_counter() - began)
    return {
        "set": "idle at 10 frames/s",
        "frames": count,
        "share_of_a_core": round(share, 4),
        "goal": 0.15,
    }


def measurements(options: argparse.Namespace) -> Iterator[dict[str, Any]]:
    decoder = kiosk_decoder()
    everything = [shot for kind in frames.KINDS for shot in drawn(kind, options.each, options.seed)]
    for place, kind in enumerate(frames.KINDS):
        part = everything[place * options.each : (place + 1) * options.each]
        yield compared(f"drawn, {kind}", part, decoder)
    yield compared("drawn, all kinds", everything, decoder) | {"goal_read": 0.92, "goal": 1.2}
    empty = compared("empty", empties(max(3, options.each * 3), options.seed), decoder)
    yield empty | {"goal_p50_ms": 5}
    if options.real:
        thorough = thorough_decoder()
        for name, with_codes in (("photographs", True), ("photographs without codes", False)):
            yield compared(name, photographs(options.real, with_codes=with_codes), decoder)
            shots = photographs(options.real, with_codes=with_codes)
            yield compared(f"{name}, decode command", shots, thorough)
    for kind in ("worn", "defocus", "motion", "low_light", "noise", "glare", "far"):
        for severity in (1.0, 1.5):
            yield bursts(kind, options.bursts, options.seed, severity)
    yield idle(options.idle_seconds)


def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m bench.decode",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--each", type=int, default=12, help="drawn frames of each kind")
    parser.add_argument("--bursts", type=int, default=4, help="bursts of each kind and severity")
    parser.add_argument("--real", type=Path, help="folder of photographs with manifest.csv")
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--idle-seconds", type=float, default=5.0)
    for line in measurements(parser.parse_args()):
        print(json.dumps({"bench": "decode", **line}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
