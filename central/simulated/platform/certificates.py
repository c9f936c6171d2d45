"""Certificates of the sandbox: issued for a signed day, issued anew when a dose changed, revoked.

Each is a DocumentReference of FHIR, found by when it last changed like everything else.

Source: FHIR R4, DocumentReference (status, context.related, content.attachment).
"""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from typing import Annotated, Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from central.simulated.platform.outcome import Refusal, Resource
from central.simulated.platform.signing import ISSUER, Algorithm, TestSigner
from central.simulated.platform.store import ResourceStore
from protocol import cose
from protocol.certificates.content import read_content
from protocol.certificates.model import Vaccination
from protocol.certificates.revocations import HashKind, hashes_of
from protocol.certificates.wrapping import unwrap
from protocol.certificates.writing import dcc_fields, issue, vietnamese_person
from protocol.documents.dates import parse_date
from protocol.documents.model import PartialDate

HCERT: Final = "application/hcert"
CERTIFICATE_SYSTEM: Final = "urn:tram:sandbox:certificate-of"
MOST_DOSES: Final = 100_000
VALID_FOR: Final = timedelta(days=365)
_VIETNAM: Final = timezone(timedelta(hours=7))
_COVID: Final = "840539006"
# (kind of vaccine, product, maker) by a word of the name that the site wrote.
_PRODUCTS: Final = {
    "astrazeneca": ("1119305005", "EU/1/21/1529", "ORG-100001699"),
    "vaxzevria": ("1119305005", "EU/1/21/1529", "ORG-100001699"),
    "comirnaty": ("1119349007", "EU/1/20/1528", "ORG-100030215"),
    "pfizer": ("1119349007", "EU/1/20/1528", "ORG-100030215"),
    "moderna": ("1119349007", "EU/1/20/1507", "ORG-100031184"),
    "spikevax": ("1119349007", "EU/1/20/1507", "ORG-100031184"),
    "vero": ("J07BX03", "BBIBP-CorV", "ORG-100020693"),
    "abdala": ("J07BX03", "Abdala", "CIGB"),
}


class SignOrder(BaseModel):
    """The responsible signature under a day: certificates are issued for its doses."""

    model_config = ConfigDict(extra="forbid")

    day: Annotated[str, Field(pattern=r"^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$")]
    algorithm: Algorithm = "PS256"


class Revocation(BaseModel):
    """A dose whose certificate counts no more."""

    model_config = ConfigDict(extra="forbid")

    immunization: Annotated[str, Field(min_length=1, max_length=64)]


def certificate_routes(
    store: ResourceStore, signers: Mapping[Algorithm, TestSigner], now: Callable[[], datetime]
) -> APIRouter:
    """Return the routes by which certificates are issued and revoked, and lists published."""
    router = APIRouter(prefix="/certificates")

    @router.post("/sign")
    def sign(order: SignOrder) -> Response:
        with store.transaction():
            issued = _sign_day(store, signers[order.algorithm], order.day, now())
        return JSONResponse({"issued": issued}, status_code=201)

    @router.post("/revoke")
    def revoke(order: Revocation) -> Response:
        with store.transaction():
            current = _current(store, order.immunization)
            if current is None:
                raise Refusal(404, "not-found", "there is no certificate of this dose")
            _end(store, current, "entered-in-error", now())
        return JSONResponse({"revoked": current["id"]})

    @router.get("/signers")
    def trusted() -> Response:
        return JSONResponse(
            [base64.b64encode(signer.certificate).decode() for signer in signers.values()]
        )

    @router.get("/revocations")
    def revoked() -> Response:
        return JSONResponse(_revoked(store))

    return router


def code_of(document: Resource) -> str:
    """Return the text of the certificate in a document."""
    data = document["content"][0]["attachment"]["data"]
    return base64.b64decode(data).decode()


def _sign_day(store: ResourceStore, signer: TestSigner, day: str, at: datetime) -> int:
    issued = 0
    for dose in store.search("Immunization", [], MOST_DOSES):
        if _day_of(dose) != day:
            continue
        current = _current(store, dose["id"])
        if current is not None and _version_of(current) == dose["meta"]["versionId"]:
            continue
        if current is not None:
            _end(store, current, "superseded", at)
        if dose.get("status") == "completed":
            store.create(_document(store, dose, signer, at), at)
            issued += 1
    return issued


def _current(store: ResourceStore, dose: str) -> Resource | None:
    found = store.search("DocumentReference", [("identifier", f"{CERTIFICATE_SYSTEM}|{dose}")], 100)
    return next((one for one in found if one["status"] == "current"), None)


def _version_of(document: Resource) -> str:
    return str(document["context"]["related"][0]["reference"]).rpartition("/")[2]


def _end(store: ResourceStore, document: Resource, status: str, at: datetime) -> None:
    store.update("DocumentReference", document["id"], {**document, "status": status}, at)


def _document(store: ResourceStore, dose: Resource, signer: TestSigner, at: datetime) -> Resource:
    version = dose["meta"]["versionId"]
    code = _issue(store, dose, signer, at)
    return {
        "resourceType": "DocumentReference",
        "status": "current",
        "identifier": [{"system": CERTIFICATE_SYSTEM, "value": dose["id"]}],
        "subject": dose["patient"],
        "context": {
            "related": [{"reference": f"Immunization/{dose['id']}/_history/{version}"}],
        },
        "content": [
            {"attachment": {"contentType": HCERT, "data": base64.b64encode(code.encode()).decode()}}
        ],
    }


def _issue(store: ResourceStore, dose: Resource, signer: TestSigner, at: datetime) -> str:
    person = store.read("Patient", str(dose["patient"]["reference"]).rpartition("/")[2])
    name = (person.get("name") or [{}])[0].get("text", "")
    return issue(
        dcc_fields(vietnamese_person(name, _day(person.get("birthDate"))), _vaccination(dose)),
        signer.key,
        signer.kid,
        issuer="VN",
        issued_at=at,
        expires_at=at + VALID_FOR,
    )


def _vaccination(dose: Resource) -> Vaccination:
    named = str((dose.get("vaccineCode") or {}).get("text", ""))
    known = (codes for word, codes in _PRODUCTS.items() if word in named.casefold())
    kind, product, maker = next(known, (named, named, ""))
    day = _day(_day_of(dose))
    number = int((dose.get("protocolApplied") or [{}])[0].get("doseNumberPositiveInt", 0))
    return Vaccination(
        dose=number,
        doses=max(2, number),
        day=day or PartialDate(1970),
        disease=_COVID,
        vaccine=kind,
        product=product,
        maker=maker,
        country="VN",
        issuer=ISSUER,
        identifier=f"URN:UVCI:01:VN:{str(dose['id']).replace('-', '').upper()}",
    )


def _day_of(dose: Resource) -> str:
    """Return the day of a dose in Vietnam; staff type in the day alone."""
    text = str(dose.get("occurrenceDateTime", ""))
    if len(text) <= len("2026-11-22"):
        return text
    return datetime.fromisoformat(text).astimezone(_VIETNAM).date().isoformat()


def _day(text: str | None) -> PartialDate | None:
    return parse_date(text) if text else None


def _revoked(store: ResourceStore) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for document in store.search("DocumentReference", [], MOST_DOSES):
        if document["status"] == "entered-in-error":
            message = cose.parse(unwrap(code_of(document).encode()))
            certificate = read_content(message.payload)
            # By signature: what is issued anew for the same dose keeps its identifier.
            for kind, digest in hashes_of(message, certificate, [HashKind.SIGNATURE]):
                found.setdefault(kind.value, []).append(base64.b64encode(digest).decode())
    return found
