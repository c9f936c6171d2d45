"""What was injected and is not on the Platform: on the page by injector, in the file dose by dose."""

import csv
import io
from datetime import timedelta

import pytest
from factories.dashboards import ZONE, served
from factories.devices import AT
from factories.facts import Journal, check_in
from factories.logins import browser
from factories.site_days import dose
from factories.told_doses import held_dose
from factories.wire import CENTRE_SEAL

from central.adapters import liability_sql
from central.adapters.comparison_sql import SqlComparison
from central.adapters.dose_store import SqlDoseRecords, SqlMirror
from central.adapters.liability_sql import SqlLiabilities
from central.adapters.overview_sql import SqlOverview
from central.adapters.visit_store import SqlProjection
from central.domain import records
from central.domain.doses import DosePage
from central.domain.figures import day_of
from central.ports import StoreUnavailable
from central.services.projection import Projector

NOW = AT + timedelta(minutes=2)


@pytest.fixture
def client(engine):
    with (
        served(SqlOverview(engine), SqlLiabilities(engine), engine=engine) as url,
        browser(url) as client,
    ):
        yield client


@pytest.fixture
def day(engine):
    """Five doses: one on the Platform, one refused, one corrected, one typed like a formula."""
    Journal(engine).add(
        *(check_in(n) for n in range(1, 5)),
        dose(11, visit=1),
        dose(12, visit=2),
        dose(13, visit=3, injector="tam", lot="=1+1"),
        dose(14, visit=4, dose_number=1),
        dose(15, visit=4, replaces=dose(14).id),
    )
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    store = SqlDoseRecords(engine)
    due = {one.record.subject: one for one in store.due(NOW, 10)}
    refused = records.refused(due[dose(12).id].record, "058185000123: Mẫu")
    store.save(refused, None, NOW)
    held = held_dose(due[dose(11).id].told, lot="ZZ")
    SqlMirror(engine).saw_page(DosePage((held,), (), "t"), NOW)
    SqlComparison(engine).compare(NOW, 0)


def lines(client, **parameters):
    text = client.get("/api/liabilities.csv", params=parameters).content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.usefixtures("day")
def test_it_is_by_site_and_injector_the_oldest_first(client):
    rows = client.get("/api/liabilities").json()

    assert [(row["site"], row["injector"], row["doses"], row["refused"]) for row in rows] == [
        ("phuoc-dinh", "hoa", 2, 1),
        ("phuoc-dinh", "tam", 1, 0),
    ]
    assert rows[0]["oldest_at"] == "2026-11-22T01:00:12Z"


@pytest.mark.usefixtures("day")
def test_the_file_holds_each_dose_with_its_age_and_opens_in_a_spreadsheet(client):
    answer = client.get("/api/liabilities.csv?lang=en")

    rows = lines(client, lang="en")
    assert answer.headers["content-type"].startswith("text/csv")
    assert [row["Dose id"] for row in rows] == [dose(12).id, dose(15).id, dose(13).id]
    assert (rows[0]["State"], rows[0]["Hours since"]) == ("Refused", "0.5")
    assert rows[0]["Injected at"] == "2026-11-22 08:00:12+07:00"


@pytest.mark.usefixtures("day")
def test_what_somebody_typed_is_no_formula_in_the_file(client):
    assert lines(client)[-1]["số lô"] == "'=1+1"


@pytest.mark.usefixtures("day")
def test_neither_page_nor_file_names_who_was_injected(client):
    shown = "".join(
        client.get(path).text
        for path in ("/", "/?lang=en", "/api/summary", "/api/liabilities", "/api/liabilities.csv")
    )

    assert "058185" not in shown
    assert "Mẫu" not in shown


@pytest.mark.usefixtures("day")
def test_the_page_shows_the_list_and_the_discrepancies_with_their_owner(client):
    page = client.get("/").text

    assert "Đã tiêm, chưa có trên Nền tảng" in page
    assert ">tam<" in page
    assert "Sai lệch: số lô" in page
    assert client.get("/api/summary").json()["dose_states"] == {
        "differs": 1, "pending": 2, "refused": 1, "withdrawn": 1
    }  # fmt: skip


@pytest.mark.usefixtures("day")
def test_the_page_counts_all_also_where_it_shows_the_oldest_alone(engine, monkeypatch):
    whole = SqlOverview(engine).overview(day_of(NOW, ZONE), NOW)
    monkeypatch.setattr(liability_sql, "_LISTED", 1)
    short = SqlOverview(engine).overview(day_of(NOW, ZONE), NOW)

    assert (len(whole.liabilities), whole.liability_count, whole.liability_doses) == (2, 2, 3)
    assert (len(short.liabilities), short.liability_count, short.liability_doses) == (1, 2, 3)
    counted = (whole.dose_discrepancy_count, whole.dose_discrepancy_number)
    assert counted == (short.dose_discrepancy_count, short.dose_discrepancy_number)
    assert counted[1] == sum(row.number for row in whole.dose_discrepancies)
    assert (len(whole.devices), whole.device_count) == (1, 1)


def test_a_file_of_nothing_holds_its_headings(client):
    assert client.get("/api/liabilities.csv").text.count("\r\n") == 1
    assert lines(client) == []


def test_a_long_list_comes_whole(engine, client):
    journal = Journal(engine)
    journal.add(*(dose(n, visit=n) for n in range(1, 1203)))
    for _ in range(4):
        Projector(SqlProjection(engine), CENTRE_SEAL).step()

    assert len(lines(client)) == 1202


def test_a_database_that_is_away_is_said_before_the_file_begins(engine):
    class Away:
        def open_doses(self, _now, _sites):
            raise StoreUnavailable("away")

    with (
        served(SqlOverview(engine), Away(), engine=engine) as url,
        browser(url) as client,
    ):
        answer = client.get("/api/liabilities.csv")

    assert answer.status_code == 503
