"""The demo's work at the centre: every list has something in it, and nothing gets among real people's."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories.facts import Journal, check_in
from factories.logins import COMMUNES, with_people
from fakes.ingest import MemoryRegistry

from central.adapters.audit_sql import SqlAudit
from central.adapters.closing_sql import SqlDays
from central.adapters.overview_sql import SqlOverview
from central.adapters.sample_sql import everything_said
from central.adapters.set_aside_sql import SqlSetAside
from central.adapters.standing_sql import SqlStanding
from central.adapters.visit_store import SqlProjection
from central.bootstrap.sample_work import desks
from central.domain.accounts import Role, Visitor
from central.domain.complaints import Level, State
from central.domain.figures import day_on
from central.services.closing import ClosingDesk
from central.services.discrepancies import Wish
from central.services.projection import Projector
from central.simulated.sample_work import NotASampleDay, must_be_sample, work
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.simulated.keys import SimulatedKeys
from edge.simulated.sample_day import beginning, opening, write_day
from protocol.identity import DeviceId

DAY, ZONE, SITE = date(2026, 11, 22), ZoneInfo("Asia/Ho_Chi_Minh"), "phuoc-dinh"
NOW = opening(DAY, ZONE) + timedelta(days=1)
ABOVE = Visitor("tinh", "Đổng Thị Tỉnh", Role.PROVINCE, None)


@pytest.fixture
def centre(engine):
    """Return the desks of a centre that holds a sample day and nothing else."""
    device = DeviceId("hub-0001")
    clock = SimulatedClock(beginning(DAY, ZONE), boot="sample-1")
    journal, keys = SimulatedJournal(device=device, clock=clock), SimulatedKeys(device)
    write_day(journal, keys, clock, DAY, ZONE)
    entries = journal.entries(0, most=1000, most_bytes=1 << 20)
    Journal(engine, device=device, received_at=NOW).add(*(one.data for one in entries))
    Projector(SqlProjection(engine), keys.centre_seal).step()
    with_people(engine)
    return desks(engine, MemoryRegistry.of(), COMMUNES, NOW)


def test_every_list_of_the_centre_has_something_in_it(engine, centre):
    must_be_sample(everything_said(engine, 1000), 1000)

    work(centre, SITE, "tinh", "xa", "tinh")

    quiet = ClosingDesk(SqlDays(engine), centre.clock, ZONE).closing(SITE, DAY - timedelta(days=1))
    assert quiet.visits.holds
    assert quiet.vials.holds
    assert {one.reason for one in quiet.exceptions} == {"open_dose"}
    assert centre.complaints.escalate() == 1
    cases = centre.complaints.worklist(ABOVE, "", "", "")
    assert {one.state for one in cases} == set(State)
    assert [one.level for one in cases].count(Level.PROVINCE) == 1
    [merge] = centre.persons.merges(ABOVE)
    assert merge.stands
    [erasure] = centre.requests.erasures()
    assert (erasure.visits, erasure.reference) == (1, "YC-01/2026")
    # Nobody refused whoever was erased before the Platform was told, and no alert says so.
    assert SqlStanding(engine).read(NOW).records["visit", "refused"] == 0
    assert SqlOverview(engine).overview(day_on(DAY, ZONE), NOW).states["refused"] == 0
    found, number = centre.discrepancies.worklist(ABOVE, Wish(kind="no_dose"))
    assert (number, found[0].owner) == (1, "tinh")
    rows, _ = SqlSetAside(engine).newest(10)
    assert {row.reason for row in rows} == {"bad_cose", "unknown_device"}
    assert {row.act.what for row in SqlAudit(engine).newest(100)} >= {
        "complaint_opened", "complaint_answered", "person_merged", "person_exported",
        "person_erased", "discrepancy_handed_over",
    }  # fmt: skip


def test_work_that_was_cut_short_is_done_once(centre):
    work(centre, SITE, "tinh", "xa", "tinh")
    before = len(centre.complaints.worklist(ABOVE, "", "", ""))
    work(centre, SITE, "tinh", "xa", "tinh")

    assert len(centre.complaints.worklist(ABOVE, "", "", "")) == before
    assert len(centre.persons.merges(ABOVE)) == 1
    assert len(centre.requests.erasures()) == 1


@pytest.mark.usefixtures("centre")
def test_it_refuses_where_there_is_nothing_or_something_that_a_real_machine_said(engine):
    whole = everything_said(engine, 1000)
    Journal(engine, device="kiosk-0002").add(check_in(1))

    for said in ([], [*whole[:5], b"?"], everything_said(engine, 1000)):
        with pytest.raises(NotASampleDay):
            must_be_sample(said, 1000)
    with pytest.raises(NotASampleDay):
        must_be_sample(whole, len(whole))
