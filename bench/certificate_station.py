"""The verify station whole: from a camera's frame with a certificate in it to the page with the verdict.

Frames are drawn beforehand, 1280 × 720, each with another person's code of real length on paper: turned,
tilted, with a sensor's noise. Timed is what a frame costs once the camera has given it – its looks for how
the code is held, its decoding, the verdict, the conversation, the page in every language – by the running
kiosk's own parts. Not timed are the camera's exposure and the browser's drawing. Part of ``certificate``.
"""

import asyncio
import statistics
import tempfile
from datetime import date
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import structlog
from factories.certificates import NOW, PERSON, VACCINATION, hc1, rsa_key, signer_certificate
from factories.frames import Grey, modules, noisy, paper, place, scene
from factories.kiosks import make_bench

from edge.bootstrap.drivers import build_aimer, build_decoder
from edge.domain.earlier import Judged
from edge.domain.screen import Verified
from edge.domain.state import Rules
from edge.ports import Frame
from edge.services.judging import CertificateJudge
from edge.services.trust import JudgedBy
from edge.ui.pages import Pages
from protocol.certificates.writing import dcc_fields
from protocol.documents.model import Claim

GOAL_MS = 1000
WARM_UP = 3
WIDTH_PX, PX_PER_MM, NOISE = 1280, 9.0, 4.0


def frames(many: int) -> list[Frame]:
    """Return what the camera sees, a certificate of another dose in each."""
    rng, key = np.random.default_rng(6), rsa_key()
    found: list[Grey] = []
    for row in range(many):
        dose = VACCINATION._replace(identifier=f"URN:UVCI:01:VN:{row:032X}")
        sheet = paper(modules(hc1(key, dcc_fields(PERSON, dose))), rng)
        held = place(sheet, scene(WIDTH_PX, rng), rng, px_per_mm=PX_PER_MM)
        found.append(noisy(held, NOISE, rng))
    return list(found)


async def shown_after(directory: Path, seen: list[Frame]) -> list[float]:
    """Return the seconds from each frame to the page with its verdict; nan where it was not read."""
    judge, signer = CertificateJudge(), (signer_certificate(rsa_key()),)
    by = JudgedBy(signer, None, NOW, date(NOW.year, NOW.month, NOW.day), "", "22/11/2026")

    def judged(certificate: bytes, claim: Claim | None) -> Judged:
        return judge(certificate, claim, by)

    station = make_bench(directory, rules=Rules(verify_station=True), judge=judged)
    pages = Pages(
        device="kiosk-0001", site_name="Trạm Y tế Phước Dinh", zone=ZoneInfo("Asia/Ho_Chi_Minh")
    )
    decoder, aimer, taken = build_decoder(), build_aimer(), []
    for number, frame in enumerate(seen):
        decoder.forget()
        aimer.forget()
        begun = perf_counter()
        aimer.measure(frame, number * 100)
        codes = decoder.decode(frame)
        await station.scan(*(code.payload for code in codes))
        pages.message(station.display.shown)
        read = isinstance(station.screen, Verified) and station.screen.judged.verdict == "valid"
        taken.append(perf_counter() - begun if read and codes else float("nan"))
    assert station.events() == []
    station.journal.close()
    return taken


def measure_station(rounds: int) -> dict[str, Any]:
    """Return the figures of ``rounds`` certificates held up one after the other."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    with tempfile.TemporaryDirectory() as directory:
        every = asyncio.run(shown_after(Path(directory), frames(WARM_UP + rounds)))[WARM_UP:]
    read = sorted(1000 * each for each in every if each == each)
    if not read:
        message = "no certificate was read"
        raise AssertionError(message)
    return {
        "bench": "certificate",
        "case": "verify station, frame to verdict on the page",
        "frames": len(every),
        "read": round(len(read) / len(every), 3),
        "p50_ms": round(statistics.median(read), 1),
        "p99_ms": round(read[min(len(read) - 1, int(0.99 * len(read)))], 1),
        "goal_ms": GOAL_MS,
    }
