"""A row of the sandbox's spreadsheets as FHIR resources and back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from central.simulated.platform.outcome import Refusal, Resource

Row = dict[str, str]

_VIETNAM: Final = timezone(timedelta(hours=7))
_NATIONALITY: Final = "http://hl7.org/fhir/StructureDefinition/patient-nationality"
_GENDERS: Final = {"Nam": "male", "Nữ": "female", "Khác": "other", "Không rõ": "unknown"}
_WHO: Final = ("Số giấy tờ", "Quốc tịch", "Họ và tên", "Ngày sinh", "Giới tính", "Điểm tiêm")
ANSWER: Final = ("Mã trên Nền tảng", "Mã người trên Nền tảng", "Trạng thái", "Lý do")


@dataclass(frozen=True, slots=True)
class Kind:
    """What a sheet's rows are in FHIR, and their columns."""

    type: str
    system: str
    headings: tuple[str, ...]


KINDS: Final = {
    "Lượt đến": Kind(
        "Encounter", "urn:tram:visit", ("Mã bản ghi", *_WHO, "Thời điểm đến", "Loại giấy tờ")
    ),
    "Mũi tiêm": Kind(
        "Immunization", "urn:tram:dose",
        (
            "Mã bản ghi", *_WHO, "Mã lượt đến", "Thời điểm tiêm", "Ngày tiêm", "Vắc xin", "Số lô",
            "Hạn dùng", "Mũi số", "Mã người tiêm", "Người tiêm",
        ),
    ),
    "Phản ứng": Kind(
        "AdverseEvent", "urn:tram:reaction",
        (
            "Mã bản ghi", *_WHO, "Mã lượt đến", "Mã mũi tiêm", "Thời điểm phản ứng", "Mức độ",
            "Người ghi",
        ),
    ),
}  # fmt: skip


def system_of(row: Row) -> str:
    """Return the system of a person's number."""
    country = row.get("Quốc tịch", "VNM")
    citizen = country == "VNM"
    return (
        "urn:tram:identity:citizen" if citizen else f"urn:tram:identity:passport:{country.lower()}"
    )


def patient_of(row: Row) -> Resource:
    """Return the Patient in a row."""
    if not row.get("Số giấy tờ") or not row.get("Mã bản ghi"):
        raise Refusal(422, "invalid", "Số giấy tờ, Mã bản ghi: must not be empty")
    coding = {"system": "urn:iso:std:iso:3166", "code": row.get("Quốc tịch", "VNM")}
    code = [{"url": "code", "valueCodeableConcept": {"coding": [coding]}}]
    patient: Resource = {
        "resourceType": "Patient",
        "identifier": [{"system": system_of(row), "value": row["Số giấy tờ"]}],
        "extension": [{"url": _NATIONALITY, "extension": code}],
    }
    if "Họ và tên" in row:
        patient["name"] = [{"text": row["Họ và tên"]}]
    if "Ngày sinh" in row:
        patient["birthDate"] = row["Ngày sinh"]
    if row.get("Giới tính"):
        patient["gender"] = _GENDERS.get(row["Giới tính"], row["Giới tính"])
    return patient


def resource_of(title: str, row: Row, patient: str) -> Resource:
    """Return the record in a row of a sheet."""
    kind = KINDS[title]
    identifier = {"system": kind.system, "value": row["Mã bản ghi"]}
    makers: dict[str, Callable[[Row, str], Resource]] = {
        "Encounter": _encounter,
        "Immunization": _immunization,
        "AdverseEvent": _adverse_event,
    }
    made = makers[kind.type](row, patient)
    # FHIR R4 gives an AdverseEvent one identifier, the others a list of them.
    single = kind.type == "AdverseEvent"
    return {"resourceType": kind.type, "identifier": identifier if single else [identifier]} | made


def _encounter(row: Row, patient: str) -> Resource:
    return {
        "status": "arrived",
        "class": {"code": "AMB"},
        "subject": {"reference": patient},
        "period": {"start": row.get("Thời điểm đến", "")},
        "serviceProvider": {"identifier": {"value": row.get("Điểm tiêm", "")}},
        "extension": [{"url": "urn:tram:document", "valueCode": row.get("Loại giấy tờ", "")}],
    }


def _immunization(row: Row, patient: str) -> Resource:
    entry: Resource = {
        "status": "completed",
        "vaccineCode": {"text": row.get("Vắc xin", "")},
        "patient": {"reference": patient},
        "occurrenceDateTime": row.get("Thời điểm tiêm") or row.get("Ngày tiêm", ""),
        "encounter": {"identifier": {"value": row.get("Mã lượt đến", "")}},
        "location": {"identifier": {"value": row.get("Điểm tiêm", "")}},
        "performer": [{"actor": {"display": row.get("Người tiêm", "")}}],
    }
    if "Số lô" in row:
        entry["lotNumber"] = row["Số lô"]
    if "Hạn dùng" in row:
        entry["expirationDate"] = row["Hạn dùng"]
    if "Mũi số" in row:
        entry["protocolApplied"] = [{"doseNumberPositiveInt": _number(row["Mũi số"])}]
    return entry


def _number(said: str) -> int:
    if not said.isascii() or not said.isdigit() or len(said) > 4:
        raise Refusal(422, "invalid", "Mũi số: must be a whole number")
    return int(said)


def _adverse_event(row: Row, patient: str) -> Resource:
    return {
        "actuality": "actual",
        "subject": {"reference": patient},
        "date": row.get("Thời điểm phản ứng", ""),
        "severity": {"coding": [{"code": row.get("Mức độ", "")}]},
        "location": {"identifier": {"value": row.get("Điểm tiêm", "")}},
    }


def exported(title: str, resource: Resource, person: Callable[[str], Resource]) -> Row:
    """Return the row of what is held."""
    reference = str(_at(resource, "patient", "reference") or _at(resource, "subject", "reference"))
    patient = person(reference)
    row = {
        "Mã bản ghi": _own(resource, KINDS[title].system),
        "Số giấy tờ": _at(patient, "identifier", 0, "value"),
        "Quốc tịch": _at(
            patient, "extension", 0, "extension", 0, "valueCodeableConcept", "coding", 0, "code"
        ),
        "Họ và tên": _at(patient, "name", 0, "text"),
        "Ngày sinh": patient.get("birthDate"),
        "Giới tính": {code: word for word, code in _GENDERS.items()}.get(patient.get("gender", "")),
        "Mã trên Nền tảng": resource["id"],
        "Mã người trên Nền tảng": reference.rpartition("/")[2],
        "Trạng thái": "Đã hủy" if resource.get("status") == "entered-in-error" else "Hợp lệ",
        "Điểm tiêm": _at(resource, "location", "identifier", "value")
        or _at(resource, "serviceProvider", "identifier", "value"),
        "Thời điểm đến": _at(resource, "period", "start"),
        "Loại giấy tờ": _at(resource, "extension", 0, "valueCode"),
        "Ngày tiêm": _day(str(resource.get("occurrenceDateTime", ""))),
        "Vắc xin": _at(resource, "vaccineCode", "text"),
        "Số lô": resource.get("lotNumber"),
        "Mũi số": _at(resource, "protocolApplied", 0, "doseNumberPositiveInt"),
        "Thời điểm phản ứng": resource.get("date"),
        "Mức độ": _at(resource, "severity", "coding", 0, "code"),
    }
    return {name: str(value) for name, value in row.items() if value not in {None, ""}}


def _day(said: str) -> str:
    try:
        at = datetime.fromisoformat(said)
    except ValueError:
        return said[:10]
    return (at.astimezone(_VIETNAM) if at.tzinfo else at).date().isoformat()


def _own(resource: Resource, system: str) -> str:
    held = resource.get("identifier", [])
    identifiers = held if isinstance(held, list) else [held]
    return next((one["value"] for one in identifiers if one.get("system") == system), "")


def _at(value: Any, *path: str | int) -> Any:  # noqa: ANN401 - JSON of any depth
    for step in path:
        if isinstance(step, str) and isinstance(value, dict):
            value = value.get(step)
        elif isinstance(step, int) and isinstance(value, list) and len(value) > step:
            value = value[step]
        else:
            return None
    return value
