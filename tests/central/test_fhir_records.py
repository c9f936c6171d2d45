"""What the Platform answers is made fit for any database before anything is kept of it."""

import json

import pytest

from central.adapters import fhir_records

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
