"""The steps of which commands are made, the files that each makes, and where these lie.

A step says what is to be there; ``plan`` puts steps together, a service does them.
"""

from dataclasses import dataclass
from typing import assert_never

from protocol.identity import DeviceId, SiteId
from protocol.vault_keys import NewMember
from provisioning.domain.certificates import Profile

CA, CA_KEY = "ca/ca.crt", "ca/ca.key"
REGISTRY, REGISTRY_CERTIFICATE, REGISTRY_KEY = "registry.cose", "registry.crt", "ca/registry.key"
SETTINGS = "tram.toml"
ACL = "broker/acl"
CERTIFICATES = (
    CA,
    REGISTRY_CERTIFICATE,
    "broker/server.crt",
    "centre/centre.crt",
    "centre/ack.crt",
    "centre/bulk.crt",
)
"""Every certificate of an installation but those of devices, each once."""


@dataclass(frozen=True, slots=True)
class MakeAuthority:
    """Make the root key, unless it is there, and its certificate."""

    subject: str


@dataclass(frozen=True, slots=True)
class IssueCertificate:
    """Make the key, unless it is there, and let the root sign its certificate."""

    subject: str
    profile: Profile
    certificate: str
    key: str
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MakeSealingKey:
    """Make the pair to which identities are sealed; either half may be there already."""

    private: str
    public: str


@dataclass(frozen=True, slots=True)
class WriteFile:
    """Write a file that holds no secret; one that is there is replaced."""

    name: str
    content: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class CopyFile:
    """Make ``target`` equal to ``source``."""

    source: str
    target: str
    mode: int = 0o644


@dataclass(frozen=True, slots=True)
class PublishRegistry:
    """Sign a new issue of the registry, with a device added or revoked, and copy it to the centre."""

    add: tuple[DeviceId, SiteId, str] | None = None
    revoke: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class SignHubCommand:
    """Sign the command that makes a device the hub of its site."""

    site: SiteId
    device: DeviceId
    serial: int

    @property
    def name(self) -> str:
        """The file that is brought to the device."""
        return f"sites/{self.site}/hub-command.cose"


@dataclass(frozen=True, slots=True)
class ChangeVault:
    """Put somebody on a site's list of staff, or take them off; begin the vault if there is none."""

    site: SiteId
    add: NewMember | None = None
    remove: str | None = None

    @property
    def key(self) -> str:
        """The vault key, which stays with provisioning: who has it needs nobody's password."""
        return f"sites/{self.site}/vault.key"

    @property
    def vault(self) -> str:
        """The file that the site's hub gets."""
        return vault_file(self.site)


Step = (
    MakeAuthority
    | IssueCertificate
    | MakeSealingKey
    | WriteFile
    | CopyFile
    | PublishRegistry
    | ChangeVault
    | SignHubCommand
)


def vault_file(site: str) -> str:
    """Return the name of a site's vault."""
    return f"sites/{site}/vault.json"


def made_by(step: Step) -> set[str]:
    """Return the files that are there once a step is done."""
    match step:
        case MakeAuthority():
            return {CA}
        case IssueCertificate():
            return {step.certificate}
        case MakeSealingKey():
            return {step.private, step.public}
        case WriteFile() | SignHubCommand():
            return {step.name}
        case CopyFile():
            return {step.target}
        case PublishRegistry():
            return {REGISTRY, f"centre/{REGISTRY}"}
        case ChangeVault():
            return {step.vault, step.key}
        case _:
            assert_never(step)
