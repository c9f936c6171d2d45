"""The commands of provisioning, for the command line, the demo and the tests alike."""

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from protocol import cose
from protocol.identity import SiteId, device_id, site_id
from protocol.registry import DeviceStatus, RegisteredDevice
from protocol.staff import Role, display_name, login_name
from protocol.vault_keys import NewMember
from provisioning.domain import plan
from provisioning.domain.installation import Hub, Installation, Kiosk, Site
from provisioning.domain.refusal import Refused
from provisioning.domain.steps import CERTIFICATES, SETTINGS, ChangeVault, Step, vault_file
from provisioning.ports import Authority, Clock, FileMissing, Store, StoreError
from provisioning.services.apply import Apply
from provisioning.services.registry_file import RegistryFile
from provisioning.services.vault_files import VaultFiles, refuse_weak


@dataclass(frozen=True, slots=True)
class ListedDevice:
    """A device as ``device list`` shows it."""

    device: str
    site: str
    status: DeviceStatus
    expires_at: datetime


class Provisioner:
    """One provisioning directory and what can be done in it.

    Every command may be given again after it was cut short. No private key is ever replaced.
    """

    def __init__(self, store: Store, authority: Authority, clock: Clock, owner: str) -> None:
        self._store = store
        self._authority = authority
        self._clock = clock
        self._owner = owner
        self._registry = RegistryFile(store, clock)

    @property
    def location(self) -> str:
        """Absolute path of the directory."""
        return self._store.location

    def init(self, installation: Installation) -> list[str]:
        """Make authority, keys, broker and centre; return the files written, none when all is there.

        Raises:
            Refused: The directory holds an installation with other settings.
            StoreError: The directory cannot be written.
        """
        with self._store.locked():
            there = self._store.names()
            if SETTINGS in there and (other := self._differences(installation)):
                raise Refused(
                    f"this directory holds an installation with other settings: {other}",
                    "leave these options as they were, or make another directory",
                )
            steps = plan.plan_init(installation, there, self.location, self._owner)
            return self._apply(steps) + self._registry.mend_copy()

    def add_site(
        self,
        site: str,
        name: str,
        time_zone: str = "Asia/Ho_Chi_Minh",
        head: NewMember | None = None,
    ) -> list[str]:
        """Make a site and the key to which its identities are sealed; return the files written.

        Args:
            head: Who logs in at its hub first; can be added later.

        Raises:
            WireError: ``bad_site_id``, or what is wrong with the head's names.
            Refused: No installation, the site is there, there is no such time zone, or the password
                is weak.
        """
        with self._changing():
            made = Site(site_id(site), name, _time_zone(time_zone))
            if head is not None:
                _look_over(head)
            return self._apply(plan.plan_site(made, self._store.names(), head))

    def add_staff(self, site: str, new: NewMember) -> list[str]:
        """Put somebody on a site's list, or give them a new password; return the files written.

        Raises:
            WireError: What is wrong with the names, or the vault is damaged.
            Refused: Site unknown, password weak, or the only head would become something else.
        """
        with self._changing():
            _look_over(new)
            return self._change_staff(ChangeVault(site_id(site), add=new))

    def remove_staff(self, site: str, login: str) -> list[str]:
        """Take somebody off a site's list; return the files written.

        Raises:
            Refused: Site unknown, nobody of this name, or the only head.
        """
        with self._changing():
            if vault_file(site_id(site)) not in self._store.names():
                raise Refused(f"{site} has no list of staff", "see tram-provision staff list")
            return self._change_staff(ChangeVault(site_id(site), remove=login))

    def staff(self, site: str) -> list[tuple[str, Role, str]]:
        """Return log-in name, role and name of whom provisioning put on a site's list."""
        known = self.site(site)
        files = VaultFiles(self._store, self._authority)
        return files.listed(ChangeVault(SiteId(known.site)))

    def _change_staff(self, change: ChangeVault) -> list[str]:
        site = self.site(change.site)
        return self._apply(plan.plan_staff(change, site, self._store.names()))

    def issue_device(self, kiosk: Kiosk) -> list[str]:
        """Make all that a Pi needs and register it; return the files written.

        Raises:
            WireError: ``bad_device_id``.
            Refused: Site unknown, id or ticket prefix taken.
        """
        with self._changing():
            device_id(kiosk.device)
            there = self._store.names()
            steps = plan.plan_device(
                kiosk,
                self.site(kiosk.site),
                self.installation(),
                self._statuses(),
                there,
                self._others(kiosk) if kiosk.hub is not None else None,
            )
            return self._apply(steps)

    def _others(self, kiosk: Kiosk) -> dict[str, str]:
        """Return the settings of a site's active devices that must be told of a new hub or standby."""
        found = {}
        for entry in self._registry.current().devices:
            name = f"devices/{entry.device}/edge.toml"
            if entry.site == kiosk.site and entry.status is DeviceStatus.ACTIVE:
                text = self._store.read(name).decode()
                if kiosk.standby or "hub" not in tomllib.loads(text):
                    found[name] = text
        return found

    def promote_hub(self, site: str, device: str) -> list[str]:
        """Sign the command that makes a device the hub of its site; return the files written.

        Raises:
            WireError: ``bad_site_id`` or ``bad_device_id``.
            Refused: Site unknown, or the device is neither its hub nor its standby.
        """
        with self._changing():
            return self._apply(
                plan.plan_promotion(self.site(site), device_id(device), self._statuses())
            )

    def revoke_device(self, device: str) -> list[str]:
        """Take every right from a device; return the files written.

        Raises:
            Refused: There is no such device.
        """
        with self._changing():
            there = self._store.names()
            return self._apply(plan.plan_revocation(device_id(device), self._statuses(), there))

    def now(self) -> datetime:
        """Return the moment by this machine's clock."""
        return self._clock.now()

    def devices(self) -> list[ListedDevice]:
        """Return every device of the registry, by id."""
        entries = sorted(self._registry.current().devices, key=lambda entry: entry.device)
        return [_listed(entry) for entry in entries]

    def certificates(self) -> dict[str, datetime]:
        """Return the last day of each certificate of authority, broker and centre."""
        there = self._store.names()
        return {
            name: cose.load_certificate(self._store.read(name)).not_valid_after_utc
            for name in CERTIFICATES
            if name in there
        }

    def hub_fingerprint(self, site: str) -> str:
        """Return SHA-256 of the certificate of a site's hub, as browsers show it.

        Raises:
            Refused: There is no such site.
            StoreError: It has no hub.
        """
        pem = self._store.read(f"devices/{self.site(site).hub_device}/hub.crt")
        return cose.load_certificate(pem).fingerprint(SHA256()).hex(":").upper()

    def installation(self) -> Installation:
        """Return the settings that ``init`` was given.

        Raises:
            Refused: ``init`` was never run here.
        """
        return Installation(**self._settings())  # type: ignore[arg-type]  # written by us from the same fields

    def site(self, site: str) -> Site:
        """Return what is known of a site.

        Raises:
            WireError: ``bad_site_id``.
            Refused: There is no such site.
        """
        advice = "add it first: tram-provision site add"
        told = self._toml(f"sites/{site_id(site)}/site.toml", advice)
        prefixes = told.get("prefixes", {})
        return Site(
            site=str(told["site"]),
            name=str(told["name"]),
            time_zone=str(told["time_zone"]),
            prefixes=prefixes,  # type: ignore[arg-type]  # written by us as a table of texts
            **_hub(told.get("hub"), "hub"),  # type: ignore[arg-type]  # likewise
            **_hub(told.get("standby"), "standby"),  # type: ignore[arg-type]  # likewise
            hub_serial=_serial(told.get("command")),
        )

    @contextmanager
    def _changing(self) -> Iterator[None]:
        # Asked before the lock, which would make the directory of a mistyped path.
        self.installation()
        with self._store.locked():
            self._registry.mend_copy()
            yield

    def _settings(self) -> dict[str, object]:
        told = self._toml(SETTINGS, "run tram-provision init first")
        return {
            name: tuple(value) if isinstance(value, list) else value for name, value in told.items()
        }

    def _differences(self, wanted: Installation) -> str:
        """Return in words where ``wanted`` is other than what stands; empty when it is not.

        What a later version added is not in the file of an older installation and is no difference.
        """
        before, after = asdict(self.installation()), asdict(wanted)
        known = self._settings().keys() | {
            f.name for f in fields(Installation) if f.default is None
        }
        return ", ".join(
            f"{name} is {before[name]!r}"
            for name in before
            if name in known and before[name] != after[name]
        )

    def _toml(self, name: str, advice: str) -> dict[str, object]:
        try:
            return tomllib.loads(self._store.read(name).decode())
        except FileMissing as error:
            raise Refused(f"{name} is not in {self.location}", advice) from error
        except ValueError as error:
            raise StoreError(f"{name} is no TOML: {error}") from error

    def _statuses(self) -> dict[str, DeviceStatus]:
        return {entry.device: entry.status for entry in self._registry.current().devices}

    def _apply(self, steps: list[Step]) -> list[str]:
        return Apply(self._store, self._authority, self._clock).run(steps)


def _serial(told: object) -> int:
    return int(told["serial"]) if isinstance(told, dict) else 0


def _hub(told: object, name: str) -> dict[str, object]:
    if not isinstance(told, dict):
        return {}
    rest = {field: value for field, value in told.items() if field != "device"}
    return {
        name: Hub(**{**rest, "addresses": tuple(rest["addresses"])}),
        f"{name}_device": str(told["device"]),
    }


def _look_over(new: NewMember) -> None:
    """Return when somebody can be put on a list; nothing is written before this is known."""
    login_name(new.login)
    display_name(new.name)
    refuse_weak(new)


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise Refused(
            f"there is no time zone {name!r}", "write it like Asia/Ho_Chi_Minh"
        ) from error
    return name


def _listed(entry: RegisteredDevice) -> ListedDevice:
    certificate = x509.load_der_x509_certificate(entry.certificate)
    return ListedDevice(entry.device, entry.site, entry.status, certificate.not_valid_after_utc)
