"""What a head of site signs: a site's day as canonical JSON, its SHA-256, and what changed since.

The form is that of RFC 8785 (JSON Canonicalization Scheme) for what is in it: UTF-8, no blanks,
keys in order, whole numbers and texts only. Doses come by the order of their event ids. Nobody is
named in it: each dose carries the ids and stamps of the events that hold the sealed identity, so a
signature binds who was injected without saying it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from central.domain.closing import Closing, DayLines, DoseLine, close

FORMAT: Final = "tram-sign-off"
VERSION: Final = 1
LARGEST: Final = 64 << 20
_FACTS: Final = (
    "visit", "ticket", "occurred_at", "vaccine", "lot", "dose_number", "injector", "vial", "stamp",
    "visit_stamp",
)  # fmt: skip


class ContentError(ValueError):
    """A file is no batch of ours; the text says why."""


class Means(StrEnum):
    """How a batch was signed."""

    CMS = "cms"
    MINUTES = "minutes"


@dataclass(frozen=True, slots=True)
class Batch:
    """A site's day as it was when somebody made it ready to be signed; it never changes.

    Attributes:
        content: The canonical JSON, and what a detached signature is over.
        sha256: Of it, in hexadecimal digits.
    """

    id: int
    site: str
    day: date
    content: bytes
    sha256: str
    made_at: datetime
    made_by: str


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a batch.

    Attributes:
        data: The detached CMS as DER; empty for minutes signed on paper.
        signer: Subject of the certificate; for minutes, who says that the paper is signed.
        trusted: Whether the certificate led to an authority of ours at ``signed_at``.
    """

    batch: int
    means: Means
    data: bytes
    signer: str
    fingerprint: str
    trusted: bool
    signed_at: datetime
    by: str


class ChangeKind(StrEnum):
    """How a dose is not what was signed."""

    ADDED = "added"
    GONE = "gone"
    FACTS = "facts"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Change:
    """One line that is not what was signed.

    Attributes:
        fields: What differs in it.
    """

    kind: ChangeKind
    dose: str
    ticket: str
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SignedDay:
    """What is there of a site's day: the newest batch, its signatures, and what changed since."""

    batch: Batch
    signatures: tuple[Signature, ...]
    changes: tuple[Change, ...]
    closing_changed: bool


def content_of(site: str, day: date, lines: DayLines) -> tuple[bytes, Closing]:
    """Return the canonical JSON of a site's day, and its closing."""
    doses: list[DoseLine] = []

    def kept(one: DoseLine) -> DoseLine:
        doses.append(one)
        return one

    closing = close(site, day, DayLines(lines.visits, map(kept, lines.doses), lines.vials))
    content = {
        "format": FORMAT,
        "version": VERSION,
        "site": site,
        "day": day.isoformat(),
        "equations": {
            "visits": _equation(closing.visits.total, closing.visits.parts),
            "doses": _equation(closing.doses.total, closing.doses.parts),
            "vials": _equation(closing.vials.total, closing.vials.parts),
        },
        "exceptions": [
            {"equation": e.equation, "reason": e.reason.value, "subject": e.subject,
             "ticket": e.ticket, "weight": e.weight}
            for e in closing.exceptions
        ],
        "doses": [_dose(one) for one in sorted(doses, key=lambda one: one.dose)],
    }  # fmt: skip
    return canonical(content), closing


def canonical(content: Any) -> bytes:  # noqa: ANN401 - whatever JSON can hold, but for fractions
    """Return ``content`` in its one form.

    Source: RFC 8785, 3.2. Our keys are ASCII, so the order of code points is that of UTF-16.
    """
    text = json.dumps(
        content, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def sha256_of(content: bytes) -> str:
    """Return the hash by which a batch is known."""
    return hashlib.sha256(content).hexdigest()


def read_content(content: bytes) -> dict[str, Any]:
    """Return what stands in a batch.

    Raises:
        ContentError: It is none, or not in its one form.
    """
    if len(content) > LARGEST:
        raise ContentError(f"the file is larger than {LARGEST >> 20} MiB")
    try:
        read = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise ContentError("the file is no JSON") from error
    if not isinstance(read, dict) or read.get("format") != FORMAT:
        raise ContentError(f"the file is no {FORMAT}")
    if read.get("version") != VERSION:
        raise ContentError("the file is of a later version")
    if canonical(read) != content:
        raise ContentError("the file was written anew by another program: take the one exported")
    return read


def changes_between(signed: bytes, now: bytes) -> tuple[Change, ...]:
    """Return each dose that is not what was signed, by event id."""
    before = {one["dose"]: one for one in json.loads(signed)["doses"]}
    after = {one["dose"]: one for one in json.loads(now)["doses"]}
    found = [
        _change(before.get(dose), after.get(dose)) for dose in sorted(before.keys() | after.keys())
    ]
    return tuple(change for change in found if change is not None)


def closing_differs(signed: bytes, now: bytes) -> bool:
    """Return whether equations or exceptions are other than those that were signed."""
    before, after = json.loads(signed), json.loads(now)
    return any(before[name] != after[name] for name in ("equations", "exceptions"))


def _change(before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change | None:
    if before is None or after is None:
        one, kind = (after, ChangeKind.ADDED) if before is None else (before, ChangeKind.GONE)
        assert one is not None  # noqa: S101 - the dose is in one of the two
        return Change(kind, one["dose"], one["ticket"])
    fields = tuple(name for name in _FACTS if before[name] != after[name])
    if fields:
        return Change(ChangeKind.FACTS, after["dose"], after["ticket"], fields)
    if before["platform"] != after["platform"]:
        return Change(ChangeKind.PLATFORM, after["dose"], after["ticket"], ("platform",))
    return None


def _equation(total: int, parts: tuple[int, ...]) -> dict[str, Any]:
    return {"total": total, "parts": list(parts)}


def _dose(one: DoseLine) -> dict[str, Any]:
    fields = asdict(one)
    return {
        "dose": one.dose,
        **{name: fields[name] for name in _FACTS},
        "platform": {"state": one.place.value, "entry": one.entry},
    }
