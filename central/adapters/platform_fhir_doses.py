"""The national Platform's doses by FHIR R4 REST: told once, found by person, listed by change.

Source: FHIR R4, http.html ("Conditional create"), search.html (``_lastUpdated``, ``_include``).
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import quote

from central.adapters import fhir_doses as fhir
from central.adapters import fhir_records
from central.adapters.fhir_http import FhirHttp, NotThere
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.adapters.platform_fhir import told as tell
from central.domain.doses import DoseAnswer, DosePage, ToldDose
from central.domain.reading_on import latest
from central.domain.records import PlatformReceipt
from central.ports import PlatformUnavailable

_PEOPLE_AT_MOST = 5
_DOSES_AT_MOST = 100
_PAGE = 200
_PAGES_AT_MOST = 100_000


class FhirDoses:
    """``ports.DosePlatform`` over HTTP. Safe to use from several threads."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._http = FhirHttp(url, timeout_seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def submit_dose(self, told: ToldDose) -> PlatformReceipt:
        return tell(self._http, fhir.transaction(told), "Immunization")

    def doses_of(self, told: ToldDose) -> DoseAnswer:
        try:
            return self._doses_of(told)
        except MalformedAnswerError as error:
            raise PlatformUnavailable(f"the answer is no dose: {error}") from error

    def withdraw_dose(self, dose: str) -> None:
        try:
            entries = [one for one in self._by_event(dose) if fhir.event_of(one) == dose]
            for entry in entries:
                if fhir.is_valid(entry):
                    place = f"/Immunization/{fhir.id_of(entry)}"
                    self._http.ask("PUT", place, json=fhir.entered_in_error(entry))
        except MalformedAnswerError as error:
            raise PlatformUnavailable(f"the answer is no dose: {error}") from error

    def changed_doses(self, since: str) -> Iterator[DosePage]:
        query = f"_sort=_lastUpdated&_count={_PAGE}&_include=Immunization:patient"
        if since:
            query = f"_lastUpdated=ge{quote(since, safe='')}&{query}"
        through, people = since, dict[str, Resource]()
        for _ in range(_PAGES_AT_MOST):
            answer = self._http.asking(f"/Immunization?{query}")
            try:
                page = self._page(answer, through, people)
                following = fhir.next_page(answer)
            except MalformedAnswerError as error:
                raise PlatformUnavailable(f"the list cannot be read: {error}") from error
            through = page.through
            yield page
            if following is None:
                return
            if following == query:
                raise PlatformUnavailable("a page of the list names itself as the next")
            query = following
            # People stand near their doses; a whole country's need not be remembered.
            people.clear()

    def _doses_of(self, told: ToldDose) -> DoseAnswer:
        entries: dict[str, Resource] = {}
        people: dict[str, Resource] = {}
        others = []
        for patient in self._people(told):
            people[fhir.id_of(patient)] = patient
            for entry in self._by_person(fhir.id_of(patient)):
                if fhir.patient_of(entry) == fhir.id_of(patient):
                    entries[fhir.id_of(entry)] = entry
                else:
                    others.append(fhir.id_of(entry))
        for entry in self._by_event(told.dose):
            if fhir.event_of(entry) == told.dose:
                entries[fhir.id_of(entry)] = entry
            else:
                others.append(fhir.id_of(entry))
        valid = [entry for entry in entries.values() if fhir.is_valid(entry)]
        held = tuple(fhir.held(one, self._person(fhir.patient_of(one), people)) for one in valid)
        return DoseAnswer(held, tuple(others))

    def _people(self, told: ToldDose) -> list[Resource]:
        system = fhir_records.identity_system(told.nationality)
        token = f"{system}|{told.number}"
        asked = {"identifier": token, "_count": str(_PEOPLE_AT_MOST)}
        answer = self._http.searching("Patient", asked)
        found = fhir_records.resources(answer, "Patient")[:_PEOPLE_AT_MOST]
        return [one for one in found if fhir_records.identifier_of(one, system) == told.number]

    def _by_person(self, patient: str) -> list[Resource]:
        answer = self._http.asking(f"/Immunization?patient=Patient/{patient}&_count=100")
        return fhir_records.resources(answer, "Immunization")[:_DOSES_AT_MOST]

    def _by_event(self, dose: str) -> list[Resource]:
        token = quote(f"{fhir.DOSE_SYSTEM}|{dose}", safe="")
        answer = self._http.asking(f"/Immunization?identifier={token}&_count=50")
        return fhir_records.resources(answer, "Immunization")[:_DOSES_AT_MOST]

    def _person(self, patient: str, known: dict[str, Resource]) -> Resource:
        if patient not in known:
            try:
                known[patient] = self._http.asking(f"/Patient/{patient}")
            except NotThere:
                # A dose of nobody: the comparison names every field that is missing.
                known[patient] = {}
        return known[patient]

    def _page(self, answer: Resource, through: str, people: dict[str, Resource]) -> DosePage:
        people.update(_named(fhir_records.resources(answer, "Patient")))
        held, gone, unreadable = [], [], 0
        entries = fhir_records.resources(answer, "Immunization")
        for entry in entries:
            try:
                if fhir.is_valid(entry):
                    person = self._person(fhir.patient_of(entry), people)
                    held.append(fhir.held(entry, person))
                else:
                    gone.append(fhir.id_of(entry))
            except MalformedAnswerError:
                # One entry that cannot be read must not hide those behind it.
                unreadable += 1
        changed = [through, *map(fhir.changed_at, entries)]
        return DosePage(tuple(held), tuple(gone), latest(changed), unreadable)


def _named(people: Iterable[Resource]) -> Iterator[tuple[str, Resource]]:
    """Yield people by their ids; of one without any no dose of the list can be."""
    for one in people:
        with suppress(MalformedAnswerError):
            yield fhir.id_of(one), one
