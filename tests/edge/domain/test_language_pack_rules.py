"""What a language pack must be: its manifest, its words, its drawings."""

import pytest

from edge.domain.language_pack import (
    Finding,
    Manifest,
    ManifestError,
    Trouble,
    judge_words,
    manifest,
    unsafe_in_drawing,
)

GOOD = {"code": "rgl", "name": "Raglai", "author": "Sở Y tế"}
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink">{}</svg>'


def test_a_manifest_is_read_with_vietnamese_beneath_it():
    assert manifest(GOOD) == Manifest(base="vi", voice="", **GOOD)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (GOOD | {"colour": "red"}, "colour"),
        ({"code": "rgl", "name": "Raglai"}, "author"),
        (GOOD | {"name": "  "}, "name"),
        (GOOD | {"name": 7}, "name"),
        (GOOD | {"code": "../vi"}, "code"),
        (GOOD | {"voice": "a b;c"}, "voice"),
    ],
)
def test_what_is_odd_in_a_manifest_is_named(data, named):
    with pytest.raises(ManifestError) as refused:
        manifest(data)

    assert str(refused.value) == named


def test_words_are_judged_beside_the_vietnamese_ones():
    original = {"a": "Số {number}", "b": "Mời ngồi", "c": "Xong", "d": "Giờ {time}"}
    words = {"a": "Number", "b": "Mơ\u0300i", "d": "{", "x": "?"}

    assert judge_words(words, original) == [
        Finding(Trouble.UNKNOWN, "x"),
        Finding(Trouble.PLACEHOLDERS, "a", "{number}"),
        Finding(Trouble.NOT_COMPOSED, "b"),
        Finding(Trouble.PLACEHOLDERS, "d", "{time}"),
        Finding(Trouble.MISSING, "c", "Xong"),
    ]


@pytest.mark.parametrize(
    ("drawing", "odd"),
    [
        (SVG.format('<path d="M0 0" fill="url(#a)" x:href="#a"/>'), None),
        ("<!DOCTYPE svg>" + SVG.format(""), "<!DOCTYPE>"),
        ("<svg", "XML: "),
        ("<svg/>", "svg"),
        (SVG.format("<script/>"), "<script>"),
        (SVG.format('<path onload="x()"/>'), "onload="),
        (SVG.format('<path x:href="//evil.example/"/>'), "href="),
        (SVG.format('<path fill="url(//evil.example/)"/>'), "fill="),
    ],
)
def test_a_drawing_that_is_more_than_a_drawing_is_found_out(drawing, odd):
    found = unsafe_in_drawing(drawing)

    assert found is None if odd is None else str(found).startswith(odd)
