"""FHIR over HTTP: one question, one resource; every failure is the port's.

Source: FHIR R4, http.html, "Status codes", OperationOutcome.
"""

import ssl
from collections.abc import Mapping
from functools import cache
from typing import Any

import httpx

from central.adapters import fhir_records
from central.adapters.fhir_records import Resource
from central.ports import PlatformError, PlatformRefused, PlatformUnavailable

_JSON = "application/fhir+json"
_FORM = "application/x-www-form-urlencoded"
_MAX_RETRY_AFTER_SECONDS = 3600.0


class NotThere(PlatformUnavailable):
    """The Platform knows nothing at the address that was asked."""


@cache
def _authorities() -> ssl.SSLContext:
    """Return who vouches for servers: the same for each line, and slow to read."""
    return httpx.create_ssl_context(trust_env=False)


class FhirHttp:
    """A FHIR server. Safe to use from several threads."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._http = httpx.Client(
            base_url=url.rstrip("/"),
            timeout=timeout_seconds,
            headers={"accept": _JSON, "content-type": _JSON},
            # The Platform's address is a setting; an environment's proxy is no part of it.
            trust_env=False,
            verify=_authorities(),
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def asking(self, path: str) -> Resource:
        """Return the answer to a question.

        Raises:
            PlatformUnavailable: No answer, or the question was refused.
            NotThere: Nothing is at this address.
        """
        return self._question("GET", path)

    def searching(self, kind: str, criteria: Mapping[str, str]) -> Resource:
        """Return the resources of ``kind`` that meet ``criteria``, which stand in no address.

        Addresses end up in the logs of every server and proxy on the way.

        Raises:
            PlatformUnavailable: No answer, or the question was refused.

        Source: FHIR R4, http.html#search, "POST [base]/[type]/_search"; every server takes it.
        """
        return self._question("POST", f"/{kind}/_search", data=criteria)

    def ask(self, method: str, path: str, json: Any = None) -> Resource:  # noqa: ANN401 - JSON
        """Return the resource in the answer.

        Raises:
            PlatformUnavailable: Unknown whether it was done.
            PlatformRefused: It was not done, and will not be.
        """
        return self._ask(method, path, json=json)

    def _question(self, method: str, path: str, data: Mapping[str, str] | None = None) -> Resource:
        try:
            return self._ask(method, path, data=data)
        except PlatformRefused as error:
            # A question cannot be refused for good: what was asked about may come to be.
            raise PlatformUnavailable(f"the question was refused: {error.reason}") from error

    def _ask(
        self,
        method: str,
        path: str,
        json: Any = None,  # noqa: ANN401 - JSON
        data: Mapping[str, str] | None = None,
    ) -> Resource:
        headers = {} if data is None else {"content-type": _FORM}
        try:
            response = self._http.request(method, path, json=json, data=data, headers=headers)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise PlatformUnavailable(f"no answer: {type(error).__name__}") from error
        except ValueError as error:
            # Such as an entry of the Platform itself that is to be sent back.
            raise PlatformRefused("what is to be sent is no JSON") from error
        if not response.is_success:
            raise _failure(response)
        try:
            return fhir_records.resource(response.json())
        except (ValueError, RecursionError) as error:
            raise PlatformUnavailable("the answer is not FHIR JSON") from error


def _failure(response: httpx.Response) -> PlatformError:
    """Return what an answer that is no success means: 5xx, 408 and 429 pass, 4xx stays."""
    status = response.status_code
    if status in (408, 429) or status >= 500 or status < 400:
        return PlatformUnavailable(f"HTTP {status}", _retry_after(response))
    if status in (404, 410):
        return NotThere(f"HTTP {status}: nothing at this address")
    if status in (401, 403, 405):
        # Our access or address is wrong, not the record: nothing is to be given up for that.
        return PlatformUnavailable(
            f"HTTP {status}: the Platform does not let us in at this address"
        )
    try:
        words = fhir_records.outcome_words(response.json())
    except (ValueError, RecursionError):
        words = ""
    return PlatformRefused(words or f"HTTP {status}")


def _retry_after(response: httpx.Response) -> float:
    """Return the pause asked for in seconds; a date, which is allowed too, counts as no number."""
    text = response.headers.get("retry-after", "")
    return min(float(text), _MAX_RETRY_AFTER_SECONDS) if text.isascii() and text.isdigit() else 0.0
