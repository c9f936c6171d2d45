"""A kiosk's side of the site's hub: asks before it stores, and hands over what it wrote.

Nobody waits for the hub: no answer means that the kiosk goes on alone, and everything that it wrote
alone is handed over when the hub is there again.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from edge.domain.arrivals import wanted
from edge.domain.facts import Fact, HallEmptied, StationAsked, WaitEstimated
from edge.domain.lan import Claim, ClaimAnswer, Run
from edge.ports import Clock, Entry, Hub, HubError, HubUnavailable, Journal, JournalError, SiteStore
from edge.services.elapsed import milliseconds
from edge.services.staff_call import CallForStaff
from protocol.errors import WireError
from protocol.identity import Epoch

_MOST_EVENTS = 100
_MOST_BYTES = 64 * 1024

log = structlog.get_logger("hub")


@dataclass(frozen=True, slots=True)
class HubTiming:
    """How patient a kiosk is with its hub.

    Attributes:
        answer_seconds: A claim is answered in this time, or the kiosk goes on alone.
        settle_seconds: How long another kiosk may take to write the check-in that it is just making
            of the same person; then this one takes the person in as well.
        again_seconds: Between two questions about such a person.
        look_seconds: Between two looks whether the hub is there and has the day's key.
        wait_seconds: Between two questions how long people wait.
    """

    answer_seconds: float = 0.4
    settle_seconds: float = 1.5
    again_seconds: float = 0.1
    look_seconds: float = 2.0
    wait_seconds: float = 15.0


class HubClient:
    """The service; ``run`` lives in the program's task group."""

    def __init__(
        self,
        *,
        hub: Hub,
        journal: Journal | None,
        store: SiteStore,
        clock: Clock,
        take_day_key: Callable[[bytes], None],
        tell: Callable[[Fact], Awaitable[None]],
        on_reached: Callable[[bool], None] = lambda _: None,
        timing: HubTiming | None = None,
    ) -> None:
        """Take the parts.

        Args:
            journal: What is handed over; None where the hub is this Pi and reads it itself.
            take_day_key: Gets the site's key of the day whenever it is a new one; called in a thread.
            tell: Gets how long people wait, when another day began in the hall, that desks show a
                call for staff, and what a desk asks this kiosk to be.
            on_reached: Hears whether the hub is reached, when that changes, in the event loop.
        """
        self._hub = hub
        self._journal = journal
        self._store = store
        self._clock = clock
        self._take_day_key = take_day_key
        self._tell = tell
        self._on_reached = on_reached
        self._timing = timing or HubTiming()
        self._call = CallForStaff(hub, clock, tell)
        self._written = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._reached: bool | None = None
        self._hub_epoch = ""
        self._day_key = b""
        self._hall = ""
        self._order = ""
        self._wait_due = 0.0

    async def ask(self, claim: Claim) -> ClaimAnswer | None:
        """Return what the hub says to a claim, or None when the kiosk has to decide alone.

        A number that another kiosk is just giving to the same person is waited for a little: only
        one that is safe at the hub is told to somebody.
        """
        clock = asyncio.get_running_loop().time
        until = clock() + self._timing.settle_seconds
        while True:
            answer = await self._ask_once(claim)
            if answer is None or answer.answer == "granted" or answer.settled:
                return answer
            if clock() >= until:
                log.warning("claim_not_settled", by=answer.device)
                return None
            await asyncio.sleep(self._timing.again_seconds)

    def call_staff(self, wanted: bool) -> None:  # noqa: FBT001 - what it is about
        """Have the site's desks show that staff are wanted here, or no more."""
        self._call.want(wanted)
        self._written.set()

    def notify(self) -> None:
        """Hear that the journal has grown; from any thread."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._written.set)

    async def run(self) -> None:
        """Hand over, and look for the day's key, until cancelled."""
        self._loop = asyncio.get_running_loop()
        while True:
            self._written.clear()
            await self.look()
            try:
                async with asyncio.timeout(self._timing.look_seconds):
                    await self._written.wait()
            except TimeoutError:
                continue

    async def look(self) -> bool:
        """Do once what there is to do; False when the hub is not reached."""
        try:
            await self._call.say()
            await asyncio.to_thread(self._hand_over)
            for fact in await asyncio.to_thread(self._look_for_key):
                await self._tell(fact)
            await self._ask_wait()
        except (HubError, JournalError) as error:
            self._say_reached(reached=False, why=str(error))
            return False
        self._say_reached(reached=True)
        return True

    async def _ask_once(self, claim: Claim) -> ClaimAnswer | None:
        try:
            async with asyncio.timeout(self._timing.answer_seconds):
                return await asyncio.to_thread(self._put, claim)
        except TimeoutError:
            self._say_reached(reached=False, why="no answer to a claim in time")
        except HubUnavailable as error:
            self._say_reached(reached=False, why=str(error))
        except HubError as error:
            log.warning("claim_refused", problem=str(error))
        except JournalError as error:
            log.warning("claim_not_asked", problem=str(error))
        return None

    def _put(self, claim: Claim) -> ClaimAnswer | None:
        if claim.holds and not self._is_all_there():
            return None  # It cannot know of that number yet.
        return self._hub.claim(claim)

    def _is_all_there(self) -> bool:
        """Return whether this very hub has all that was written here."""
        journal = self._journal
        if journal is None:
            return True
        return self._hub.who().epoch == self._hub_epoch and all(
            self._store.taken(f"hub/{epoch}") >= journal.position(epoch).last
            for epoch in journal.epochs()
        )

    def _hand_over(self) -> None:
        if self._journal is None:
            return
        hub_epoch = self._hub.who().epoch
        for epoch in self._journal.epochs():
            if hub_epoch != self._hub_epoch:
                self._ask_how_far(epoch)
            self._hand_over_epoch(self._journal, epoch)
        self._hub_epoch = hub_epoch

    def _ask_how_far(self, epoch: Epoch) -> None:
        """Let a hub that is another one than before say what it lacks, also when nothing is new here."""
        line = f"hub/{epoch}"
        taken = self._store.taken(line)
        through = self._hub.hand_over(Run(epoch=epoch, after=taken, through=taken)).through
        if through < taken:
            log.info("hub_has_less", epoch=epoch, was=taken, through=through)
            self._store.note_taken(line, through)

    def _hand_over_epoch(self, journal: Journal, epoch: Epoch) -> None:
        line = f"hub/{epoch}"
        last = journal.position(epoch).last
        taken = self._store.taken(line)
        rewound = False
        while taken < last:
            entries = journal.entries(taken, most=_MOST_EVENTS, most_bytes=_MOST_BYTES, epoch=epoch)
            if not entries:
                return
            run = Run(epoch=epoch, after=taken, through=entries[-1].seq, events=_wanted(entries))
            through = self._hub.hand_over(run).through
            if through <= taken:
                if rewound:
                    raise HubError("the hub takes nothing of what it is given")
                # Another hub, or one that was restored: it says from where on.
                log.info("hub_has_less", epoch=epoch, was=taken, through=through)
                rewound = True
            else:
                rewound = False
            taken = min(through, last)
            self._store.note_taken(line, taken)

    def _look_for_key(self) -> list[Fact]:
        """Take the key of the day; return what else the hub says with it."""
        found = self._hub.day_key()
        if found.key and found.key != self._day_key:
            self._take_day_key(found.key)
            self._day_key = found.key
            log.info("day_key", day=found.day)
        facts: list[Fact] = []
        before, self._hall = self._hall, found.hall or self._hall
        if before not in {"", self._hall}:
            facts.append(HallEmptied(milliseconds(self._clock)))
        if found.order and found.order != self._order:
            self._order = found.order
            facts.append(StationAsked(found.verify, milliseconds(self._clock)))
        return facts

    async def _ask_wait(self) -> None:
        now = asyncio.get_running_loop().time()
        if now < self._wait_due:
            return
        minutes = await asyncio.to_thread(self._hub.waiting)
        self._wait_due = now + self._timing.wait_seconds
        await self._tell(WaitEstimated(minutes, milliseconds(self._clock)))

    def _say_reached(self, *, reached: bool, why: str = "") -> None:
        if reached == self._reached:
            return
        self._reached = reached
        if reached:
            log.info("hub_reached")
        else:
            log.warning("hub_not_reached", problem=why)
        self._on_reached(reached)


def _wanted(entries: Sequence[Entry]) -> tuple[bytes, ...]:
    found = []
    for entry in entries:
        try:
            event = wanted(entry.data)
        except WireError:
            continue  # salvaged from a damaged journal; the centre gets it as it is
        if event is not None:
            found.append(entry.data)
    return tuple(found)
