"""Every pair of ink and ground in the kiosk's style sheets, by the formula of WCAG 2.2; AAA is 7:1.

axe-core looks at drawn pages; this looks at the colours themselves, so that a state that no test
draws is measured too.
"""

import re

import pytest

from edge.ui.pictograms import PICTOGRAMS

STATIC = PICTOGRAMS.parent
SHEETS = {name: (STATIC / name).read_text() for name in ("kiosk.css", "talk.css")}
ALL = re.sub(r"/\*.*?\*/", "", "\n".join(SHEETS.values()), flags=re.DOTALL)
VARIABLES = dict(re.findall(r"(--[\w-]+):\s*(#[0-9a-f]{3,6})\b", ALL))
DRAWN_ON = "--paper"
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
AAA, AAA_LARGE, GRAPHIC = 7.0, 4.5, 3.0


def colour(text: str) -> str:
    found = re.search(r"var\((--[\w-]+)\)|(#[0-9a-fA-F]{3,6})\b", text)
    return VARIABLES[found[1]] if found[1] else found[2]


def luminance(text: str) -> float:
    digits = text.lstrip("#")
    digits = "".join(d * 2 for d in digits) if len(digits) == 3 else digits
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def stated_pairs() -> list[tuple[str, str, str]]:
    """Return the rules that state both ink and ground."""
    found = []
    for selector, body in RULE.findall(ALL):
        ink = re.search(r"(?:^|[;\s])color:\s*([^;]+)", body)
        ground = re.search(
            r"background(?:-color)?:\s*((?:var\(--[\w-]+\)|#[0-9a-fA-F]{3,6}))", body
        )
        if ink and ground:
            found.append((selector.strip(), colour(ink[1]), colour(ground[1])))
    return found


INKS = sorted({colour(ink) for ink in re.findall(r"(?:[;{\s])color:\s*([^;}]+)", ALL)} - {"#fff"})
PALE = sorted({c for n, c in VARIABLES.items() if n.endswith("paper")} | {"#ffffff", "#f2f6fa"})


def test_the_formula_is_that_of_the_standard():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#fff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize(("selector", "ink", "ground"), stated_pairs())
def test_stated_pairs_are_aaa(selector, ink, ground):
    assert contrast(ink, ground) >= AAA, selector


@pytest.mark.parametrize("ground", PALE)
@pytest.mark.parametrize("ink", INKS)
def test_every_ink_is_aaa_on_every_pale_ground(ink, ground):
    assert contrast(ink, ground) >= AAA


def test_there_is_something_to_measure():
    assert len(INKS) >= 5
    assert len(stated_pairs()) >= 8


@pytest.mark.parametrize("path", sorted(PICTOGRAMS.glob("*.svg")), ids=lambda p: p.stem)
def test_pictograms_stand_out_from_every_pale_ground(path):
    inks = set(re.findall(r"#[0-9a-f]{3,6}", path.read_text())) - {"#fff"}

    assert inks
    assert min(contrast(ink, ground) for ink in inks for ground in PALE) >= GRAPHIC


def test_no_text_is_smaller_than_the_bar():
    # 23 px of 1280 x 800 on ten inches are 3.9 mm of type, its capitals 2.8 mm.
    sizes = [int(size) for size in re.findall(r"font(?:-size)?:[^;}]*?(\d+)px", ALL)]

    assert min(sizes) >= 23
