"""Asks for certificates and doses beside the conversation; every question gets an answer in time."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from edge.domain.answers import Answer, Found, Want
from edge.domain.commands import AskRecords
from edge.domain.facts import Answered, Fact
from edge.ports import Certificates, Clock, Records, RecordsUnavailable
from edge.services.elapsed import milliseconds

MOST_SECONDS = 8.0
"""Shorter than the screen's patience; whoever waits longer goes to the desk anyway."""

log = structlog.get_logger("asking")


class Asking:
    """Takes questions of one conversation; a newer one is asked only when the older ended."""

    def __init__(
        self,
        *,
        certificates: Certificates,
        records: Records,
        clock: Clock,
        tell: Callable[[Fact], Awaitable[None]],
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        """Take the parts; ``tell`` gets an ``Answered`` for every question."""
        self._certificates = certificates
        self._records = records
        self._clock = clock
        self._tell = tell
        self._most_seconds = most_seconds
        self._questions: asyncio.Queue[AskRecords] = asyncio.Queue()

    def submit(self, question: AskRecords) -> None:
        """Take a question; returns at once."""
        self._questions.put_nowait(question)

    async def run(self) -> None:
        """Answer until cancelled."""
        while True:
            question = await self._questions.get()
            answer = await self._answer(question)
            log.info("asked", want=question.want.value, found=answer.found.value)
            at_ms = milliseconds(self._clock)
            await self._tell(Answered(question.want, question.asker.person, answer, at_ms))

    async def _answer(self, question: AskRecords) -> Answer:
        try:
            async with asyncio.timeout(self._most_seconds):
                return await asyncio.to_thread(self._ask, question)
        except (TimeoutError, RecordsUnavailable) as error:
            log.warning("records_not_reachable", problem=str(error) or "no answer in time")
            return Answer(Found.NOT_REACHABLE)

    def _ask(self, question: AskRecords) -> Answer:
        if question.want is Want.CERTIFICATE:
            return self._certificates.ask(question.asker)
        return self._records.ask(question.asker)
