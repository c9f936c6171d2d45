"""The virtual printer, as its own process, in every bad state before and during a slip.

Whatever it does: no number is lost, no slip comes out twice, the screen says what is true, and the
journal tells it once.
"""

import html
import json
import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest
from factories.local_sites import RunningSite, running_site, wait_for

from edge.ui.words import built_in
from protocol import reentry

pytestmark = pytest.mark.system

WELL: dict[str, Any] = {
    "paper": "enough", "cover_open": False, "offline": False, "cutter_error": False,
    "silent": False, "rows_left": None, "bytes_per_second": None, "cut_after_bytes": None,
}  # fmt: skip
METER = 1_000_000
SLOW = {"bytes_per_second": 40_000, "cut_after_bytes": METER}
"""A slip takes more than a second: time to do something to the printer in the midst of it. The count
to a cut that never comes tells how much of the slip the printer has.
"""

SAY = built_in().say


@dataclass(frozen=True)
class Trouble:
    """What is done to the printer, and what must follow.

    Attributes:
        before: Its state when the person comes.
        during: What happens to it while the slip is on its way.
        screen: What the kiosk says of the slip.
        reason: Of the event ``print_failed``.
        slips: How many slips with this number lie in the tray once the printer is well again.
    """

    name: str
    screen: str
    before: dict[str, Any]
    during: dict[str, Any] | None = None
    reason: str | None = None
    slips: tuple[int, ...] = (0,)


TROUBLES = [
    Trouble("well", "printed", {}, slips=(1,)),
    Trouble("near the end of the roll", "printed", {"paper": "near_end"}, slips=(1,)),
    Trouble("slow", "printed", {"bytes_per_second": 40_000}, slips=(1,)),
    Trouble("no paper", "failed", {"paper": "out"}, reason="paper_out"),
    Trouble("cover open", "failed", {"cover_open": True}, reason="cover_open"),
    Trouble("off line", "failed", {"offline": True}, reason="printer_unavailable"),
    Trouble("jammed", "failed", {"cutter_error": True}, reason="printer_unavailable"),
    Trouble("silent", "failed", {"silent": True}, reason="printer_unavailable"),
    Trouble("line cut before", "failed", {"cut_after_bytes": 0}, reason="printer_unavailable"),
    Trouble("line cut in the slip", "doubtful", {"cut_after_bytes": 20_000}),
    # The printer holds the rest and prints it with the new roll: late, but once.
    Trouble("roll ends in the slip", "doubtful", {"rows_left": 300}, slips=(1,)),
    Trouble("cover opened in the slip", "doubtful", SLOW, {"cover_open": True}, slips=(1,)),
    Trouble("switched off line in the slip", "doubtful", SLOW, {"offline": True}, slips=(1,)),
    Trouble("jam in the slip", "doubtful", SLOW, {"cutter_error": True}, slips=(1,)),
    Trouble("silent from the slip on", "doubtful", SLOW, {"silent": True}, slips=(0, 1)),
    Trouble("line cut while the slip crosses", "doubtful", SLOW, {"cut_after_bytes": 0}),
    Trouble("well again", "printed", {}, slips=(1,)),
]


@dataclass(frozen=True)
class Seen:
    """What a person saw of one trouble."""

    ticket: str
    slip: str
    text: str
    on_paper: int
    event: dict[str, Any]


def change(site: RunningSite, **state: Any) -> None:
    site.http.post(f"{site.printer_url}/state", json=state).raise_for_status()


def taken_before_cut(site: RunningSite) -> int:
    state = site.http.get(f"{site.printer_url}/state").raise_for_status().json()
    return state["cut_after_bytes"]


def live_through(site: RunningSite, trouble: Trouble, number: int) -> dict[str, Any]:
    """Check a person in with the printer in trouble; return the screen once it knows the end."""
    change(site, **(WELL | trouble.before))
    site.type_number(f"058185{number:06d}")
    site.wait_for_screen("done")
    if trouble.during is not None:
        wait_for(lambda: METER - taken_before_cut(site) > 15_000, "the slip's first half")
        change(site, **({"cut_after_bytes": None} | trouble.during))

    def ended() -> dict[str, Any] | None:
        screen = site.screen()
        return screen if screen["slip"] != "printing" else None

    screen = wait_for(ended, f"the end of the slip: {trouble.name}")
    change(site, **WELL)
    site.http.post(f"{site.kiosk_url}/touch/back")
    site.wait_for_screen("attract")
    return screen


def tickets_on_paper(site: RunningSite) -> Counter:
    texts = [text for slip in site.slips() for text in slip["qr"]]
    return Counter(reentry.decode(text).state.ticket for text in texts)


@pytest.fixture(scope="module")
def lived(tmp_path_factory) -> dict[str, Seen]:
    with running_site(tmp_path_factory.mktemp("printer")) as site:
        screens = {
            trouble.name: live_through(site, trouble, number)
            for number, trouble in enumerate(TROUBLES, 101)
        }
        wait_for(lambda: len(site.slips()) >= 3, "the slips")
        on_paper = tickets_on_paper(site)
        site.site.stop_all()
        events = [json.loads(data) for data in site.journal_events()]
    ends = [e for e in events if e["type"] in ("slip_printed", "print_failed")]
    papers = [e["body"] for e in events if e["type"] == "paper_changed"]
    by_ticket = {e["body"]["ticket"]: e for e in ends}
    assert len(by_ticket) == len(ends) == len(TROUBLES)
    assert {"near_end", "out", "enough"} <= {body["paper"] for body in papers}
    assert any(body["roll_changed"] for body in papers)
    return {
        name: Seen(
            ticket=screen["ticket"],
            slip=screen["slip"],
            text=html.unescape(re.sub(r"<[^>]+>", " ", screen["html"]["vi"])),
            on_paper=on_paper[screen["ticket"]],
            event=by_ticket[screen["ticket"]],
        )
        for name, screen in screens.items()
    }


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_the_screen_says_what_is_true_and_shows_the_number(lived, trouble):
    seen = lived[trouble.name]

    assert seen.slip == trouble.screen
    assert seen.ticket in seen.text
    assert SAY(f"slip.{trouble.screen}", "vi") in seen.text


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_the_journal_tells_how_the_slip_ended(lived, trouble):
    event = lived[trouble.name].event

    if trouble.screen == "failed":
        assert (event["type"], event["body"]["reason"]) == ("print_failed", trouble.reason)
    else:
        proof = {"printed": "proven", "doubtful": "doubtful"}[trouble.screen]
        assert (event["type"], event["body"]["proof"]) == ("slip_printed", proof)


@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda trouble: trouble.name)
def test_no_slip_comes_out_twice_and_none_of_a_failed_one(lived, trouble):
    assert lived[trouble.name].on_paper in trouble.slips


def test_no_number_is_lost_and_none_given_twice(lived):
    assert [seen.ticket for seen in lived.values()] == [
        f"A{number:03d}" for number in range(1, len(TROUBLES) + 1)
    ]
