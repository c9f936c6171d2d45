"""What one Pi is told of itself: where it reaches others, what is plugged in, how it talks to people."""

from pathlib import Path
from typing import Annotated, Literal

from msgspec import Meta

from edge.config.section import Port, Section


class ClockSettings(Section, frozen=True):
    """How far the machine's clock is believed; ``trusted``: also when nothing keeps it in step."""

    trusted: bool = False


class Broker(Section, frozen=True):
    """Where the broker answers; ``others`` are tried in turn when it fails, each ``HOST:PORT``."""

    host: str = "127.0.0.1"
    port: Port = 8883
    others: tuple[Annotated[str, Meta(pattern=r"^[A-Za-z0-9.\-]+:[1-9]\d{0,4}$")], ...] = ()

    @property
    def places(self) -> list[tuple[str, int]]:
        """Host and port of every broker, the preferred one first."""
        parts = (place.rpartition(":") for place in self.others)
        return [(self.host, self.port), *((host, int(port)) for host, _, port in parts)]


class Centre(Section, frozen=True):
    """Where the centre hands out rosters, by https; without a host there is no roster."""

    host: str = ""
    port: Port = 8443


class CameraSettings(Section, frozen=True):
    """Which camera, and how it is asked. ``path`` is the pictures' folder of driver ``files``."""

    driver: Literal["simulated", "picamera2", "opencv", "files", "none"] = "none"
    device: int | str = 0
    path: Path | None = None
    width: Annotated[int, Meta(ge=160, le=4608)] = 1280
    height: Annotated[int, Meta(ge=120, le=2592)] = 720
    frames_per_second: Annotated[float, Meta(gt=0, le=60)] = 10.0
    focus_cm: Annotated[float, Meta(ge=5, le=200)] | None = None
    longest_exposure_ms: Annotated[float, Meta(gt=0, le=100)] | None = None


class ScannerSettings(Section, frozen=True):
    """Which scan engine, if there is one. ``hid`` types like a keyboard, ``serial`` is USB-COM too."""

    driver: Literal["hid", "serial", "none"] = "none"
    device: str = ""
    baud_rate: Annotated[int, Meta(ge=300, le=4_000_000)] = 115200

    def __post_init__(self) -> None:
        if self.driver != "none" and not self.device:
            raise ValueError("device must be given, such as /dev/input/by-id/NAME or /dev/ttyACM0")


class PrinterSettings(Section, frozen=True):
    """Which printer, how it is reached, and what the site decides about slips."""

    driver: Literal["network", "usb", "serial", "file", "none"] = "none"
    host: str = "127.0.0.1"
    port: Port = 9100
    vendor_id: int | None = None
    product_id: int | None = None
    device: str | None = None
    baud_rate: int = 115200
    paper_width_mm: Literal[58, 80] = 80
    timeout_seconds: Annotated[float, Meta(gt=0, le=60)] = 3.0
    large_type: bool = False
    slip_expires_seconds: Annotated[float, Meta(ge=5, le=3600)] = 60.0
    reprints_per_visit: Annotated[int, Meta(ge=0, le=20)] = 2
    roll_metres: Annotated[float, Meta(gt=0, le=500)] = 50.0


class UiSettings(Section, frozen=True):
    """Where the screen's pages answer: this machine alone, unless somebody writes otherwise.

    ``virtual_printer`` is the address that the simulator's page links to.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    virtual_printer: str = "http://127.0.0.1:9101/"


class SoundSettings(Section, frozen=True):
    """How the kiosk sounds.

    Attributes:
        output: Where sound goes; only ``headphones`` are told what is a person's own. With ``auto``
            the socket says whether they are in; without a socket that can tell it is ``speaker``.
        jack: Input device of that socket; empty for the first that there is.
        level: Loudness when a person comes, 1 to 5, 6 dB apart; they may change it for themselves.
        speech: Whether screens are said without being asked; tones come in any case.
        voice: What says words that nobody has recorded.
    """

    output: Literal["speaker", "headphones", "auto", "off"] = "speaker"
    jack: str = ""
    level: Annotated[int, Meta(ge=1, le=5)] = 3
    speech: bool = True
    voice: Literal["espeak", "none"] = "espeak"


class ConversationSettings(Section, frozen=True):
    """What a site decides about the conversation.

    Attributes:
        confirm_seconds: How long a card's holder can say "that is not me" before the number is
            given by itself; 0 gives it at once.
        guardian_under_years: Below this age somebody is asked for a parent or guardian.
    """

    confirm_seconds: Annotated[float, Meta(ge=0, le=20)] = 6.0
    guardian_under_years: Annotated[int, Meta(ge=0, le=25)] = 16


class RecordsSettings(Section, frozen=True):
    """Who is asked for certificates and recorded doses."""

    driver: Literal["centre", "simulated", "none"] = "centre"


class CertificateSettings(Section, frozen=True):
    """How the lists for certificates are kept fresh, and from which age on they are called old.

    Attributes:
        news_seconds: How often the hub asks the centre for news of its site's doses.
        spread_seconds: Within so long a kiosk fetches a new list that the centre announces.
    """

    refresh_minutes: Annotated[float, Meta(gt=0, le=7 * 24 * 60)] = 60.0
    news_seconds: Annotated[float, Meta(ge=0.1, le=3600)] = 30.0
    spread_seconds: Annotated[float, Meta(ge=0, le=3600)] = 30.0
    limit_hours: Annotated[float, Meta(gt=0, le=365 * 24)] = 7.0 * 24


class VerifySettings(Section, frozen=True):
    """Whether this Pi is a verify station: it says what certificates are worth, and serves nobody."""

    station: bool = False
