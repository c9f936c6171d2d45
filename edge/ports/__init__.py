"""What the kiosk asks of the world, and how each part of it may fail.

PortError
├── CameraError ── CameraUnavailable (temporary)
├── ScannerUnavailable (temporary)
├── PrinterError ── PaperOut, CoverOpen, PrinterUnavailable (temporary; PrinterBusy), SlipUnreadable
├── JournalError ── DiskFull
├── KeysError
├── RecordsError ── RecordsUnavailable (temporary)
├── VoiceUnavailable (temporary)
├── JackUnavailable (temporary)
├── ClipUnreadable
├── ClipNotStored
├── LinkError ── LinkUnavailable (temporary)
├── HubError ── HubUnavailable (temporary)
├── VaultError
├── SessionsError
├── ListsUnavailable (temporary)
└── RosterError ── RosterUnavailable (temporary)

A name that ends in ``Unavailable`` says: try again later. Adapters wrap every foreign error in one
of these.

Each module holds one subject; all their names are meant to be imported from here.
"""

from edge.ports.aim import Aimer
from edge.ports.camera import Camera, Frame
from edge.ports.clock import Clock
from edge.ports.decoder import Code, Decoder
from edge.ports.errors import (
    CameraError,
    CameraUnavailable,
    ClipNotStored,
    ClipUnreadable,
    CoverOpen,
    DiskFull,
    HubError,
    HubUnavailable,
    JackUnavailable,
    JournalError,
    KeysError,
    LinkError,
    LinkUnavailable,
    ListsUnavailable,
    PaperOut,
    PortError,
    PrinterBusy,
    PrinterError,
    PrinterUnavailable,
    RecordsError,
    RecordsUnavailable,
    RosterError,
    RosterUnavailable,
    ScannerUnavailable,
    SessionsError,
    SlipUnreadable,
    VaultError,
    VoiceUnavailable,
)
from edge.ports.hub import Hub, HubHints
from edge.ports.jack import Jack
from edge.ports.journal import Counter, Draft, Entry, Journal, JournalReader, Position
from edge.ports.keys import Keys
from edge.ports.link import Link
from edge.ports.lists import ListName, ListShelf, ListSource
from edge.ports.machine import Condition, Machine
from edge.ports.page_store import PageSource, PageStore
from edge.ports.printer import JobState, Paper, Printer, PrinterStatus, PrintJob, Roll
from edge.ports.records import Certificates, Records
from edge.ports.registry import KnownDevice, Registry
from edge.ports.roster import RosterSource
from edge.ports.scanner import Scanner
from edge.ports.site_shelf import SiteShelf
from edge.ports.site_staff import SessionStore, VaultStore
from edge.ports.site_store import SiteStore
from edge.ports.slip import CertificateOnPaper, Slip, SlipKind, SlipRenderer
from edge.ports.sound import Clip, ClipFolder, Recordings, Splicer, Voice
from edge.ports.standby import CommandFile, Peer, Replica

__all__ = [
    "Aimer",
    "Camera",
    "CameraError",
    "CameraUnavailable",
    "CertificateOnPaper",
    "Certificates",
    "Clip",
    "ClipFolder",
    "ClipNotStored",
    "ClipUnreadable",
    "Clock",
    "Code",
    "CommandFile",
    "Condition",
    "Counter",
    "CoverOpen",
    "Decoder",
    "DiskFull",
    "Draft",
    "Entry",
    "Frame",
    "Hub",
    "HubError",
    "HubHints",
    "HubUnavailable",
    "Jack",
    "JackUnavailable",
    "JobState",
    "Journal",
    "JournalError",
    "JournalReader",
    "Keys",
    "KeysError",
    "KnownDevice",
    "Link",
    "LinkError",
    "LinkUnavailable",
    "ListName",
    "ListShelf",
    "ListSource",
    "ListsUnavailable",
    "Machine",
    "PageSource",
    "PageStore",
    "Paper",
    "PaperOut",
    "Peer",
    "PortError",
    "Position",
    "PrintJob",
    "Printer",
    "PrinterBusy",
    "PrinterError",
    "PrinterStatus",
    "PrinterUnavailable",
    "Recordings",
    "Records",
    "RecordsError",
    "RecordsUnavailable",
    "Registry",
    "Replica",
    "Roll",
    "RosterError",
    "RosterSource",
    "RosterUnavailable",
    "Scanner",
    "ScannerUnavailable",
    "SessionStore",
    "SessionsError",
    "SiteShelf",
    "SiteStore",
    "Slip",
    "SlipKind",
    "SlipRenderer",
    "SlipUnreadable",
    "Splicer",
    "VaultError",
    "VaultStore",
    "Voice",
    "VoiceUnavailable",
]
