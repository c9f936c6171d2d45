"""A dose as a FHIR Immunization and back. Pure; every answer from outside may be malformed.

Source: FHIR R4, Immunization (identifier, vaccineCode, occurrence[x], lotNumber, expirationDate,
performer, protocolApplied), references.html ("Logical references").
"""

import re
from datetime import datetime
from typing import Any, Final
from urllib.parse import quote

from central.adapters import fhir_records as fhir
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.domain.dose_keys import day_of_dose
from central.domain.doses import HeldDose, ToldDose

DOSE_SYSTEM: Final = "urn:tram:dose"
VACCINE_SYSTEM: Final = "urn:tram:vaccine"
STAFF_SYSTEM: Final = "urn:tram:staff"
_FUNCTION: Final = "http://terminology.hl7.org/CodeSystem/v2-0443"
_PATIENT = re.compile(r"(?:.*/)?Patient/([A-Za-z0-9.-]{1,64})(?:/_history/[^/]+)?\Z")
_ID = re.compile(r"[A-Za-z0-9.-]{1,64}\Z")  # FHIR R4, datatypes.html#id
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_MOST_DOSE_NUMBER: Final = 9999


def transaction(told: ToldDose) -> Resource:
    """Return the transaction Bundle that tells of a dose; repeating it creates nothing new."""
    return fhir.of_person(
        told,
        lambda urn: _immunization(told, urn),
        f"identifier={DOSE_SYSTEM}|{quote(told.dose, safe='')}",
    )


def _immunization(told: ToldDose, patient_urn: str) -> Resource:
    injector: Resource = {
        "identifier": {"system": f"{STAFF_SYSTEM}:{told.site}", "value": told.injector}
    }
    if told.injector_name is not None:
        injector["display"] = told.injector_name
    immunization: Resource = {
        "resourceType": "Immunization",
        "identifier": [{"system": DOSE_SYSTEM, "value": told.dose}],
        "status": "completed",
        "vaccineCode": {
            "coding": [{"system": VACCINE_SYSTEM, "code": told.vaccine}],
            "text": told.vaccine,
        },
        "patient": {"reference": patient_urn},
        # By identifier: the encounter is told apart, and may not be there yet.
        "encounter": {"identifier": {"system": fhir.VISIT_SYSTEM, "value": told.visit}},
        "location": {"identifier": {"system": fhir.SITE_SYSTEM, "value": told.site}},
        "occurrenceDateTime": told.occurred_at,
        "primarySource": True,
        "lotNumber": told.lot,
        "performer": [
            {"function": {"coding": [{"system": _FUNCTION, "code": "AP"}]}, "actor": injector}
        ],
        "protocolApplied": [{"doseNumberPositiveInt": told.dose_number}],
    }
    if told.expiry is not None:
        immunization["expirationDate"] = told.expiry
    return immunization


def entered_in_error(immunization: Resource) -> Resource:
    """Return an Immunization as it is withdrawn."""
    return {**immunization, "status": "entered-in-error"}


def is_valid(immunization: Resource) -> bool:
    """Return whether it says that a dose was given."""
    return immunization.get("status") == "completed"


def event_of(immunization: Resource) -> str:
    """Return the id of our event that an entry was told of, or nothing where it is not ours."""
    return (fhir.identifier_of(immunization, DOSE_SYSTEM) or "")[:64]


def id_of(resource: Resource) -> str:
    """Return the Platform's id of a resource.

    Raises:
        MalformedAnswerError: It has none.
    """
    value = resource.get("id")
    if not isinstance(value, str) or _ID.match(value) is None:
        raise MalformedAnswerError("a resource without an id")
    return value


def patient_of(immunization: Resource) -> str:
    """Return the id of the person whom a dose was given to.

    Raises:
        MalformedAnswerError: It names nobody.
    """
    reference = fhir.object_of(immunization.get("patient")).get("reference", "")
    match = _PATIENT.match(str(reference))
    if match is None:
        raise MalformedAnswerError("the dose names no patient")
    return match[1]


def held(immunization: Resource, patient: Resource) -> HeldDose:
    """Return what the Platform holds of a dose; what it leaves out is empty or None.

    Raises:
        MalformedAnswerError: It has no id, or names no patient.
    """
    nationality = fhir.nationality_of(patient)
    number = fhir.identifier_of(patient, fhir.identity_system(nationality))
    return HeldDose(
        id=id_of(immunization),
        event=event_of(immunization),
        patient=patient_of(immunization),
        number=(number or "")[:40],
        name=fhir.name_of(patient),
        birth=_cut(fhir.text_of(patient.get("birthDate")), 10),
        sex=_cut(fhir.text_of(patient.get("gender")), 10),
        vaccine=_vaccine(immunization)[:80],
        lot=(fhir.text_of(immunization.get("lotNumber")) or "")[:40],
        dose_number=_dose_number(immunization),
        day=_day(immunization),
        site=site_of(immunization),
    )


def site_of(immunization: Resource) -> str:
    """Return where a dose was given, as its entry says; empty where it does not."""
    location = fhir.object_of(fhir.object_of(immunization.get("location")).get("identifier"))
    return (fhir.text_of(location.get("value")) or "")[:32]


def next_page(bundle: Resource) -> str | None:
    """Return the query of the page that follows, without the server's own address.

    Raises:
        MalformedAnswerError: It is none that could be asked.
    """
    for link in map(fhir.object_of, fhir.list_of(bundle.get("link"))):
        url = link.get("url")
        if link.get("relation") == "next" and isinstance(url, str) and "?" in url:
            if not (url.isascii() and url.isprintable()):
                raise MalformedAnswerError("the next page has no address")
            return url.partition("?")[2]
    return None


def changed_at(resource: Resource) -> str:
    """Return when a resource was last changed, as the Platform writes it; empty where it does not."""
    return _cut(fhir.text_of(fhir.object_of(resource.get("meta")).get("lastUpdated")), 40) or ""


def _vaccine(immunization: Resource) -> str:
    code = fhir.object_of(immunization.get("vaccineCode"))
    codings = [fhir.object_of(one) for one in fhir.list_of(code.get("coding"))]
    ours = [one.get("code") for one in codings if one.get("system") == VACCINE_SYSTEM]
    others = [value for one in codings for value in (one.get("display"), one.get("code"))]
    named = [fhir.text_of(value) for value in (*ours, code.get("text"), *others)]
    return next((name for name in named if name), "")


def _dose_number(immunization: Resource) -> int | None:
    for protocol in map(fhir.object_of, fhir.list_of(immunization.get("protocolApplied"))):
        value: Any = protocol.get("doseNumberPositiveInt", protocol.get("doseNumberString"))
        if isinstance(value, str) and value.isascii() and value.isdigit():
            value = int(value[:5])
        if isinstance(value, int) and 0 < value <= _MOST_DOSE_NUMBER:
            return value
    return None


def _day(immunization: Resource) -> str:
    text = fhir.text_of(immunization.get("occurrenceDateTime")) or ""
    if _DAY.match(text):
        return text
    try:
        instant = datetime.fromisoformat(text)
        return day_of_dose(instant) if instant.tzinfo else text[:10]
    except (ValueError, OverflowError):
        return text[:10]


def _cut(text: str | None, longest: int) -> str | None:
    return None if text is None else text[:longest]
