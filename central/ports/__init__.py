"""What the centre asks of the world, and how each part of it may fail.

PortError
├── StoreError ── StoreUnavailable (temporary), StoreRefused
├── PlatformError ── PlatformUnavailable (temporary), PlatformNotYet (temporary), PlatformRefused
├── BrokerError ── BrokerUnavailable (temporary)
├── KeysError
├── ProviderError ── ProviderUnavailable (temporary), ProviderRefused
├── ListUnreadable
├── ListUnavailable (temporary)
└── RegistryUnavailable

Each module holds one subject. These names are meant to be imported from here; people and what is
written about them, leases and signatures from their own modules.
"""

from central.ports.broker import Broker
from central.ports.clock import Clock
from central.ports.doses import DoseComparison, DoseMirror
from central.ports.errors import (
    BrokerError,
    BrokerUnavailable,
    KeysError,
    ListUnavailable,
    ListUnreadable,
    PlatformError,
    PlatformNotYet,
    PlatformRefused,
    PlatformUnavailable,
    PortError,
    ProviderRefused,
    ProviderUnavailable,
    RegistryUnavailable,
    StoreError,
    StoreRefused,
    StoreUnavailable,
)
from central.ports.events import AckSigner, EventStore
from central.ports.figures import LiabilityReader, OverviewReader
from central.ports.lists import HeldList, Issue, ListSigner, ListSource, ListStore, PublishedList
from central.ports.platform import DosePlatform, Platform, ReactionPlatform
from central.ports.records import Due, ProjectionStore, RecordStore, Told
from central.ports.registry import KnownDevice, Registry, SiteNames
from central.ports.roster import ListRow, PeopleList, RosterSigner, RosterStore

__all__ = [
    "AckSigner",
    "Broker",
    "BrokerError",
    "BrokerUnavailable",
    "Clock",
    "DoseComparison",
    "DoseMirror",
    "DosePlatform",
    "Due",
    "EventStore",
    "HeldList",
    "Issue",
    "KeysError",
    "KnownDevice",
    "LiabilityReader",
    "ListRow",
    "ListSigner",
    "ListSource",
    "ListStore",
    "ListUnavailable",
    "ListUnreadable",
    "OverviewReader",
    "PeopleList",
    "Platform",
    "PlatformError",
    "PlatformNotYet",
    "PlatformRefused",
    "PlatformUnavailable",
    "PortError",
    "ProjectionStore",
    "ProviderRefused",
    "ProviderUnavailable",
    "PublishedList",
    "ReactionPlatform",
    "RecordStore",
    "Registry",
    "RegistryUnavailable",
    "RosterSigner",
    "RosterStore",
    "SiteNames",
    "StoreError",
    "StoreRefused",
    "StoreUnavailable",
    "Told",
]
