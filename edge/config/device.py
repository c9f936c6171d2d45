"""What one Pi is told of itself: where it reaches others, what is plugged in, how it talks to people."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from edge.config.section import Port, Section


class ClockSettings(Section):
    """How far the machine's clock is believed; ``trusted``: also when nothing keeps it in step."""

    trusted: bool = False


class Broker(Section):
    """Where the broker answers; ``others`` are tried in turn when it fails, each ``HOST:PORT``."""

    host: str = "127.0.0.1"
    port: Port = 8883
    others: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.\-]+:[1-9]\d{0,4}$")], ...] = ()

    @property
    def places(self) -> list[tuple[str, int]]:
        """Host and port of every broker, the preferred one first."""
        parts = (place.rpartition(":") for place in self.others)
        return [(self.host, self.port), *((host, int(port)) for host, _, port in parts)]


class Centre(Section):
    """Where the centre hands out rosters, by https; without a host there is no roster."""

    host: str = ""
    port: Port = 8443


class CameraSettings(Section):
    """Which camera, and how it is asked. ``path`` is the pictures' folder of driver ``files``."""

    driver: Literal["simulated", "picamera2", "opencv", "files", "none"] = "none"
    device: int | str = 0
    path: Path | None = None
    width: int = Field(default=1280, ge=160, le=4608)
    height: int = Field(default=720, ge=120, le=2592)
    frames_per_second: float = Field(default=10, gt=0, le=60)
    focus_cm: float | None = Field(default=None, ge=5, le=200)
    longest_exposure_ms: float | None = Field(default=None, gt=0, le=100)


class ScannerSettings(Section):
    """Which scan engine, if there is one. ``hid`` types like a keyboard, ``serial`` is USB-COM too."""

    driver: Literal["hid", "serial", "none"] = "none"
    device: str = ""
    baud_rate: int = Field(default=115200, ge=300, le=4_000_000)

    @model_validator(mode="after")
    def _has_device(self) -> Self:
        if self.driver != "none" and not self.device:
            raise ValueError("device must be given, such as /dev/input/by-id/NAME or /dev/ttyACM0")
        return self


class PrinterSettings(Section):
    """Which printer, how it is reached, and what the site decides about slips."""

    driver: Literal["network", "usb", "serial", "file", "none"] = "none"
    host: str = "127.0.0.1"
    port: Port = 9100
    vendor_id: int | None = None
    product_id: int | None = None
    device: str | None = None
    baud_rate: int = 115200
    paper_width_mm: Literal[58, 80] = 80
    timeout_seconds: float = Field(default=3, gt=0, le=60)
    large_type: bool = False
    slip_expires_seconds: float = Field(default=60, ge=5, le=3600)
    reprints_per_visit: int = Field(default=2, ge=0, le=20)
    roll_metres: float = Field(default=50, gt=0, le=500)


class UiSettings(Section):
    """Where the screen's pages answer: this machine alone, unless somebody writes otherwise.

    ``virtual_printer`` is the address that the simulator's page links to.
    """

    host: str = "127.0.0.1"
    port: Port = 8080
    virtual_printer: str = "http://127.0.0.1:9101/"


class SoundSettings(Section):
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
    level: Annotated[int, Field(ge=1, le=5)] = 3
    speech: bool = True
    voice: Literal["espeak", "none"] = "espeak"


class ConversationSettings(Section):
    """What a site decides about the conversation.

    Attributes:
        confirm_seconds: How long a card's holder can say "that is not me" before the number is
            given by itself; 0 gives it at once.
        guardian_under_years: Below this age somebody is asked for a parent or guardian.
    """

    confirm_seconds: Annotated[float, Field(ge=0, le=20)] = 6.0
    guardian_under_years: Annotated[int, Field(ge=0, le=25)] = 16


class RecordsSettings(Section):
    """Who is asked for certificates and recorded doses."""

    driver: Literal["centre", "simulated", "none"] = "centre"


class CertificateSettings(Section):
    """How the lists for certificates are kept fresh, and from which age on they are called old.

    Attributes:
        news_seconds: How often the hub asks the centre for news of its site's doses.
        spread_seconds: Within so long a kiosk fetches a new list that the centre announces.
    """

    refresh_minutes: float = Field(default=60, gt=0, le=7 * 24 * 60)
    news_seconds: float = Field(default=30, ge=0.1, le=3600)
    spread_seconds: float = Field(default=30, ge=0, le=3600)
    limit_hours: float = Field(default=7 * 24, gt=0, le=365 * 24)


class VerifySettings(Section):
    """Whether this Pi is a verify station: it says what certificates are worth, and serves nobody."""

    station: bool = False
