"""One person, several arrivals: told apart by place and time, concluded by nobody but staff."""

from datetime import timedelta

import pytest
from factories.dashboards import served
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.migrated import migrated_engine
from factories.wire import CENTRE_SEAL

from central.adapters.comparison_sql import SqlComparison
from central.adapters.overview_sql import SqlOverview
from central.adapters.visit_store import SqlProjection
from central.domain.figures import Arrival, repeats_of
from central.domain.findings import of_arrivals
from central.services.projection import Projector
from protocol import events


def arrival(minutes, site="phuoc-dinh", number="058185000123", *, estimated=False):
    at = AT + timedelta(minutes=minutes)
    return Arrival(f"v{minutes}{site}", number, f"A{minutes:03d}", site, at, estimated)


@pytest.mark.parametrize(
    ("second", "kind"),
    [
        (arrival(14, "phuoc-dai"), "impossible_times"),
        (arrival(14, "phuoc-dai", estimated=True), "two_places"),
        (arrival(15, "phuoc-dai"), "two_places"),
        (arrival(2), "same_place"),
    ],
    ids=["14 minutes apart", "by a clock that nobody vouches for", "time to travel", "one site"],
)
def test_a_person_who_arrives_twice_is_flagged_by_place_and_time(second, kind):
    assert [repeat.kind for repeat in repeats_of([second, arrival(0)])] == [kind]


def test_people_who_arrive_once_are_nobodys_business():
    assert repeats_of([arrival(0), arrival(1, number="058185000124")]) == ()


@pytest.mark.parametrize(
    ("second", "days"),
    [
        (arrival(14, "phuoc-dai"), ["2026-11-22"]),
        (arrival(14), []),
        (arrival(14, "phuoc-dai", "058185000124"), []),
        (arrival(24 * 60, "phuoc-dai"), []),
    ],
    ids=["two sites", "one site", "two people", "the next day"],
)
def test_whoever_came_to_two_sites_on_one_day_is_a_discrepancy_of_that_day(second, days):
    found = of_arrivals([second, arrival(0)])

    assert [(one.kind, one.site, one.field) for one in found] == [
        ("two_check_ins", "phuoc-dai", day) for day in days
    ]


def test_of_many_moves_of_one_day_the_first_is_told():
    (one,) = of_arrivals([arrival(90), arrival(30, "phuoc-dai"), arrival(60, "bac-ai"), arrival(0)])

    assert (one.ours, one.theirs) == ("08:00 A000 phuoc-dinh", "08:30 A030 phuoc-dai")


def test_what_cannot_be_stands_first():
    same = [arrival(0), arrival(1)]
    far = [arrival(5, number="058185000200"), arrival(6, "phuoc-dai", number="058185000200")]

    assert [r.kind for r in repeats_of([*same, *far])] == ["impossible_times", "same_place"]


def test_the_dashboard_lists_them_without_number_or_name_and_the_worklist_has_them(tmp_path):
    engine = migrated_engine(tmp_path)
    person = events.Identity(
        document="cccd_2021", number="058185000123", name="Nguyễn Thị Mẫu", birth="1985-08-17"
    )
    Journal(engine).add(check_in(1, identity=person))
    second = Journal(engine, device="kiosk-0002", site="phuoc-dai")
    second.add(check_in(2, identity=person, ticket="B001"))
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    SqlComparison(engine).compare(AT, 14)

    with (
        served(SqlOverview(engine), engine=engine) as url,
        browser(url) as client,
    ):
        rows = client.get("/api/summary").json()["repeats"]
        page = client.get("/").text
        listed = client.get("/discrepancies?kind=two_check_ins").text
        whole = client.get("/discrepancies/dose:1").text
    engine.dispose()

    assert [(row["kind"], row["name"]) for row in rows] == [("impossible_times", "N. T. M***")]
    assert "Hai nơi trong thời gian quá ngắn" in page
    assert "058185000123" not in page
    assert "Nguyễn" not in page
    assert "Một người đến hai nơi trong một ngày: 22/11/2026" in listed
    assert "058185000123" not in listed
    assert "<dt>Lần trước</dt><dd>08:00 A001" in whole
    assert "<dt>Lần sau</dt><dd>08:00 B001" in whole
    assert "hỏi hai điểm tiêm" in whole
