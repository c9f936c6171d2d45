"""Which faults a machine has, and which of them stop it."""

import pytest

from edge.domain.health import FaultCode, Vitals, assess, out_of_order

WELL = Vitals(disk_free_bytes=8 << 30, celsius=55.0, under_voltage=False, printer="ready")


def test_a_healthy_machine_has_no_fault() -> None:
    assert assess(WELL) == ()


def test_what_nobody_can_measure_is_no_fault() -> None:
    assert assess(Vitals()) == ()


@pytest.mark.parametrize(
    ("vitals", "code"),
    [
        (Vitals(disk_free_bytes=200 << 20), "D03"),
        (Vitals(disk_free_bytes=1 << 20), "D01"),
        (Vitals(printer="paper_out"), "P01"),
        (Vitals(printer="unreachable"), "P02"),
        (Vitals(printer="cover_open"), "P03"),
        (Vitals(printer="paper_low"), "P04"),
        (Vitals(camera_works=False), "C01"),
        (Vitals(scanner_works=False), "C02"),
        (Vitals(screen_works=False), "S01"),
        (Vitals(celsius=83.0), "H01"),
        (Vitals(under_voltage=True), "H02"),
        (Vitals(clock_ok=False), "T01"),
    ],
)
def test_each_fault_has_its_code(vitals: Vitals, code: str) -> None:
    assert [fault.value for fault in assess(vitals)] == [code]


def test_several_faults_stand_in_the_order_of_their_weight() -> None:
    vitals = Vitals(clock_ok=False, printer="paper_out", disk_free_bytes=0)

    assert [fault.value for fault in assess(vitals)] == ["D01", "P01", "T01"]


def test_heat_stays_a_fault_until_the_machine_has_cooled_well() -> None:
    hot = assess(Vitals(celsius=81.0))

    assert assess(Vitals(celsius=76.0), hot) == hot
    assert assess(Vitals(celsius=70.0), hot) == ()
    assert assess(Vitals(celsius=76.0)) == ()


def test_a_low_disk_stays_a_fault_until_there_is_room_again() -> None:
    low = assess(Vitals(disk_free_bytes=250 << 20))

    assert assess(Vitals(disk_free_bytes=350 << 20), low) == low
    assert assess(Vitals(disk_free_bytes=500 << 20), low) == ()


def test_a_full_disk_stays_out_of_order_until_there_is_room_for_many_people() -> None:
    full = assess(Vitals(disk_free_bytes=1 << 20))

    assert assess(Vitals(disk_free_bytes=8 << 20), full) == full
    assert assess(Vitals(disk_free_bytes=64 << 20), full) == (FaultCode.DISK_NEARLY_FULL,)


@pytest.mark.parametrize("code", list(FaultCode))
def test_only_what_prevents_every_check_in_puts_the_kiosk_out_of_order(code: FaultCode) -> None:
    expected = code if code.value in {"D01", "D02"} else None

    assert out_of_order((code,)) is expected


def test_the_heavier_fault_is_the_one_that_is_shown() -> None:
    assert out_of_order((FaultCode.PAPER_OUT, FaultCode.JOURNAL_FAILED, FaultCode.DISK_FULL)) == "D01"  # fmt: skip
