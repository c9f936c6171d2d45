"""Signing a site's day: made ready, signed by certificate or on paper, and looked at ever after."""

from datetime import date, timedelta
from typing import Final

from central.domain.accounts import Sites, Visitor
from central.domain.audit import Act
from central.domain.sign_off import (
    Batch,
    Means,
    Signature,
    SignedDay,
    changes_between,
    closing_differs,
    content_of,
    read_content,
    sha256_of,
)
from central.ports import Clock
from central.ports.closing import DayReader
from central.ports.sign_off import (
    MinutesPrinter,
    SignatureChecker,
    SignatureRefused,
    SignOffStore,
)
from central.services.audit import act_of
from central.services.closing import ClosingDesk

# So far back days are summed again and again; older ones only when somebody looks at them.
_LOOKED_BACK: Final = timedelta(days=30)


class SignOffDesk:
    """Blocking. A batch is the centre's own content: what comes from outside is a signature alone."""

    def __init__(
        self,
        *,
        days: DayReader,
        store: SignOffStore,
        checker: SignatureChecker,
        minutes: MinutesPrinter,
        closings: ClosingDesk,
        clock: Clock,
    ) -> None:
        self._days = days
        self._store = store
        self._checker = checker
        self._minutes = minutes
        self._closings = closings
        self._clock = clock

    def make(self, site: str, on: date, visitor: Visitor, route: str = "page") -> Batch:
        """Make a site's day ready to be signed as it is now.

        Raises:
            StoreUnavailable: Nothing was made.
        """
        content = self._content(site, on)
        act = act_of(visitor, "batch_made", f"batch:{sha256_of(content)}", route=route)
        return self._store.put(site, on, content, self._clock.now(), act)

    def unsigned(self, sites: Sites, limit: int) -> tuple[list[tuple[date, str]], int]:
        """Return the days of the last weeks, today's apart, that nobody signed, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        today = self._closings.day().date
        first, last = today - _LOOKED_BACK, today - timedelta(days=1)
        return self._store.unsigned(first, last, sites, limit)

    def unsigned_before(
        self, sites: Sites, limit: int, offset: int = 0
    ) -> tuple[list[tuple[date, str]], int]:
        """Return a part of the days before those weeks that nobody signed, and how many there are.

        Raises:
            StoreUnavailable: No answer now.
        """
        last = self._closings.day().date - _LOOKED_BACK - timedelta(days=1)
        return self._store.unsigned(None, last, sites, limit, offset)

    def batch(self, sha256: str) -> Batch | None:
        """Return a batch by its hash.

        Raises:
            StoreUnavailable: No answer now.
        """
        return self._store.batch(sha256)

    def draw(self, batch: Batch) -> bytes:
        """Return the minutes of a batch as PDF.

        Raises:
            MinutesError: They cannot be drawn here.
        """
        return self._minutes.draw(batch, read_content(batch.content))

    def attach(
        self, sha256: str, signature: bytes, visitor: Visitor, route: str = "page"
    ) -> Signature:
        """Take a signature that was made with any program, once it is verified.

        Raises:
            SignatureRefused: It is none over this batch, or there is no such batch.
            StoreUnavailable: Nothing was stored.
        """
        batch = self._must(sha256)
        now = self._clock.now()
        verified = self._checker.verify(batch.content, signature, now)
        signed = Signature(
            batch.id, Means.CMS, signature, verified.signer, verified.fingerprint,
            verified.trusted, now, visitor.login,
        )  # fmt: skip
        self._store.sign(signed, _signing(batch, visitor, route))
        return signed

    def vouch(self, sha256: str, signers: str, visitor: Visitor, route: str = "page") -> Signature:
        """Note that the minutes of a batch are signed on paper, and by whom.

        Raises:
            SignatureRefused: Nobody is named, or there is no such batch.
            StoreUnavailable: Nothing was stored.
        """
        named = " ".join(signers.split())[:300]
        if not named:
            raise SignatureRefused("name who signed the minutes")
        batch = self._must(sha256)
        now, by = self._clock.now(), visitor.login
        signed = Signature(batch.id, Means.MINUTES, b"", named, "", False, now, by)  # noqa: FBT003 - paper leads to no authority
        self._store.sign(signed, _signing(batch, visitor, route))
        return signed

    def signed_day(self, site: str, on: date) -> SignedDay | None:
        """Return the newest signed batch of a day with what changed since; the newest, if none is.

        Raises:
            StoreUnavailable: No answer now.
        """
        batch = self._store.newest(site, on, signed=True) or self._store.newest(site, on)
        if batch is None:
            return None
        now = self._content(site, on)
        return SignedDay(
            batch,
            tuple(self._store.signatures(batch.id)),
            changes_between(batch.content, now),
            closing_differs(batch.content, now),
        )

    def _content(self, site: str, on: date) -> bytes:
        day = self._closings.day(on)
        return self._days.read(site, day, lambda lines: content_of(site, on, lines)[0])

    def _must(self, sha256: str) -> Batch:
        batch = self._store.batch(sha256)
        if batch is None:
            raise SignatureRefused("there is no batch of this hash: export it first")
        return batch


def _signing(batch: Batch, visitor: Visitor, route: str) -> Act:
    return act_of(visitor, "batch_signed", f"batch:{batch.sha256}", route=route)
