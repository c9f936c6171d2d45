"""A visit's record as FHIR resources and back. Pure; every answer from outside may be malformed.

Source: FHIR R4, Patient, Encounter, Bundle, OperationOutcome; extension patient-nationality.
"""

import re
from collections.abc import Callable
from typing import Any, Final, Protocol
from urllib.parse import quote

from central.domain.records import PlatformReceipt, VisitRecord

Resource = dict[str, Any]

VISIT_SYSTEM: Final = "urn:tram:visit"
SITE_SYSTEM: Final = "urn:tram:site"
CITIZEN_SYSTEM: Final = "urn:tram:identity:citizen"
PASSPORT_SYSTEM: Final = "urn:tram:identity:passport"
_DOCUMENT: Final = "urn:tram:document"
_NATIONALITY: Final = "http://hl7.org/fhir/StructureDefinition/patient-nationality"
_COUNTRY: Final = "urn:iso:std:iso:3166"
_VIETNAM: Final = "VNM"
_LOCATION = re.compile(
    r"(?:.*/)?(Patient|Encounter|Immunization)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?\Z"
)
_PATIENT = re.compile(r"(?:.*/)?(Patient/[A-Za-z0-9.-]{1,64})\Z")


class MalformedAnswerError(ValueError):
    """What the Platform answered is not what FHIR says it should be."""


class EntryRefusedError(ValueError):
    """The Platform refused one entry of a transaction."""


class Person(Protocol):
    """Whom a record is of: a visit's and a dose's alike."""

    @property
    def visit(self) -> str: ...
    @property
    def number(self) -> str: ...
    @property
    def name(self) -> str | None: ...
    @property
    def birth(self) -> str | None: ...
    @property
    def sex(self) -> str | None: ...
    @property
    def nationality(self) -> str: ...


def transaction(record: VisitRecord) -> Resource:
    """Return the transaction Bundle that tells of a visit; repeating it creates nothing new."""
    return of_person(
        record,
        lambda urn: _encounter(record, urn),
        f"identifier={VISIT_SYSTEM}|{quote(record.visit, safe='')}",
    )


def of_person(person: Person, make: Callable[[str], Resource], condition: str) -> Resource:
    """Return a transaction of a person and a resource that refers to them, each created once.

    Args:
        make: Gets the reference to the person.
        condition: The search that finds the resource where it is there already.
    """
    system = identity_system(person.nationality)
    # The reference is resolved inside the bundle; a name-based URN keeps repeats byte-equal.
    urn = f"urn:uuid:{person.visit}" if _UUID.match(person.visit) else _FIXED_URN
    who = f"identifier={system}|{quote(person.number, safe='')}"
    resource = make(urn)
    kind = resource["resourceType"]
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": urn,
                "resource": _patient(person, system),
                "request": {"method": "POST", "url": "Patient", "ifNoneExist": who},
            },
            {
                "resource": resource,
                "request": {"method": "POST", "url": kind, "ifNoneExist": condition},
            },
        ],
    }


def of_person_alone(person: Person) -> Resource:
    """Return a transaction of a person, created once."""
    system = identity_system(person.nationality)
    who = f"identifier={system}|{quote(person.number, safe='')}"
    request = {"method": "POST", "url": "Patient", "ifNoneExist": who}
    entry = {"resource": _patient(person, system), "request": request}
    return {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_FIXED_URN: Final = "urn:uuid:5f0c4f6e-3a57-4f0c-9a34-0d9d3f8f1a00"


def identity_system(nationality: str) -> str:
    """Return the system of a person's number: citizens have one, passports one for each country."""
    return CITIZEN_SYSTEM if nationality == _VIETNAM else f"{PASSPORT_SYSTEM}:{nationality.lower()}"


def _patient(record: Person, system: str) -> Resource:
    coding = {"system": _COUNTRY, "code": record.nationality}
    patient: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": system, "value": record.number}],
        "extension": [
            {
                "url": _NATIONALITY,
                "extension": [{"url": "code", "valueCodeableConcept": {"coding": [coding]}}],
            }
        ],
    }
    if record.name is not None:
        patient["name"] = [{"use": "official", "text": record.name}]
    if record.birth is not None:
        patient["birthDate"] = record.birth
    if record.sex is not None:
        patient["gender"] = record.sex
    return patient


def _encounter(record: VisitRecord, patient_urn: str) -> Resource:
    act = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    return {
        "resourceType": "Encounter",
        "identifier": [{"system": VISIT_SYSTEM, "value": record.visit}],
        "status": "arrived",
        "class": {"system": act, "code": "AMB"},
        "subject": {"reference": patient_urn},
        "period": {"start": record.checked_in_at},
        "serviceProvider": {"identifier": {"system": SITE_SYSTEM, "value": record.site}},
        "extension": [{"url": _DOCUMENT, "valueCode": record.document}],
    }


def receipt(answer: Resource, kind: str) -> PlatformReceipt:
    """Return the ids in a transaction response of a patient and a resource of ``kind``.

    Raises:
        EntryRefusedError: An entry was refused; the words are the Platform's.
        MalformedAnswerError: The answer is no transaction response with both places.
    """
    entries = answer.get("entry")
    if answer.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise MalformedAnswerError("no Bundle")
    places = _places(entries)
    if places.keys() != {"Patient", kind}:
        raise MalformedAnswerError(f"no place for patient and {kind}")
    return PlatformReceipt(places["Patient"], places[kind])


def place_of_person(answer: Resource) -> str:
    """Return the id in a transaction response of a person alone.

    Raises:
        EntryRefusedError: It was refused; the words are the Platform's.
        MalformedAnswerError: The answer is no transaction response with their place.
    """
    place = _places(list_of(answer.get("entry"))).get("Patient")
    if place is None:
        raise MalformedAnswerError("no place for the patient")
    return place


def _places(entries: list[Any]) -> dict[str, str]:
    places: dict[str, str] = {}
    for entry in entries:
        response = object_of(object_of(entry).get("response"))
        status = text_of(str(response.get("status", ""))) or ""
        if status.startswith("4"):
            raise EntryRefusedError(outcome_words(response.get("outcome")) or f"HTTP {status[:3]}")
        match = _LOCATION.match(str(response.get("location", "")))
        if match:
            places[match[1]] = match[2]
    return places


def resource(value: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` when it is a FHIR resource.

    Raises:
        MalformedAnswerError: It is not.
    """
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise MalformedAnswerError("no FHIR resource")
    return value


def resources(bundle: Resource, kind: str) -> list[Resource]:
    """Return the resources of ``kind`` in a search answer.

    Raises:
        MalformedAnswerError: It is no searchset.
    """
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise MalformedAnswerError("no Bundle")
    found = [resource(object_of(entry).get("resource")) for entry in entries]
    return [item for item in found if item["resourceType"] == kind]


def subject(encounter: Resource) -> str:
    """Return whom an Encounter is about, such as ``Patient/7``.

    Raises:
        MalformedAnswerError: It names nobody.
    """
    match = _PATIENT.match(str(object_of(encounter.get("subject")).get("reference", "")))
    if match is None:
        raise MalformedAnswerError("the encounter names no patient")
    return match[1]


def record(encounter: Resource, patient: Resource) -> VisitRecord:
    """Return what the Platform holds of a visit; what it leaves out is empty or None."""
    nationality = nationality_of(patient)
    provider = object_of(object_of(encounter.get("serviceProvider")).get("identifier"))
    return VisitRecord(
        visit=identifier_of(encounter, VISIT_SYSTEM) or "",
        site=text_of(provider.get("value")) or "",
        checked_in_at=text_of(object_of(encounter.get("period")).get("start")) or "",
        number=identifier_of(patient, identity_system(nationality)) or "",
        document=_document(encounter),
        name=name_of(patient),
        birth=text_of(patient.get("birthDate")),
        sex=text_of(patient.get("gender")),
        nationality=nationality,
    )


def outcome_words(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return the Platform's own words in an OperationOutcome, or nothing."""
    words = []
    for issue in list_of(object_of(value).get("issue")):
        issue = object_of(issue)  # noqa: PLW2901 - the same issue, made safe
        text = text_of(object_of(issue.get("details")).get("text")) or text_of(
            issue.get("diagnostics")
        )
        words.append(text or text_of(issue.get("code")) or "")
    return "; ".join(word for word in words if word)


def identifier_of(holder: Resource, system: str) -> str | None:
    """Return the value of a resource's identifier in a system."""
    for identifier in map(object_of, list_of(holder.get("identifier"))):
        if identifier.get("system") == system:
            return text_of(identifier.get("value"))
    return None


def name_of(patient: Resource) -> str | None:
    """Return a person's name as one text."""
    for name in map(object_of, list_of(patient.get("name"))):
        if text := text_of(name.get("text")):
            return text
        # A Platform that takes names apart writes the family name first, as Vietnamese does.
        parts = [name.get("family"), *list_of(name.get("given"))]
        if joined := text_of(" ".join(part for part in parts if isinstance(part, str))):
            return joined
    return None


def nationality_of(patient: Resource) -> str:
    """Return a person's country; without a word on it, Vietnam."""
    for extension in map(object_of, list_of(patient.get("extension"))):
        if extension.get("url") == _NATIONALITY:
            for part in map(object_of, list_of(extension.get("extension"))):
                for coding in list_of(object_of(part.get("valueCodeableConcept")).get("coding")):
                    if code := text_of(object_of(coding).get("code")):
                        return code
    return _VIETNAM


def _document(encounter: Resource) -> str:
    for extension in map(object_of, list_of(encounter.get("extension"))):
        if extension.get("url") == _DOCUMENT:
            return text_of(extension.get("valueCode")) or ""
    return ""


def object_of(value: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` when it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def list_of(value: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` when it is a list, else an empty one."""
    return value if isinstance(value, list) else []


def text_of(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` when it is a text with something in it, fit for any database."""
    if not isinstance(value, str) or not value:
        return None
    # JSON may escape what no database takes as text: NUL, and half of a surrogate pair.
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:200]
