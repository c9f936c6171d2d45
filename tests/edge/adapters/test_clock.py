"""The machine's clocks."""

from pathlib import Path

from edge.adapters.clock import SystemClock


def test_the_wall_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()

    assert now.utcoffset() is not None
    assert now.utcoffset().total_seconds() == 0  # type: ignore[union-attr]  # checked above


def test_the_time_since_boot_only_grows_and_is_the_kernels() -> None:
    clock = SystemClock()
    uptime_s = float(Path("/proc/uptime").read_text().split()[0])

    first, second = clock.boottime_ns(), clock.boottime_ns()

    assert first <= second
    assert abs(first / 1e9 - uptime_s) < 5


def test_the_boot_id_is_the_kernels_and_stays() -> None:
    clock = SystemClock()

    assert clock.boot_id() == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert clock.boot_id() == SystemClock().boot_id()


def test_the_kernel_says_whether_the_clock_is_kept_in_step() -> None:
    assert SystemClock().clock_ok() in (True, False)


def test_entropy_does_not_repeat() -> None:
    clock = SystemClock()

    assert len(clock.entropy(16)) == 16
    assert clock.entropy(16) != clock.entropy(16)
