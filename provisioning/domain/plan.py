"""What each command does, as a list of steps; nothing is done here.

A step names the files that it makes. A file that is there is never made again, so that a command
that was cut short is finished by giving it once more.
"""

from collections.abc import Mapping, Set
from dataclasses import replace

from protocol.identity import DeviceId, SiteId
from protocol.registry import DeviceStatus
from protocol.vault_keys import NewMember
from provisioning.domain import broker_files, certificates, settings_files
from provisioning.domain.installation import Hub, Installation, Kiosk, Site
from provisioning.domain.refusal import Refused
from provisioning.domain.steps import (
    ACL,
    CA,
    CA_KEY,
    REGISTRY,
    REGISTRY_CERTIFICATE,
    REGISTRY_KEY,
    SETTINGS,
    ChangeVault,
    CopyFile,
    IssueCertificate,
    MakeAuthority,
    MakeSealingKey,
    PublishRegistry,
    SignHubCommand,
    Step,
    WriteFile,
    made_by,
    vault_file,
)

Devices = Mapping[str, DeviceStatus]


def plan_init(installation: Installation, there: Set[str], location: str, owner: str) -> list[Step]:
    """Return the steps that are missing to a complete installation; none when it is complete.

    Args:
        there: Names of the files that exist.
        location: Absolute path of the provisioning directory.
        owner: Account of the person who provisions.

    Raises:
        Refused: The root certificate is gone while what it signed is still there.
    """
    if CA not in there and CA_KEY not in there and REGISTRY in there:
        raise Refused(
            f"{CA} is gone; a new one would make every certificate here worthless",
            "bring it back from the backup",
        )
    installed = installation.installed_at
    user = installation.broker_user or ("mosquitto" if installed else owner)
    broker = f"{installed or location}/broker"
    steps: list[Step] = [
        WriteFile(SETTINGS, settings_files.tram_toml(installation)),
        MakeAuthority("Trạm root"),
        IssueCertificate(
            certificates.REGISTRY, certificates.SIGNING, REGISTRY_CERTIFICATE, REGISTRY_KEY
        ),
        IssueCertificate(
            certificates.BROKER,
            certificates.SERVER,
            "broker/server.crt",
            "broker/server.key",
            installation.broker_hosts,
        ),
        CopyFile(CA, "broker/ca.crt"),
        # mosquitto warns of rules that others may read, and will refuse them.
        WriteFile(ACL, broker_files.acl(), mode=0o600),
        WriteFile("broker/mosquitto.conf", broker_files.mosquitto_conf(installation, broker, user)),
        IssueCertificate(
            certificates.CENTRE, certificates.CLIENT, "centre/centre.crt", "centre/centre.key"
        ),
        IssueCertificate(
            certificates.ACK, certificates.SIGNING, "centre/ack.crt", "centre/ack.key"
        ),
        IssueCertificate(
            certificates.BULK,
            certificates.SERVER,
            "centre/bulk.crt",
            "centre/bulk.key",
            installation.bulk_hosts,
        ),
        MakeSealingKey("centre/seal.key", "centre/seal.pub"),
        CopyFile(CA, "centre/ca.crt"),
        CopyFile(REGISTRY_CERTIFICATE, "centre/registry.crt"),
        WriteFile("centre/central.toml", settings_files.central_toml(installation)),
        PublishRegistry(),
    ]
    return [step for step in steps if not made_by(step) <= there]


def plan_site(site: Site, there: Set[str], head: NewMember | None = None) -> list[Step]:
    """Return the steps that make a site, with ``head`` as the first who may log in at its hub.

    Raises:
        Refused: There is no installation, or the site is there already.
    """
    _require_installation(there)
    folder = f"sites/{site.site}"
    if f"{folder}/site.toml" in there:
        raise Refused(
            f"site {site.site} is there already; nothing was changed",
            f"see {folder}/site.toml, or choose another site id",
        )
    return [
        MakeSealingKey(f"{folder}/seal.key", f"{folder}/seal.pub"),
        # The centre seals certificates to the site; it cannot open what it sealed.
        CopyFile(f"{folder}/seal.pub", f"centre/sites/{site.site}.pub"),
        *([] if head is None else [ChangeVault(SiteId(site.site), add=head)]),
        # Last, because its presence says that the site is complete.
        WriteFile(f"{folder}/site.toml", settings_files.site_toml(site)),
    ]


def plan_staff(change: ChangeVault, site: Site, there: Set[str]) -> list[Step]:
    """Return the steps that change a site's list of staff and bring it to the hub's folder."""
    _require_installation(there)
    return [
        change,
        *_vault_for_hub(site.site, site.hub_device),
        *_vault_for_hub(site.site, site.standby_device),
    ]


def _vault_for_hub(site: str, device: str) -> list[Step]:
    # Encrypted as it is, it is for the hub alone: at leisure, passwords can be tried on it.
    return [CopyFile(vault_file(site), f"devices/{device}/vault.json", 0o600)] if device else []


def plan_device(
    kiosk: Kiosk,
    site: Site,
    installation: Installation,
    devices: Devices,
    there: Set[str],
    others: Mapping[str, str] | None = None,
) -> list[Step]:
    """Return the steps that make a device's folder and put the device into the registry.

    Args:
        devices: Every device of the registry.
        others: Settings of the site's devices that know of no hub, by the name of the file; a new
            hub is written into them.

    Raises:
        Refused: The id is reserved, in use or revoked, the ticket prefix is taken, or the site has
            another hub, or nobody who could log in at one.
    """
    _require_installation(there)
    certificates.refuse_reserved(kiosk.device)
    _refuse_known(kiosk.device, devices)
    prefix = site.prefix_for(kiosk.device, kiosk.prefix)
    folder, site_folder = f"devices/{kiosk.device}", f"sites/{site.site}"
    changed = replace(site, prefixes={**site.prefixes, kiosk.device: prefix})
    if kiosk.hub is not None:
        changed = _with_new_hub(changed, kiosk.hub, kiosk, devices, there)
    return [
        WriteFile(f"{site_folder}/site.toml", settings_files.site_toml(changed)),
        IssueCertificate(
            kiosk.device, certificates.CLIENT, f"{folder}/device.crt", f"{folder}/device.key"
        ),
        CopyFile(CA, f"{folder}/ca.crt"),
        CopyFile("centre/ack.crt", f"{folder}/ack.crt"),
        CopyFile("centre/seal.pub", f"{folder}/centre-seal.pub"),
        CopyFile(f"{site_folder}/seal.pub", f"{folder}/site-seal.pub"),
        # By it a kiosk believes the command that names another hub.
        CopyFile(REGISTRY_CERTIFICATE, f"{folder}/registry.crt"),
        WriteFile(
            f"{folder}/edge.toml", settings_files.edge_toml(kiosk, changed, prefix, installation)
        ),
        *([] if kiosk.hub is None else _hub_steps(kiosk.hub, kiosk, changed, others or {})),
        # Last: the centre believes a device only when its folder is complete.
        PublishRegistry(add=(DeviceId(kiosk.device), SiteId(site.site), f"{folder}/device.crt")),
    ]


def _hub_steps(hub: Hub, kiosk: Kiosk, site: Site, others: Mapping[str, str]) -> list[Step]:
    folder, name = f"devices/{kiosk.device}", f"{site.site}-hub.local"
    hosts = (*dict.fromkeys((*hub.addresses, name)),)
    return [
        IssueCertificate(
            name, certificates.SERVER, f"{folder}/hub.crt", f"{folder}/hub.key", hosts
        ),
        *_vault_for_hub(site.site, kiosk.device),
        *_told_of_hub(site, others),
    ]


def _told_of_hub(site: Site, others: Mapping[str, str]) -> list[Step]:
    steps: list[Step] = []
    for file, text in others.items():
        device = file.split("/")[1]
        steps += [
            CopyFile(REGISTRY_CERTIFICATE, f"devices/{device}/registry.crt"),
            WriteFile(file, settings_files.with_hub(text, device, site)),
        ]
    return steps


def _with_new_hub(site: Site, hub: Hub, kiosk: Kiosk, devices: Devices, there: Set[str]) -> Site:
    if not kiosk.standby:
        _refuse_hub(site, devices, there)
        return replace(site, hub=hub, hub_device=kiosk.device)
    if devices.get(site.hub_device) is not DeviceStatus.ACTIVE:
        # The former hub is gone for good: who stood by is the hub, and wants a new standby.
        site = replace(
            site,
            hub=site.standby,
            hub_device=site.standby_device,
            standby=None,
            standby_device="",
        )
    if devices.get(site.hub_device) is not DeviceStatus.ACTIVE:
        raise Refused(
            f"{site.site} has no hub that a standby could listen to",
            "issue the hub first: tram-provision device issue DEVICE --hub --hub-address ADDRESS",
        )
    if devices.get(site.standby_device) is DeviceStatus.ACTIVE:
        raise Refused(
            f"{site.standby_device} stands by at {site.site} already",
            "revoke it first if its machine is lost",
        )
    return replace(site, standby=hub, standby_device=kiosk.device)


def plan_promotion(site: Site, device: DeviceId, devices: Devices) -> list[Step]:
    """Return the steps that sign the command by which a device becomes its site's hub.

    Raises:
        Refused: The device is neither hub nor standby of the site, or it is revoked.
    """
    if device not in {site.hub_device, site.standby_device}:
        raise Refused(
            f"{device} is neither the hub of {site.site} nor its standby",
            "issue a standby: tram-provision device issue DEVICE --standby --hub-address ADDRESS",
        )
    if devices.get(device) is not DeviceStatus.ACTIVE:
        raise Refused(f"{device} is revoked", "see tram-provision device list")
    serial = site.hub_serial + 1
    return [
        # The number first: a command that was cut short wastes one, and none is given twice.
        WriteFile(
            f"sites/{site.site}/site.toml",
            settings_files.site_toml(replace(site, hub_serial=serial)),
        ),
        SignHubCommand(SiteId(site.site), device, serial),
    ]


def _refuse_hub(site: Site, devices: Devices, there: Set[str]) -> None:
    if devices.get(site.hub_device) is DeviceStatus.ACTIVE:
        raise Refused(
            f"{site.hub_device} is the hub of {site.site} already",
            "issue this device without --hub; it finds the hub by its settings",
        )
    if vault_file(site.site) not in there:
        raise Refused(
            f"nobody could log in at a hub of {site.site}",
            f"name its head first: tram-provision staff add LOGIN --site {site.site} --role head",
        )


def plan_revocation(device: DeviceId, devices: Devices, there: Set[str]) -> list[Step]:
    """Return the steps after which neither broker nor centre takes anything from a device.

    Raises:
        Refused: There is no such device.
    """
    _require_installation(there)
    if device not in devices:
        raise Refused(f"there is no device {device}", "see the ids by tram-provision device list")
    revoked = {name for name, status in devices.items() if status is DeviceStatus.REVOKED}
    rules = WriteFile(ACL, broker_files.acl(revoked | {device}), mode=0o600)
    if device in revoked:
        return [rules]
    # The centre first: it is the one whose refusal counts.
    return [PublishRegistry(revoke=device), rules]


def _require_installation(there: Set[str]) -> None:
    if REGISTRY not in there:
        raise Refused("there is no installation in this directory", "run tram-provision init first")


def _refuse_known(device: str, devices: Devices) -> None:
    status = devices.get(device)
    if status is DeviceStatus.REVOKED:
        raise Refused(
            f"{device} is revoked; its old certificate carries the same name",
            "issue the new machine under a new id",
        )
    if status is not None:
        raise Refused(
            f"device {device} is there already; nothing was changed",
            "revoke it first if its machine is lost, and issue a new id",
        )
