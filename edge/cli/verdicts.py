"""The verdict on a certificate as a line of text: JSON for scripts, words for people."""

import base64
from typing import Any

from protocol.certificates.model import Person, Reason, Vaccination, Verdict
from protocol.certificates.uvci import checksum_fits
from protocol.certificates.valuesets import Words, country, disease, maker, product, vaccine

_WORDS = {
    Reason.VALID: "valid",
    Reason.EXPIRED: "NOT VALID, it has expired",
    Reason.NOT_YET_VALID: "NOT VALID YET",
    Reason.UNKNOWN_SIGNER: "NOT PROVEN, its signer is not on the trust list",
    Reason.BAD_SIGNATURE: "NOT VALID, its signature is false",
    Reason.WRONG_KEY_USE: "NOT VALID, its signer may not sign certificates of this kind",
    Reason.MALFORMED: "not a certificate that can be read",
    Reason.REVOKED: "NOT VALID, it was revoked",
}


def shown(verdict: Verdict) -> dict[str, Any]:
    """Return the JSON object that is printed."""
    told: dict[str, Any] = {
        "valid": verdict.valid,
        "reason": verdict.reason.value,
        "kid": None if verdict.kid is None else base64.b64encode(verdict.kid).decode(),
        "issuer": verdict.issuer,
    }
    certificate = verdict.certificate
    if certificate is not None:
        told["person"] = _person(certificate.person)
        if certificate.vaccinations:
            told["vaccinations"] = [_vaccination(dose) for dose in certificate.vaccinations]
    return told


def said(verdict: Verdict) -> str:
    """Return the verdict in words."""
    words = _WORDS[verdict.reason]
    certificate = verdict.certificate
    if certificate is None:
        return words
    person = certificate.person
    parts = [person.name + (f", born {person.birth}" if person.birth else "")]
    parts += [
        f"dose {dose.dose} of {dose.doses} on {dose.day}, {product(dose.product).en}"
        for dose in certificate.vaccinations
    ] or [f"a {certificate.statement.name.lower()}, no vaccination"]
    parts.append(f"signed for {country(certificate.issuer or 'nobody').en}")
    return f"{words}: {'; '.join(parts)}"


def _person(person: Person) -> dict[str, Any]:
    birth = None if person.birth is None else str(person.birth)
    return {"name": person.name, **person._asdict(), "birth": birth}


def _vaccination(dose: Vaccination) -> dict[str, Any]:
    return {
        "dose": dose.dose,
        "doses": dose.doses,
        "date": str(dose.day),
        "disease": _coded(dose.disease, disease(dose.disease)),
        "vaccine": _coded(dose.vaccine, vaccine(dose.vaccine)),
        "product": _coded(dose.product, product(dose.product)),
        "maker": _coded(dose.maker, maker(dose.maker)),
        "country": _coded(dose.country, country(dose.country)),
        "issuer": dose.issuer,
        "identifier": dose.identifier,
        "checksum_fits": checksum_fits(dose.identifier),
    }


def _coded(code: str, words: Words) -> dict[str, str]:
    return {"code": code, **words._asdict()}
