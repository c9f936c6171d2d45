"""People and entries of the Platform's list that give no answer: named, and none behind them hidden."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from central.adapters import fhir_doses, platform_fhir_doses
from central.adapters.fhir_http import FhirHttp
from central.adapters.fhir_records import MalformedAnswerError
from central.adapters.platform_fhir_doses import FhirDoses
from central.ports import PlatformRefused, PlatformUnavailable


def entry(number: int) -> dict[str, Any]:
    return {
        "resourceType": "Immunization",
        "id": f"i{number}",
        "status": "completed",
        "patient": {"reference": f"Patient/p{number}"},
        "location": {"identifier": {"value": "phuoc-dinh"}},
        "meta": {"lastUpdated": f"2026-11-22T01:00:{number:02}.000Z"},
    }


class Server:
    """Answers by path; what it does not know gives no answer."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[str] = []
        self.pause = 0.0

    def asking(self, path: str) -> dict[str, Any]:
        self.asked.append(path)
        if path not in self.answers:
            raise PlatformUnavailable("HTTP 500", self.pause)
        answer: dict[str, Any] = self.answers[path]
        return answer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Server:
    listed = {"resourceType": "Bundle", "entry": [{"resource": entry(n)} for n in range(1, 8)]}
    people = {f"/Patient/p{n}": {"resourceType": "Patient", "id": f"p{n}"} for n in (1, 3)}
    query = "/Immunization?_sort=_lastUpdated&_count=200&_include=Immunization:patient"
    there = Server({query: listed} | people)
    monkeypatch.setattr(FhirHttp, "asking", lambda _, path: there.asking(path))
    return there


@pytest.fixture
def platform() -> Iterator[FhirDoses]:
    platform = FhirDoses("http://platform.example/fhir")
    yield platform
    platform.close()


def test_a_person_who_gives_no_answer_leaves_out_their_dose_alone(
    server: Server, platform: FhirDoses
) -> None:
    (page,) = platform.changed_doses("")

    assert [one.id for one in page.held] == ["i1", "i3"]
    assert [one.what for one in page.unread] == ["i2", "i4", "i5", "i6", "i7"]
    assert {one.site for one in page.unread} == {"phuoc-dinh"}
    assert page.through == "2026-11-22T01:00:07.000Z"
    # After three in vain nobody else of the page is waited for.
    assert [path for path in server.asked if "p6" in path or "p7" in path] == ["/Patient/p6"]


def test_of_a_list_that_is_longer_than_one_reading_the_rest_is_not_taken_for_read(
    server: Server, platform: FhirDoses, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(platform_fhir_doses, "_PAGES_AT_MOST", 1)
    (listed,) = (one for one in server.answers.values() if one["resourceType"] == "Bundle")
    listed["link"] = [{"relation": "next", "url": "http://platform.example/list?page=2"}]

    reading = platform.changed_doses("")

    assert [one.id for one in next(reading).held] == ["i1", "i3"]
    with pytest.raises(PlatformUnavailable, match="longer"):
        next(reading)


def test_a_platform_that_asks_for_a_pause_gets_it(server: Server, platform: FhirDoses) -> None:
    server.pause = 60

    with pytest.raises(PlatformUnavailable):
        list(platform.changed_doses(""))
    with pytest.raises(PlatformUnavailable):
        platform.entry("i9")


def test_an_entry_that_is_asked_for_again_is_there_or_named_again(
    server: Server, platform: FhirDoses
) -> None:
    for number, answer in ((1, entry(1)), (2, entry(2)), (4, entry(5)), (5, {"resourceType": "X"})):
        server.answers[f"/Immunization/i{number}"] = answer

    pages = [platform.entry(f"i{number}") for number in range(1, 6)]

    assert [[one.id for one in page.held] for page in pages] == [["i1"], [], [], [], []]
    assert [[one.what for one in page.unread] for page in pages[1:]] == [
        ["i2"], ["i3"], ["i4"], ["i5"],
    ]  # fmt: skip


@pytest.mark.parametrize("odd", [float("nan"), "\ud800"])
def test_what_the_platform_says_and_cannot_be_said_back_is_refused(odd: object) -> None:
    line = FhirHttp("http://127.0.0.1:9/fhir")

    with pytest.raises(PlatformRefused):
        line.ask("PUT", "/Immunization/i1", json={"status": odd})
    line.close()


@pytest.mark.parametrize("odd", ["\\ud800", "\\u0000", "\\n", "é"])
def test_a_next_page_without_an_address_is_not_asked_for(odd: str) -> None:
    link = '{"relation": "next", "url": "http://platform.example/list?page=!"}'.replace("!", odd)
    bundle = {"resourceType": "Bundle", "link": [json.loads(link)]}

    with pytest.raises(MalformedAnswerError):
        fhir_doses.next_page(bundle)
