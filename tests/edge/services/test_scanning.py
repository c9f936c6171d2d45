import asyncio
import threading
from contextlib import asynccontextmanager

from factories.documents import CARD_2021, DIRTY_ADDRESS
from factories.kiosks import DEVICE, ZONE
from factories.waiting import until
from fakes.aimers import Looks
from fakes.kiosk_parts import ShownCodes

from edge.domain.aim import Hint, Look
from edge.domain.facts import AimJudged, CameraFailed, CameraWorked, CodesSeen
from edge.services.reading import Reader
from edge.services.scanning import Scanning
from edge.simulated.clock import SimulatedClock
from edge.simulated.keys import SimulatedKeys

MAU, GIA = CARD_2021.encode(), DIRTY_ADDRESS.encode()


@asynccontextmanager
async def scanning(camera, aimer=None, *, patience_seconds=60):
    """Scan with ``camera``, every frame of it; yield the service and the facts that it told."""
    clock, facts = SimulatedClock(), []
    told = asyncio.Event()

    async def tell(fact):
        facts.append(fact)
        told.set()

    service = Scanning(
        build=lambda: (camera, camera, aimer or Looks()),
        reader=Reader(keys=SimulatedKeys(DEVICE), clock=clock, zone=ZONE),
        clock=clock,
        tell=tell,
        first_wait_seconds=0.001,
        patience_seconds=patience_seconds,
    )
    async with asyncio.TaskGroup() as group:
        task = group.create_task(service.run())
        yield service, facts
        task.cancel()


async def test_a_frame_with_a_card_is_told_with_who_it_says_to_be():
    async with scanning(ShownCodes([], [MAU])) as (_, facts):
        await until(lambda: facts)

    (seen,) = facts[0].codes
    assert seen.reading.number == "058185000123"
    assert seen.masked_name == "N. T. M***"


async def test_two_codes_of_one_frame_are_one_fact():
    async with scanning(ShownCodes([MAU, GIA])) as (_, facts):
        await until(lambda: facts)

    assert len(facts[0].codes) == 2
    assert facts[0].codes[0].code != facts[0].codes[1].code


async def test_the_same_code_has_the_same_digest_and_the_digest_tells_nothing():
    async with scanning(ShownCodes([MAU], [MAU])) as (_, facts):
        await until(lambda: len(facts) == 2)

    digests = {fact.codes[0].code for fact in facts}
    assert len(digests) == 1
    assert "058185000123" not in digests.pop()


async def test_a_medicines_bar_code_is_not_seen():
    camera = ShownCodes([MAU], [MAU])
    camera.symbology = "Code128"

    async with scanning(camera) as (_, facts):
        await until(lambda: not camera._frames)

    assert facts == []


async def test_a_camera_that_goes_away_is_said_once_and_tried_until_it_is_back():
    camera = ShownCodes(None, None, None, [MAU])

    async with scanning(camera) as (_, facts):
        await until(lambda: any(isinstance(fact, CodesSeen) for fact in facts))

    assert [type(fact) for fact in facts[:3]] == [CameraFailed, CameraWorked, CodesSeen]
    assert camera.opened == 4


async def test_frames_kept_of_a_person_are_dropped_when_asked():
    camera = ShownCodes()

    async with scanning(camera) as (service, _):
        await until(lambda: camera.opened)
        service.forget()
        await until(lambda: camera.forgotten)

    assert camera.forgotten == 1


FAR, EMPTY = Look(0, presence=0.1, code_side=0.08), Look(0)


def hints(facts) -> list[Hint | None]:
    return [fact.hint for fact in facts if isinstance(fact, AimJudged)]


async def test_a_hint_is_told_once_however_many_frames_call_for_it():
    aimer = Looks(*[FAR] * 30)

    async with scanning(ShownCodes(), aimer) as (_, facts):
        await until(lambda: not aimer.left)

    assert hints(facts) == [Hint.CLOSER]


async def test_a_hint_is_told_before_the_code_of_its_frame_is_sought():
    camera, aimer = ShownCodes([], [MAU]), Looks(FAR, FAR)

    async with scanning(camera, aimer) as (_, facts):
        await until(lambda: len(facts) >= 3)

    assert [type(fact) for fact in facts[:3]] == [AimJudged, AimJudged, CodesSeen]
    assert hints(facts) == [Hint.CLOSER, None]


class LongSearch(ShownCodes):
    """Finds nothing in any frame until it is told to go on."""

    def __init__(self, *frames):
        super().__init__(*frames)
        self.go_on = threading.Event()

    def decode(self, frame):
        assert self.go_on.wait(60)
        return super().decode(frame)


async def test_a_hint_does_not_wait_for_a_search_that_takes_long():
    camera, aimer = LongSearch([MAU]), Looks(FAR, FAR)

    async with scanning(camera, aimer, patience_seconds=0) as (_, facts):
        await until(lambda: hints(facts))
        told_meanwhile = list(facts)
        camera.go_on.set()
        await until(lambda: any(isinstance(fact, CodesSeen) for fact in facts))

    assert hints(told_meanwhile) == hints(facts)[:1] == [Hint.CLOSER]
    assert [type(fact) for fact in facts[1:]] == [AimJudged, CodesSeen]


async def test_a_camera_that_goes_away_takes_its_hint_with_it():
    camera, aimer = ShownCodes([], [], None, []), Looks(FAR, FAR)

    async with scanning(camera, aimer) as (_, facts):
        await until(lambda: any(isinstance(fact, CameraFailed) for fact in facts))

    assert hints(facts) == [Hint.CLOSER, None]


async def test_the_aimer_forgets_a_person_too():
    aimer = Looks()

    async with scanning(ShownCodes(), aimer) as (service, _):
        service.forget()
        await until(lambda: aimer.forgotten)

    assert aimer.forgotten == 1
