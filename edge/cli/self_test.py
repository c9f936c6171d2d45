"""``python -m edge self-test``: see whether the camera is fit to read cards, and what to do if not."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from edge.domain.self_test import ADVICE, Measured, Remark, remarks
from edge.ports import CameraError, Decoder, Frame, JournalError
from edge.services.pictures import PictureError, grey_frames
from edge.services.self_test import Gauge, examine
from protocol.events import SelfTested

FRAMES = 10
MOST_PIXELS = 12_000_000
TARGET = Path("tram-target.pdf")
"""For a printer that prints A4: the slip printer's paper is too narrow for the target."""
DESCRIPTION = """Test the camera against the printed target.

  python -m edge self-test --print-target          write tram-target.pdf; print it at 100 %
  python -m edge self-test --config edge.toml      hold it where a card is held, then run this
  python -m edge self-test --image photo.jpg       judge a picture of it instead

With --config the kiosk must be stopped, for it owns camera and journal; the result goes to the
centre as an event when the kiosk runs again. The exit code is 0 when the camera is ready, 1 when
something is to be mended, 2 for wrong arguments, 75 when camera or journal cannot be had now."""
EXIT_TO_MEND, EXIT_ARGUMENTS, EXIT_TRY_AGAIN = 1, 2, 75


@dataclass(frozen=True)
class Parts:
    """What the command works with; made by the composition root."""

    decoder: Callable[[], Decoder]
    of_pictures: Callable[[], Decoder]
    gauge: Callable[[], Gauge]
    save_target: Callable[[Path], None]
    frames: Callable[[Path], Iterable[Frame]]
    report: Callable[[Path, SelfTested], None]


def run(argv: Sequence[str], parts: Parts) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        if options.print_target is not None:
            return _write_target(options.print_target, parts)
        return _test(options, parts)
    except (CameraError, JournalError) as error:
        return _fail(f"{error}; stop the kiosk first: systemctl stop tram-edge", EXIT_TRY_AGAIN)
    except (PictureError, OSError, ValueError) as error:
        return _fail(str(error), EXIT_ARGUMENTS)


def _write_target(path: Path, parts: Parts) -> int:
    parts.save_target(path)
    # Without a name the file lies wherever the shell happened to stand.
    sys.stdout.write(f"{path.resolve()}: print it on A4 at 100 %, not fitted to the page\n")
    return 0


def _test(options: argparse.Namespace, parts: Parts) -> int:
    if options.image is not None:
        # One picture is all there is: it is looked at for as long as it takes.
        frames: Iterable[Frame] = grey_frames(options.image.read_bytes(), MOST_PIXELS)
        decoder = parts.of_pictures()
    else:
        frames, decoder = parts.frames(options.config), parts.decoder()
    measured = examine(frames, decoder, parts.gauge())
    found = remarks(measured)
    result: dict[str, Any] = {**asdict(measured), "remarks": tuple(r.value for r in found)}
    if options.config is not None:
        parts.report(options.config, SelfTested(**result))
    text = json.dumps(result) if options.json else _plain(measured, found)
    sys.stdout.write(text + "\n")
    return 0 if found == (Remark.GOOD,) else EXIT_TO_MEND


def _plain(measured: Measured, found: Sequence[Remark]) -> str:
    lines = [
        f"read in {measured.read} of {measured.frames} frames, {measured.decode_ms} ms each",
        f"sharpness {measured.sharpness:.2f} (1.0 or more), "
        f"{measured.module_px:.1f} pixels a module (2 or more)",
        f"light {measured.light:.2f}, blown out {measured.glare:.0%}, contrast {measured.contrast:.2f}",
    ]
    return "\n".join([*lines, *(f"-> {ADVICE[remark]}" for remark in found)])


def _fail(text: str, code: int) -> int:
    sys.stderr.write(f"edge: {text}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge self-test",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument(
        "--print-target", type=Path, nargs="?", const=TARGET, metavar="FILE",
        help=f"write a .pdf or .png; without FILE {TARGET} in this folder",
    )  # fmt: skip
    what.add_argument("--config", type=Path, metavar="FILE", help="the kiosk's settings")
    what.add_argument("--image", type=Path, metavar="FILE", help="a picture of the target")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser
