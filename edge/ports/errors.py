"""How each part of the world may fail; the tree stands in ``edge.ports``."""


class PortError(Exception):
    """Something outside the program failed."""


class CameraError(PortError):
    """The camera cannot give frames."""


class CameraUnavailable(CameraError):  # noqa: N818 - "Unavailable" says "try again"
    """No camera answers now."""


class ScannerUnavailable(PortError):  # noqa: N818
    """No scan engine answers now, or its cable was pulled."""


class PrinterError(PortError):
    """The printer cannot print."""


class PaperOut(PrinterError):  # noqa: N818
    """The roll is empty."""


class CoverOpen(PrinterError):  # noqa: N818
    """The printer's cover is open."""


class PrinterUnavailable(PrinterError):  # noqa: N818
    """The printer does not answer, or says that it is off line."""


class PrinterBusy(PrinterUnavailable):
    """Another program holds the printer."""


class SlipUnreadable(PrinterError):  # noqa: N818 - what it is
    """The drawn code cannot be read back as what it must say; no byte was sent."""


class JournalError(PortError):
    """The journal cannot be written or read."""


class DiskFull(JournalError):  # noqa: N818
    """No room is left for the journal."""


class KeysError(PortError):
    """The device's keys are missing or are not what they should be."""


class ClipUnreadable(PortError):  # noqa: N818 - what it is
    """The file is no recording that can be played."""


class ClipNotStored(PortError):  # noqa: N818 - what it is
    """The folder of clips cannot be written; says why."""


class VoiceUnavailable(PortError):  # noqa: N818
    """No voice speaks this language here, or it did not answer in time."""


class JackUnavailable(PortError):  # noqa: N818
    """Nothing here tells whether headphones are in."""


class RecordsError(PortError):
    """Certificates or doses cannot be asked for."""


class RecordsUnavailable(RecordsError):  # noqa: N818
    """Nobody who knows of certificates or doses answers now."""


class LinkError(PortError):
    """The way to the centre fails."""


class ListsUnavailable(PortError):  # noqa: N818
    """A list for certificates cannot be had, or kept, now; the one that is there stays."""


class RosterError(PortError):
    """The centre's roster cannot be used: not the centre's signature, another site's, or no roster."""


class RosterUnavailable(RosterError):  # noqa: N818
    """The centre does not answer now, or has no roster for this device."""


class HubError(PortError):
    """The hub of the site does not take what this device says, or says what nobody understands."""


class HubUnavailable(HubError):  # noqa: N818
    """No hub of this site answers in time."""


class LinkUnavailable(LinkError):  # noqa: N818
    """No broker answers now, or the connection ended."""


class VaultError(PortError):
    """The vault's file cannot be read or written."""


class SessionsError(PortError):
    """The log-ins cannot be stored or read."""
