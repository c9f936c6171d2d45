"""The national Platform's certificates by FHIR R4 REST, listed by change.

Source: FHIR R4, DocumentReference (context.related, content.attachment); search.html.
"""

import base64
from collections.abc import Iterator
from urllib.parse import quote

from central.adapters import fhir_doses, fhir_records
from central.adapters.fhir_http import FhirHttp
from central.adapters.fhir_records import MalformedAnswerError, Resource
from central.domain.dose_news import IssuedCertificate
from central.ports import PlatformUnavailable

HCERT = "application/hcert"
_PAGE = 200
_PAGES_AT_MOST = 10_000
_MOST_TEXT = 16_000


class FhirCertificates:
    """The port ``CertificatePlatform``. Safe to use from several threads."""

    def __init__(self, url: str, timeout_seconds: float = 10.0) -> None:
        self._http = FhirHttp(url, timeout_seconds)

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def changed(self, since: str) -> Iterator[IssuedCertificate]:
        query = f"_sort=_lastUpdated&_count={_PAGE}"
        # Without a time the sandbox and others answer in the order of making.
        query = f"_lastUpdated=ge{quote(since or '1970-01-01', safe='')}&{query}"
        for _ in range(_PAGES_AT_MOST):
            answer = self._http.asking(f"/DocumentReference?{query}")
            try:
                found = fhir_records.resources(answer, "DocumentReference")
                following = fhir_doses.next_page(answer)
            except MalformedAnswerError as error:
                raise PlatformUnavailable(f"the list cannot be read: {error}") from error
            for document in found:
                certificate = _certificate(document)
                if certificate is not None:
                    yield certificate
            if following is None:
                return
            if following == query:
                raise PlatformUnavailable("a page of the list names itself as the next")
            query = following
        # What was yielded stays; the next look goes on behind it, and until then nothing is said to be all.
        raise PlatformUnavailable("the list is longer than what is read at once")


def _certificate(document: Resource) -> IssuedCertificate | None:
    """Return the certificate in a document; None for any other document."""
    context = fhir_records.object_of(document.get("context"))
    related = map(fhir_records.object_of, fhir_records.list_of(context.get("related")))
    of = next((str(one.get("reference", "")) for one in related), "")
    kind, _, rest = of.partition("/")
    if kind != "Immunization":
        return None
    for content in map(fhir_records.object_of, fhir_records.list_of(document.get("content"))):
        attachment = fhir_records.object_of(content.get("attachment"))
        code = _code(attachment.get("data"))
        if attachment.get("contentType") == HCERT and code:
            return IssuedCertificate(
                dose=rest.partition("/")[0][:64],
                state=str(document.get("status", ""))[:20],
                changed_at=fhir_doses.changed_at(document),
                code=code,
            )
    return None


def _code(data: object) -> str:
    if not isinstance(data, str) or len(data) > _MOST_TEXT:
        return ""
    try:
        return base64.b64decode(data, validate=True).decode("ascii")
    except ValueError:
        return ""
