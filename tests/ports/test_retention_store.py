"""The port ``RetentionStore``: what goes once it is old, and what stays, on SQLite and PostgreSQL."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import MAU, Journal, check_in, event, sealed, visit_id
from factories.rosters import person
from factories.wire import CENTRE_SEAL

from central.adapters import database
from central.adapters.complaints_sql import SqlComplaints
from central.adapters.platform_sheets_sql import SqlSheets
from central.adapters.retention_sql import SqlRetention
from central.adapters.roster_sql import SqlRosters, roster_people
from central.adapters.tables_complaints import complaint_steps
from central.adapters.tables_people import audit, journeys, web_sessions
from central.adapters.tables_site import complaints
from central.adapters.tables_verification import verification_lines
from central.adapters.verification_sql import SqlRounds
from central.adapters.visit_store import SqlProjection
from central.domain.audit import Act
from central.domain.complaints import Answered, Complaint, Reopened, Taken, apply
from central.domain.platform_sheet import Entry
from central.domain.retention import Kind, Run
from central.domain.roster import plan_import
from central.domain.verification import RoundState, answered, called_off, sent, to_verify
from central.ports import StoreUnavailable
from central.ports.complaints import Complainant
from central.ports.retention import Batch
from central.services.projection import Projector
from edge.domain.roster import Roster
from protocol import events, sealing, site_events
from protocol.identity import SiteId
from protocol.roster import Standing

LATER = AT + timedelta(days=100)
OLD = AT + timedelta(days=10)
"""What is older than this goes."""
MADE = Act("xa", "commune", "round_made", "round")


@pytest.fixture(scope="module", params=DATABASES)
def engine(request, tmp_path_factory):
    return ready_engine(request, tmp_path_factory.mktemp("database"))


@pytest.fixture
def store(engine):
    return SqlRetention(engine)


def rows(engine, query):
    with engine.connect() as connection:
        return connection.execute(query).all()


def swept(store, kind, limit=100):
    """Return how many went, asking for more until there is no more."""
    batch, erased = Batch(0, more=True), 0
    while batch.more:
        batch = store.sweep(kind, OLD, limit, LATER)
        erased += batch.erased
    store.ended(kind, LATER)
    return erased


def whole(engine):
    """Return the kinds of events that the centre's key still opens."""
    told = [
        events.decode_event(row.data) for row in rows(engine, sa.select(database.raw_events.c.data))
    ]
    kept = [one for one in told if one.sealed and "erased" not in one.sealed]
    return sorted(
        one.type for one in kept if sealing.unseal(one.sealed, one.id, CENTRE_SEAL) is not None
    )


def form(seq):
    body = site_events.Screened(conclusion="eligible", staff="kham-1")
    return sealed(event(seq, body, visit=visit_id(seq)), MAU)


def complaint(seq, words):
    body = events.ComplaintOpened(subject="other", ticket=f"PA{seq}")
    who = events.Identity(document="cccd_2021", number=MAU.number, name=MAU.name, words=words)
    return sealed(event(seq, body, visit=visit_id(seq)), who)


def test_forms_go_journal_by_journal_and_the_next_look_goes_on_where_the_last_one_was(
    engine, store
):
    Journal(engine, device="hub-0001").add(check_in(301), form(302), form(303))
    Journal(engine, device="hub-0002", received_at=LATER).add(form(304))
    hashes = rows(engine, sa.select(database.raw_events.c.hash))

    first = store.sweep(Kind.FORMS, OLD, 2, LATER)

    assert first == Batch(1, more=True)
    assert swept(store, Kind.FORMS, limit=2) == 1
    assert swept(store, Kind.FORMS) == 0
    assert whole(engine) == ["checked_in", "screened"]
    assert rows(engine, sa.select(database.raw_events.c.hash)) == hashes
    assert store.runs()[Kind.FORMS] == Run(LATER, number=2, total=2)
    said = rows(
        engine, sa.select(audit.c.who, audit.c.why).where(audit.c.what == "retention_erased")
    )
    assert said == [("clock", "number=2")]


def test_an_answered_complaint_loses_person_and_words_also_for_a_rebuild(engine, store):
    Journal(engine, device="kiosk-0401").add(complaint(401, "Đã trả lời"), complaint(402, "Còn mở"))
    Journal(engine, device="kiosk-0402").add(complaint(403, "Mở lại"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    desk = SqlComplaints(engine)
    act = Act("xa", "commune", "complaint_opened", "complaint:x")
    for number, at in ((401, AT), (403, AT), (404, AT), (405, LATER)):
        if number > 403:
            added = Complaint(f"c{number}", "phuoc-dinh", "", "other", "centre", AT)
            desk.add(added, Complainant(name=MAU.name, words=f"Gọi điện {number}"), act, AT)
        case = desk.case(f"c{number}" if number > 403 else complaint(number, "").id)
        steps = [Taken("xa"), Answered("xa", f"Trả lời {number}")]
        for step in [*steps, Reopened("xa")] if number == 403 else steps:
            after = apply(case, step, at)
            desk.step(case, after, step, act, at)
            case = after

    assert swept(store, Kind.COMPLAINTS) == 2
    assert swept(store, Kind.COMPLAINTS) == 0

    Projector(SqlProjection(engine), CENTRE_SEAL).rebuild()
    left = rows(engine, sa.select(complaints.c.words, complaints.c.problem))
    assert set(left) == {(None, "erased"), ("Còn mở", None), ("Mở lại", None)}
    said = rows(engine, sa.select(complaint_steps.c.detail).where(complaint_steps.c.detail != ""))
    assert sorted(said) == [("Trả lời 403",), ("Trả lời 405",)]
    [(kept,)] = rows(engine, sa.text("SELECT words FROM centre_complaints WHERE words IS NOT NULL"))
    assert kept == "Gọi điện 405"
    assert whole(engine).count("complaint_opened") == 2


def listed(engine, site, wanted, at):
    rosters = SqlRosters(engine)
    return rosters.change(site, lambda there: plan_import(there, wanted, replace=False), at, "list")


def test_who_was_on_no_list_for_long_leaves_it_and_kiosks_hear_of_it(engine, store):
    site = SiteId("my-son")
    gone = person(number="058185000501", name="Kator Thị Nháp")
    again = person(number="058185000502", name="Trần Văn Khác")
    came = person(number="058185000503", name="Đổng Thị Giả")
    waits = person(number="058185000504", name="Chamaléa Văn Thử", standing=Standing.UNKNOWN)
    listed(engine, site, [gone, again, came, waits], AT)
    listed(engine, site, [again], LATER)
    late = LATER - timedelta(days=1)
    of_late = events.Identity(document="cccd_2021", number=came.number, name=came.name)
    Journal(engine, device="kiosk-0501", received_at=late).add(
        check_in(501, identity=of_late, at=late.isoformat())
    )
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    rounds = SqlRounds(engine)
    rounds.add(site, to_verify(rounds.people(site), ()), AT, MADE)
    kiosk = Roster().apply(SqlRosters(engine).page(site, 0, "", 99), lambda number: number)

    assert swept(store, Kind.ROSTERS) == 1
    assert swept(store, Kind.ROSTERS) == 0

    left = rows(engine, sa.select(roster_people.c.name).where(roster_people.c.site == site))
    assert sorted(left) == [("Chamaléa Văn Thử",), ("Trần Văn Khác",), ("Đổng Thị Giả",)]
    news = SqlRosters(engine).page(site, kiosk.through, kiosk.head, 99)
    assert len(news.removed) == 1
    assert gone.name not in [one.name for one in kiosk.apply(news, lambda n: n).entries()]


def test_a_list_that_names_somebody_who_was_just_taken_off_must_be_compared_anew(engine):
    site, one = SiteId("son-hai"), person(number="058185000601")
    listed(engine, site, [one], AT)

    def meanwhile(there):
        change = plan_import(there, [one], replace=False)
        return type(change)((), {}, (), same=(*change.same, 10**6))

    with pytest.raises(StoreUnavailable, match="changed meanwhile"):
        SqlRosters(engine).change(site, meanwhile, LATER, "list")

    [row] = rows(engine, sa.select(roster_people.c.listed_at).where(roster_people.c.site == site))
    assert row.listed_at == AT


def test_people_on_rounds_that_ended_long_ago_are_nobody_any_more(engine, store):
    site, rounds = SiteId("phuoc-ha"), SqlRounds(engine)
    names = ("Nguyễn Thị Mẫu", "Trần Văn Khác", "Đổng Thị Giả", "Kator Thị Nháp")
    for place, name in enumerate(names):
        number = f"05818500070{place}"
        listed(engine, site, [person(number=number, name=name, standing=Standing.UNKNOWN)], LATER)
        rounds.add(site, to_verify(rounds.people(site), rounds.running_people(site)), AT, MADE)
    complete, off, running, late = sorted(
        (one for one in rounds.all(frozenset({site}))), key=lambda one: one.id
    )
    for one in (complete, late):
        at = LATER if one is late else AT
        rounds.save(sent(one, at), at)
        rounds.save(answered(sent(one, at), 1, at), at, {1: Standing.VERIFIED})
    rounds.save(called_off(off), AT)

    assert swept(store, Kind.ROUNDS) == 2
    assert swept(store, Kind.ROUNDS) == 0

    lines = verification_lines.c
    ids = [complete.id, off.id, running.id, late.id]
    kept = rows(
        engine,
        sa.select(lines.name, lines.number, lines.answer)
        .where(lines.round.in_(ids))
        .order_by(lines.round),
    )
    assert kept == [
        ("", None, "verified"),
        ("", None, None),
        ("Đổng Thị Giả", "058185000702", None),
        ("Kator Thị Nháp", "058185000703", "verified"),
    ]
    assert rounds.round(complete.id).state is RoundState.COMPLETE
    assert rounds.round(complete.id).answered == 1


def test_what_a_run_that_was_cut_short_erased_is_in_the_audit_with_the_next_one(engine, store):
    with engine.begin() as connection:
        for place in range(3):
            bad = {"received_at": AT, "topic": "t", "reason": "garbage", "data": b"?"}
            digest = bytes([200 + place]) * 32
            connection.execute(sa.insert(database.quarantine).values(bad | {"digest": digest}))

    cut_short = store.sweep(Kind.SET_ASIDE, OLD, 1, LATER - timedelta(hours=1))
    before = store.runs()[Kind.SET_ASIDE]
    swept(store, Kind.SET_ASIDE, limit=1)

    assert cut_short == Batch(1, more=True)
    assert (before.at, before.number) == (None, 1)
    run = store.runs()[Kind.SET_ASIDE]
    assert (run.at, run.number, run.total) == (LATER, 2, 3)
    of_kind = audit.c.record == "retention:set_aside"
    assert rows(engine, sa.select(audit.c.why).where(of_kind)) == [("number=3",)]


def test_old_messages_withdrawn_entries_and_ended_log_ins_go(engine, store):
    sheets, content = SqlSheets(engine), {"number": "058185000801", "name": MAU.name, "lot": "AB"}
    with engine.begin() as connection:
        for place, at in enumerate((AT, AT, LATER)):
            bad = {"received_at": at, "topic": "t", "reason": "garbage", "data": b"?"}
            connection.execute(
                sa.insert(database.quarantine).values(bad | {"digest": bytes([place]) * 32})
            )
            used = {"login": "xa", "began_at": AT, "seen_at": at}
            connection.execute(sa.insert(web_sessions).values(used | {"key": f"k{place}"}))
            connection.execute(sa.insert(journeys).values(key=f"j{place}", spent_at=at))
    gone = Entry("dose", "i1", "e1", "gone", "", content)
    sheets.take([gone, Entry("dose", "i2", "e2", "valid", "", content)], AT)

    counts = [
        swept(store, kind, limit=1) for kind in (Kind.SET_ASIDE, Kind.SHEETS, Kind.SESSIONS) * 2
    ]

    assert counts == [2, 1, 2, 0, 0, 0]
    assert len(rows(engine, sa.select(database.quarantine))) == 1
    assert [row.key for row in rows(engine, sa.select(web_sessions))] == ["k2"]
    assert [row.key for row in rows(engine, sa.select(journeys))] == ["j2"]
    [withdrawn], [valid] = sheets.of_event("dose", "e1"), sheets.of_event("dose", "e2")
    assert (withdrawn.state, withdrawn.content["lot"]) == ("gone", "AB")
    assert "name" not in withdrawn.content
    assert valid.content == content


def test_a_failure_stands_until_a_run_ends_well_and_what_went_is_counted_by_run(store):
    assert store.runs().get(Kind.SESSIONS, Run()).failed_at is None
    store.failed(Kind.SESSIONS, LATER)
    store.failed(Kind.SESSIONS, LATER + timedelta(hours=1))

    assert store.runs()[Kind.SESSIONS].failed_at == LATER + timedelta(hours=1)

    run_at = LATER + timedelta(hours=2)
    store.sweep(Kind.SESSIONS, AT, 10, run_at)
    store.ended(Kind.SESSIONS, run_at)
    run = store.runs()[Kind.SESSIONS]
    assert (run.at, run.number, run.failed_at) == (run_at, 0, None)
