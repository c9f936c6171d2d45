"""The national Platform by FHIR R4 REST: one transaction a visit, conditional, read back by visit id.

A lost answer makes no duplicate: the Platform creates the person unless it holds one of that number,
and the encounter unless it holds one of that visit.

Source: FHIR R4, http.html ("transaction", "Conditional create"), Patient, Encounter.
"""

from urllib.parse import quote

from central.adapters import fhir_records
from central.adapters.fhir_http import FhirHttp, NotThere
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.domain.records import PlatformReceipt, VisitRecord
from central.ports import PlatformRefused, PlatformUnavailable

_READ_AT_MOST = 10


class FhirPlatform:
    """``ports.Platform`` over HTTP. Safe to use from several threads."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._http = FhirHttp(url, timeout_seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def submit(self, record: VisitRecord) -> PlatformReceipt:
        return told(self._http, fhir_records.transaction(record), "Encounter")

    def read_back(self, visit: str) -> list[VisitRecord]:
        token = quote(f"{fhir_records.VISIT_SYSTEM}|{visit}", safe="")
        try:
            answer = self._http.asking(f"/Encounter?identifier={token}&_count=50")
            found = fhir_records.resources(answer, "Encounter")
            return [self._record(encounter) for encounter in found[:_READ_AT_MOST]]
        except MalformedAnswerError as error:
            raise PlatformUnavailable(f"the answer is no record: {error}") from error

    def _record(self, encounter: Resource) -> VisitRecord:
        try:
            patient = self._http.asking(f"/{fhir_records.subject(encounter)}")
        except NotThere:
            # A visit of nobody: the comparison names every field that is missing.
            patient = {}
        return fhir_records.record(encounter, patient)


def told_of_person(http: FhirHttp, person: fhir_records.Person) -> str:
    """Tell of a person alone, who is created once, and return their place.

    Raises:
        PlatformUnavailable: Unknown whether they were stored.
        PlatformRefused: They will not be stored as they are.
    """
    answer = http.ask("POST", "", json=fhir_records.of_person_alone(person))
    try:
        return fhir_records.place_of_person(answer)
    except fhir_records.EntryRefusedError as error:
        raise PlatformRefused(str(error)) from error
    except MalformedAnswerError as error:
        raise PlatformUnavailable(f"the answer is no transaction response: {error}") from error


def told(http: FhirHttp, transaction: Resource, kind: str) -> PlatformReceipt:
    """Send a transaction and return the places of its patient and of its resource of ``kind``.

    Raises:
        PlatformUnavailable: Unknown whether it was stored.
        PlatformRefused: It was not.
    """
    answer = http.ask("POST", "/", json=transaction)
    try:
        return fhir_records.receipt(answer, kind)
    except fhir_records.EntryRefusedError as error:
        raise PlatformRefused(str(error)) from error
    except MalformedAnswerError as error:
        # Stored or not: only asking again tells, and that is safe.
        raise PlatformUnavailable(f"the answer is no transaction response: {error}") from error
