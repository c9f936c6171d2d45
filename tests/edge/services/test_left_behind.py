"""What a former hub alone holds: whom or which vial it is about, and what the head is to have done."""

from types import SimpleNamespace

from factories.queues import Hall

from edge.ports import Entry
from edge.services.left_behind import FormerHub, LeftBehind
from protocol.events import Booted, encode_event
from protocol.site_events import (
    Called,
    Left,
    Screened,
    Vaccinated,
    VialDiscarded,
    VialOpened,
)

VIAL = VialOpened(vial="1-1", vaccine="VX", lot="L1", doses=6, staff="hoa")
DISCARDED = VialDiscarded(vial="1-1", doses=2, reason="broken", staff="hoa")


def left_behind(here: Hall, former: Hall, *, after: int = 0) -> list[LeftBehind]:
    """Return what is named at ``here`` of what only ``former`` wrote: its events after so many."""
    lineage = SimpleNamespace(
        left_behind=lambda: [
            Entry(event.seq, encode_event(event), b"") for event in former.events[after:]
        ]
    )
    hub = FormerHub(lineage, SimpleNamespace(state=here.state))  # type: ignore[arg-type]  # their parts
    hub.refresh()
    return hub.now()


def halls() -> tuple[Hall, Hall, str, int]:
    """Return two hubs that know of one person, the person's visit, and how much both know."""
    former, here = Hall(), Hall()
    visit = former.come().id
    here.retell(former)
    return former, here, visit, len(former.events)


def test_each_thing_says_what_is_to_be_done():
    former, here, visit, after = halls()
    dose = Vaccinated(vaccine="VX", lot="L1", dose_number=1, injector="hoa", staff="hoa")
    for body in (
        Called(ticket="A001", station="reception", desk="2", staff="lan"),
        Screened(conclusion="eligible", staff="minh"),
        dose,
        Left(staff="td"),
        Booted(software="test"),
    ):
        former.happen(body, visit)
    former.happen(dose, "nobody here")

    found = left_behind(here, former, after=after)

    assert [(each.name, each.what, each.task) for each in found] == [
        ("A001", "called", "place"),
        ("A001", "screened", "form"),
        ("A001", "vaccinated", "dose"),
        ("A001", "left", "care"),
    ]
    assert (found[0].desk, found[0].staff, found[2].staff) == ("2", "lan", "hoa")


def test_a_vial_is_named_until_it_is_written_down_here():
    former, here, _, after = halls()
    former.happen(VIAL, event="v-1")

    (opened,) = left_behind(here, former, after=after)
    assert (opened.visit, opened.name, opened.task, opened.staff) == (None, "1-1", "vial", "hoa")

    here.happen(VIAL)
    assert left_behind(here, former, after=after) == []
    former.happen(DISCARDED, event="v-2")
    (discarded,) = left_behind(here, former, after=after)
    assert discarded.what == "vial_discarded"
    here.happen(DISCARDED, event="v-2")
    assert left_behind(here, former, after=after) == []


def test_a_vial_of_yesterday_is_not_named_today():
    former, here, _, after = halls()
    former.happen(VIAL)
    here.clock.advance(86_400)
    here.come()

    assert left_behind(here, former, after=after) == []
