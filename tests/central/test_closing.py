"""A site's day closed: equations, and every visit, dose and vial that breaks one."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories.closings import close_a_day, screened, thrown, vial
from factories.databases import DATABASES, ready_engine
from factories.devices import AT
from factories.facts import Journal, check_in, visit_id
from factories.site_days import at_desk, dose
from factories.wire import CENTRE_SEAL
from hypothesis import given
from hypothesis import strategies as st

from central.adapters.closing_sql import SqlDays
from central.adapters.visit_store import SqlProjection
from central.domain.closing import (
    DayLines,
    DoseLine,
    DosePlace,
    Reason,
    VialLine,
    VisitLine,
    close,
)
from central.domain.figures import day_on
from central.services.closing import ClosingDesk
from central.services.projection import Projector
from protocol import site_events as site

SITE, ON = "phuoc-dinh", date(2026, 11, 22)


class At:
    def now(self):
        return AT + timedelta(minutes=30)


def visit(**changes):
    fields = {
        "visit": "v1",
        "ticket": "A001",
        "checked_in": True,
        "conclusion": "eligible",
        "left": "",
        "doses": 1,
    }
    return VisitLine(**(fields | changes))


def dose_line(**changes):
    fields = {
        "dose": "d1", "visit": "v1", "ticket": "A001", "occurred_at": "2026-11-22T01:00:00.000+00:00",
        "vaccine": "VX Một", "lot": "AB-12", "dose_number": 2, "injector": "hoa", "vial": "V1",
        "place": DosePlace.ACCEPTED, "entry": "i1", "stamp": "s", "visit_stamp": "t",
    }  # fmt: skip
    return DoseLine(**(fields | changes))


def closed(visits=(), doses=(), vials=()):
    return close(SITE, ON, DayLines(visits, doses, vials))


def reasons(closing):
    return [(each.equation, each.reason, each.ticket) for each in closing.exceptions]


def test_a_whole_day_holds_and_has_no_exception():
    closing = closed(
        [visit(), visit(conclusion="deferred", doses=0), visit(conclusion="", left="own_wish")],
        [dose_line()],
        [VialLine("V1", "AB-12", 2, 1, 1)],
    )

    assert closing.holds
    assert (closing.visits.total, closing.visits.parts) == (3, (1, 1, 1))
    assert (closing.doses.total, closing.doses.parts) == (1, (1, 0))
    assert (closing.vials.total, closing.vials.parts) == (2, (1, 1))


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (visit(conclusion="", doses=0), Reason.NO_CONCLUSION),
        (visit(checked_in=False), Reason.NO_CHECK_IN),
        (visit(conclusions=2), Reason.TWO_CONCLUSIONS),
        (visit(doses=0), Reason.NO_DOSE),
    ],
)
def test_a_visit_that_does_not_add_up_is_named(line, reason):
    assert reasons(closed([line])) == [("visits", reason, "A001")]


@pytest.mark.parametrize(
    ("line", "equation", "reason"),
    [
        (dose_line(place=DosePlace.OPEN, entry=""), "doses", Reason.OPEN_DOSE),
        (dose_line(place=DosePlace.REFUSED, entry=""), "doses", Reason.REFUSED_DOSE),
        (dose_line(place=DosePlace.DIFFERS), "doses", Reason.DIFFERENT_DOSE),
        (dose_line(conclusion="deferred"), "doses", Reason.NOT_ELIGIBLE),
        (dose_line(vial=""), "vials", Reason.NO_VIAL),
    ],
)
def test_a_dose_that_must_be_looked_at_is_named(line, equation, reason):
    assert reasons(closed(doses=[line])) == [(equation, reason, "A001")]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (VialLine("V1", "L", 10, 7, 2), Reason.LEFT_IN_VIAL),
        (VialLine("V1", "L", 10, 9, 2), Reason.TOO_MANY_FROM_VIAL),
        (VialLine("V1", "L", 0, 1, 0, known=False), Reason.TOO_MANY_FROM_VIAL),
        (VialLine("V1", "L", 0, 1, 0), Reason.VIAL_OF_ANOTHER_DAY),
    ],
)
def test_a_vial_that_does_not_come_out_even_is_named(line, reason):
    assert reasons(closed(vials=[line])) == [("vials", reason, "L")]


_SMALL = st.integers(0, 3)
_VISITS = st.builds(
    VisitLine,
    st.just("v"),
    st.just("A1"),
    st.booleans(),
    st.sampled_from(["", "eligible", "deferred"]),
    st.sampled_from(["", "completed"]),
    st.integers(1, 2),
    _SMALL,
).filter(lambda line: line.checked_in or line.conclusion or line.left)
_DOSES = st.builds(
    lambda place, vial: dose_line(place=place, vial=vial),
    st.sampled_from(DosePlace),
    st.sampled_from(["", "V1"]),
)
_VIALS = st.builds(VialLine, st.just("V"), st.just("L"), _SMALL, _SMALL, _SMALL, st.booleans())


@given(st.lists(_VISITS), st.lists(_DOSES), st.lists(_VIALS))
def test_the_exceptions_explain_every_difference(visits, doses, vials):
    closing = closed(visits, doses, vials)

    for name in ("visits", "doses", "vials"):
        weights = [each.weight for each in closing.exceptions if each.equation == name]
        assert sum(weights) == getattr(closing, name).difference


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


@pytest.fixture
def day(engine):
    close_a_day(engine)
    return ClosingDesk(SqlDays(engine), At(), AT.tzinfo)


def test_the_projection_is_closed_with_every_exception_named(day):
    closing = day.closing(SITE, ON)

    assert (closing.visits.total, closing.visits.parts) == (5, (3, 1, 1))
    assert (closing.doses.total, closing.doses.parts) == (3, (1, 2))
    assert (closing.vials.total, closing.vials.parts) == (10, (3, 7))
    assert {(each.reason, each.subject) for each in closing.exceptions} == {
        (Reason.NO_CONCLUSION, visit_id(5)),
        (Reason.NO_CHECK_IN, visit_id(6)),
        (Reason.OPEN_DOSE, dose(23).id),
        (Reason.OPEN_DOSE, dose(25).id),
        (Reason.NO_VIAL, dose(25).id),
        (Reason.LEFT_IN_VIAL, "V1"),
    }
    assert not closing.holds


def test_days_and_sites_are_kept_apart(day):
    assert day.closing(SITE, ON - timedelta(days=1)).holds
    assert [each.site for each in day.closings(ON)] == ["phuoc-dai", SITE]
    assert day.closing("phuoc-dai", ON).vials.parts == (1, 0)


def test_the_number_of_a_vial_is_another_vials_the_next_day(engine):
    before = {"at": "2026-11-21T02:00:00.000+00:00"}
    opened = site.VialOpened(vial="1-1", vaccine="VX Một", lot="AB-11", doses=5, staff="hoa")
    gone = site.VialDiscarded(vial="1-1", doses=4, reason="time_over", staff="hoa")
    Journal(engine).add(
        at_desk(1, opened, None, **before), dose(2, vial="1-1", event=before),
        at_desk(3, gone, None, **before),
        vial(4, "1-1", 10), dose(5, visit=2, vial="1-1"), thrown(6, "1-1", 9), vial(7, "1-1", 10),
        thrown(8, "1-9", 1),
    )  # fmt: skip
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    desk = ClosingDesk(SqlDays(engine), At(), AT.tzinfo)

    first, second = desk.closing(SITE, ON - timedelta(days=1)), desk.closing(SITE, ON)

    assert (first.vials.total, first.vials.parts) == (5, (1, 4))
    assert (second.vials.total, second.vials.parts) == (10, (1, 10))
    told = [each for each in (*first.exceptions, *second.exceptions) if each.equation == "vials"]
    assert [(each.reason, each.subject) for each in told] == [(Reason.TOO_MANY_FROM_VIAL, "1-9")]


def test_a_vial_that_was_left_open_is_thrown_away_the_next_day_as_one_of_another_day(engine):
    before = {"at": "2026-11-21T02:00:00.000+00:00"}
    opened = site.VialOpened(vial="1-1", vaccine="VX Một", lot="AB-11", doses=5, staff="hoa")
    Journal(engine).add(at_desk(1, opened, None, **before), thrown(2, "1-1", 5))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()

    closing = ClosingDesk(SqlDays(engine), At(), AT.tzinfo).closing(SITE, ON)

    assert [(each.reason, each.ticket) for each in closing.exceptions] == [
        (Reason.VIAL_OF_ANOTHER_DAY, "AB-11")
    ]


def test_vials_of_paper_that_is_keyed_in_the_next_day_are_of_the_papers_day(engine):
    opened = site.VialOpened(
        vial="K7MQ-1", vaccine="VX Một", lot="AB-11", doses=5, staff="hoa",
        happened_at="2026-11-21T08:00:00+07:00",
    )  # fmt: skip
    gone = site.VialDiscarded(
        vial="K7MQ-1", doses=5, reason="time_over", staff="hoa",
        happened_at="2026-11-21T10:30:00+07:00",
    )  # fmt: skip
    Journal(engine).add(at_desk(1, opened, None), at_desk(2, gone, None))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    desk = ClosingDesk(SqlDays(engine), At(), AT.tzinfo)

    first, second = desk.closing(SITE, ON - timedelta(days=1)), desk.closing(SITE, ON)

    assert (first.vials.total, first.vials.parts, first.exceptions) == (5, (0, 5), ())
    assert (second.vials.total, second.vials.parts, second.exceptions) == (0, (0, 0), ())


def test_a_visit_of_the_evening_is_screened_after_midnight_and_belongs_to_its_own_day(engine):
    evening = {"at": "2026-11-21T16:59:00.000+00:00"}
    Journal(engine).add(check_in(1, **evening), screened(2, 1))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    days = SqlDays(engine)
    zone = ZoneInfo("Asia/Ho_Chi_Minh")

    def of(on):
        return days.read(SITE, day_on(on, zone), lambda lines: close(SITE, on, lines))

    assert of(ON - timedelta(days=1)).visits.parts == (1, 0, 0)
    assert of(ON).visits.total == 0
    assert of(ON).exceptions == ()
