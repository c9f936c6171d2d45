"""A centre's web application with something to show, and no broker."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Thread
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from factories import logins
from factories.devices import AT
from factories.facts import Journal, check_in, event, slip
from factories.waiting import wait_until
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.accounts_sql import SqlAccounts
from central.adapters.closing_sql import SqlDays
from central.adapters.figures_sql import SqlFigures
from central.adapters.levels_sql import SqlLevels
from central.adapters.metrics_prometheus import PrometheusMetrics
from central.adapters.minutes_typst import TypstMinutes
from central.adapters.persons_sql import SqlPersons
from central.adapters.reaction_list_sql import SqlReactionList
from central.adapters.record_store import SqlRecords
from central.adapters.report_typst import TypstReport
from central.adapters.requests_sql import SqlRequests
from central.adapters.retention_sql import SqlRetention
from central.adapters.roster_book_sql import SqlRosterBook
from central.adapters.roster_file import SpreadsheetList
from central.adapters.roster_sql import SqlRosters
from central.adapters.set_aside_sql import SqlSetAside
from central.adapters.sheet_xlsx import XlsxSheet
from central.adapters.sign_off_sql import SqlSignOffs
from central.adapters.signature_checker import CmsChecker
from central.adapters.unverified_sql import SqlUnverified
from central.adapters.verification_sql import SqlRounds
from central.adapters.visit_store import SqlProjection
from central.adapters.worklist_sql import SqlWorklist
from central.api.app import Served, build_app
from central.api.by_level import ByLevel
from central.api.server import Server, listen
from central.api.words_levels import LEVELS
from central.domain import records
from central.domain.comparison import Difference
from central.domain.figures import OpenDose
from central.domain.quality import WEIGHTS
from central.domain.records import Pace, PlatformReceipt, RecordState
from central.domain.retention import DAYS
from central.ports import LiabilityReader, OverviewReader
from central.services.closing import ClosingDesk
from central.services.dashboard import Dashboard
from central.services.discrepancies import Discrepancies
from central.services.exports import Exports
from central.services.levels import Levels
from central.services.liabilities import Liabilities
from central.services.persons import Persons
from central.services.place_names import PlaceNames
from central.services.projection import Projector
from central.services.reaction_list import ReactionList
from central.services.requests import Requests
from central.services.retention import Retention
from central.services.roster_import import RosterImport
from central.services.sign_off import SignOffDesk
from central.services.site_lists import SiteLists
from central.services.summing import Summing
from central.services.unverified import UnverifiedPeople
from central.services.verification import VerificationDesk
from protocol import events

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = AT + timedelta(minutes=30)
_NAMES = ("Nguyễn Thị Mẫu", "Chamaléa Văn Thử", "Đổng Thị Giả", "Trần Văn Khác", "Kator Thị Nháp")


class StandingClock:
    """Stands half an hour after the tests' own moment."""

    def now(self) -> object:
        return NOW


class NoDoses:
    """Every dose is on the Platform."""

    def open_doses(self, _now: object, _sites: object = None) -> Iterator[OpenDose]:
        yield from ()


def fill(engine: sa.Engine) -> None:
    """Put a morning of two sites into the database: every state, an alarm, a wrong clock."""
    first, second = Journal(engine), Journal(engine, device="kiosk-0002", site="phuoc-dai")
    first.add(event(1, events.Booted(software="0.1.0", reason="power")))
    first.add(*(check_in(n, identity=_person(n)) for n in range(2, 16)))
    first.add(*(slip(n + 20, n) for n in range(2, 15)))
    first.add(event(40, events.ScanRefused(document="url", reason="web_address")))
    first.add(event(41, events.PrintFailed(job="job-15", ticket="A015", reason="paper_out")))
    second.add(event(50, events.Booted(software="0.1.0"), clock_ok=False))
    second.add(*(check_in(n, identity=_person(n), ticket=f"B{n:03d}") for n in range(51, 56)))
    second.add(check_in(56, identity=None, ticket="B056"))
    second.add(check_in(57, clock_ok=False, at="2023-01-01T00:00:00Z", ticket="B057"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    _spread(SqlRecords(engine))
    with engine.begin() as connection:
        state = b'{"boot": "b", "online": true, "faults": ["P01", "<b>", "T01"]}'
        connection.execute(
            sa.insert(database.device_states).values(
                device="kiosk-0001", data=state, received_at=AT
            )
        )
        connection.execute(
            sa.insert(database.quarantine).values(
                received_at=AT, topic="t", reason="bad_signature", data=b"?", digest=b"?" * 32
            )
        )


def _person(number: int) -> events.Identity:
    return events.Identity(
        document="cccd_2021",
        number=f"058185{number:06d}",
        name=_NAMES[number % len(_NAMES)],
        birth="1985-08-17",
        sex="female",
    )


def _spread(store: SqlRecords) -> None:
    """Move the records on, each to another state."""
    due = store.due(NOW, 100)
    receipt = PlatformReceipt("p", "e")
    for place, one in enumerate(due):
        told = records.accepted(one.record, receipt, NOW)
        match place:
            case 0:
                store.save(
                    records.refused(one.record, "Patient.birthDate: 058185000002"), None, NOW
                )
            case 1:
                differs = records.compared(told, equal=False, now=NOW, pace=Pace())
                store.save(differs, [Difference("birth", "1985-08-17", "1986-08-17")], NOW)
            case 2:
                store.save(told, None, NOW)
            case 3 | 4:
                waiting = records.postponed(
                    one.record, "platform_unavailable", NOW, pace=Pace(), jitter=1.0
                )
                store.save(waiting, None, NOW)
            case 5:
                overdue = records.Record(
                    one.record.subject, one.record.stamp, RecordState.OVERDUE, AT
                )
                store.save(overdue, None, NOW)
            case _:
                done = records.compared(told, equal=True, now=NOW, pace=Pace())
                store.save(done, [], NOW)


def closings(engine: sa.Engine, clock: object) -> ClosingDesk:
    """Return what closes days."""
    return ClosingDesk(SqlDays(engine), clock, ZONE)


def sign_offs(
    engine: sa.Engine,
    clock: object,
    authorities: Path | None = None,
    names: PlaceNames | None = None,
) -> SignOffDesk:
    """Return what makes days ready to be signed."""
    titles = names or PlaceNames()
    return SignOffDesk(
        days=SqlDays(engine), store=SqlSignOffs(engine), checker=CmsChecker(authorities),
        minutes=TypstMinutes(ZONE, titles.site_with_id), closings=closings(engine, clock), clock=clock,
    )  # fmt: skip


def verification(engine: sa.Engine, clock: object) -> VerificationDesk:
    """Return what makes verification rounds."""
    return VerificationDesk(SqlRounds(engine), SqlRosters(engine), XlsxSheet(), clock)


def unverified(engine: sa.Engine, clock: object) -> UnverifiedPeople:
    """Return what tells who would come unverified."""
    return UnverifiedPeople(SqlUnverified(engine), XlsxSheet(), clock, ZONE)


def site_lists(engine: sa.Engine, clock: object, names: PlaceNames | None = None) -> SiteLists:
    """Return what takes lists from browsers in."""
    importing = RosterImport(SqlRosters(engine), clock)
    audit = logins.audit(engine, clock)
    has_site = (names or PlaceNames()).has_site
    return SiteLists(SqlRosterBook(engine), importing, audit, has_site)


def by_level(
    engine: sa.Engine, clock: object, liabilities: Liabilities, names: PlaceNames | None = None
) -> ByLevel:
    """Return what the pages by level ask, everything summed once."""
    Summing(SqlFigures(engine), clock, ZONE, logins.COMMUNES).step()
    named = names or PlaceNames()
    reader = SqlLevels(engine, named.below)
    levels = Levels(reader, SqlFigures(engine), clock, ZONE, interval_seconds=0.05)
    worklist = Discrepancies(SqlWorklist(engine), SqlAccounts(engine), logins.COMMUNES, clock)
    reactions = ReactionList(SqlReactionList(engine), logins.COMMUNES, clock)
    exports = Exports(
        levels=levels, liabilities=liabilities, discrepancies=worklist, zone=ZONE,
        reactions=reactions, names=named,
        complaints=logins.complaints(engine, clock), rounds=verification(engine, clock),
        closings=closings(engine, clock),
    )  # fmt: skip
    shares = {name: LEVELS["vi"][f"share:{name}"] for name in WEIGHTS}
    return ByLevel(levels, worklist, reactions, exports, XlsxSheet(), TypstReport(ZONE, shares))


@contextmanager
def served(
    reader: OverviewReader,
    of_doses: LiabilityReader | None = None,
    *,
    engine: sa.Engine,
    clock: object = None,
    port: int = 0,
    **more: object,
) -> Iterator[str]:
    """Serve the centre's pages on a port of their own and return the address.

    Args:
        engine: Holds the accounts of ``factories.logins``; they are added.
    """
    clock = clock or StandingClock()
    dashboard = Dashboard(reader, clock, ZONE, interval_seconds=0.05)
    liabilities = Liabilities(of_doses or NoDoses(), clock, ZONE, more.get("names"))
    socket = listen("127.0.0.1", port)
    settings: dict[str, object] = {
        "dashboard": dashboard,
        "liabilities": liabilities,
        "by_level": by_level(engine, clock, liabilities, more.get("names")),
        "door": logins.door(engine, clock),
        "audit": logins.audit(engine, clock),
        "accounts": logins.keeping(engine, clock),
        "closings": closings(engine, clock),
        "sign_offs": sign_offs(engine, clock, names=more.get("names")),
        "verification": verification(engine, clock),
        "unverified": unverified(engine, clock),
        "site_lists": site_lists(engine, clock, more.get("names")),
        "opened": SpreadsheetList,
        "persons": Persons(SqlPersons(engine), clock),
        "requests": Requests(
            SqlRequests(engine), Persons(SqlPersons(engine), clock), clock, CENTRE_SEAL
        ),
        "retention": Retention(SqlRetention(engine), clock, DAYS),
        "complaints": logins.complaints(engine, clock),
        "metrics": PrometheusMetrics(),
        "set_aside": SqlSetAside(engine),
        "zone": ZONE,
    }
    server = Server(build_app(Served(**(settings | more))))
    thread = Thread(target=server.run, args=([socket],))
    thread.start()
    try:
        wait_until(lambda: server.started)
        yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    finally:
        server.stop()
        thread.join()
        socket.close()
