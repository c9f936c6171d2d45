"""The port ``Platform``: one suite: on our sandbox by FHIR and by files, with -m system on a server
not ours."""

import re
from dataclasses import replace

import pytest
from factories.carried_sheets import Carried
from factories.migrated import migrated_engine
from factories.platforms import ask, medplum, record, sandbox
from factories.wires import watched

from central.adapters.fhir_records import CITIZEN_SYSTEM
from central.adapters.platform_fhir import FhirPlatform
from central.ports import PlatformRefused

KINDS = ["sandbox", "spreadsheet", pytest.param("medplum", marks=pytest.mark.system)]


@pytest.fixture(scope="module", params=KINDS)
def running(request, tmp_path_factory):
    """Return how the Platform is spoken to, and where it can be looked into."""
    if request.param == "medplum":
        with medplum() as address:
            yield request.param, address
    else:
        with sandbox(tmp_path_factory.mktemp("platform")) as there:
            yield request.param, there.url


@pytest.fixture(scope="module")
def url(running):
    return running[1]


@pytest.fixture(scope="module")
def wire(url):
    with watched(url) as wire:
        yield wire


@pytest.fixture(scope="module")
def platform(running, wire, tmp_path_factory):
    kind, address = running
    if kind == "spreadsheet":
        engine = migrated_engine(tmp_path_factory.mktemp("centre"))
        yield Carried(engine, address)
        engine.dispose()
        return
    platform = FhirPlatform(wire.url)
    yield platform
    platform.close()


def total(url, kind, token):
    found = ask(f"{url}/{kind}", params={"identifier": token}).json()
    return len(found.get("entry", []))


def test_what_was_submitted_is_read_back_field_by_field(platform):
    told = record()

    platform.submit(told)

    assert platform.read_back(told.visit) == [told]


def test_what_is_not_known_is_left_out(platform):
    told = record(name=None, birth=None, sex=None)

    platform.submit(told)

    assert platform.read_back(told.visit) == [told]


@pytest.mark.parametrize("birth", ["1985", "1985-08"])
def test_an_incomplete_birth_date_stays_as_it_is(platform, birth):
    told = record(birth=birth)

    platform.submit(told)

    assert platform.read_back(told.visit)[0].birth == birth


def test_a_passport_keeps_its_country(platform):
    told = record(nationality="FRA", number="12AB34567", document="passport")

    platform.submit(told)

    assert platform.read_back(told.visit) == [told]


def test_submitting_again_creates_nothing_and_returns_the_same_places(platform, url):
    told = record()

    first = platform.submit(told)
    second = platform.submit(told)

    assert second == first
    assert total(url, "Encounter", told.visit) == 1
    assert total(url, "Patient", f"{CITIZEN_SYSTEM}|{told.number}") == 1


def test_the_second_visit_of_a_person_finds_the_person(platform, url):
    first = record()
    second = replace(first, visit=record().visit)

    receipts = platform.submit(first), platform.submit(second)

    assert receipts[0].patient == receipts[1].patient
    assert receipts[0].resource != receipts[1].resource
    assert total(url, "Patient", f"{CITIZEN_SYSTEM}|{first.number}") == 1


def test_a_person_whom_the_platform_knows_otherwise_is_not_overwritten(platform):
    first = record(name="Trần Văn Khác")
    second = replace(first, visit=record().visit, name="Nguyễn Thị Mẫu")
    platform.submit(first)

    platform.submit(second)

    assert platform.read_back(second.visit)[0].name == "Trần Văn Khác"


def test_a_visit_that_is_not_there_is_no_record(platform):
    assert platform.read_back(record().visit) == []


def test_every_double_of_a_visit_is_returned(platform, url):
    told = record()
    platform.submit(told)
    entry = ask(f"{url}/Encounter", params={"identifier": told.visit}).json()["entry"][0]
    double = {
        name: value for name, value in entry["resource"].items() if name not in ("id", "meta")
    }

    ask(f"{url}/Encounter", method="POST", json=double).raise_for_status()

    assert platform.read_back(told.visit) == [told, told]


def test_a_visit_of_a_person_who_is_there_twice_is_refused(platform, url):
    told = record()
    person = {
        "resourceType": "Patient",
        "identifier": [{"system": CITIZEN_SYSTEM, "value": told.number}],
    }
    ask(f"{url}/Patient", method="POST", json=person).raise_for_status()
    ask(f"{url}/Patient", method="POST", json=person).raise_for_status()

    with pytest.raises(PlatformRefused) as refused:
        platform.submit(told)

    assert "multiple" in refused.value.reason.lower() or "several" in refused.value.reason.lower()
    # Not every server keeps a transaction whole: a visit of nobody may remain, and is told as such.
    assert told not in platform.read_back(told.visit)


@pytest.mark.parametrize("number", ["A&B=1", "ZÉ ữ+%"])
def test_a_number_of_odd_characters_finds_itself_and_nobody_else(platform, number):
    other, told = record(), record(number=number, nationality="FRA")
    platform.submit(other)

    first, second = platform.submit(told), platform.submit(told)

    assert first == second
    assert platform.read_back(told.visit) == [told]


def test_nobodys_number_stands_where_servers_and_proxies_write_logs(platform, wire):
    for told in (record(), record(nationality="FRA", number="12AB34567", document="passport")):
        platform.submit(told)
        assert platform.read_back(told.visit) == [told]

    assert re.findall(r"058\d{9}|12AB34567", "\n".join(wire.heads)) == []
