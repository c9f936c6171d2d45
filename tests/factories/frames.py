"""Synthetic photographs: an identity card held before the kiosk's camera, and all that spoils it.

Every person is invented. A frame is drawn as it comes to be: modules, print, wear, perspective,
lens, light, sensor. ``severity`` 0 is a good shot; 1 is about where plain decoders give up.
"""

from collections.abc import Callable
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
import segno
from PIL import Image, ImageDraw, ImageFont

Grey = npt.NDArray[np.uint8]
DOTS_PER_MM = 16
CARD_MM = (85.6, 54.0)
FAMILY = ("Nguyễn", "Trần", "Đổng", "Chamaléa", "Katơr", "Pinăng", "Lê")
MIDDLE = ("Thị", "Văn", "Ngọc", "Hữu", "Thuỳ")
GIVEN = ("Mẫu", "Thử", "Giả", "Ví Dụ", "Tưởng Tượng", "Bịa")
VILLAGES = (
    "Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận",
    "Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận",
    "KDC, - Hưng Phú 1 , Phan Rang-Tháp Chàm ,, Ninh Thuận",
)
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"


@dataclass(frozen=True, slots=True)
class Shot:
    """A frame and the text of the code in it; None where there is none."""

    frame: Grey
    text: str | None
    kind: str


def card_text(rng: np.random.Generator) -> str:
    """Return what the QR of an invented card says: seven fields, or eleven on a 2024 card."""
    pick = rng.choice
    year, digits = int(rng.integers(1940, 2006)), "".join(map(str, rng.integers(0, 10, 6)))
    woman = bool(rng.integers(2))
    number = f"058{(2 if year >= 2000 else 0) + woman}{year % 100:02d}{digits}"
    birth = f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}{year}"
    name = f"{pick(FAMILY)} {pick(MIDDLE)} {pick(GIVEN)}"
    old = f"264{rng.integers(10**5, 10**6)}" if rng.integers(2) else ""
    sex = "Nữ" if woman else "Nam"
    tail = "||||" if rng.random() < 0.3 else ""
    return f"{number}|{old}|{name}|{birth}|{sex}|{pick(VILLAGES)}|05052021{tail}"


def certificate_text(rng: np.random.Generator) -> str:
    """Return a text of a health certificate's form and length; it certifies nothing."""
    return "HC1:" + "".join(rng.choice(list(ALPHANUMERIC), int(rng.integers(300, 520))))


def modules(text: str, *, mixed: bool = True, eci: bool = False, error: str = "m") -> Grey:
    """Return the code of ``text`` as modules (0 dark, 255 light), quiet zone included.

    Args:
        text: The payload.
        mixed: Runs of digits in numeric segments and the rest in UTF-8 bytes, as issuers print.
        eci: Say that the bytes are UTF-8.
        error: Error correction level.
    """
    if text.startswith("HC1:"):
        code = segno.make_qr(text, error=error, boost_error=False)
    elif mixed and not eci:
        number, rest = text.split("|", 1) if "|" in text[:13] else ("", text)
        parts = [number, ("|" + rest).encode()] if number.isdigit() else [text.encode()]
        code = segno.make_qr(parts, error=error, boost_error=False)
    else:
        code = segno.make_qr(text, error=error, eci=eci, encoding="utf-8", boost_error=False)
    dark = np.array([list(row) for row in code.matrix_iter(border=4)], dtype=np.uint8)
    return np.where(dark, 0, 255).astype(np.uint8)


def printed(cells: Grey, size_mm: float) -> Grey:
    """Return ``cells`` printed ``size_mm`` wide (quiet zone included)."""
    side = round(size_mm * DOTS_PER_MM)
    return cv2.resize(cells, (side, side), interpolation=cv2.INTER_NEAREST)


def card(cells: Grey, rng: np.random.Generator, size_mm: float = 20.0) -> Grey:
    """Return an identity card: coloured ground, portrait, lines of print, the code on the right."""
    width, height = (round(mm * DOTS_PER_MM) for mm in CARD_MM)
    ground = np.linspace(185, 235, width)[None, :] + 8 * np.sin(np.arange(height) / 9)[:, None]
    picture = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((50, 300, 370, 720), fill=120)
    draw.ellipse((130, 360, 290, 560), fill=170)
    for line in range(7):
        size = 26 if line else 40
        words = "".join(rng.choice(list("abcdefghiklmnopqrstuvxy ABCDEGHIKLMN"), 34))
        draw.text((420, 330 + line * 68), words, fill=50, font=ImageFont.load_default(size))
    sheet = np.array(picture)
    code = printed(cells, size_mm)
    side = code.shape[0]
    left, top = width - side - 40, 30
    sheet[top : top + side, left : left + side] = np.where(code > 0, 235, 35)
    return sheet


def paper(cells: Grey, rng: np.random.Generator, size_mm: float = 55.0) -> Grey:
    """Return a printed certificate: a large code on white paper with lines of print."""
    side = round(size_mm * DOTS_PER_MM)
    sheet = np.full((side + 500, side + 300), 240, dtype=np.uint8)
    code = printed(cells, size_mm)
    sheet[100 : 100 + side, 150 : 150 + side] = np.where(code > 0, 240, 25)
    picture = Image.fromarray(sheet)
    draw = ImageDraw.Draw(picture)
    for line in range(4):
        words = "".join(rng.choice(list("abcdefghiklmno ABCDE"), 40))
        draw.text((150, side + 150 + 70 * line), words, fill=40, font=ImageFont.load_default(36))
    return np.array(picture)


def scene(width: int, rng: np.random.Generator) -> Grey:
    """Return what the camera sees with nobody there: wall, furniture, some edges, 16:9."""
    height = width * 9 // 16
    coarse = rng.integers(40, 190, (5, 8)).astype(np.uint8)
    room = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(3, 9))):
        x, y = int(rng.integers(width)), int(rng.integers(height))
        w, h = int(rng.integers(20, width // 4)), int(rng.integers(20, height // 2))
        cv2.rectangle(room, (x, y), (x + w, y + h), int(rng.integers(20, 230)), -1)
    return cv2.GaussianBlur(room, (0, 0), 3)


def place(sheet: Grey, room: Grey, rng: np.random.Generator, *, px_per_mm: float,
          turn: float = 6.0, tilt: float = 0.06) -> Grey:  # fmt: skip
    """Return ``room`` with ``sheet`` held up in it, turned by up to ``turn`` degrees and tilted."""
    height, width = sheet.shape
    scale = px_per_mm / DOTS_PER_MM
    if scale < 0.7:
        sheet = cv2.GaussianBlur(sheet, (0, 0), 0.42 / scale)
    angle = np.deg2rad(rng.uniform(-turn, turn))
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * (width / 2, height / 2) * scale
    corners = corners * (1 + rng.uniform(-tilt, tilt, (4, 1)))
    spin = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    corners = corners @ spin
    reach = np.abs(corners).max(axis=0)
    room_px = np.array((room.shape[1], room.shape[0])) / 2
    slack = np.maximum(room_px - reach, 0)
    target = corners + room_px + rng.uniform(-1, 1, 2) * slack * 0.8
    source = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    matrix = cv2.getPerspectiveTransform(source, target.astype(np.float32))
    out = room.copy()
    size = (room.shape[1], room.shape[0])
    return cv2.warpPerspective(sheet, matrix, size, out, cv2.INTER_LINEAR, cv2.BORDER_TRANSPARENT)


def defocused(frame: Grey, radius_px: float) -> Grey:
    """Return ``frame`` as a lens out of focus draws it: each point a disc."""
    half = int(np.ceil(radius_px))
    y, x = np.mgrid[-half : half + 1, -half : half + 1]
    disc = np.clip(radius_px + 0.5 - np.hypot(x, y), 0, 1)
    return cv2.filter2D(frame, -1, disc / disc.sum())


def moved(frame: Grey, length_px: float, angle: float) -> Grey:
    """Return ``frame`` with each point drawn out along ``angle`` (degrees)."""
    size = 2 * int(np.ceil(length_px / 2)) + 3
    kernel = np.zeros((size * 8, size * 8), np.float32)
    middle, reach = size * 4, length_px * 4
    step = np.array([np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))]) * reach
    start, end = middle - step, middle + step
    cv2.line(kernel, tuple(np.int32(start)), tuple(np.int32(end)), 1.0, 8, cv2.LINE_AA)
    kernel = cv2.resize(kernel, (size, size), interpolation=cv2.INTER_AREA)
    return cv2.filter2D(frame, -1, kernel / kernel.sum())


def lit(frame: Grey, gain: float, offset: float = 0.0) -> Grey:
    """Return ``frame`` under another light: values times ``gain`` plus ``offset``."""
    return np.clip(frame.astype(np.float32) * gain + offset, 0, 255).astype(np.uint8)


def noisy(frame: Grey, sigma: float, rng: np.random.Generator) -> Grey:
    """Return ``frame`` with sensor noise."""
    noise = rng.standard_normal(frame.shape, dtype=np.float32) * sigma
    return np.clip(frame + noise, 0, 255).astype(np.uint8)


def glared(frame: Grey, centre: tuple[float, float], radius_px: float, strength: float) -> Grey:
    """Return ``frame`` with a lamp's reflection round ``centre``; white in its middle."""
    y, x = np.mgrid[: frame.shape[0], : frame.shape[1]].astype(np.float32)
    distance = np.hypot(x - centre[0], (y - centre[1]) * 1.6) / radius_px
    return np.clip(frame + 255 * strength * np.exp(-(distance**2)), 0, 255).astype(np.uint8)


def worn(sheet: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Return a card that lived in a pocket: scratches, rubbed patches, specks."""
    out = sheet.copy()
    height, width = out.shape
    for _ in range(int(18 * amount)):
        x, y = int(rng.integers(width // 2, width)), int(rng.integers(height // 2))
        dx, dy = (int(v) for v in rng.integers(-220, 220, 2))
        shade = int(rng.integers(170, 250))
        cv2.line(out, (x, y), (x + dx, y + dy), shade, int(rng.integers(1, 6)), cv2.LINE_AA)
    for _ in range(int(7 * amount)):
        x, y = int(rng.integers(width * 2 // 3, width)), int(rng.integers(height // 2))
        axes = (int(rng.integers(4, 24)), int(rng.integers(4, 18)))
        cv2.ellipse(out, (x, y), axes, float(rng.uniform(0, 180)), 0, 360, 225, -1)
    return out


def fingered(sheet: Grey, amount: float, rng: np.random.Generator) -> Grey:
    """Return a sheet held by a finger that covers part of the code's corner."""
    width = sheet.shape[1]
    centre = (int(width - 20), int(rng.integers(260, 360)))
    reach = int(70 + 50 * amount)
    return cv2.ellipse(sheet.copy(), centre, (reach, reach * 2 // 3), 20, 0, 360, 150, -1)


def screened(sheet: Grey, rng: np.random.Generator) -> Grey:
    """Return a sheet shown on a phone: a pixel raster that beats with the sensor's."""
    y, x = np.mgrid[: sheet.shape[0], : sheet.shape[1]]
    pitch = rng.uniform(2.6, 4.2)
    raster = 0.78 + 0.22 * np.sin(2 * np.pi * x / pitch) * np.sin(2 * np.pi * y / pitch)
    return np.clip(sheet * raster + 15, 0, 255).astype(np.uint8)


Spoiler = Callable[[Grey, float, np.random.Generator], Grey]
BEFORE: dict[str, Spoiler] = {
    "worn": worn,
    "finger": fingered,
    "inverted": lambda sheet, _s, _r: (255 - sheet).astype(np.uint8),
    "screen": lambda sheet, _s, rng: screened(sheet, rng),
    "low_contrast": lambda sheet, s, _r: lit(sheet, 0.35 - 0.2 * s, 100),
}
AFTER: dict[str, Spoiler] = {
    "defocus": lambda f, s, rng: defocused(f, f.shape[1] / 1920 * rng.uniform(1.0, 2.2 + 1.8 * s)),
    "motion": lambda f, s, rng: moved(
        f, f.shape[1] / 1920 * rng.uniform(3, 5 + 6 * s), rng.uniform(0, 180)
    ),
    "low_light": lambda f, s, rng: noisy(lit(f, 0.3 - 0.15 * s), 3 + 2 * s, rng),
    "noise": lambda f, s, rng: noisy(f, 12 + 20 * s, rng),
    "upside_down": lambda f, _s, rng: np.ascontiguousarray(np.rot90(f, int(rng.integers(1, 4)))),
}
KINDS = (*BEFORE, *AFTER, "glare", "perspective", "far", "certificate", "plain")


def shoot(kind: str, seed: int, *, width: int = 1920, severity: float = 1.0, take: int = 0) -> Shot:
    """Return a photograph spoiled by ``kind``; the same ``seed`` shows the same card.

    Args:
        kind: One of ``KINDS``.
        seed: Chooses the person, the card's wear and where it is held.
        width: Of the frame, in pixels; 16:9.
        severity: 0 good to 1 hard.
        take: The frame's place in a burst: the hand moves a little, noise and blur change.
    """
    rng = np.random.default_rng(seed)
    text = certificate_text(rng) if kind == "certificate" else card_text(rng)
    cells = modules(text, eci=bool(rng.random() < 0.2))
    sheet = paper(cells, rng) if kind == "certificate" else card(cells, rng)
    if kind in BEFORE:
        sheet = BEFORE[kind](sheet, severity, rng)
    room = scene(width, rng)
    shaken = np.random.default_rng((seed, take))
    if kind == "glare":
        at = (sheet.shape[1] - shaken.uniform(40, 330), shaken.uniform(30, 350))
        sheet = glared(sheet, at, shaken.uniform(30, 90), 0.3 + 0.5 * severity)
    nearness = rng.uniform(4.0, 5.5) if kind in ("far", "certificate") else rng.uniform(7.5, 10)
    frame = place(sheet, room, np.random.default_rng((seed, take, 1)),
                  px_per_mm=float(nearness * width / 1920 * shaken.uniform(0.97, 1.03)),
                  tilt=0.25 if kind == "perspective" else 0.06)  # fmt: skip
    if kind in AFTER:
        frame = AFTER[kind](frame, severity, shaken)
    return Shot(noisy(frame, 2.0, shaken), text, kind)


def burst(kind: str, seed: int, *, width: int = 1920, severity: float = 1.0) -> list[Shot]:
    """Return eight frames of one card held up, as the camera sees them within a second."""
    return [shoot(kind, seed, width=width, severity=severity, take=take) for take in range(8)]


def empty(seed: int, *, width: int = 1920) -> Shot:
    """Return a frame without any code; every third holds a card whose code side is turned away."""
    rng = np.random.default_rng(seed)
    frame = scene(width, rng)
    if seed % 3 == 0:
        blank = np.full((8, 8), 255, np.uint8)
        frame = place(card(blank, rng), frame, rng, px_per_mm=width / 1920 * 9)
    return Shot(noisy(frame, 2.0, rng), None, "empty")


def png(frame: Grey) -> bytes:
    """Return ``frame`` as the bytes of a PNG file."""
    done, data = cv2.imencode(".png", frame)
    assert done
    return bytes(data)
