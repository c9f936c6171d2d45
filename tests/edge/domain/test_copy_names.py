"""By what name copies are counted: each certificate has a first print of its own."""

from datetime import date

from edge.domain.answers import Item
from edge.domain.arrivals import read_copy
from edge.ports import Draft
from edge.simulated.clock import SimulatedClock
from edge.simulated.journal import SimulatedJournal
from protocol.certificates.copies import name_of, parts_of
from protocol.events import CertificatePrinted
from protocol.identity import DeviceId


def item(code: str, *, reissued: bool) -> Item:
    return Item("dose-1", 2, date(2026, 11, 22), certificate=code, reissued=reissued)


def test_the_first_certificate_of_a_dose_goes_by_the_dose():
    assert item("HC1:ONE", reissued=False).copy_name == "dose-1"
    assert item("", reissued=True).copy_name == "dose-1"
    assert parts_of("dose-1") == ("dose-1", "")


def test_each_that_took_anothers_place_has_a_name_of_its_own_without_its_content():
    names = {item(code, reissued=True).copy_name for code in ("HC1:ONE", "HC1:TWO", "HC1:ONE")}

    assert len(names) == 2
    assert "dose-1" not in names
    for name in names:
        dose, certificate = parts_of(name)
        assert (dose, len(certificate)) == ("dose-1", 16)
        assert name_of(dose, certificate) == name
        assert "HC1" not in name
        assert len("01920000-0000-7000-8000-000000000078" + name.removeprefix("dose-1")) <= 64


def test_an_event_names_the_certificate_that_left_the_printer():
    journal = SimulatedJournal(device=DeviceId("hub-0001"), clock=SimulatedClock())
    name = item("HC1:ONE", reissued=True).copy_name
    bodies = [
        CertificatePrinted(job="a", dose="dose-1", proof="proven"),
        CertificatePrinted(job="b", dose="dose-1", proof="proven", certificate=parts_of(name)[1]),
    ]
    journal.append([Draft(f"event-{body.job}", body) for body in bodies])

    written = journal.entries(0, most=10, most_bytes=1 << 20)

    assert [read_copy(entry.data) for entry in written] == ["dose-1", name]
