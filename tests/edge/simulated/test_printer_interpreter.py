"""The virtual printer takes apart whatever it is sent; python-escpos says what to send."""

import itertools

import pytest
from factories.printers import in_process
from hypothesis import given, settings
from hypothesis import strategies as st

from edge.simulated.printer.commands import (
    Align,
    Alignment,
    AskSensors,
    AutomaticStatus,
    Columns,
    Cut,
    Emphasise,
    EndLine,
    FeedDots,
    FeedLines,
    Initialise,
    LineSpacing,
    QrCode,
    Raster,
    Scale,
    Text,
)
from edge.simulated.printer.interpreter import MOST_DATA_BYTES, Interpreter, RealTimeScanner


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x1b@", [Initialise()]),
        (b"A012\n", [Text(b"A012"), EndLine()]),
        (b"\x1b!\x38", [Emphasise(on=True), Scale(2, 2)]),
        (b"\x1b!\x00", [Emphasise(on=False), Scale(1, 1)]),
        (b"\x1bE\x01", [Emphasise(on=True)]),
        (b"\x1ba\x01", [Align(Alignment.CENTRE)]),
        (b"\x1ba2", [Align(Alignment.RIGHT)]),
        (b"\x1ba\x09", []),
        (b"\x1bt\x1e", []),
        (b"\x1bd\x04", [FeedLines(4)]),
        (b"\x1bJ\x20", [FeedDots(32)]),
        (b"\x1b3\x18\x1b2", [LineSpacing(24), LineSpacing(None)]),
        (b"\x1d!\x77", [Scale(8, 8)]),
        (b"\x1d!\x88", []),
        (b"\x1dV\x00", [Cut(0)]),
        (b"\x1dVB\x10", [Cut(16)]),
        (b"\x1bm", [Cut(0)]),
        (b"\x1dr\x01", [AskSensors(1)]),
        (b"\x1da\xff\x1da\x00", [AutomaticStatus(255), AutomaticStatus(0)]),
        (b"\x1dv0\x00\x02\x00\x01\x00\xf0\x0f", [Raster(2, b"\xf0\x0f")]),
        (b"\x1dv0\x03\x01\x00\x01\x00\xff", [Raster(1, b"\xff", wide=2, high=2)]),
        (b"\x1dv0\x00\x00\x00\x05\x00", []),
        (b"\x1b*\x21\x01\x00abc", [Columns(3, b"abc", wide=1, high=1)]),
        (b"\x1b*\x00\x02\x00ab", [Columns(1, b"ab", wide=2, high=3)]),
        (b"\x1b*\x07\x01\x00a", []),
        (b"\x10\x04\x01", []),
        (b"\x1dk\x04CODE\x00after", [Text(b"after")]),
        (b"\x1dk\x49\x04CODEafter", [Text(b"after")]),
        (b"\x1bD\x08\x10\x00after", [Text(b"after")]),
        (b"\x1d\xfeafter", [Text(b"after")]),
        (b"\x00\x07\x7fafter", [Text(b"after")]),
    ],
)
def test_each_command_is_what_the_manual_says(data, expected):
    assert Interpreter().feed(data) == expected


def test_a_qr_is_stored_first_and_printed_when_asked():
    data = (
        b"\x1d(k\x04\x001A2\x00"
        b"\x1d(k\x03\x001C\x06"
        b"\x1d(k\x03\x001E1"
        b"\x1d(k\x07\x001P0A012"
        b"\x1d(k\x03\x001Q0"
    )

    assert Interpreter().feed(data) == [QrCode(b"A012", 6, "m")]


@pytest.mark.parametrize("print_function", [b"0\x02", b"02"])
def test_graphics_are_stored_first_and_printed_when_asked(print_function):
    picture = b"0p0\x01\x011\x10\x00\x02\x00\xf0\x0f\x0f\xf0"
    stored = b"\x1d(L" + len(picture).to_bytes(2, "little") + picture
    long_form = b"\x1d8L" + len(picture).to_bytes(4, "little") + picture
    asked = b"\x1d(L\x02\x00" + print_function

    expected = [Raster(2, b"\xf0\x0f\x0f\xf0")]
    assert Interpreter().feed(stored + asked) == expected
    assert Interpreter().feed(long_form + asked) == expected


def test_nothing_stored_prints_nothing():
    assert Interpreter().feed(b"\x1d(k\x03\x001Q0\x1d(L\x02\x0002") == []


def test_a_picture_larger_than_any_slip_is_swallowed_whole():
    interpreter = Interpreter()
    size = 0xFFFF * 0xFFFF

    assert interpreter.feed(b"\x1dv0\x00\xff\xff\xff\xff") == []
    assert interpreter._skip == size
    assert interpreter.feed(bytes(MOST_DATA_BYTES)) == []
    assert len(interpreter._data) == 0


@given(data=st.binary(max_size=300), cuts=st.lists(st.integers(0, 300), max_size=5))
def test_it_does_not_matter_how_bytes_are_cut_into_pieces(data, cuts):
    edges = [0, *sorted(min(cut, len(data)) for cut in cuts), len(data)]
    interpreter = Interpreter()

    pieces = [
        command
        for start, end in itertools.pairwise(edges)
        for command in interpreter.feed(data[start:end])
    ]

    assert _joined(pieces) == _joined(Interpreter().feed(data))


def _joined(commands):
    """Join neighbouring texts: letters are printed one by one anyway."""
    joined = []
    for command in commands:
        if isinstance(command, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].data + command.data)
        else:
            joined.append(command)
    return joined


hostile = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\x1b", b"\x1d", b"\x1c", b"\x10"]).flatmap(
            lambda head: st.binary(min_size=1, max_size=12).map(lambda rest: head + rest)
        ),
        st.sampled_from(
            [
                b"\x1dv0\x00\x02\x00\x03\x00",
                b"\x1b*\x21\x05\x00",
                b"\x1d(k\x05\x001P0",
                b"\x1d(k\x03\x001Q0",
                b"\x1d(L\x0c\x000p0\x01\x011\x08\x00\x02\x00",
                b"\x1d(L\x02\x0002",
                b"\x1d!\x77",
                b"\x1dVB\xff",
            ]
        ),
    ),
    max_size=30,
).map(b"".join)


@settings(max_examples=60, deadline=None)
@given(data=hostile)
def test_hostile_bytes_never_stop_the_printer(data):
    with in_process() as wired:
        wired.printer.send(data)
        wired.printer.close()
        before = len(wired.slips)

        wired.printer.send(b"\x1b@A012\n\x1dV\x00")

        assert wired.printer.status().online
        assert len(wired.slips) == before + 1


@given(data=st.binary(max_size=60), cut=st.integers(0, 60))
def test_requests_are_found_across_pieces(data, cut):
    whole = RealTimeScanner().feed(data)
    scanner = RealTimeScanner()

    assert scanner.feed(data[:cut]) + scanner.feed(data[cut:]) == whole


def test_requests_are_found_in_order_and_wherever_they_stand():
    scanner = RealTimeScanner()

    assert scanner.feed(b"\x1dv0\x00\xff\xff\xff\xff\x10\x04\x01\x10\x04") == [1]
    assert scanner.feed(b"\x04\x10\x04\x05\x10\x04\x02") == [4, 2]
