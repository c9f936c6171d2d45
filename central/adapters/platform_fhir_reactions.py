"""The national Platform's reactions by FHIR R4 REST.

R4 has no search of an AdverseEvent by identifier, so nothing could be created conditionally: it is
put at the address that our own id makes, which is safe to repeat.

Source: FHIR R4, AdverseEvent; http.html ("Update as Create", "Conditional create").
"""

from typing import Final
from urllib.parse import quote

from central.adapters import fhir_doses, fhir_records
from central.adapters.fhir_http import FhirHttp, NotThere
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.adapters.platform_fhir import told_of_person
from central.domain.reactions import HeldReaction, ToldReaction
from central.domain.records import PlatformReceipt
from central.ports import PlatformUnavailable

REACTION_SYSTEM: Final = "urn:tram:reaction"
_SEVERITY: Final = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"


class FhirReactions:
    """``ports.ReactionPlatform`` over HTTP. Safe to use from several threads."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._http = FhirHttp(url, timeout_seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def submit_reaction(self, told: ToldReaction) -> PlatformReceipt:
        patient = told_of_person(self._http, told)
        resource = _adverse_event(told, patient)
        self._http.ask("PUT", _place(told), json=resource)
        return PlatformReceipt(patient, told.reaction)

    def reactions_of(self, told: ToldReaction) -> list[HeldReaction]:
        try:
            held = self._http.asking(_place(told))
        except NotThere:
            return []
        try:
            return [self._held(held)]
        except MalformedAnswerError as error:
            raise PlatformUnavailable(f"the answer is no reaction: {error}") from error

    def _held(self, event: Resource) -> HeldReaction:
        place = fhir_records.subject(event)
        try:
            patient = self._http.asking(f"/{place}")
        except NotThere:
            # Of nobody: the comparison names every field that is missing.
            patient = {}
        system = fhir_records.identity_system(fhir_records.nationality_of(patient))
        severity = fhir_records.object_of(event.get("severity"))
        codings = map(fhir_records.object_of, fhir_records.list_of(severity.get("coding")))
        codes = [fhir_records.text_of(one.get("code")) for one in codings]
        return HeldReaction(
            id=fhir_doses.id_of(event),
            patient=place.partition("/")[2],
            occurred_at=fhir_records.text_of(event.get("date")) or "",
            severity=next((code for code in codes if code), ""),
            number=fhir_records.identifier_of(patient, system) or "",
            name=fhir_records.name_of(patient),
            birth=fhir_records.text_of(patient.get("birthDate")),
            sex=fhir_records.text_of(patient.get("gender")),
        )


def _place(told: ToldReaction) -> str:
    return f"/AdverseEvent/{quote(told.reaction, safe='')}"


def _adverse_event(told: ToldReaction, patient: str) -> Resource:
    event: Resource = {
        "resourceType": "AdverseEvent",
        "id": told.reaction,
        "identifier": {"system": REACTION_SYSTEM, "value": told.reaction},
        "actuality": "actual",
        "subject": {"reference": f"Patient/{patient}"},
        "encounter": {"identifier": {"system": fhir_records.VISIT_SYSTEM, "value": told.visit}},
        "date": told.occurred_at,
        "severity": {"coding": [{"system": _SEVERITY, "code": told.severity}]},
        "location": {"identifier": {"system": fhir_records.SITE_SYSTEM, "value": told.site}},
        "recorder": {
            "identifier": {"system": f"{fhir_doses.STAFF_SYSTEM}:{told.site}", "value": told.staff}
        },
    }
    if told.dose is not None:
        dose = {"identifier": {"system": fhir_doses.DOSE_SYSTEM, "value": told.dose}}
        event["suspectEntity"] = [{"instance": {"type": "Immunization", **dose}}]
    return event
