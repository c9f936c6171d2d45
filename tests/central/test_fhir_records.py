"""What the Platform answers is made fit for any database before anything is kept of it."""

import json

import pytest
from factories.published_lists import keeper

from central.adapters import fhir_doses, fhir_records
from central.adapters.platform_fhir_certificates import FhirCertificates
from central.adapters.platform_fhir_doses import FhirDoses
from central.ports import PlatformUnavailable

HALF_A_LETTER = "\\ud800"
NUL = "\\u0000"


@pytest.mark.parametrize("odd", [HALF_A_LETTER, NUL])
def test_the_words_of_a_refusal_can_be_stored(odd: str) -> None:
    text = '{"issue": [{"details": {"text": "birthDate is wrong"}}]}'
    answer = json.loads(text.replace("birthDate", f"birthDate{odd}"))

    words = fhir_records.outcome_words(answer)

    assert words.encode().replace(b"?", b"") == b"birthDate is wrong"
    assert "\0" not in words


@pytest.mark.parametrize("odd", [HALF_A_LETTER, NUL])
def test_a_name_in_parts_can_be_stored(odd: str) -> None:
    text = '{"name": [{"family": "Mẫu", "given": ["Thị"]}]}'
    patient = json.loads(text.replace("Mẫu", f"Mẫu{odd}"))

    name = fhir_records.record({}, patient).name

    assert name is not None
    assert name.encode().replace(b"?", b"") == "Mẫu Thị".encode()
    assert "\0" not in name


@pytest.mark.parametrize("odd", [HALF_A_LETTER, NUL])
def test_a_refusal_without_words_can_be_stored(odd: str) -> None:
    answer = json.loads('{"entry": [{"response": {"status": "4?"}}]}'.replace("?", odd))

    with pytest.raises(fhir_records.EntryRefusedError) as refused:
        fhir_records.place_of_person(answer)

    assert str(refused.value).encode().replace(b"?", b"") == b"HTTP 4"


@pytest.mark.parametrize("odd", [HALF_A_LETTER, NUL, "/../Patient/1", "?_summary=true", " ", ""])
def test_an_id_that_is_none_is_no_id(odd: str) -> None:
    entry = json.loads('{"resourceType": "Immunization", "id": "!"}'.replace("!", odd))

    with pytest.raises(fhir_records.MalformedAnswerError):
        fhir_doses.id_of(entry)


def test_one_person_without_an_id_hides_nobody_else_of_the_list() -> None:
    person = {"resourceType": "Patient", "id": "p1"}
    entry = {
        "resourceType": "Immunization",
        "id": "i1",
        "status": "completed",
        "patient": {"reference": "Patient/p1"},
    }
    listed = [person | {"id": "\0"}, person, entry, entry | {"id": "\ud800"}]
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in listed]}

    with keeper() as there:
        there.body = json.dumps(bundle).encode()
        platform = FhirDoses(there.url)
        (page,) = platform.changed_doses("")
        platform.close()

    assert ([one.id for one in page.held], page.unreadable) == (["i1"], 1)


@pytest.mark.parametrize("kind", [FhirDoses, FhirCertificates])
def test_a_list_that_leads_back_to_the_same_page_is_not_followed_for_ever(
    kind: type[FhirDoses | FhirCertificates],
) -> None:
    link = {"relation": "next", "url": "http://platform.example/list?page=2"}

    with keeper() as there:
        there.body = json.dumps({"resourceType": "Bundle", "link": [link]}).encode()
        platform = kind(there.url)
        with pytest.raises(PlatformUnavailable):
            list(
                platform.changed_doses("")
                if isinstance(platform, FhirDoses)
                else platform.changed("")
            )
        platform.close()

    assert len(there.asked) == 2
