"""Drivers and their stand-ins: each is imported where its hardware is, and only there."""

from collections.abc import Callable
from pathlib import Path

from edge.config.device import CameraSettings, PrinterSettings, ScannerSettings
from edge.config.settings import Settings
from edge.ports import (
    Aimer,
    Camera,
    CameraUnavailable,
    Certificates,
    Decoder,
    Jack,
    Printer,
    Records,
    Scanner,
    SlipRenderer,
)
from edge.ui.simulator import Sample, Simulator


def build_decoder() -> Decoder:
    """Return the decoder for a live camera."""
    from edge.adapters.decoder_burst import kiosk_decoder

    return kiosk_decoder()


def build_aimer() -> Aimer:
    """Return what measures how a card is held."""
    from edge.adapters.aim_opencv import OpencvAimer

    return OpencvAimer()


def build_scanner(settings: ScannerSettings) -> Scanner:
    """Return the scan engine that the settings name; its driver is imported here."""
    if settings.driver == "serial":
        from edge.adapters.scanner_serial import SerialScanner

        return SerialScanner(settings.device, settings.baud_rate)
    from edge.adapters.scanner_evdev import EvdevScanner

    return EvdevScanner(settings.device)


def build_jack(device: str) -> Jack:
    """Return the headphone socket; its driver is imported here."""
    from edge.adapters.jack_evdev import EvdevJack

    return EvdevJack(device)


def build_thorough_decoder() -> Decoder:
    """Return the decoder for pictures in files."""
    from edge.adapters.decoder_burst import thorough_decoder

    return thorough_decoder()


def build_printer(settings: PrinterSettings) -> Printer:
    """Return the printer that the settings name; its driver is imported here."""
    timeout = settings.timeout_seconds
    match settings.driver:
        case "network":
            from edge.adapters.printer_escpos import network_printer

            return network_printer(settings.host, settings.port, timeout)
        case "usb":
            from edge.adapters.printer_escpos import usb_printer

            return usb_printer(settings.vendor_id or 0, settings.product_id or 0, timeout)
        case "serial":
            from edge.adapters.printer_escpos import serial_printer

            return serial_printer(settings.device or "", settings.baud_rate, timeout)
        case "file":
            from edge.adapters.printer_file import FilePrinter

            return FilePrinter(Path(settings.device or "/dev/usb/lp0"), timeout)
        case "none":
            from edge.adapters.printer_none import NoPrinter

            return NoPrinter()


def build_renderer(settings: Settings) -> SlipRenderer:
    """Return what draws slips; over a serial line a whole raster would take seconds."""
    width_mm = settings.printer.paper_width_mm
    if settings.printer.driver == "serial":
        from edge.adapters.slip_low import LowSlipRenderer

        return LowSlipRenderer(width_mm, settings.time_zone)
    from edge.adapters.slip_pillow import PillowSlipRenderer

    return PillowSlipRenderer(width_mm, settings.time_zone)


def build_camera(settings: CameraSettings) -> Camera:
    """Return the camera that the settings name; its driver is imported here."""
    width, height, rate = settings.width, settings.height, settings.frames_per_second
    match settings.driver:
        case "simulated":
            from edge.simulated.camera import SimulatedCamera

            return SimulatedCamera(width=width, height=height, frames_per_second=rate)
        case "picamera2":
            from edge.adapters.camera_picamera2 import Picamera2Camera

            number = int(settings.device)
            focus, exposure = settings.focus_cm, settings.longest_exposure_ms
            return Picamera2Camera(
                number,
                width=width,
                height=height,
                frames_per_second=rate,
                focus_dioptres=None if focus is None else 100 / focus,
                longest_exposure_microseconds=None if exposure is None else round(1000 * exposure),
            )
        case "opencv":
            from edge.adapters.camera_opencv import OpencvCamera

            device = settings.path or settings.device
            return OpencvCamera(device, width=width, height=height, frames_per_second=rate)
        case "files":
            from edge.adapters.camera_files import FilesCamera

            return FilesCamera([settings.path or Path()], frames_per_second=rate)
        case "none":
            raise CameraUnavailable("no camera is configured")


ANSWER_SECONDS = 6.0
"""The screen waits a little longer than this."""


def build_records(
    settings: Settings, trust_clock: Callable[[], bool] = lambda: True
) -> tuple[Certificates, Records]:
    """Return who knows of certificates and of doses: the centre, of invented people's, or nobody."""
    match settings.records.driver:
        case "simulated":
            from edge.simulated.records import SimulatedRecords
            from edge.simulated.sample_records import SAMPLE_ANSWERS

            simulated = SimulatedRecords(SAMPLE_ANSWERS)
            return simulated, simulated
        case "centre" if settings.centre.host:
            return _centre_records(settings, trust_clock)
        case _:
            from edge.adapters.records_none import NoRecords

            return NoRecords(), NoRecords()


def _centre_records(
    settings: Settings, trust_clock: Callable[[], bool]
) -> tuple[Certificates, Records]:
    from edge.adapters.centre_https import CentreHttps
    from edge.adapters.records_centre import CentreRecords
    from edge.domain.dose_news import of_certificates, of_records

    def centre() -> CentreHttps:
        return CentreHttps(
            settings.centre.host,
            settings.centre.port,
            settings.keys_directory,
            trust_clock=trust_clock,
            timeout_seconds=ANSWER_SECONDS,
        )

    return CentreRecords(centre(), of_certificates), CentreRecords(centre(), of_records)


def build_simulator(settings: Settings) -> tuple[Camera, Simulator] | None:
    """Return the camera that pages hold pictures up to, and its page; None for any other camera."""
    if settings.camera.driver != "simulated":
        return None
    from edge.simulated.camera import SimulatedCamera

    size = settings.camera
    camera = SimulatedCamera(
        width=size.width, height=size.height, frames_per_second=size.frames_per_second
    )
    return camera, Simulator(camera.hold_up, build_samples, settings.ui.virtual_printer)


def build_samples() -> dict[str, Sample]:
    """Return the sample cards of the simulator's page."""
    from edge.simulated.sample_cards import SAMPLE_CARDS

    return {
        card.name: Sample(card.name, card.title_vi, card.title_en, card.draw)
        for card in SAMPLE_CARDS
    }
