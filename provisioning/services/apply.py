"""Carries out the steps of a plan, one durable file at a time."""

from typing import assert_never

from provisioning.domain import certificates, steps
from provisioning.domain.steps import Step
from provisioning.ports import Authority, Clock, FileMissing, Store
from provisioning.services.registry_file import RegistryFile
from provisioning.services.vault_files import VaultFiles

SECRET = 0o600
PUBLIC = 0o644


class Apply:
    """Does what a plan says and remembers which files it wrote."""

    def __init__(self, store: Store, authority: Authority, clock: Clock) -> None:
        self._store = store
        self._authority = authority
        self._clock = clock
        self._registry = RegistryFile(store, clock)
        self.written: list[str] = []

    def run(self, steps: list[Step]) -> list[str]:
        """Carry out ``steps`` in order; return the names of the files that were written."""
        for step in steps:
            self._step(step)
        return self.written

    def _step(self, step: Step) -> None:
        match step:
            case steps.MakeAuthority():
                self._make_authority(step)
            case steps.IssueCertificate():
                self._issue(step)
            case steps.MakeSealingKey():
                self._write(step.public, self._authority.public_part(self._sealing_key(step)))
            case steps.WriteFile():
                self._write(step.name, step.content.encode(), step.mode)
            case steps.CopyFile():
                self._write(step.target, self._store.read(step.source), step.mode)
            case steps.PublishRegistry() | steps.SignHubCommand():
                self.written.extend(self._registry.sign(step))
            case steps.ChangeVault():
                self.written.extend(VaultFiles(self._store, self._authority).change(step))
            case _:
                assert_never(step)

    def _make_authority(self, step: steps.MakeAuthority) -> None:
        key = self._signing_key(steps.CA_KEY)
        certificate = self._authority.self_signed(
            key, step.subject, certificates.ROOT, self._clock.now()
        )
        self._write(steps.CA, certificate)

    def _issue(self, step: steps.IssueCertificate) -> None:
        if step.certificate in self._store.names():
            return
        issuer = self._store.read(steps.CA), self._store.read(steps.CA_KEY)
        request = self._authority.request(self._signing_key(step.key), step.subject)
        certificate = self._authority.issue(
            request, step.profile, step.hosts, issuer, self._clock.now()
        )
        self._write(step.certificate, certificate)

    def _signing_key(self, name: str) -> bytes:
        return self._read(name) or self._write(name, self._authority.new_key(), SECRET)

    def _sealing_key(self, step: steps.MakeSealingKey) -> bytes:
        key = self._read(step.private)
        return key or self._write(step.private, self._authority.new_sealing_key(), SECRET)

    def _read(self, name: str) -> bytes | None:
        try:
            return self._store.read(name)
        except FileMissing:
            return None

    def _write(self, name: str, content: bytes, mode: int = PUBLIC) -> bytes:
        self._store.write(name, content, mode=mode)
        self.written.append(name)
        return content
