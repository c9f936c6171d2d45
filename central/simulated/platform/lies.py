"""How the sandbox changes a field or answers something else than it holds."""

from central.simulated.platform.outcome import Resource


def changed(resource: Resource, field: str) -> Resource:
    """Return the resource with one field altered, as a clerk's slip or a bad import would."""
    if resource.get("resourceType") == "Encounter" and field == "time":
        return {**resource, "period": {"start": "2020-02-29T00:00:00.000+00:00"}}
    if resource.get("resourceType") == "Immunization":
        return {**resource, **_OTHER_DOSE.get(field, {})}
    if resource.get("resourceType") != "Patient":
        return resource
    match field:
        case "name":
            return {**resource, "name": [{"text": "Trần Văn Khác"}]}
        case "sex":
            other = "male" if resource.get("gender") == "female" else "female"
            return {**resource, "gender": other}
        case "number":
            first, *rest = resource["identifier"]
            return {**resource, "identifier": [{**first, "value": "058000000000"}, *rest]}
        case "birth":
            return {**resource, "birthDate": "1900-01-01"}
        case _:
            return resource


def of_another(resource: Resource) -> Resource:
    """Return an Encounter or a dose as if another one had been asked for."""
    first, *rest = resource.get("identifier") or [{}]
    return {**resource, "identifier": [{**first, "value": "another-one"}, *rest]}


_OTHER_DOSE: dict[str, Resource] = {
    "vaccine": {"vaccineCode": {"text": "VX Khác"}},
    "lot": {"lotNumber": "KHAC-99"},
    "dose_number": {"protocolApplied": [{"doseNumberPositiveInt": 9}]},
    "day": {"occurrenceDateTime": "2020-02-29"},
}
