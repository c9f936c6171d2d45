"""A dose that staff type into the Platform by hand: no identifier of anybody's, a date alone."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from central.simulated.platform import bundle
from central.simulated.platform.outcome import Resource
from central.simulated.platform.store import ResourceStore

_CITIZEN = "urn:tram:identity:citizen"
Words = Annotated[str, Field(min_length=1, max_length=200)]


class TypedDose(BaseModel):
    """What a clerk types."""

    model_config = ConfigDict(extra="forbid")

    number: Annotated[str, Field(pattern="^[0-9]{12}$")]
    name: Words
    vaccine: Words
    dose_number: Annotated[int, Field(ge=1, le=99)]
    day: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    lot: Annotated[str, Field(max_length=40)] = ""
    birth: Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?$")] | None = None
    sex: Literal["male", "female"] | None = None


def type_in(store: ResourceStore, dose: TypedDose, at: datetime) -> Resource:
    """Store a dose, and its person unless there is one of that number; return the dose."""
    person: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": _CITIZEN, "value": dose.number}],
        "name": [{"text": dose.name}],
    }
    if dose.birth:
        person["birthDate"] = dose.birth
    if dose.sex:
        person["gender"] = dose.sex
    condition = f"identifier={_CITIZEN}|{dose.number}"
    with store.transaction():
        patient, _ = bundle.create(store, person, condition, at, {})
        entry: Resource = {
            "resourceType": "Immunization",
            "status": "completed",
            "vaccineCode": {"text": dose.vaccine},
            "patient": {"reference": f"Patient/{patient['id']}"},
            "occurrenceDateTime": dose.day,
            "protocolApplied": [{"doseNumberPositiveInt": dose.dose_number}],
        }
        if dose.lot:
            entry["lotNumber"] = dose.lot
        stored, _ = bundle.create(store, entry, None, at, {})
    return stored
