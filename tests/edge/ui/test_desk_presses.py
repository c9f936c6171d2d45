"""One press of a button counts once, however often the browser sends it."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from factories.queues import at_desk, filled, queue_on, simulated_journal

from edge.domain.queue.commands import Prioritise
from edge.domain.queue.stations import USUAL
from edge.domain.queue.visit import Visit
from edge.domain.staff import Role, Staff
from edge.ports import DiskFull, Draft, Entry
from edge.services.site_queue import SiteQueue
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from edge.ui.site.at_work import AtWork
from edge.ui.site.desk_common import COMMON
from edge.ui.site.desk_doing import Presses, Show, Stopped, Went, perform
from edge.ui.site.desk_model import Action, DeskSite, Go, Place, Problem, Work
from protocol.events import decode_event

LAN = Staff("lan", Role.RECEPTION)


class Bench:
    """A desk on a simulated journal."""

    def __init__(self, people: int) -> None:
        self.people = people
        self.clock = SimulatedClock()
        self.journal: SimulatedJournal = simulated_journal(self.clock)
        self.queue: SiteQueue = queue_on(self.journal, self.clock)
        self.presses = Presses()
        self.at_work = AtWork()
        for station in USUAL:
            self.at_work.note("lan", station.id, "2", self.queue.now_ms())

    def work(self, visit: Visit | None, **form: str) -> Work:
        if visit is not None:
            form |= {"visit": visit.id, "version": str(visit.version)}
        site = SimpleNamespace(
            queue=self.queue,
            state=self.queue.state,
            at_work=self.at_work,
            now_ms=self.queue.now_ms,
            people=None,
        )
        return Work(
            site=cast("DeskSite", site),
            staff=LAN,
            place=Place(USUAL[0], "1"),
            visit=visit,
            form=form,
            once=form.get("once", ""),
            t=lambda key, **_: key,
        )

    async def press(self, name: str, visit: Visit | None, **form: str) -> Went | Stopped | Show:
        return await self.run(COMMON[name], name, self.work(visit, **form))

    async def run(self, action: Action, name: str, work: Work) -> Went | Stopped | Show:
        return await perform(self.presses.of("lan", name, work.form), work, action)

    def before(self) -> Visit:
        return self.queue.state.at_desk("reception", "1")[0]

    def types(self) -> list[str]:
        entries = self.journal.entries(self.people, most=1000, most_bytes=1 << 20)
        return [decode_event(entry.data).type for entry in entries]


async def bench(people: int = 3) -> Bench:
    made = Bench(people)
    await filled(made.queue, people)
    return made


async def test_the_same_press_sent_twice_at_once_and_later_calls_one_person() -> None:
    desk = await bench()

    async with asyncio.TaskGroup() as group:
        for _ in range(2):
            group.create_task(desk.press("next", None, once="1"))
    later = await desk.press("next", None, once="1")

    assert isinstance(later, Went)
    assert desk.types() == ["called"]


async def test_the_same_form_with_other_words_is_another_press() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")
    await desk.press("hold", desk.before(), once="2", reason="family")
    held = desk.queue.state.visits[desk.queue.state.at_station("reception")[0].id]
    second = await desk.press("hold", held, once="2", reason="papers")

    assert isinstance(second, Stopped)
    assert second.refused.reason == "not_waiting"


async def test_next_sends_on_who_is_before_the_desk_and_calls_another() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")
    first = desk.before()
    outcome = await desk.press("next", first, once="2")

    assert isinstance(outcome, Went)
    assert desk.queue.state.visits[first.id].station == "screening"
    assert desk.before().id != first.id


async def test_the_last_one_is_sent_on_though_nobody_waits() -> None:
    desk = await bench(1)
    await desk.press("next", None, once="1")
    outcome = await desk.press("next", desk.before(), once="2")

    assert isinstance(outcome, Went)
    assert outcome.alone
    assert desk.types() == ["called", "finished"]


async def test_an_old_page_sends_nobody_on_unseen() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")

    with pytest.raises(Problem) as problem:
        await desk.press("next", None, once="2")
    assert problem.value.word == "refused.desk_busy"
    assert desk.types() == ["called"]


async def test_a_press_that_the_disk_stopped_did_nothing_and_does_all_when_sent_again() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")
    work = desk.work(desk.before(), once="2")
    desk.journal.fail_with(DiskFull("no room"))

    stopped = await desk.run(COMMON["next"], "next", work)
    desk.journal.fail_with(None)
    went = await desk.run(COMMON["next"], "next", work)

    assert isinstance(stopped, Stopped)
    assert (stopped.refused.reason, stopped.done) == ("not_stored", 0)
    assert isinstance(went, Went)
    assert desk.types() == ["called", "finished", "called"]


async def test_a_press_that_the_disk_stopped_half_way_goes_on_where_it_stopped() -> None:
    desk = await bench()

    async def two(work: Work) -> Go:
        # A number is given before anything more is decided: two writes.
        first = replace(at_desk(9), staff=work.staff.login)
        second = Prioritise(visit=first.visit, priority="elderly", reason="by_age", staff="lan")
        return Go([first, second])

    append = desk.journal.append

    def full_after_one(drafts: Sequence[Draft], **more: Any) -> list[Entry]:
        desk.journal.fail_with(DiskFull("no room") if desk.types() else None)
        return append(drafts, **more)

    desk.journal.append = full_after_one  # type: ignore[method-assign]
    stopped = await desk.run(two, "two", desk.work(None, once="2"))
    desk.journal.append = append  # type: ignore[method-assign]
    desk.journal.fail_with(None)
    went = await desk.run(two, "two", desk.work(None, once="2"))

    assert isinstance(stopped, Stopped)
    assert (stopped.refused.reason, stopped.done) == ("not_stored", 1)
    assert isinstance(went, Went)
    assert desk.types() == ["checked_in", "prioritised"]


async def test_what_was_changed_meanwhile_is_not_written_over() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")
    seen = desk.before()
    await desk.press("recall", seen, once="2")
    outcome = await desk.press("finish", seen, once="3")

    assert isinstance(outcome, Stopped)
    assert outcome.refused.reason == "changed_meanwhile"
    assert outcome.refused.details["what"] == "recalled"


async def test_only_the_latest_presses_are_remembered() -> None:
    desk = await bench()
    desk.presses = Presses(most=1)
    await desk.press("next", None, once="1")
    desk.presses.of("lan", "other", {"once": "2"})

    with pytest.raises(Problem):
        await desk.press("next", None, once="1")


@pytest.mark.parametrize(
    ("action", "form", "word"),
    [
        ("transfer", {}, "problem.where"),
        ("send-back", {"to": "reception"}, "refused.reason_missing"),
        ("priority", {"priority": "elderly"}, "refused.reason_missing"),
        ("priority", {"priority": "elderly", "reason": "Bà Mẫu ngất"}, "refused.reason_missing"),
        ("hold", {"reason": "Bà Mẫu ngất"}, "refused.reason_missing"),
        ("transfer", {"to": "screening", "reason": "Bà Mẫu ngất"}, "refused.reason_missing"),
        ("send-back", {"to": "reception", "reason": "Bà Mẫu"}, "refused.reason_missing"),
    ],
)
async def test_what_is_missing_is_said_before_anything_is_done(
    action: str, form: dict[str, str], word: str
) -> None:
    desk = await bench()
    await desk.press("next", None, once="1")

    with pytest.raises(Problem) as problem:
        await desk.press(action, desk.before(), once="2", **form)
    assert problem.value.word == word
    assert desk.types() == ["called"]


async def test_each_button_does_what_it_says() -> None:
    desk = await bench()
    await desk.press("next", None, once="1")
    visit = desk.before()
    await desk.press("missed", visit, once="2")
    await desk.press("resume", desk.queue.state.visits[visit.id], once="3")
    await desk.press("call", desk.queue.state.visits[visit.id], once="4")
    await desk.press("transfer", desk.before(), once="5", to="screening/2")
    away = desk.queue.state.visits[visit.id]
    await desk.press("send-back", away, once="6", to="reception", reason="form_missing")
    await desk.press(
        "priority", desk.queue.state.visits[visit.id], once="7", reason="weak", priority="urgent"
    )

    assert (away.station, away.to_desk) == ("screening", "2")
    assert desk.types() == [
        "called", "missed", "resumed", "called", "transferred", "sent_back", "prioritised",
    ]  # fmt: skip


async def test_nobody_can_be_recalled_whom_the_hub_does_not_know() -> None:
    desk = await bench()

    with pytest.raises(Problem) as problem:
        await desk.press("recall", None, once="1")
    assert problem.value.word == "refused.unknown_visit"
