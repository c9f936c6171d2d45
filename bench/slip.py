"""Draw and encode one slip: the usual way, the leanest thing possible, and ours, in turn in one run.

    python -m bench.slip [--rounds N]

*usual*: qrcode, a grey Pillow picture, python-escpos's image(). *lean*: the same picture drawn at once
on a bare 1-bit image, QR by zxing-cpp, packed by Pillow: no wrapping, no reuse, no checks. Ratios are of
the same percentile; the three take turns, so that a disturbance hits all of them.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from time import perf_counter

import numpy as np
import qrcode
import zxingcpp
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image, ImageDraw, ImageFont

from edge.adapters.slip_fonts import FONT_DIRECTORIES
from edge.adapters.slip_low import LowSlipRenderer
from edge.adapters.slip_pillow import PillowSlipRenderer
from edge.ports import Slip
from protocol import reentry
from protocol.identity import DeviceId
from protocol.messages import Signer

WARM_UP = 20
WIDTH, HEIGHT = 576, 900
DOTS_A_MODULE = 4
"""All ways draw the QR this large."""
SIGNER = Signer(ec.generate_private_key(ec.SECP256R1()), bytes(32))
STARTED = datetime(2026, 11, 22, 0, 30, tzinfo=UTC)

Way = Callable[[Slip], bytes]


def slip(number: int) -> Slip:
    """Return one of many different slips: no way may profit from having seen it before."""
    return Slip(
        ticket=f"A{number % 1000:03d}",
        stage="Quầy đón tiếp",
        site="Trạm Y tế Phước Dinh",
        printed_at=STARTED + timedelta(seconds=37 * number),
        masked_name=f"Ch***** V** Thử {number}",
        qr=signed(number),
    )


@lru_cache(maxsize=2000)
def signed(number: int) -> str:
    """Return the signed state for the QR, made beforehand: every way draws the same."""
    visit = f"019aa000-0000-7000-8000-{number:012d}"
    at = int(STARTED.timestamp()) + 37 * number
    state = reentry.Reentry(
        DeviceId("kiosk-0001"), f"A{number % 1000:03d}", visit, "Quầy đón tiếp", at
    )
    return reentry.encode(state, SIGNER)


def fonts() -> dict[tuple[str, int], ImageFont.FreeTypeFont]:
    """Return the letters that both comparisons draw with, loaded once."""
    sizes = (("Bold", 34), ("Regular", 30), ("Bold", 224), ("Bold", 48), ("Regular", 32))
    sizes += (("Regular", 28), ("Regular", 24))
    return {
        (weight, size): ImageFont.truetype(
            str(FONT_DIRECTORIES[0] / f"NotoSans-{weight}.ttf"),
            size,
            layout_engine=ImageFont.Layout.BASIC,
        )
        for weight, size in sizes
    }


LETTERS = fonts()


def draw_words(image: Image.Image, ink: int, what: Slip) -> None:
    """Draw all text at fixed places."""
    draw = ImageDraw.Draw(image)
    lines = (
        (0, what.site, ("Bold", 34)),
        (70, "SỐ THỨ TỰ", ("Regular", 30)),
        (80, what.ticket, ("Bold", 224)),
        (330, "Mời đến", ("Regular", 30)),
        (370, what.stage, ("Bold", 48)),
        (440, what.masked_name or "", ("Regular", 32)),
        (800, f"{what.printed_at:%H:%M   %d/%m/%Y}", ("Regular", 28)),
        (840, "Xin giữ phiếu này đến khi ra về", ("Regular", 24)),
    )
    for top, text, font in lines:
        draw.text((WIDTH / 2, top), text, fill=ink, font=LETTERS[font], anchor="ma")


def usual_way() -> Way:
    """Return what most programs do."""
    from escpos.printer import Dummy

    def render(what: Slip) -> bytes:
        image = Image.new("L", (WIDTH, HEIGHT), 255)
        draw_words(image, 0, what)
        code = qrcode.QRCode(
            error_correction=qrcode.constants.ERROR_CORRECT_M, box_size=DOTS_A_MODULE, border=4
        )
        code.add_data(what.qr)
        picture = code.make_image().get_image()
        image.paste(picture, ((WIDTH - picture.width) // 2, 490))
        printer = Dummy(profile="TM-T20II")
        printer.image(image, impl="bitImageRaster")
        printer.cut()
        return bytes(printer.output)

    return render


def lean(what: Slip) -> bytes:
    """Return the least that draws such a slip."""
    image = Image.new("1", (WIDTH, HEIGHT), 0)
    draw_words(image, 1, what)
    made = zxingcpp.create_barcode(what.qr, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    code = Image.fromarray(np.asarray(made.to_image(scale=DOTS_A_MODULE, add_quiet_zones=False)))
    code = code.point(lambda dot: 255 - dot).convert("1", dither=Image.Dither.NONE)
    image.paste(code, ((WIDTH - code.width) // 2, 510))
    head = b"\x1b@\x1dv0\x00" + (WIDTH // 8).to_bytes(2, "little") + HEIGHT.to_bytes(2, "little")
    return head + image.tobytes() + b"\x1dVB\x00"


def measure(ways: dict[str, Way], rounds: int) -> dict[str, list[float]]:
    """Return the milliseconds of each way, taken in turn."""
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + WARM_UP):
        what = slip(number)
        for name, render in ways.items():
            begun = perf_counter()
            render(what)
            if number >= WARM_UP:
                taken[name].append((perf_counter() - begun) * 1000)
    return taken


def percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Return p50, p95 and p99."""
    cuts = statistics.quantiles(milliseconds, n=100, method="inclusive")
    return {f"p{p}_ms": round(cuts[p - 1], 3) for p in (50, 95, 99)}


def main() -> int:
    """Print one line a way, then the ratios beside their goals."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.slip",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=400)
    rounds = parser.parse_args().rounds
    ways: dict[str, Way] = {
        "usual": usual_way(),
        "lean": lean,
        "ours": PillowSlipRenderer(80).render,
        "ours_58mm": PillowSlipRenderer(58).render,
        "ours_serial": LowSlipRenderer(80).render,
    }
    taken = measure(ways, rounds)
    figures = {name: percentiles(values) for name, values in taken.items()}
    for name, figure in figures.items():
        size = len(ways[name](slip(1)))
        print(json.dumps({"bench": "slip", "way": name, "bytes": size, **figure}))
    for base, goal in (("usual", 0.6), ("lean", 1.3)):
        ratios = {p: round(value / figures[base][p], 2) for p, value in figures["ours"].items()}
        line = {"bench": "slip", "ratio": f"ours/{base}", **ratios, "goal_p99": goal}
        print(json.dumps(line))
    return 0


if __name__ == "__main__":
    sys.exit(main())
