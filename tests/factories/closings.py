"""A site's day with something of everything that a closing must name."""

from datetime import timedelta

import sqlalchemy as sa
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL

from central.adapters.dose_store import SqlDoseRecords
from central.adapters.visit_store import SqlProjection
from central.domain import records
from central.domain.records import PlatformReceipt
from central.services.projection import Projector
from protocol import events
from protocol import site_events as site

SITE, DAY = "phuoc-dinh", "2026-11-22"


def screened(seq: int, number: int, conclusion: str = "eligible") -> events.Event:
    """Return what a doctor concluded of a visit."""
    return at_desk(seq, site.Screened(conclusion=conclusion, staff="minh"), number)


def left(seq: int, number: int, reason: str = "completed") -> events.Event:
    """Return the fact that a visit left."""
    return at_desk(seq, site.Left(staff="hoa", reason=reason), number)


def vial(seq: int, name: str, doses: int) -> events.Event:
    """Return the fact that a vial was opened."""
    body = site.VialOpened(vial=name, vaccine="VX Một", lot="AB-12", doses=doses, staff="hoa")
    return at_desk(seq, body, None)


def thrown(seq: int, name: str, doses: int) -> events.Event:
    """Return the fact that doses were thrown away."""
    body = site.VialDiscarded(vial=name, doses=doses, reason="end_of_day", staff="hoa")
    return at_desk(seq, body, None)


def close_a_day(engine: sa.Engine) -> None:
    """Store seven people: two injected, one deferred, one gone, one forgotten, one of nowhere."""
    Journal(engine).add(
        *(check_in(n) for n in range(1, 6)),
        screened(11, 1), screened(12, 2), screened(13, 3, "deferred"),
        left(14, 4, "own_wish"),
        screened(16, 6), left(17, 1),
        vial(20, "V1", 10), dose(21, visit=1, vial="V1"), dose(22, visit=2, vial="V1"),
        dose(23, visit=2, vial="V1", replaces=dose(22).id),
        thrown(24, "V1", 7), dose(25, visit=6),
    )  # fmt: skip
    other = Journal(engine, device="kiosk-0009", site="phuoc-dai")
    other.add(check_in(40, ticket="B001"), dose(41, visit=40, vial="V1"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    store, receipt = SqlDoseRecords(engine), PlatformReceipt("p", "i1")
    for one in store.due(AT + timedelta(hours=1), 10):
        if one.record.subject == dose(21).id:
            store.save(records.accepted(one.record, receipt, AT), None, AT)
