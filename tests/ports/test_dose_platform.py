"""The port ``DosePlatform``: one suite: on our sandbox by FHIR and by files, with -m system on a server
not ours."""

import re
from dataclasses import replace

import pytest
from factories.carried_sheets import Carried
from factories.migrated import migrated_engine
from factories.platforms import ask, medplum, sandbox
from factories.told_doses import told_dose
from factories.wires import watched

from central.adapters.fhir_doses import DOSE_SYSTEM
from central.adapters.fhir_records import CITIZEN_SYSTEM
from central.adapters.platform_fhir_doses import FhirDoses
from central.domain.doses import chosen, compare_dose

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
    platform = FhirDoses(wire.url)
    yield platform
    platform.close()


def typed(url, told, **changes):
    """Type a dose into the Platform as a clerk does, and return its place."""
    person = {
        "resourceType": "Patient",
        "identifier": [{"system": CITIZEN_SYSTEM, "value": told.number}],
        "name": [{"text": told.name}],
        "birthDate": told.birth,
        "gender": told.sex,
    }
    patient = ask(f"{url}/Patient", method="POST", json=person).json()["id"]
    entry = {
        "resourceType": "Immunization",
        "status": "completed",
        "vaccineCode": {"text": told.vaccine},
        "patient": {"reference": f"Patient/{patient}"},
        "occurrenceDateTime": told.day,
        "lotNumber": told.lot,
        "protocolApplied": [{"doseNumberPositiveInt": told.dose_number}],
    }
    answer = ask(f"{url}/Immunization", method="POST", json=entry | changes)
    answer.raise_for_status()
    return answer.json()["id"]


def of_event(url, told):
    found = ask(f"{url}/Immunization", params={"identifier": f"{DOSE_SYSTEM}|{told.dose}"}).json()
    return [entry["resource"] for entry in found.get("entry", [])]


def test_what_was_told_is_read_back_field_by_field(platform):
    told = told_dose()

    receipt = platform.submit_dose(told)

    answer = platform.doses_of(told)
    assert compare_dose(told, answer) == []
    assert [(one.id, one.event) for one in answer.held] == [(receipt.resource, told.dose)]


def test_the_platform_is_told_who_injected_which_lot_until_when(platform, url):
    told = told_dose()

    platform.submit_dose(told)

    (entry,) = of_event(url, told)
    assert entry["performer"][0]["actor"]["display"] == "Kator Thị Nháp"
    assert (entry["lotNumber"], entry["expirationDate"]) == ("AB-12", "2027-01-31")
    assert entry["protocolApplied"] == [{"doseNumberPositiveInt": 2}]
    assert entry["encounter"]["identifier"]["value"] == told.visit


def test_what_is_not_known_is_left_out(platform):
    told = told_dose(name=None, birth=None, sex=None, expiry=None, injector_name=None)

    platform.submit_dose(told)

    assert compare_dose(told, platform.doses_of(told)) == []


def test_telling_again_creates_nothing_and_returns_the_same_place(platform, url):
    told = told_dose()

    assert platform.submit_dose(told) == platform.submit_dose(told)

    assert len(of_event(url, told)) == 1


def test_a_dose_that_was_typed_in_is_found_by_its_person(platform, url):
    told = told_dose()
    place = typed(url, told)

    answer = platform.doses_of(told)

    assert chosen(told, answer.held).id == place
    assert compare_dose(told, answer) == []


def test_a_person_whom_nobody_knows_has_no_dose(platform):
    assert platform.doses_of(told_dose()).held == ()


def test_a_dose_under_another_person_is_found_and_named(platform):
    told = told_dose()
    platform.submit_dose(told)
    other = replace(told, number=told_dose().number)

    found = compare_dose(other, platform.doses_of(other))

    assert [one.field for one in found] == ["number"]


def test_a_withdrawn_dose_is_not_held_any_more_and_withdrawing_again_is_safe(platform, url):
    told = told_dose()
    platform.submit_dose(told)

    platform.withdraw_dose(told.dose)
    platform.withdraw_dose(told.dose)

    assert platform.doses_of(told).held == ()
    assert [entry["status"] for entry in of_event(url, told)] == ["entered-in-error"]


def test_withdrawing_what_was_never_told_does_nothing(platform):
    platform.withdraw_dose(told_dose().dose)


def test_the_list_tells_of_all_that_changed(platform, url):
    first, second = told_dose(), told_dose()
    platform.submit_dose(first)
    place = typed(url, second)

    pages = list(platform.changed_doses(""))

    held = {one.id: one for page in pages for one in page.held}
    assert held[place].event == ""
    assert (held[place].number, held[place].day) == (second.number, "2026-11-22")
    assert first.dose in {one.event for one in held.values()}


def test_the_list_goes_on_from_where_it_was_and_names_what_is_gone(platform):
    told = told_dose()
    receipt = platform.submit_dose(told)
    through = list(platform.changed_doses(""))[-1].through
    platform.withdraw_dose(told.dose)

    pages = list(platform.changed_doses(through))

    assert receipt.resource in {gone for page in pages for gone in page.gone}


def test_a_part_of_the_list_and_one_entry_of_it_are_asked_for_alone(platform, running):
    told = told_dose()
    receipt = platform.submit_dose(told)
    through = list(platform.changed_doses(""))[-1].through

    before = [one.event for page in platform.changed_doses("", through) for one in page.held]
    alone = platform.entry(receipt.resource)
    nothing = platform.entry("no-such-entry")

    if running[0] == "spreadsheet":  # A file is read whole.
        assert (alone.held, nothing.gone) == ((), ())
        return
    assert told.dose not in before
    assert [one.event for one in alone.held] == [told.dose]
    assert (nothing.gone, nothing.unread) == (("no-such-entry",), ())


def test_one_entry_of_the_list_that_cannot_be_read_hides_no_other(platform, url):
    typed(url, told_dose(), patient={"reference": "Device/7"})
    told = told_dose()
    platform.submit_dose(told)

    pages = list(platform.changed_doses(""))

    assert sum(page.unreadable for page in pages) == 1
    assert told.dose in {one.event for page in pages for one in page.held}


def test_nobodys_number_stands_where_servers_and_proxies_write_logs(platform, wire, running):
    told = told_dose()
    passport = told_dose(number="12AB34567", nationality="FRA")

    for one in (told, passport):
        platform.submit_dose(one)
        assert compare_dose(one, platform.doses_of(one)) == []
        platform.withdraw_dose(one.dose)
    list(platform.changed_doses(""))

    said = "\n".join(wire.heads)
    assert re.findall(r"058\d{9}|12AB34567", said) == []
    assert ("POST /fhir/Patient/_search HTTP/1.1" in said) == (running[0] != "spreadsheet")
