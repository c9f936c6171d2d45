"""The hub's ledger: who is granted, who is known, and for how long a claim alone counts."""

from datetime import timedelta

import pytest
from factories.earlier import verdict
from factories.lan import LanKiosk, asked, card
from factories.queues import HUB, MORNING, ZONE, queue_on, simulated_journal
from factories.vaults import secrets
from fakes.kiosk_parts import FillingDisk
from structlog.testing import capture_logs

from edge.domain.commands import StoreCertificate
from edge.domain.lan import HubState, Run
from edge.domain.vault import SiteKeys
from edge.ports import Draft, JournalError
from edge.services.claims import Ledger
from edge.services.naming import Naming
from edge.simulated.clock import SimulatedClock
from edge.simulated.hub import SimulatedHub
from edge.simulated.keys import SimulatedKeys
from edge.simulated.site_store import SimulatedSiteStore
from protocol.errors import WireError
from protocol.events import CertificatePrinted, EarlierDoses, decode_body, decode_event
from protocol.identity import DeviceId
from protocol.vault_keys import Secrets

KIOSK = "kiosk-0001"


class Desk:
    """A hub's ledger with everything about it in memory, and a kiosk that seals to its site."""

    def __init__(self) -> None:
        self.clock = SimulatedClock(MORNING)
        self.journal = FillingDisk(simulated_journal(self.clock))
        self.queue = queue_on(self.journal, self.clock)
        self.kiosk_keys = SimulatedKeys(DeviceId(KIOSK))
        self.kiosk = self.a_kiosk(self.kiosk_keys)
        self.keys = SiteKeys("phuoc-dinh", self.kiosk_keys.site_seal.public_key())
        self.store = SimulatedSiteStore()
        self.ledger = Ledger(
            queue=self.queue,
            keys=self.keys,
            store=self.store,
            clock=self.clock,
            zone=ZONE,
            hub=HubState(device=HUB, site="phuoc-dinh", epoch="e" * 32),
            estimate=lambda: (5, 10),
        )

    def a_kiosk(self, keys):
        return LanKiosk(SimulatedHub(), KIOSK, keys=keys, clock=self.clock)

    def unlock(self) -> None:
        self.keys.unlock(Secrets(secrets().site_secret, self.kiosk_keys.site_seal))

    def naming(self) -> Naming:
        return Naming(
            journal=self.journal, keys=self.keys, queue=self.queue, clock=self.clock, zone=ZONE
        )

    def visits(self):
        return list(self.queue.state.visits.values())


@pytest.fixture
async def hub():
    desk = Desk()
    await desk.queue.start()
    return desk


async def answers(hub, *claims):
    return [(await hub.ledger.claim(KIOSK, claim)).answer for claim in claims]


async def test_a_claim_that_nothing_follows_is_forgotten_after_ten_seconds(hub):
    await answers(hub, asked("event-1"))
    hub.clock.advance(9.9)
    before = await answers(hub, asked("event-2"))
    hub.clock.advance(0.2)

    assert (before, await answers(hub, asked("event-3"))) == (["known"], ["granted"])


async def test_a_desk_learns_which_number_a_kiosk_is_just_giving(hub):
    claim = asked()
    await hub.ledger.claim(KIOSK, claim)
    number = hub.ledger.being_given(claim.person)
    hub.clock.advance(10)

    assert number == claim.ticket
    assert hub.ledger.being_given("nobody") is None
    assert hub.ledger.being_given(claim.person) is None


async def test_what_is_in_the_queue_is_known_for_the_whole_day(hub):
    stored = hub.kiosk.alone()
    await hub.ledger.take(KIOSK, hub.kiosk.run())
    hub.clock.advance(6 * 3600)

    answer = await hub.ledger.claim("kiosk-0002", asked("other", stored.person))

    assert (answer.ticket, answer.station, answer.device) == ("A001", "reception", KIOSK)
    assert answer.settled


async def test_the_check_in_itself_asked_about_again_is_granted(hub):
    stored = hub.kiosk.alone()
    await hub.ledger.take(KIOSK, hub.kiosk.run())

    assert await answers(hub, asked(hub.kiosk.events()[0].id, stored.person)) == ["granted"]


async def test_the_hubs_own_kiosk_is_found_in_its_journal_at_once(hub):
    await hub.ledger.claim("", asked("own", "person-mau"))
    own = LanKiosk(SimulatedHub(), HUB, clock=hub.clock)
    own.alone()
    hub.journal.append(_drafts(own, person="person-mau"))

    answer = await hub.ledger.claim(KIOSK, asked("other", "person-mau"))

    assert (answer.answer, answer.settled, answer.device) == ("known", True, "")


async def test_of_very_many_claims_none_fills_the_memory(hub):
    for number in range(10_001):
        await hub.ledger.claim(KIOSK, asked(f"e{number}", f"p{number}"))

    assert await answers(hub, asked("other", "p10000")) == ["known"]


async def test_a_run_is_taken_once_however_often_it_comes(hub):
    hub.kiosk.alone(1)
    first = hub.kiosk.run()
    hub.kiosk.alone(2)

    taken = [(await hub.ledger.take(KIOSK, run)).through for run in (first, hub.kiosk.run(), first)]

    assert taken == [1, 2, 2]
    assert len(hub.visits()) == 2


async def test_after_a_lost_store_everything_comes_again_and_is_taken_once(hub):
    hub.kiosk.alone()
    await hub.ledger.take(KIOSK, hub.kiosk.run())
    hub.store.note_taken(f"{'e' * 32}/{KIOSK}/{hub.kiosk.run().epoch}", 0)

    behind = await hub.ledger.take(KIOSK, hub.kiosk.run(after=1))
    again = await hub.ledger.take(KIOSK, hub.kiosk.run())

    assert (behind.through, again.through, len(hub.visits())) == (0, 1, 1)


async def test_what_cannot_be_written_does_not_count_as_taken(hub):
    hub.kiosk.alone()
    hub.journal.full = True
    with pytest.raises(JournalError):
        await hub.ledger.take(KIOSK, hub.kiosk.run())
    hub.journal.full = False

    assert (await hub.ledger.take(KIOSK, hub.kiosk.run())).through == 1
    assert len(hub.visits()) == 1


async def test_a_run_that_ends_before_it_begins_is_refused(hub):
    with pytest.raises(WireError):
        await hub.ledger.take(KIOSK, Run(epoch="a" * 32, after=5, through=3))


async def test_who_checked_in_yesterday_does_not_stand_in_todays_line(hub):
    hub.clock.set_wall(MORNING - timedelta(days=1), ok=True)
    hub.kiosk.alone(1)
    hub.clock.set_wall(MORNING, ok=True)
    hub.kiosk.alone(2)

    taken = await hub.ledger.take(KIOSK, hub.kiosk.run())

    assert taken.through == 2
    assert [visit.ticket[0] for visit in hub.visits()] == ["A"]


async def test_of_a_kiosk_with_a_wrong_clock_everybody_is_taken(hub):
    hub.clock.set_wall(MORNING - timedelta(days=900), ok=False)
    hub.kiosk.alone()
    hub.clock.set_wall(MORNING, ok=True)

    await hub.ledger.take(KIOSK, hub.kiosk.run())

    assert len(hub.visits()) == 1


async def test_an_unlocked_hub_knows_people_whatever_key_their_kiosk_had(hub):
    hub.unlock()
    hub.kiosk.alone()
    await hub.ledger.take(KIOSK, hub.kiosk.run())
    day = MORNING.astimezone(ZONE).date()

    assert hub.visits()[0].person == hub.keys.person(card().number, day)


async def test_who_came_before_the_first_log_in_is_named_then(hub):
    hub.kiosk.alone()
    await hub.ledger.take(KIOSK, hub.kiosk.run())
    before = hub.visits()[0].person
    naming = hub.naming()
    hub.unlock()

    assert (await naming.name_all(), await naming.name_all()) == (1, 0)
    day = MORNING.astimezone(ZONE).date()
    assert before != hub.visits()[0].person == hub.keys.person(card().number, day)


async def test_whose_sealing_was_altered_stays_in_line_by_number(hub):
    stranger = hub.a_kiosk(SimulatedKeys(DeviceId(KIOSK)))
    stranger.alone()
    hub.unlock()

    await hub.ledger.take(KIOSK, stranger.run())

    assert (len(hub.visits()), await hub.naming().name_all()) == (1, 0)


async def test_the_days_key_is_told_once_somebody_logged_in(hub):
    locked = hub.ledger.day_key()
    hub.unlock()

    assert (locked.key, len(hub.ledger.day_key().key)) == (b"", 32)
    assert hub.ledger.day_key().day == "2026-11-22"
    assert hub.ledger.waiting() == (5, 10)


def _drafts(kiosk, person):
    return [
        Draft(event.id, decode_body(event), visit=event.visit, person=person)
        for event in kiosk.events()
    ]


async def test_the_hub_knows_how_long_ago_each_device_spoke(hub):
    hub.ledger.note(KIOSK)
    hub.clock.advance(90)

    assert hub.ledger.heard() == {KIOSK: 90}


async def test_a_certificate_held_up_at_a_kiosk_is_with_its_visit_at_the_hub(hub):
    stored = hub.kiosk.alone()
    order = StoreCertificate(stored.visit, stored.person, verdict())
    hub.kiosk.recorder.certificate_seen(order)
    hub.unlock()

    with capture_logs() as told:
        await hub.ledger.take(KIOSK, hub.kiosk.run())
        again = await hub.ledger.take(KIOSK, hub.kiosk.run())

    noted = decode_event(hub.journal.entries(1, most=9, most_bytes=9_999)[-1].data)
    seen = hub.kiosk.events()[-1]
    body = decode_body(noted)
    assert (again.through, len(hub.visits())) == (2, 1)
    assert (noted.type, noted.visit, noted.person) == ("certificate_noted", stored.visit, None)
    assert (body.event, body.verdict, body.fit) == (seen.id, "valid", "fits")
    assert list(body.sealed) == list(hub.keys.only_to_site(seen.sealed))
    assert hub.keys.open_form(body.sealed, seen.id, EarlierDoses).day == "2021-11-15"
    assert [each.event for each in hub.visits()[0].earlier] == [seen.id]
    assert [line for line in told if line["log_level"] == "warning"] == []


async def test_a_certificate_that_a_kiosk_printed_is_known_once_it_was_handed_over(hub):
    hub.kiosk.journal.append(
        [Draft("event-c", CertificatePrinted(job="j", dose="dose-1", proof="proven"))]
    )
    run = hub.kiosk.run()
    garbage = Run(epoch=run.epoch, after=0, through=2, events=(b"{no event", *run.events))

    taken = await hub.ledger.take(KIOSK, garbage)

    assert taken.through == 2
    assert [hub.store.copied(dose) for dose in ("dose-1", "dose-2")] == [True, False]
    assert hub.visits() == []
