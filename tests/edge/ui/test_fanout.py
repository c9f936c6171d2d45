"""One message to many screens: each gets the same bytes, and who cannot keep up is let go."""

import json
from zoneinfo import ZoneInfo

import httpx
import pytest
from factories.halls import hall
from factories.queues import Hall

from edge.domain.queue.commands import CallNext
from edge.services.board_feed import BoardFeed
from edge.ui.site.entry import BOARD_COOKIE
from edge.ui.site.fanout import MOST_UNSENT_BYTES, Fanout


class Wire:
    """A connection that notes what is done with it."""

    def __init__(self, unsent: int = 0) -> None:
        self.unsent, self.written, self.ended = unsent, b"", ""

    def get_write_buffer_size(self) -> int:
        return self.unsent

    def is_closing(self) -> bool:
        return bool(self.ended)

    def write(self, data: bytes) -> None:
        self.written += data

    def close(self) -> None:
        self.ended = "closed"

    def abort(self) -> None:
        self.ended = "cut off"


def test_every_screen_gets_the_message_as_one_chunk():
    fanout, wires = Fanout(), [Wire(), Wire()]
    for wire in wires:
        fanout.join(wire, lambda: True)
    gone = Wire()
    fanout.join(gone, lambda: True)
    fanout.leave(gone)

    fanout.send(b"data: 12\n\n")

    assert [wire.written for wire in wires] == [b"a\r\ndata: 12\n\n\r\n"] * 2
    assert gone.written == b""
    assert len(fanout) == 2


def test_a_screen_that_takes_nothing_is_cut_off_and_others_hear_on():
    fanout, slow, closing, well = Fanout(), Wire(MOST_UNSENT_BYTES + 1), Wire(), Wire()
    closing.close()
    for wire in (slow, closing, well):
        fanout.join(wire, lambda: True)

    fanout.send(b"x")

    assert slow.ended == "cut off"
    assert (slow.written, closing.written, well.written) == (b"", b"", b"1\r\nx\r\n")


def test_who_may_no_longer_listen_is_let_go_and_all_when_the_program_stops():
    fanout, stays, goes = Fanout(), Wire(), Wire()
    fanout.join(stays, lambda: True)
    fanout.join(goes, lambda: False)

    fanout.drop_unwanted()
    assert (stays.ended, goes.ended) == ("", "closed")
    fanout.end()
    assert stays.ended == "cut off"


class Waiting:
    """The queue of a hall, as the feed asks it."""

    def __init__(self, site: Hall) -> None:
        self.site, self.state = site, site.state

    def now_ms(self) -> int:
        return self.site.now_ms

    async def changed(self, version: int) -> int:
        return version


@pytest.fixture
def told():
    """A hall with its feed, and what the feed says of it."""
    site = Hall()
    feed = BoardFeed(
        queue=Waiting(site), clock=site.clock, zone=ZoneInfo("Asia/Ho_Chi_Minh"), send=print
    )

    def message() -> dict:
        return json.loads(feed.message().partition(b"data: ")[2])

    return site, message, feed


def test_a_message_holds_numbers_and_places_and_neither_visits_nor_people(told):
    site, message, feed = told
    visit = site.come(person="ab" * 32)
    site.do(CallNext(station="reception", desk="1", staff="tiep-don-1"))

    said = feed.message().decode()

    (call,) = message()["stations"][0]["calling"]
    assert (call["ticket"], call["desk"], call["calls"], call["age"]) == ("A001", "1", 1, 0)
    assert message()["at"] == "2026-11-22T07:30:00+07:00"
    for secret in (visit.id, "ab" * 32, "tiep-don-1", "cccd"):
        assert secret not in said


def test_a_message_is_made_once_for_all_and_grows_old(told):
    site, message, feed = told
    site.come()
    site.do(CallNext(station="reception", desk="1", staff="lan"))
    first = feed.message()

    assert feed.message() is first
    site.clock.advance(7)
    assert message()["stations"][0]["calling"][0]["age"] == 7


def test_a_clock_that_nobody_vouches_for_tells_no_time(told):
    site, message, _ = told
    site.clock.set_wall(site.clock.now(), ok=False)

    assert message()["at"] is None


def test_a_stream_and_a_sound_are_for_boards_alone(tmp_path):
    with hall(tmp_path) as site, httpx.Client(verify=False, base_url=site.url) as http:
        asked = {"sec-fetch-dest": "empty"}
        address = "/board/call/vi/screening/3/A012.wav"
        assert http.get("/board/events", headers=asked).status_code == 401
        assert http.get(address, headers=asked).status_code == 401
        http.cookies.set(BOARD_COOKIE, site.board_code())
        sound = http.get(address)
        assert sound.headers["content-type"] == "audio/wav"
        assert len(sound.content) > 20_000
        assert http.get("/board/call/vi/screening/3/12.wav").status_code == 404
        assert http.get("/board/call/xx/screening/3/A012.wav").status_code == 404
        assert http.get("/board/call/vi/nowhere/3/A012.wav").status_code == 404
        assert http.head("/board/events").status_code == 400
