"""What the sandbox says of itself.

Source: FHIR R4, CapabilityStatement.
"""

from datetime import datetime

from central.simulated.platform.outcome import Resource
from central.simulated.platform.store import SEARCHABLE


def capability_statement(at: datetime) -> Resource:
    """Return the CapabilityStatement at ``/fhir/metadata``."""
    interactions = ("read", "create", "update", "search-type")
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": at.isoformat(timespec="seconds"),
        "kind": "instance",
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "implementation": {"description": "Sandbox of the national Platform; invented people only"},
        "rest": [
            {
                "mode": "server",
                "interaction": [{"code": "transaction"}],
                "resource": [
                    {
                        "type": kind,
                        "interaction": [{"code": code} for code in interactions],
                        "conditionalCreate": kind != "AdverseEvent",
                        "updateCreate": kind == "AdverseEvent",
                        "searchParam": [
                            {"name": name, "type": "reference" if name in _REFERENCES else "token"}
                            for name in SEARCHABLE
                        ],
                    }
                    for kind in ("Patient", "Encounter", "Immunization", "AdverseEvent")
                ],
            }
        ],
    }


_REFERENCES = frozenset({"patient", "subject", "encounter"})
