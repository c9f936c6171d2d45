"""Transactions: all entries or none, conditional create, and references inside the bundle.

Source: FHIR R4, http.html, "transaction" and "Conditional create".
"""

import copy
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from central.simulated.platform.faults import Fault, FaultKind
from central.simulated.platform.lies import changed
from central.simulated.platform.outcome import Refusal, Resource
from central.simulated.platform.store import SEARCHABLE, ResourceStore
from central.simulated.platform.validation import check

Struck = dict[FaultKind, Fault]
MAX_ENTRIES = 200


def transact(store: ResourceStore, bundle: Resource, at: datetime, struck: Struck) -> Resource:
    """Store every entry of a transaction Bundle and return the response Bundle.

    Raises:
        Refusal: Nothing was stored.
    """
    entries = bundle.get("entry")
    if bundle.get("type") != "transaction":
        raise Refusal(400, "not-supported", "only Bundles of type transaction are taken here")
    if not isinstance(entries, list) or not 1 <= len(entries) <= MAX_ENTRIES:
        raise Refusal(400, "structure", f"a transaction holds 1 to {MAX_ENTRIES} entries")
    with store.transaction():
        known: dict[str, str] = {}
        answers = []
        for entry in _in_order(entries):
            resource, condition = _post(entry)
            resource = _resolved(resource, known)
            stored, status = create(store, resource, condition, at, struck)
            reference = f"{stored['resourceType']}/{stored['id']}"
            if isinstance(entry.get("fullUrl"), str):
                known[entry["fullUrl"]] = reference
            answers.append((entry, _answer(stored, reference, status)))
    places = {id(entry): answer for entry, answer in answers}
    return {
        "resourceType": "Bundle",
        "type": "transaction-response",
        "entry": [places[id(entry)] for entry in entries],
    }


def create(
    store: ResourceStore, resource: Resource, condition: str | None, at: datetime, struck: Struck
) -> tuple[Resource, str]:
    """Create a resource unless one meets ``condition``; return it and the HTTP status line.

    Raises:
        Refusal: 412 when several resources meet the condition; 422 when it breaks a rule.
    """
    check(resource)
    # A person doubled would make every later visit fail; the fault doubles what happened to them.
    doubled = FaultKind.DUPLICATE in struck and resource["resourceType"] != "Patient"
    if FaultKind.REFUSED in struck:
        raise Refusal(422, "business-rule", "the record was refused (fault on demand)")
    if condition and not doubled:
        held = store.search(resource["resourceType"], criteria(condition), limit=2)
        if len(held) > 1:
            kind = resource["resourceType"]
            raise Refusal(412, "multiple-matches", f"several {kind} resources meet the condition")
        if held:
            return held[0], "200 OK"
    if (fault := struck.get(FaultKind.CHANGED_FIELD)) is not None:
        resource = changed(resource, fault.field)
    stored = store.create(resource, at)
    if doubled:
        store.create(resource, at)
    return stored, "201 Created"


def criteria(query: str) -> list[tuple[str, str]]:
    """Return the search criteria in a query string.

    Raises:
        Refusal: 400 for a parameter that the sandbox cannot search by, or for none.
    """
    found = parse_qsl(query.partition("?")[2] or query, keep_blank_values=True)
    if not found:
        raise Refusal(400, "invalid", "the condition names no search parameter")
    for parameter, _ in found:
        searchable(parameter)
    return found


def searchable(parameter: str) -> None:
    """Return when the sandbox can search by ``parameter``.

    Raises:
        Refusal: 400.
    """
    if parameter not in SEARCHABLE:
        raise Refusal(400, "not-supported", f"cannot search by {parameter[:40]}")


def _in_order(entries: list[Any]) -> list[Resource]:
    """Return the entries with those that others refer to first."""
    if not all(isinstance(entry, dict) for entry in entries):
        raise Refusal(400, "structure", "every entry must be an object")
    return sorted(entries, key=lambda entry: _kind(entry) != "Patient")


def _kind(entry: Resource) -> str:
    resource = entry.get("resource")
    return str(resource.get("resourceType")) if isinstance(resource, dict) else ""


def _post(entry: Resource) -> tuple[Resource, str | None]:
    request = entry.get("request")
    if not isinstance(request, dict) or request.get("method") != "POST":
        raise Refusal(400, "not-supported", "only POST entries are taken here")
    resource = check(entry.get("resource"))
    if request.get("url") != resource["resourceType"]:
        raise Refusal(400, "invalid", "request.url must be the resource's type")
    condition = request.get("ifNoneExist")
    return copy.deepcopy(resource), condition if isinstance(condition, str) else None


def _resolved(value: Any, known: dict[str, str]) -> Any:  # noqa: ANN401 - JSON of any depth
    """Return ``value`` with every reference to an entry of the bundle made a real one."""
    if isinstance(value, list):
        return [_resolved(item, known) for item in value]
    if not isinstance(value, dict):
        return value
    resolved = {name: _resolved(item, known) for name, item in value.items()}
    target = resolved.get("reference")
    if isinstance(target, str) and target.startswith("urn:uuid:"):
        if target not in known:
            raise Refusal(422, "not-found", "a reference names no entry of the bundle")
        resolved["reference"] = known[target]
    return resolved


def _answer(stored: Resource, reference: str, status: str) -> Resource:
    version = stored["meta"]["versionId"]
    return {
        "response": {
            "status": status,
            "location": f"{reference}/_history/{version}",
            "etag": f'W/"{version}"',
            "lastModified": stored["meta"]["lastUpdated"],
        }
    }
