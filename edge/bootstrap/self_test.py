"""The camera's self-test, put together."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from edge.adapters.clock import SystemClock
from edge.adapters.journal_sqlite import SqliteJournal
from edge.bootstrap.drivers import build_camera, build_decoder
from edge.config.settings import read_settings
from edge.ports import (
    Draft,
    Frame,
)
from edge.services.recording import new_id
from protocol.events import SelfTested
from protocol.identity import DeviceId

if TYPE_CHECKING:
    from edge.cli import self_test


def self_test_parts() -> "self_test.Parts":
    """Return what the camera's self-test works with."""
    from edge.adapters.decoder_burst import thorough_decoder
    from edge.adapters.target_gauge import gauge
    from edge.adapters.target_pillow import save_target
    from edge.cli import self_test

    def frames(config: Path) -> Iterator[Frame]:
        camera = build_camera(read_settings(config).camera)
        try:
            camera.open()
            # The first frames are the exposure finding itself.
            yield from [camera.frame() for _ in range(2 * self_test.FRAMES)][self_test.FRAMES :]
        finally:
            camera.close()

    def report(config: Path, body: SelfTested) -> None:
        settings, clock = read_settings(config), SystemClock()
        journal = SqliteJournal(
            settings.data_directory / "journal.db", device=DeviceId(settings.device), clock=clock
        )
        try:
            journal.append([Draft(new_id(clock), body)])
        finally:
            journal.close()

    return self_test.Parts(
        build_decoder, thorough_decoder, lambda: gauge, save_target, frames, report
    )
