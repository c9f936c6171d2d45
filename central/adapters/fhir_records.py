"""A visit's record as FHIR resources and back. Pure; every answer from outside may be malformed.

Source: FHIR R4, Patient, Encounter, Bundle, OperationOutcome; extension patient-nationality.
"""

import re
from typing import Any, Final
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
_LOCATION = re.compile(r"(?:.*/)?(Patient|Encounter)/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?\Z")
_PATIENT = re.compile(r"(?:.*/)?(Patient/[A-Za-z0-9.-]{1,64})\Z")


class MalformedAnswerError(ValueError):
    """What the Platform answered is not what FHIR says it should be."""


class EntryRefusedError(ValueError):
    """The Platform refused one entry of a transaction."""


def transaction(record: VisitRecord) -> Resource:
    """Return the transaction Bundle that tells of a visit; repeating it creates nothing new."""
    system = identity_system(record.nationality)
    person = f"identifier={system}|{quote(record.number, safe='')}"
    # The reference is resolved inside the bundle; a name-based URN keeps repeats byte-equal.
    patient_urn = f"urn:uuid:{record.visit}" if _UUID.match(record.visit) else _FIXED_URN
    return {
        "resourceType": "Bundle",
        "type": "transaction",
        "entry": [
            {
                "fullUrl": patient_urn,
                "resource": _patient(record, system),
                "request": {"method": "POST", "url": "Patient", "ifNoneExist": person},
            },
            {
                "resource": _encounter(record, patient_urn),
                "request": {
                    "method": "POST",
                    "url": "Encounter",
                    "ifNoneExist": f"identifier={VISIT_SYSTEM}|{quote(record.visit, safe='')}",
                },
            },
        ],
    }


_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_FIXED_URN: Final = "urn:uuid:5f0c4f6e-3a57-4f0c-9a34-0d9d3f8f1a00"


def identity_system(nationality: str) -> str:
    """Return the system of a person's number: citizens have one, passports one for each country."""
    return CITIZEN_SYSTEM if nationality == _VIETNAM else f"{PASSPORT_SYSTEM}:{nationality.lower()}"


def _patient(record: VisitRecord, system: str) -> Resource:
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


def receipt(answer: Resource) -> PlatformReceipt:
    """Return the ids in a transaction response.

    Raises:
        EntryRefusedError: An entry was refused; the words are the Platform's.
        MalformedAnswerError: The answer is no transaction response with both places.
    """
    entries = answer.get("entry")
    if answer.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise MalformedAnswerError("no Bundle")
    places: dict[str, str] = {}
    for entry in entries:
        response = _object(_object(entry).get("response"))
        if str(response.get("status", "")).startswith("4"):
            words = outcome_words(response.get("outcome"))
            raise EntryRefusedError(words or f"HTTP {str(response['status'])[:3]}")
        match = _LOCATION.match(str(response.get("location", "")))
        if match:
            places[match[1]] = match[2]
    if places.keys() != {"Patient", "Encounter"}:
        raise MalformedAnswerError("no place for patient and encounter")
    return PlatformReceipt(places["Patient"], places["Encounter"])


def resource(value: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    """Return ``value`` when it is a FHIR resource.

    Raises:
        MalformedAnswerError: It is not.
    """
    if not isinstance(value, dict) or not isinstance(value.get("resourceType"), str):
        raise MalformedAnswerError("no FHIR resource")
    return value


def resources(bundle: Resource) -> list[Resource]:
    """Return the Encounters of a search answer.

    Raises:
        MalformedAnswerError: It is no searchset.
    """
    entries = bundle.get("entry", [])
    if bundle.get("resourceType") != "Bundle" or not isinstance(entries, list):
        raise MalformedAnswerError("no Bundle")
    found = [resource(_object(entry).get("resource")) for entry in entries]
    return [item for item in found if item["resourceType"] == "Encounter"]


def subject(encounter: Resource) -> str:
    """Return whom an Encounter is about, such as ``Patient/7``.

    Raises:
        MalformedAnswerError: It names nobody.
    """
    match = _PATIENT.match(str(_object(encounter.get("subject")).get("reference", "")))
    if match is None:
        raise MalformedAnswerError("the encounter names no patient")
    return match[1]


def record(encounter: Resource, patient: Resource) -> VisitRecord:
    """Return what the Platform holds of a visit; what it leaves out is empty or None."""
    nationality = _nationality(patient)
    provider = _object(_object(encounter.get("serviceProvider")).get("identifier"))
    return VisitRecord(
        visit=_identifier(encounter, VISIT_SYSTEM) or "",
        site=_text(provider.get("value")) or "",
        checked_in_at=_text(_object(encounter.get("period")).get("start")) or "",
        number=_identifier(patient, identity_system(nationality)) or "",
        document=_document(encounter),
        name=_name(patient),
        birth=_text(patient.get("birthDate")),
        sex=_text(patient.get("gender")),
        nationality=nationality,
    )


def outcome_words(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return the Platform's own words in an OperationOutcome, or nothing."""
    words = []
    for issue in _list(_object(value).get("issue")):
        issue = _object(issue)  # noqa: PLW2901 - the same issue, made safe
        text = _text(_object(issue.get("details")).get("text")) or _text(issue.get("diagnostics"))
        words.append(text or _text(issue.get("code")) or "")
    return "; ".join(word for word in words if word)


def _identifier(holder: Resource, system: str) -> str | None:
    for identifier in map(_object, _list(holder.get("identifier"))):
        if identifier.get("system") == system:
            return _text(identifier.get("value"))
    return None


def _name(patient: Resource) -> str | None:
    for name in map(_object, _list(patient.get("name"))):
        if text := _text(name.get("text")):
            return text
        # A Platform that takes names apart writes the family name first, as Vietnamese does.
        parts = [name.get("family"), *_list(name.get("given"))]
        if joined := _text(" ".join(part for part in parts if isinstance(part, str))):
            return joined
    return None


def _nationality(patient: Resource) -> str:
    for extension in map(_object, _list(patient.get("extension"))):
        if extension.get("url") == _NATIONALITY:
            for part in map(_object, _list(extension.get("extension"))):
                for coding in _list(_object(part.get("valueCodeableConcept")).get("coding")):
                    if code := _text(_object(coding).get("code")):
                        return code
    return _VIETNAM


def _document(encounter: Resource) -> str:
    for extension in map(_object, _list(encounter.get("extension"))):
        if extension.get("url") == _DOCUMENT:
            return _text(extension.get("valueCode")) or ""
    return ""


def _object(value: Any) -> Resource:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:  # noqa: ANN401 - whatever JSON holds
    return value if isinstance(value, list) else []


def _text(value: Any) -> str | None:  # noqa: ANN401 - whatever JSON holds
    if not isinstance(value, str) or not value:
        return None
    # JSON may escape what no database takes as text: NUL, and half of a surrogate pair.
    return value.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:200]
