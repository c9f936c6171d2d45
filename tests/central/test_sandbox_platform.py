"""The sandbox Platform by itself: what it refuses, in which words, and what it keeps."""

import io
import signal
import socket
import subprocess
import sys

import openpyxl
import pytest
from factories.platforms import ask, sandbox
from factories.waiting import wait_until

PERSON = {
    "resourceType": "Patient",
    "identifier": [{"system": "urn:test", "value": "058185000999"}],
    "name": [{"text": "Nguyễn Thị Mẫu"}],
    "birthDate": "1985-08-17",
}
DOSE = {
    "resourceType": "Immunization",
    "status": "completed",
    "vaccineCode": {"text": "invented"},
    "patient": {"reference": "Patient/1"},
    "occurrenceDateTime": "2026-11-22",
}
VISIT = {
    "resourceType": "Encounter",
    "identifier": [{"system": "urn:test", "value": "visit-1"}],
    "status": "arrived",
    "class": {"code": "AMB"},
    "subject": {"reference": "Patient/1"},
    "period": {"start": "2026-11-22T01:00:00Z"},
}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with sandbox(tmp_path_factory.mktemp("platform")) as platform:
        yield platform


@pytest.fixture
def url(running):
    running.faults.clear()
    return running.url


def post(url, resource, **settings):
    kind = resource["resourceType"]
    address = url if kind == "Bundle" else f"{url}/{kind}"
    return ask(address, method="POST", json=resource, **settings)


def words(answer):
    assert answer.json()["resourceType"] == "OperationOutcome"
    return answer.json()["issue"][0]["details"]["text"]


def bundle(*entries):
    return {"resourceType": "Bundle", "type": "transaction", "entry": list(entries)}


def entry(resource, urn=None, **request):
    made = {"resource": resource, "request": {"method": "POST", "url": resource["resourceType"]}}
    made["request"] |= request
    return made | ({"fullUrl": urn} if urn else {})


@pytest.mark.parametrize(
    ("resource", "said"),
    [
        (PERSON | {"identifier": []}, "Patient.identifier is missing"),
        (PERSON | {"identifier": [{"value": " "}]}, "Patient.identifier.value is missing"),
        (PERSON | {"birthDate": "17/08/1985"}, "Patient.birthDate must be"),
        (PERSON | {"birthDate": "1985-13"}, "Patient.birthDate must be"),
        (PERSON | {"gender": "Nữ"}, "Patient.gender must be one of"),
        (PERSON | {"name": "Mẫu"}, "Patient.name must be a list"),
        (VISIT | {"status": "here"}, "Encounter.status"),
        (VISIT | {"class": None}, "Encounter.class"),
        (VISIT | {"subject": {}}, "Encounter.subject.reference"),
        (VISIT | {"period": {"start": "2026-11-22T01:00:00"}}, "Encounter.period.start"),
        (DOSE | {"vaccineCode": None}, "Immunization.vaccineCode"),
        (DOSE | {"status": "given"}, "Immunization.status"),
        (DOSE | {"patient": {}}, "Immunization.patient.reference"),
        (DOSE | {"occurrenceDateTime": "today"}, "Immunization.occurrenceDateTime"),
    ],
)
def test_a_bad_resource_is_refused_in_words(url, resource, said):
    answer = post(url, resource)

    assert answer.status_code == 422
    assert words(answer).startswith(said)


HALF_A_LETTER = b'{"resourceType": "Patient", "identifier": [{"value": "\\ud800"}]}'


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'{"resourceType": 7}', b"[" * 100_000, HALF_A_LETTER]
)
def test_a_body_that_is_no_resource_is_refused_in_words(url, body):
    answer = ask(f"{url}/Patient", method="POST", content=body)

    assert answer.status_code == 400
    assert words(answer)


def test_a_body_that_is_too_long_is_refused(url):
    assert ask(f"{url}/Patient", method="POST", content=b" " * 2_000_000).status_code == 413


def test_a_dose_is_stored_found_by_its_patient_and_changed(url):
    stored = post(url, DOSE | {"patient": {"reference": "Patient/dose-test"}})
    assert stored.status_code == 201
    place = f"{url}/Immunization/{stored.json()['id']}"

    found = ask(f"{url}/Immunization", params={"patient": "dose-test"}).json()
    changed = ask(place, method="PUT", json=stored.json() | {"lotNumber": "L1"}).json()

    assert found["total"] == 1
    assert changed["meta"]["versionId"] == "2"
    assert ask(place).json()["lotNumber"] == "L1"


def test_a_person_is_found_by_a_form_and_no_address_of_the_answer_holds_what_was_asked(url):
    for number in ("078", "078"):
        post(url, PERSON | {"identifier": [{"system": "urn:test", "value": number}]})

    form = {"identifier": "urn:test|078", "_count": "1"}
    found = ask(f"{url}/Patient/_search", method="POST", data=form)

    assert [one["resource"]["identifier"][0]["value"] for one in found.json()["entry"]] == ["078"]
    assert "link" not in found.json()


@pytest.mark.parametrize(
    ("kind", "body", "status"),
    [
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"identifier=%ff", 400),
        ("application/x-www-form-urlencoded", b"\xff", 400),
        ("application/x-www-form-urlencoded", b"a&" * 200, 400),
        ("application/x-www-form-urlencoded", b"name=M", 400),
        ("application/x-www-form-urlencoded", b" " * 2_000_000, 413),
    ],
)
def test_a_search_that_is_no_form_is_refused_in_words(url, kind, body, status):
    answer = ask(
        f"{url}/Patient/_search", method="POST", content=body, headers={"content-type": kind}
    )

    assert answer.status_code == status
    assert words(answer)


def test_a_conditional_create_finds_what_is_there(url):
    person = PERSON | {"identifier": [{"system": "urn:test", "value": "conditional"}]}
    condition = {"if-none-exist": "identifier=urn:test|conditional"}

    first = post(url, person, headers=condition)
    second = post(url, person, headers=condition)

    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["id"] == second.json()["id"]


def test_a_transaction_is_stored_whole_or_not_at_all(url, running):
    person = PERSON | {"identifier": [{"value": "whole"}]}
    bad_visit = VISIT | {"subject": {"reference": "urn:uuid:somebody-else"}}

    answer = post(url, bundle(entry(person, "urn:uuid:person"), entry(bad_visit)))

    assert answer.status_code == 422
    assert words(answer) == "a reference names no entry of the bundle"
    assert running.held("Patient", "whole") == 0


def test_a_reference_inside_a_bundle_becomes_a_real_one_whatever_the_order(url):
    person = PERSON | {"identifier": [{"value": "linked"}]}
    visit = VISIT | {
        "identifier": [{"value": "linked-visit"}],
        "subject": {"reference": "urn:uuid:person"},
    }

    answer = post(url, bundle(entry(visit), entry(person, "urn:uuid:person"))).json()

    places = [made["response"]["location"].split("/_history")[0] for made in answer["entry"]]
    assert [place.split("/")[0] for place in places] == ["Encounter", "Patient"]
    assert ask(f"{url}/{places[0]}").json()["subject"]["reference"] == places[1]


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"resourceType": "Bundle", "type": "batch", "entry": []}, 400),
        (bundle(), 400),
        (bundle("text"), 400),
        (bundle({"resource": PERSON, "request": {"method": "DELETE", "url": "Patient"}}), 400),
        (bundle(entry(PERSON, url="Encounter")), 400),
        (bundle(entry(PERSON, ifNoneExist="name=Mẫu")), 400),
        (bundle(entry(PERSON, ifNoneExist="")), 201),
    ],
)
def test_a_transaction_that_cannot_be_done_says_why(url, sent, status):
    answer = post(url, sent)

    assert answer.status_code == (200 if status == 201 else status)


def test_what_cannot_be_searched_by_is_refused_not_ignored(url):
    answer = ask(f"{url}/Patient", params={"name": "Mẫu"})

    assert answer.status_code == 400
    assert words(answer) == "cannot search by name"


def test_what_is_not_there_is_not_found_in_words(url):
    answer = ask(f"{url}/Patient/nobody")

    assert answer.status_code == 404
    assert words(answer) == "there is no Patient of this id"


def test_it_says_what_it_can_do(url):
    statement = ask(f"{url}/metadata").json()

    assert (statement["resourceType"], statement["fhirVersion"]) == ("CapabilityStatement", "4.0.1")


def test_faults_are_switched_by_json_struck_counted_and_cleared(url):
    admin = url.removesuffix("/fhir")
    ask(f"{admin}/faults", method="POST", json={"kind": "error", "times": 2, "status": 502})

    statuses = [ask(f"{url}/metadata").status_code for _ in range(3)]

    assert statuses == [502, 502, 200]
    ask(f"{admin}/faults", method="POST", json={"kind": "slow", "times": None, "seconds": 0})
    assert ask(f"{admin}/faults").json()["on"][0]["kind"] == "slow"
    assert ask(f"{admin}/faults/clear", method="POST").json()["on"] == []


def test_an_unknown_fault_is_refused(url):
    admin = url.removesuffix("/fhir")

    assert ask(f"{admin}/faults", method="POST", json={"kind": "flood"}).status_code == 422


@pytest.mark.parametrize("body", [b"", b"\xc0\xff", b"[]", b'{"kind": 7}'])
def test_a_fault_that_cannot_be_read_is_refused_in_words(url, body):
    answer = ask(f"{url.removesuffix('/fhir')}/faults", method="POST", content=body)

    assert answer.status_code == 422
    assert words(answer)


def test_the_admin_page_shows_faults_and_what_is_stored(url):
    post(url, PERSON | {"identifier": [{"value": "on-the-page"}]})

    page = ask(url.removesuffix("fhir")).text

    assert "Mất câu trả lời" in page
    assert "on-the-page" in page


@pytest.mark.system
def sheet(*rows):
    book = openpyxl.Workbook()
    book.active.title = "Mũi tiêm"
    for row in (("Mã bản ghi", "Số giấy tờ", "Ngày tiêm", "Vắc xin", "Mũi số", "Việc"), *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_workbook_that_was_damaged_on_its_way_is_refused_in_words(url):
    upload = f"{url.removesuffix('/fhir')}/sheets/upload"
    whole, refused = sheet(("s-1", "058185000999", "2026-11-22", "VX Một", "2", "")), 0

    for place in range(40, len(whole), len(whole) // 24):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        answer = ask(upload, method="POST", content=bytes(damaged))
        assert answer.status_code in {200, 400, 422}, place
        refused += answer.status_code == 400

    assert refused > 5
    assert ask(upload, method="POST", content=b"PK").status_code == 400


def test_a_wrong_row_of_a_sheet_is_refused_alone(url):
    upload = f"{url.removesuffix('/fhir')}/sheets/upload"
    rows = (
        ("s-2", "058185000998", "2026-11-22", "VX Một", "hai", ""),
        (None, None, None, None, None, "Hủy"),
        ("s-3", "058185000997", "2026-11-22", "VX Một", 2, ""),
    )

    answer = ask(upload, method="POST", content=sheet(*rows))

    lines = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.values)
    states = [dict(zip(lines[0], line, strict=True))["Trạng thái"] for line in lines[1:]]
    assert states == ["Từ chối", "Từ chối", "Hợp lệ"]


def test_what_it_answered_survives_kill_9(tmp_path):
    port = _free_port()
    command = [sys.executable, "-m", "central.simulated.platform"]
    command += ["--port", str(port), "--data", str(tmp_path)]
    url = f"http://127.0.0.1:{port}/fhir"

    with subprocess.Popen(command) as process:
        wait_until(lambda: _listens(port), seconds=30)
        stored = post(url, PERSON).json()
        process.send_signal(signal.SIGKILL)
    with subprocess.Popen(command) as process:
        wait_until(lambda: _listens(port), seconds=30)
        kept = ask(f"{url}/Patient/{stored['id']}").json()
        process.terminate()

    assert kept == stored


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return listening.getsockname()[1]


def _listens(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
