"""Every page that a person at the kiosk can meet, with the fullest content that it can have."""

from dataclasses import replace
from datetime import UTC, date, datetime

from factories.earlier import verdict

from edge.domain.aim import Hint
from edge.domain.answers import Answer, Found, Item, Want, Why
from edge.domain.dose_hint import DoseHint
from edge.domain.earlier import Term
from edge.domain.health import FaultCode
from edge.domain.screen import (
    AskGuardian,
    Asking,
    Attract,
    Busy,
    Certificates,
    ChooseSubject,
    Complained,
    Differs,
    Done,
    Doses,
    HoldUp,
    Keypad,
    MissedSlip,
    NoCertificate,
    NotMe,
    OutOfOrder,
    Passport,
    Read,
    Refused,
    Screen,
    StaffWanted,
    TwoCards,
    Verified,
    VerifyReady,
    Wants,
)
from edge.services.display import Bar, PrinterMood
from edge.services.roster import RosterState
from edge.services.trust import ListsState
from protocol.certificates.binding import Fit
from protocol.documents.model import DocumentClass, PartialDate, Reason
from protocol.documents.passport import Part

NAME = "N. T. M***"
QR = "TRAM1:" + "A7" * 155
"""As long as what a kiosk signs for a slip."""
ITEMS = (
    Item("1", 1, date(2021, 9, 12), "AstraZeneca"),
    Item("2", 2, date(2021, 11, 30), "AstraZeneca"),
)
_NONE_YET = Item("2", 2, date(2021, 11, 30), "AstraZeneca", why=Why.UNSIGNED)
_LATE = Item("1", 1, date(2021, 9, 12), "AstraZeneca", why=Why.LATE)
_THERE = Item("1", 1, date(2021, 9, 12), "AstraZeneca", certificate="HC1:")
DOSES = DoseHint(2, PartialDate(2026, 6, 5), 170)
PASSPORT_AGAIN = "passport-again"
"""What was typed stands in the page alone: it has to be typed before this is shown."""
GALLERY: dict[str, Screen] = {
    "attract": Attract(),
    "attract-hint": Attract(hint=Hint.TOO_BRIGHT),
    "attract-faults": Attract(
        faults=(FaultCode.DISK_NEARLY_FULL, FaultCode.PAPER_OUT, FaultCode.CLOCK_UNSURE)
    ),
    "attract-no-camera": Attract(camera_works=False, faults=(FaultCode.CAMERA_FAILED,)),
    "wants": Wants(),
    "hold-up-certificate": HoldUp(Want.CERTIFICATE),
    "hold-up-record-hint": HoldUp(Want.RECORD, hint=Hint.CLOSER),
    "hold-up-complaint": HoldUp(Want.COMPLAINT),
    "hold-up-no-camera": HoldUp(Want.RECORD, camera_works=False),
    "companion": HoldUp(Want.CHECK_IN, companion=True),
    "companion-missed": HoldUp(
        Want.CHECK_IN, companion=True, missed=(MissedSlip("A012", "failed"),)
    ),
    "read": Read(DocumentClass.CCCD_2021, NAME, "•••••••••123", 6_000),
    "not-me": NotMe(),
    "differs": Differs(("number", "name", "birth", "sex")),
    "ask-guardian": AskGuardian(NAME),
    "busy": Busy(),
    "asking": Asking(),
    "done": Done("A012", NAME, slip="printed", standing="verified"),
    "done-printing": Done("A012", NAME, standing="unverified", desk="Bàn 2: bổ sung thông tin"),
    "done-wait": Done(
        "A012", NAME, "printed", standing="to_supplement", desk="Bàn 2", wait=(10, 25)
    ),
    "done-doubtful": Done("A012", NAME, slip="doubtful", standing="exempt", qr=QR),
    "done-failed": Done("A012", NAME, slip="failed", minor_alone=True, wait=(10, 25), qr=QR),
    "done-companions": Done("A013", "N. V. E***", slip="printed", companions=2),
    "done-missed": Done(
        "A013", "N. V. E***", "printed", companions=1, missed=(MissedSlip("A012", "failed"),)
    ),
    "done-doses": Done(
        "A012", NAME, slip="printed", standing="verified", wait=(10, 25), doses=DOSES
    ),
    "done-certificate": Done(
        "A012", NAME, slip="printed", doses=DOSES, earlier=verdict(doubt="no_revocations")
    ),
    "done-certificate-differs": Done(
        "A012", NAME, slip="printed", earlier=verdict(fit=Fit.NAME_DIFFERS)
    ),
    "read-certificate": Read(
        DocumentClass.CCCD_2021,
        NAME,
        "•••••••••123",
        8_000,
        verdict("unknown_signer", doubt="no_list"),
    ),
    "verify-ready": VerifyReady(checked=12),
    "verify-no-camera": VerifyReady(camera_works=False),
    "verify-for-a-while": VerifyReady(checked=12, for_a_while=True),
    "verified": Verified(verdict(fit=None, name="Nguyễn Thị Mẫu", birth="1985-08-17")),
    "verified-recovery": Verified(
        verdict(
            fit=None,
            doubt="no_revocations",
            revoked_of="",
            kind="recovery",
            newest=None,
            term=Term("over", "04/04/2021", "04/10/2021"),
            name="Nguyễn Thị Mẫu",
            birth="1985-08-17",
            mistyped=True,
        )
    ),
    "verified-revoked": Verified(
        verdict("revoked", fit=None, name="Nguyễn Thị Mẫu", birth="1985-08-17")
    ),
    "verified-malformed": Verified(verdict("malformed", fit=None, newest=None)),
    "no-certificate": NoCertificate(),
    "done-again": Done("A012", NAME, slip="printed", again=True),
    "done-again-fullest": Done(
        "A012",
        NAME,
        "printed",
        again=True,
        desk="Bàn 2: bổ sung thông tin",
        wait=(10, 25),
        doses=DOSES,
    ),
    "done-reprint": Done("A012", NAME, slip="limit", again=True, reprint=True),
    "certificates": Certificates(Answer(Found.AVAILABLE, ITEMS), NAME),
    "certificates-closed": Certificates(Answer(Found.AVAILABLE), NAME),
    "certificates-pending": Certificates(Answer(Found.PENDING), NAME),
    "certificates-ready": Certificates(Answer(Found.AVAILABLE, (_THERE,)), NAME),
    "certificates-refused": Certificates(
        Answer(Found.AVAILABLE, (_THERE,)), NAME, "failed", refused="not_valid"
    ),
    "certificates-unsigned": Certificates(Answer(Found.PENDING, (_NONE_YET,)), NAME),
    "certificates-late": Certificates(
        Answer(Found.PENDING, (_LATE, _NONE_YET)), NAME, "failed", True
    ),
    "certificates-of-five": Certificates(
        Answer(Found.AVAILABLE, (*[replace(_THERE, reissued=True)] * 4, _NONE_YET)), NAME, "limit"
    ),
    "certificates-unknown": Certificates(Answer(Found.UNKNOWN), NAME),
    "certificates-not-reachable": Certificates(Answer(Found.NOT_REACHABLE), NAME),
    "doses": Doses(Answer(Found.AVAILABLE, ITEMS), NAME),
    "doses-pending": Doses(Answer(Found.PENDING), NAME),
    "doses-of-five": Doses(Answer(Found.PENDING, (*ITEMS, *[_LATE] * 3)), NAME),
    "doses-unknown": Doses(Answer(Found.UNKNOWN), NAME),
    "doses-not-here": Doses(Answer(Found.NOT_HERE), NAME),
    "doses-not-reachable": Doses(Answer(Found.NOT_REACHABLE), NAME),
    "choose-subject": ChooseSubject(),
    "complained": Complained("PA014"),
    "complained-failed": Complained("PA014", slip="failed"),
    "refused": Refused(DocumentClass.HEALTH_INSURANCE, Reason.HEALTH_INSURANCE),
    "refused-slip": Refused(DocumentClass.QUEUE_SLIP, Reason.QUEUE_SLIP),
    "refused-passport": Refused(DocumentClass.PASSPORT, Reason.BAD_CHECK_DIGIT),
    "two-cards": TwoCards(),
    "keypad": Keypad(),
    "passport": Passport(),
    PASSPORT_AGAIN: Passport((Part.NATIONALITY, Part.BIRTH), 1),
    "staff-wanted": StaffWanted(told=True, ticket="A102"),
    "out-of-order-disk": OutOfOrder("D01"),
    "out-of-order-journal": OutOfOrder("D02"),
}
_AT = datetime(2026, 11, 22, 22, 57, tzinfo=UTC)
FULLEST_BAR = Bar(
    14_000,
    _AT,
    False,
    PrinterMood.COVER_OPEN,
    RosterState(20_000, _AT, True),
    lists=ListsState(_AT, True, _AT, True),
)
"""Everything that the line at the foot of the screen can have to say at once."""
STILL_THERE = "keypad"
"""The page over which the question is shown."""
