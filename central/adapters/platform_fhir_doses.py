"""The national Platform's doses by FHIR R4 REST: told once, found by person, listed by change.

Source: FHIR R4, http.html ("Conditional create"), search.html (``_lastUpdated``, ``_include``).
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from urllib.parse import quote

from central.adapters import fhir_doses as fhir
from central.adapters import fhir_records
from central.adapters.fhir_http import FhirHttp, NotThere
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.adapters.platform_fhir import told as tell
from central.domain.doses import DoseAnswer, DosePage, ToldDose, Unread
from central.domain.reading_on import latest
from central.domain.records import PlatformReceipt
from central.ports import PlatformUnavailable

_PEOPLE_AT_MOST = 5
_DOSES_AT_MOST = 100
_PAGE = 200
_PAGES_AT_MOST = 100_000
_VAIN_AT_MOST = 3


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

    def changed_doses(self, since: str, until: str = "") -> Iterator[DosePage]:
        query = f"_sort=_lastUpdated&_count={_PAGE}&_include=Immunization:patient"
        for bound, instant in (("lt", until), ("ge", since)):
            if instant:
                query = f"_lastUpdated={bound}{quote(instant, safe='')}&{query}"
        through, people = since, _People(self._http)
        for _ in range(_PAGES_AT_MOST):
            answer = self._http.asking(f"/Immunization?{query}")
            try:
                page = _page(answer, through, people)
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
            people = _People(self._http)
        # What was yielded stays; the rest is left out by name, and asked for again.
        raise PlatformUnavailable("the list is longer than what is read at once")

    def entry(self, entry: str) -> DosePage:
        try:
            answer = self._http.asking(f"/Immunization/{quote(entry, safe='')}")
        except NotThere:
            return DosePage((), (entry,), "")
        except PlatformUnavailable as error:
            _leave_in_peace(error)
            return DosePage((), (), "", unread=(Unread(entry, str(error)),))
        if (answer["resourceType"], answer.get("id")) != ("Immunization", entry):
            return DosePage((), (), "", unread=(Unread(entry, "the answer is of another entry"),))
        return _read([answer], "", _People(self._http))

    def _doses_of(self, told: ToldDose) -> DoseAnswer:
        entries: dict[str, Resource] = {}
        others, there = [], self._people(told)
        people = _People(self._http, there)
        for patient in there:
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
        held = tuple(fhir.held(one, people.of(fhir.patient_of(one))) for one in valid)
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


class _People:
    """The people of doses: those who came with an answer, and others asked for once."""

    def __init__(self, http: FhirHttp, known: Iterable[Resource] = ()) -> None:
        self._http = http
        self._known = dict(_named(known))
        self._vain = 0

    def came(self, people: Iterable[Resource]) -> None:
        """Note who came with an answer."""
        self._known.update(_named(people))

    def of(self, patient: str) -> Resource:
        """Return a person.

        Raises:
            PlatformUnavailable: No answer now, nor to the questions before this one.
        """
        if patient in self._known:
            return self._known[patient]
        if self._vain >= _VAIN_AT_MOST:
            # A whole page must not be waited for, person by person.
            raise PlatformUnavailable("people are not told of now")
        self._vain += 1
        try:
            self._known[patient] = self._http.asking(f"/Patient/{patient}")
        except NotThere:
            # A dose of nobody: the comparison names every field that is missing.
            self._known[patient] = {}
        self._vain = 0
        return self._known[patient]


def _page(answer: Resource, through: str, people: _People) -> DosePage:
    people.came(fhir_records.resources(answer, "Patient"))
    return _read(fhir_records.resources(answer, "Immunization"), through, people)


def _read(entries: Sequence[Resource], through: str, people: _People) -> DosePage:
    """Return what entries say; one that cannot be read, or whose person cannot, hides no other."""
    held, gone, unread, unreadable = [], [], [], 0
    for entry in entries:
        name = ""
        try:
            name = fhir.id_of(entry)
            if fhir.is_valid(entry):
                held.append(fhir.held(entry, people.of(fhir.patient_of(entry))))
            else:
                gone.append(name)
        except MalformedAnswerError:
            unreadable += 1
        except PlatformUnavailable as error:
            _leave_in_peace(error)
            unread.append(Unread(name, str(error), fhir.site_of(entry)))
    changed = [through, *map(fhir.changed_at, entries)]
    return DosePage(tuple(held), tuple(gone), latest(changed), unreadable, tuple(unread))


def _leave_in_peace(error: PlatformUnavailable) -> None:
    """Go on to the next question, unless the Platform asked for a pause.

    Raises:
        PlatformUnavailable: It did.
    """
    if error.retry_after_seconds:
        raise error


def _named(people: Iterable[Resource]) -> Iterator[tuple[str, Resource]]:
    """Yield people by their ids; of one without any no dose of the list can be."""
    for one in people:
        with suppress(MalformedAnswerError):
            yield fhir.id_of(one), one
