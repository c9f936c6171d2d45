"""One certificate, several printers: the site knows of each copy that may be out."""

from dataclasses import replace

from factories.lan import LanKiosk

from edge.adapters.site_store_sqlite import SqliteSiteStore
from edge.domain.lan import Run
from edge.ports import Draft
from edge.services.copies import Copies
from edge.simulated.clock import SimulatedClock
from edge.simulated.hub import SimulatedHub
from edge.simulated.journal import SimulatedJournal
from edge.simulated.site_store import SimulatedSiteStore
from protocol.events import CertificatePrinted, PaperChanged
from protocol.identity import DeviceId


def copies(journal=None, clock=None):
    clock = clock or SimulatedClock()
    journal = journal or SimulatedJournal(device=DeviceId("hub-0001"), clock=clock)
    return Copies(store=SimulatedSiteStore(), history=journal, clock=clock)


def printed(dose="dose-1", proof="proven", job="job-1"):
    return Draft(f"event-of-{job}-{dose}", CertificatePrinted(job=job, dose=dose, proof=proof))


def test_the_first_copy_is_no_second_one_however_often_its_printer_asks():
    known = copies()

    assert [known.about_to("kiosk-0001", "dose-1") for _ in range(2)] == [False, False]


def test_while_one_prints_another_one_is_told_of_it_and_no_longer_when_it_failed():
    clock = SimulatedClock()
    known = copies(clock=clock)
    known.about_to("kiosk-0001", "dose-1")

    meanwhile = known.about_to("kiosk-0002", "dose-1"), known.about_to("kiosk-0002", "dose-2")
    clock.advance(60)

    assert meanwhile == (True, False)
    assert not known.about_to("kiosk-0002", "dose-1")


def test_what_this_pis_own_printer_or_a_former_hubs_gave_out_is_known_from_the_journal():
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=clock)
    known = copies(journal, clock)
    assert not known.printed("dose-1")

    journal.append([Draft("event-0", PaperChanged(paper="enough", used_mm=1)), printed()])

    assert known.printed("dose-1")
    assert known.about_to("", "dose-1")
    assert not known.printed("dose-2")


def drop_all(journal, clock):
    """Let the centre have everything, and days go by until the journal keeps nothing of it."""
    for _ in range(2):
        clock.advance(10 * 24 * 3600)
        journal.acknowledge(journal.last(), now=clock.now().isoformat())
    assert journal.entries(0, most=1, most_bytes=1 << 20) == []


def test_a_copy_is_known_when_the_journal_no_longer_holds_its_event_also_after_a_restart():
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=clock)
    store = SimulatedSiteStore()
    journal.append([printed()])
    Copies(store=store, history=journal, clock=clock).refresh()
    drop_all(journal, clock)

    again = Copies(store=store, history=journal, clock=clock)

    assert again.printed("dose-1")
    assert again.about_to("kiosk-0001", "dose-1")
    assert not again.printed("dose-2")


def test_while_copies_cannot_be_noted_they_are_known_and_noted_as_soon_as_they_can(tmp_path):
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=clock)
    store = SqliteSiteStore(tmp_path / "site.db")
    known = Copies(store=store, history=journal, clock=clock)
    store._connection.execute("PRAGMA query_only = ON")
    journal.append([printed()])

    meanwhile = known.printed("dose-1"), store.copied("dose-1")
    store._connection.execute("PRAGMA query_only = OFF")
    known.refresh()

    assert meanwhile == (True, False)
    assert store.copied("dose-1")
    store.close()


def test_a_line_that_cannot_be_read_hides_none_behind_it(monkeypatch):
    clock = SimulatedClock()
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=clock)
    journal.append([printed("dose-1"), printed("dose-2")])
    whole = journal.entries

    def damaged(*args, **values):
        return [
            replace(e, data=b'{"certificate_printed"') if e.seq == 1 else e
            for e in whole(*args, **values)
        ]

    monkeypatch.setattr(journal, "entries", damaged)

    assert copies(journal, clock).printed("dose-2")


def test_so_many_that_print_at_once_do_not_fill_the_memory(monkeypatch):
    monkeypatch.setattr("edge.services.copies._MOST_PRINTING", 2)
    known = copies()

    for number in range(5):
        known.about_to("kiosk-0001", f"dose-{number}")

    assert len(known._printing) <= 2


def test_the_store_keeps_copies_over_a_restart_and_forgets_the_oldest(tmp_path, monkeypatch):
    store = SqliteSiteStore(tmp_path / "site.db")
    store.note_copies(["dose-1", "dose-2", "dose-1", "dose-3"])
    store.close()
    again = SqliteSiteStore(tmp_path / "site.db")
    kept = [again.copied(f"dose-{number}") for number in (1, 2, 3, 4)]
    again.close()
    monkeypatch.setattr("edge.adapters.site_store_sqlite._MOST_COPIES", 1)
    fewer = SqliteSiteStore(tmp_path / "site.db")

    assert kept == [True, True, True, False]
    assert [fewer.copied(f"dose-{number}") for number in (1, 2, 3)] == [False, False, True]
    fewer.close()


def test_a_kiosk_hands_over_that_it_printed():
    hub = SimulatedHub()
    here = LanKiosk(hub)
    here.journal.append([printed()])

    here.client._hand_over()

    assert hub.taken == ["event-of-job-1-dose-1"]
    assert isinstance(here.run(), Run)
