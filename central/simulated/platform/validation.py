"""What the sandbox refuses, and in which words: enough of FHIR R4 to be a strict counterpart.

Source: FHIR R4, Patient, Encounter, Immunization, AdverseEvent; datatypes.html (date, dateTime, code).
"""

import re
from collections.abc import Callable
from typing import Any, Final

from central.simulated.platform.outcome import Refusal, Resource

_DATE = re.compile(
    r"(\d{4})(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?\Z",
)
_DATE_TIME = re.compile(
    r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:([0-5]\d|60)(\.\d+)?"
    r"(Z|[+-]\d\d:\d\d)\Z"
)
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,60}\Z")
_GENDERS = ("male", "female", "other", "unknown")
_ENCOUNTER_STATES = [
    "planned",
    "arrived",
    "triaged",
    "in-progress",
    "onleave",
    "finished",
    "cancelled",
    "entered-in-error",
    "unknown",
]
_IMMUNIZATION_STATES = ("completed", "entered-in-error", "not-done")


def check(resource: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    """Return the resource when it can be stored.

    Raises:
        Refusal: 400 when it is no resource, 422 when a rule is broken.
    """
    if not isinstance(resource, dict):
        raise Refusal(400, "structure", "the body must be one JSON object: a FHIR resource")
    kind = resource.get("resourceType")
    if not isinstance(kind, str) or not _TYPE.match(kind):
        raise Refusal(400, "structure", "resourceType is missing or is no type name")
    _RULES.get(kind, _nothing)(resource)
    return resource


def _nothing(resource: Resource) -> None:
    """Other types are stored as they are."""


def _patient(patient: Resource) -> None:
    _identified(patient, "Patient")
    birth = patient.get("birthDate")
    if birth is not None and not (isinstance(birth, str) and _DATE.match(birth)):
        _refuse("Patient.birthDate must be YYYY, YYYY-MM or YYYY-MM-DD")
    gender = patient.get("gender")
    if gender is not None and gender not in _GENDERS:
        _refuse("Patient.gender must be one of " + ", ".join(_GENDERS))
    names = patient.get("name", [])
    if not isinstance(names, list) or not all(isinstance(name, dict) for name in names):
        _refuse("Patient.name must be a list of HumanName")


def _encounter(encounter: Resource) -> None:
    _identified(encounter, "Encounter")
    if encounter.get("status") not in _ENCOUNTER_STATES:
        _refuse("Encounter.status is missing or unknown")
    if not isinstance(encounter.get("class"), dict):
        _refuse("Encounter.class is missing")
    _reference(encounter, "Encounter", "subject")
    start = _object(encounter.get("period")).get("start")
    if not (isinstance(start, str) and _DATE_TIME.match(start)):
        _refuse("Encounter.period.start must be a dateTime with a zone")


def _immunization(immunization: Resource) -> None:
    if immunization.get("status") not in _IMMUNIZATION_STATES:
        _refuse("Immunization.status is missing or unknown")
    if not isinstance(immunization.get("vaccineCode"), dict):
        _refuse("Immunization.vaccineCode is missing")
    _reference(immunization, "Immunization", "patient")
    occurrence = immunization.get("occurrenceDateTime")
    if not (
        isinstance(occurrence, str) and (_DATE.match(occurrence) or _DATE_TIME.match(occurrence))
    ):
        _refuse("Immunization.occurrenceDateTime is missing or malformed")


def _adverse_event(event: Resource) -> None:
    if event.get("actuality") not in {"actual", "potential"}:
        _refuse("AdverseEvent.actuality is missing or unknown")
    _reference(event, "AdverseEvent", "subject")
    date = event.get("date")
    if not (isinstance(date, str) and _DATE_TIME.match(date)):
        _refuse("AdverseEvent.date must be a dateTime with a zone")
    if not isinstance(event.get("identifier", {}), dict):
        _refuse("AdverseEvent.identifier must be one identifier")


_RULES: Final[dict[str, Callable[[Resource], None]]] = {
    "Patient": _patient,
    "Encounter": _encounter,
    "Immunization": _immunization,
    "AdverseEvent": _adverse_event,
}


def _identified(resource: Resource, kind: str) -> None:
    identifiers = resource.get("identifier")
    if not isinstance(identifiers, list) or not identifiers:
        _refuse(f"{kind}.identifier is missing")
    for identifier in identifiers or []:
        value = _object(identifier).get("value")
        if not isinstance(value, str) or not value.strip():
            _refuse(f"{kind}.identifier.value is missing")


def _reference(resource: Resource, kind: str, name: str) -> None:
    target = _object(resource.get(name)).get("reference")
    if not isinstance(target, str) or not target:
        _refuse(f"{kind}.{name}.reference is missing")


def _object(value: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, dict) else {}


def _refuse(words: str) -> None:
    raise Refusal(422, "invalid", words)
