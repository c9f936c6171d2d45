"""The port ``CertificateMirror``: in memory, on SQLite, and PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa
from factories.databases import DATABASES, ready_engine
from factories.devices import AT as ERASED_AT
from factories.facts import MAU, Journal, check_in, visit_id
from factories.site_days import dose
from factories.told_doses import held_dose, told_dose
from factories.wire import CENTRE_SEAL
from fakes.certificates import MemoryCertificates

from central.adapters.certificates_sql import SqlCertificates
from central.adapters.dose_store import SqlMirror
from central.adapters.doses_of_sites import SqlDosesOfSites
from central.adapters.requests_sql import SqlRequests
from central.adapters.tables_doses import dose_records, platform_certificates
from central.adapters.visit_store import SqlProjection
from central.domain.audit import Act
from central.domain.dose_news import IssuedCertificate, name_of_certificate
from central.domain.doses import DosePage
from central.services.projection import Projector

AT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def at(minute: int) -> str:
    return f"2026-11-22T02:{minute:02}:00.000Z"


def issued(of: str, code: str, state: str = "current", minute: int = 0) -> IssuedCertificate:
    return IssuedCertificate(of, state, at(minute), code)


def named(one: IssuedCertificate) -> tuple[str, str, str]:
    return name_of_certificate(one.code), one.state, one.changed_at


@pytest.fixture(params=["memory", *DATABASES])
def mirror(request, tmp_path):
    if request.param == "memory":
        return MemoryCertificates()
    return SqlCertificates(ready_engine(request, tmp_path))


@pytest.fixture(params=DATABASES)
def engine(request, tmp_path):
    return ready_engine(request, tmp_path)


def test_what_was_kept_is_found_by_dose_and_the_list_goes_on_from_there(mirror):
    one, other, third = issued("i-1", "A"), issued("i-2", "B", minute=7), issued("i-2", "C")
    assert mirror.through() == ""
    mirror.keep([one, other, third], AT)

    assert mirror.held(["i-1", "i-9"]) == {"i-1": [one]}
    assert {each.code for each in mirror.held(["i-2"])["i-2"]} == {"B", "C"}
    assert mirror.marks(["i-1", "i-2", "i-9"]) == {
        "i-1": (named(one),), "i-2": tuple(sorted([named(other), named(third)])),
    }  # fmt: skip
    assert mirror.held([]) == mirror.marks([]) == {}
    assert mirror.through() == at(7)


def test_the_last_word_on_a_certificate_counts_and_what_is_not_current_keeps_no_text(mirror):
    old, new = issued("i-1", "A"), issued("i-1", "B", minute=5)
    mirror.keep([old], AT)
    mirror.keep([replace(old, state="superseded", changed_at=at(5)), new], AT)
    before = mirror.marks(["i-1"])
    mirror.keep([new, replace(new, state="entered-in-error", changed_at=at(9))], AT)

    assert sorted(mirror.held(["i-1"])["i-1"], key=lambda each: each.changed_at) == [
        IssuedCertificate("i-1", "superseded", at(5), ""),
        IssuedCertificate("i-1", "entered-in-error", at(9), ""),
    ]
    assert mirror.marks(["i-1"]) != before
    assert {name for name, _, _ in mirror.marks(["i-1"])["i-1"]} == {
        name_of_certificate("A"), name_of_certificate("B"),
    }  # fmt: skip


def test_a_late_reader_never_puts_the_list_back(mirror):
    mirror.keep([issued("i-1", "A", minute=30)], AT)
    mirror.keep([issued("i-2", "B", minute=10), IssuedCertificate("i-3", "current", "", "C")], AT)
    ahead = (AT + timedelta(days=40)).isoformat()
    mirror.keep([IssuedCertificate("i-4", "current", ahead, "D")], AT)

    assert mirror.through() == at(30)
    assert set(mirror.held(["i-1", "i-2", "i-3", "i-4"])) == {"i-1", "i-2", "i-3", "i-4"}


def test_more_doses_than_one_statement_takes_are_asked_for_all_the_same(mirror):
    every = [issued(f"i-{n}", f"code {n}") for n in range(1200)]
    mirror.keep(every, AT)
    asked = {one.dose for one in every}

    assert {of: each.code for of, [each] in mirror.held(asked).items()} == {
        one.dose: one.code for one in every
    }
    assert mirror.marks(asked).keys() == asked


def test_two_readers_at_once_keep_the_same(engine):
    pages = [[issued(f"i-{n}", f"{n}", minute=m) for n in range(50)] for m in range(20)]
    mirrors = [SqlCertificates(engine), SqlCertificates(engine)]
    mirrors[0].keep(pages[0], AT)

    def read(mirror):
        for page in pages:
            mirror.keep(page, AT)

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(read, mirrors))

    held = mirrors[0].held([f"i-{n}" for n in range(50)])
    assert sum(len(each) for each in held.values()) == 50
    assert mirrors[1].through() == at(19)


def test_what_no_database_can_hold_hides_nothing_that_comes_after_it(engine):
    mirror = SqlCertificates(engine)
    hostile = [
        IssuedCertificate("i-\0", "current", at(1), "HC1:\0"),
        IssuedCertificate("i-\ud800", "current", at(1), "HC1:\ud800"),
        IssuedCertificate("i" * 900, "current" * 90, "no time" * 90, "HC1:X"),
        IssuedCertificate("", "", "", ""),
        IssuedCertificate("i-3", "current", f"2026-11-22T02:01:00.{'0' * 40}Z", "HC1:Y"),
    ]
    mirror.keep([*hostile, issued("i-1", "A", minute=2)], AT)
    mirror.keep([issued("i-2", "B", minute=3)], AT)

    assert mirror.held(["i-1", "i-2"]).keys() == {"i-1", "i-2"}
    assert mirror.held(["i-?"])["i-?"][0].code.startswith("HC1:")
    assert mirror.through() == at(3)


def test_what_is_there_already_is_not_written_once_more(engine):
    mirror, page = SqlCertificates(engine), [issued("i-1", "A"), issued("i-2", "B")]
    mirror.keep(page, AT)
    written = []

    def note(_connection, _cursor, statement, *_):
        if not statement.startswith(("SELECT", "BEGIN")):
            written.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    mirror.keep(page, AT)
    sa.event.remove(engine, "before_cursor_execute", note)

    assert written == []


def test_that_certificates_were_read_is_no_word_on_the_list_of_doses(engine):
    SqlCertificates(engine).keep([issued("i-1", "A")], AT)

    assert not SqlDosesOfSites(engine).of_person(MAU.number).read
    SqlMirror(engine).saw_page(DosePage((), (), at(1)), AT)
    assert SqlDosesOfSites(engine).of_person(MAU.number).read
    assert (SqlMirror(engine).through(), SqlCertificates(engine).through()) == (at(1), at(0))


@pytest.fixture
def given(engine):
    """Return the event of a dose that the Platform holds as i1; of the person it lists i2, too."""
    Journal(engine).add(check_in(1))
    given = dose(2, visit=1)
    Journal(engine, device="hub-0001").add(given)
    Projector(SqlProjection(engine), CENTRE_SEAL).step()
    with engine.begin() as connection:
        connection.execute(sa.update(dose_records).values(immunization="i1", patient="p1"))
    return given.id


def texts(engine):
    with engine.connect() as connection:
        return sorted(connection.scalars(sa.select(platform_certificates.c.code)))


@pytest.mark.parametrize("listed", [True, False])
def test_whoever_is_erased_leaves_no_certificate_and_no_reading_brings_one_back(
    engine, given, listed
):
    told = told_dose(dose=given, number=MAU.number, name=MAU.name)
    typed, theirs = held_dose(told, id="i2", event=""), ["HC1:ONE"]
    if listed:
        SqlMirror(engine).saw_page(DosePage((held_dose(told), typed), (), "t"), AT)
        theirs = ["HC1:ONE", "HC1:TWO"]
    page = [issued(f"i{n}", code) for n, code in enumerate(theirs, 1)]
    mirror, requests = SqlCertificates(engine), SqlRequests(engine)
    mirror.keep([*page, issued("i3", "HC1:OF ANOTHER")], AT)
    act = Act("tinh", "province", "person_erased", "person:1", "request", "page")
    held = requests.held([visit_id(1)], act, ERASED_AT)

    done = requests.erase([visit_id(1)], "YC-7", act, ERASED_AT)
    after = texts(engine)
    again = requests.erase([visit_id(1)], "YC-7", act, ERASED_AT)
    mirror.keep([replace(one, changed_at=at(40)) for one in page], AT)

    assert sorted(row["code"] for row in held["certificates_issued"]) == theirs
    assert after == texts(engine) == ["HC1:OF ANOTHER"]
    assert (done.entries, again.visits) == (2 if listed else 0, 1)
    assert mirror.through() == at(40)
