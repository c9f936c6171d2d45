"""Refusals in the words of FHIR: an OperationOutcome with its HTTP status.

Source: FHIR R4, OperationOutcome; http.html, "Status codes".
"""

from typing import Any

Resource = dict[str, Any]
"""A FHIR resource as JSON."""


class Refusal(Exception):  # noqa: N818 - an answer, not a failure
    """A request that is answered with an OperationOutcome.

    Attributes:
        status: HTTP status.
        code: FHIR issue type, such as ``invalid``.
    """

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(words)
        self.status = status
        self.code = code


def outcome(code: str, words: str) -> Resource:
    """Return an OperationOutcome of one issue."""
    return {
        "resourceType": "OperationOutcome",
        "issue": [
            {
                "severity": "error",
                "code": code,
                "details": {"text": words},
                "diagnostics": words,
            }
        ],
    }
