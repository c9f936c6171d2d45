"""A certificate on its way to paper: verified, once, marked, and never on the disk."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from factories.certificates import NOW, claims, ec_key, hc1, rsa_key, signed, signer_certificate
from factories.kiosks import printing_bench
from factories.waiting import until
from fakes.kiosk_parts import KeptSlips, NotingPrinter

from edge.domain.answers import Item, Why
from edge.domain.commands import PrintCertificate, PrintPending
from edge.ports import CoverOpen, JobState, PrintJob, SlipUnreadable
from edge.services.certificate_words import CertificateWriter
from edge.services.printing import PrintRules
from edge.services.trust import JudgedBy
from protocol import cose
from protocol.certificates.revocations import HashKind, Revocations, hashes_of, in_buckets
from protocol.certificates.trust import Trust
from protocol.certificates.verify import verify
from protocol.certificates.wrapping import unwrap
from protocol.events import CertificatePrinted, PrintFailed, SlipPrinted, decode_body

TRUSTED = (signer_certificate(ec_key()), signer_certificate(rsa_key()))
RULES = PrintRules(settle_seconds=0)


def by(at=NOW, *, certificates=TRUSTED, revocations=None, doubt="") -> JudgedBy:
    return JudgedBy(certificates, revocations, at, at.date(), doubt, "01/03/2022")


def item(code: str | None = None, **changes) -> Item:
    fields = {"visit": "v-1", "certificate": hc1(ec_key()) if code is None else code}
    return Item("dose-1", 2, date(2021, 11, 15), "Comirnaty", **{**fields, **changes})


class Writer:
    """Verifies by lists that a test may change."""

    def __init__(self) -> None:
        self.by = by()
        self.write = CertificateWriter()

    def __call__(self, wanted):
        return self.write(wanted, self.by)


def bench_of(tmp_path, **parts):
    slips, printer = KeptSlips(), parts.pop("printer", None) or NotingPrinter()
    writer = Writer()
    made = printing_bench(
        tmp_path,
        printer=printer,
        build=lambda: (printer, slips),
        on_paper=writer,
        print_rules=parts.pop("rules", RULES),
        **parts,
    )
    return made, slips, writer


async def ended(bench, count: int):
    await until(lambda: len(bench.finished) >= count)
    return [decode_body(event) for event in bench.events()]


@pytest.mark.parametrize("key", [ec_key(), rsa_key()])
async def test_a_valid_certificate_is_printed_whole_and_its_event_holds_ids_alone(tmp_path, key):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        code = hc1(key)
        job = bench.printing.certificate(PrintCertificate(item(code)))

        [body] = await ended(bench, 1)

        assert body == CertificatePrinted(job=job, dose="dose-1", proof="proven")
        assert [slip.certificate.code for slip in slips.slips] == [code]
        assert bench.events()[0].visit == "v-1"
        assert (bench.events()[0].person, bench.events()[0].sealed) == (None, None)


async def test_the_second_copy_is_marked_also_after_a_restart(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 1)
        bench.clock.advance(20)
        bench.printing.certificate(PrintCertificate(item()))
        bodies = await ended(bench, 2)

        assert [slip.reprint for slip in slips.slips] == [False, True]
        assert [body.reprint for body in bodies] == [False, True]
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 1)

        assert [slip.reprint for slip in slips.slips] == [True]


async def test_one_that_took_anothers_place_has_a_first_print_of_its_own(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    anew = item(hc1(rsa_key()), reissued=True)
    async with made as bench:
        for wanted in (item(), anew, anew):
            bench.printing.certificate(PrintCertificate(wanted))
            bench.clock.advance(20)
            await until(lambda: not bench.journal.open_jobs())
        bodies = await ended(bench, 3)

        assert [slip.reprint for slip in slips.slips] == [False, False, True]
        assert [slip.certificate.reissued for slip in slips.slips] == [False, True, True]
        assert [body.reprint for body in bodies] == [False, False, True]
        assert {body.dose for body in bodies} == {"dose-1"}
        assert bodies[0].certificate == ""
        assert bodies[1].certificate == bodies[2].certificate != ""


async def test_who_printed_it_at_a_desk_stands_in_the_event_also_after_a_stop(tmp_path):
    made, _, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item(), staff="theo-doi-1"))
        [body] = await ended(bench, 1)
        job = PrintJob("job-9", "", "dose-9", "", JobState.SENT, False, "certificate", "don-1")
        bench.journal.append([], jobs=[job])
        bench.printing.settle_old_jobs()
        stopped = decode_body(bench.events()[-1])

        assert (body.staff, stopped.staff, stopped.proof) == ("theo-doi-1", "don-1", "doubtful")


async def test_a_copy_from_another_printer_of_the_site_makes_the_next_a_marked_one(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item(printed=True)))
        await ended(bench, 1)

        assert [slip.reprint for slip in slips.slips] == [True]


async def test_one_that_never_came_out_leaves_the_next_copy_unmarked(tmp_path):
    once = PrintRules(settle_seconds=0, reprints=0)
    made, slips, writer = bench_of(tmp_path, rules=once)
    async with made as bench:
        writer.by = by(certificates=())
        bench.printing.certificate(PrintCertificate(item()))
        [failed] = await ended(bench, 1)
        writer.by = by()
        bench.clock.advance(20)
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 2)

        assert (failed.reason, failed.kind) == ("certificate_unknown_signer", "certificate")
        assert [slip.reprint for slip in slips.slips] == [False]


async def test_a_resting_finger_and_an_emptied_roll_get_no_copies_but_staff_do(tmp_path):
    made, slips, _ = bench_of(tmp_path, rules=PrintRules(settle_seconds=0, reprints=1))
    async with made as bench:
        for pause, staff in ((0, ""), (1, ""), (15, ""), (15, ""), (15, "don-1")):
            bench.clock.advance(pause)
            bench.printing.certificate(PrintCertificate(item(), staff=staff))
        bodies = await ended(bench, 5)

        assert len(slips.slips) == 3
        refused = [body.reason for body in bodies if isinstance(body, PrintFailed)]
        assert refused == ["reprint_limit", "reprint_limit"]


def revoking(code: str) -> Revocations:
    message = cose.parse(unwrap(code.encode()))
    certificate = verify(code.encode(), Trust(TRUSTED), NOW).certificate
    hashes = hashes_of(message, certificate, [HashKind.IDENTIFIER])
    return Revocations(1, NOW, in_buckets(hashes))


@pytest.mark.parametrize(
    ("code", "judged_by", "reason"),
    [
        (hc1(ec_key(2)), by(), "certificate_unknown_signer"),
        (hc1(ec_key())[:-9], by(), "certificate_malformed"),
        ("", by(), "certificate_malformed"),
        (hc1(ec_key()), by(datetime(2023, 1, 1, tzinfo=UTC)), "certificate_expired"),
        (hc1(ec_key()), by(revocations=revoking(hc1(ec_key()))), "certificate_revoked"),
        (
            signed(
                claims(
                    {
                        "ver": "1.3.0",
                        "nam": {"fnt": "MAU"},
                        "dob": "1985",
                        "t": [{"tg": "1", "ci": "x"}],
                    }
                )
            ),
            by(),
            "certificate_of_no_dose",
        ),
    ],
)
async def test_what_is_not_valid_gets_no_paper_and_the_reason_stands_in_the_journal(
    tmp_path, code, judged_by, reason
):
    made, slips, writer = bench_of(tmp_path)
    async with made as bench:
        writer.by = judged_by
        bench.printing.certificate(PrintCertificate(item(code)))

        [body] = await ended(bench, 1)

        assert (body.reason, body.ticket) == (reason, "dose-1")
        assert (slips.slips, bench.printer.sent) == ([], [])


async def test_a_clock_years_off_keeps_nobody_from_the_certificate(tmp_path):
    made, slips, writer = bench_of(tmp_path)
    async with made as bench:
        writer.by = by(datetime(2019, 1, 1, tzinfo=UTC), doubt="clock")
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 1)

        assert len(slips.slips) == 1


async def test_without_anything_to_verify_by_nothing_is_printed(tmp_path):
    async with printing_bench(tmp_path) as bench:
        bench.printing.certificate(PrintCertificate(item()))
        [body] = await ended(bench, 1)

        assert body.reason == "certificate_not_verified"
        assert bench.printer.sent == []


class Unreadable(KeptSlips):
    def render(self, slip):  # noqa: ARG002 - the port's
        raise SlipUnreadable("the drawn code does not say what it must")


async def test_a_picture_that_cannot_be_read_back_never_reaches_the_printer(tmp_path):
    printer = NotingPrinter()
    made = printing_bench(
        tmp_path,
        printer=printer,
        build=lambda: (printer, Unreadable()),
        on_paper=Writer(),
        print_rules=RULES,
    )
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item()))
        [body] = await ended(bench, 1)

        assert body.reason == "unreadable"
        assert printer.sent == []


async def test_a_certificate_cut_off_in_the_printer_is_doubtful_and_its_next_copy_marked(tmp_path):
    printer = NotingPrinter(knows=False)
    made, slips, _ = bench_of(tmp_path, printer=printer)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item()))
        [body] = await ended(bench, 1)
        bench.clock.advance(20)
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 2)

        assert body.proof == "doubtful"
        assert [slip.reprint for slip in slips.slips] == [False, True]


async def test_a_stop_in_the_middle_ends_the_job_as_doubtful_without_its_content(tmp_path):
    made, _, _ = bench_of(tmp_path)
    async with made as bench:
        job = PrintJob(
            "job-9", "", "dose-9", "2026-11-22T01:00:00+00:00", JobState.SENT, kind="certificate"
        )
        bench.journal.append([], jobs=[job])

        assert bench.printing.settle_old_jobs() == 1
        [event] = bench.events()

        assert decode_body(event) == CertificatePrinted(
            job="job-9", dose="dose-9", proof="doubtful"
        )
        assert event.visit is None


async def test_nothing_of_a_certificate_lies_on_the_disk(tmp_path):
    made, _, _ = bench_of(tmp_path)
    code = hc1(rsa_key())
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item(code)))
        await ended(bench, 1)
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())

        assert b"certificate_printed" in written
        for secret in (b"HC1:", code[4:40].encode(), "Mẫu".encode(), b"UVCI", b"Comirnaty"):
            assert secret not in written


async def test_a_printer_that_opens_in_the_midst_fails_the_certificate(tmp_path):
    printer = NotingPrinter()
    printer.breaks_while_sending = CoverOpen("opened")
    made, _, _ = bench_of(tmp_path, printer=printer)
    async with made as bench:
        bench.printing.certificate(PrintCertificate(item(), staff="theo-doi-1"))
        [body] = await ended(bench, 1)

        assert (body.reason, body.kind) == ("cover_open", "certificate")
        assert body.staff == "theo-doi-1"


WAITING = Item("dose-2", 2, date(2026, 11, 22), "Comirnaty", "v-2", why=Why.UNSIGNED)


async def test_the_word_that_there_is_none_yet_is_printed_once_and_its_copy_marked(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        job = bench.printing.certificate(PrintPending((WAITING,), "N. T. M***"))
        await ended(bench, 1)
        bench.clock.advance(20)
        bench.printing.certificate(PrintPending((WAITING,), "N. T. M***", staff="theo-doi-1"))
        bodies = await ended(bench, 2)

        assert bodies[0] == SlipPrinted(job=job, ticket="dose-2", proof="proven", kind="pending")
        assert bodies[1].staff == "theo-doi-1"
        assert [slip.reprint for slip in slips.slips] == [False, True]
        assert [slip.kind for slip in slips.slips] == ["pending", "pending"]
        assert {event.visit for event in bench.events()} == {"v-2"}
        written = b"".join(file.read_bytes() for file in tmp_path.iterdir())
        assert "Mũi".encode() not in written
        assert b"N. T. M" not in written


async def test_the_word_that_there_is_none_now_is_no_copy_of_one_that_was_printed(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintPending((replace(WAITING, printed=True),)))
        await ended(bench, 1)

        assert [(slip.kind, slip.reprint) for slip in slips.slips] == [("pending", False)]


async def test_the_certificate_that_came_after_the_word_is_no_copy_of_it(tmp_path):
    made, slips, _ = bench_of(tmp_path)
    async with made as bench:
        bench.printing.certificate(PrintPending((replace(WAITING, id="dose-1"),)))
        await ended(bench, 1)
        bench.printing.certificate(PrintCertificate(item()))
        await ended(bench, 2)

        assert [slip.reprint for slip in slips.slips] == [False, False]
