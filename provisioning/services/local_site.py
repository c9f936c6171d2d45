"""A whole site with its centre on this machine, from provisioning to the last program's end."""

from collections.abc import Callable
from dataclasses import dataclass

from protocol.staff import readable_secret
from protocol.vault import Entropy
from protocol.vault_keys import NewMember
from provisioning.domain import local_site
from provisioning.domain.installation import Camera, Hub, Installation, Kiosk, Printer
from provisioning.domain.local_site import DEVICE, SITE, LocalPorts, Program
from provisioning.ports import Programs
from provisioning.services.provisioner import Provisioner

__all__ = ["DEVICE", "SITE", "LocalSite", "Machine"]

READY_SECONDS = 60.0
IMPORT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Machine:
    """What the programs need of this machine.

    Attributes:
        directory: Absolute; holds everything that the programs keep.
        python: Path of the interpreter that has the packages.
        mosquitto: Path of the broker.
        sample_roster: Path of a list of invented people; the sample cards' among them.
        random: Gives so many random bytes.
    """

    directory: str
    python: str
    mosquitto: str
    sample_roster: str
    random: Entropy


class LocalSite:
    """Provisions once, then starts, kills and stops the programs by name.

    Attributes:
        passwords: Of the site's staff by log-in name, when this call made them; they are kept nowhere.
    """

    def __init__(
        self,
        provisioner: Provisioner,
        programs: Programs,
        machine: Machine,
        ports: LocalPorts,
        database_url: str = "sqlite:///central.db",
    ) -> None:
        self.ports = ports
        self.passwords: dict[str, str] = {}
        self._provisioner = provisioner
        self._programs = programs
        self._machine = machine
        self._database_url = database_url
        self._plan = {
            program.name: program
            for program in local_site.programs(
                machine.directory, ports, machine.python, machine.mosquitto
            )
        }

    @property
    def names(self) -> list[str]:
        """Names of the programs in the order in which they start."""
        return list(self._plan)

    def has_hub(self) -> bool:
        """Return whether the kiosk is its site's hub; one that was made by an earlier version is not."""
        return self._provisioner.site(SITE).hub is not None

    def prepare(self) -> None:
        """Make authority, keys and settings; a second time changes nothing.

        Raises:
            Refused: The directory was made with other ports or another database.
        """
        self._provisioner.init(
            Installation(
                broker_hosts=("127.0.0.1", "localhost"),
                broker_port=self.ports.broker,
                broker_bind="127.0.0.1",
                api_port=self.ports.centre,
                platform_url=local_site.url(self.ports.platform, "/fhir"),
                database_url=self._database_url,
                bulk_bind="127.0.0.1",
                bulk_port=self.ports.bulk,
            )
        )
        if self._provisioner.devices():
            return
        self._provisioner.add_site(SITE, "Trạm Y tế Phước Dinh")
        for login, role, name in local_site.STAFF:
            password = readable_secret(self._machine.random(16))
            self._provisioner.add_staff(SITE, NewMember(login, role, name, password))
            self.passwords[login] = password
        self._provisioner.issue_device(
            Kiosk(
                device=DEVICE,
                site=SITE,
                prefix="A",
                camera=Camera(driver="simulated"),
                printer=Printer(driver="network", host="127.0.0.1", port=self.ports.printer),
                ui_port=self.ports.kiosk,
                virtual_printer=local_site.url(self.ports.printer_page),
                hub=Hub(
                    addresses=("127.0.0.1", "localhost"),
                    device_port=self.ports.hub_devices,
                    page_port=self.ports.hub_pages,
                    bind="127.0.0.1",
                ),
            )
        )

    def add_leaders(self, *logins: str) -> dict[str, str]:
        """Let leaders log in at the centre's pages, each with a new password; return the passwords.

        Args:
            logins: Of ``local_site.LEADERS``; all of them when none is named.

        Raises:
            ProgramFailed: The centre's command refused.
        """
        passwords: dict[str, str] = {}
        for login in logins or [leader[0] for leader in local_site.LEADERS]:
            password = readable_secret(self._machine.random(16))
            machine = self._machine
            added = local_site.account_add(machine.directory, machine.python, login, password)
            self._programs.run(added, IMPORT_SECONDS)
            passwords[login] = password
        return passwords

    def import_roster(self, people: str | None = None, *, replace: bool = False) -> None:
        """Take the site's list from a file by the centre's own command; None is the sample list.

        Raises:
            ProgramFailed: The command refused the file, or rows of it.
        """
        machine = self._machine
        people = people or machine.sample_roster
        self._programs.run(
            local_site.roster_import(machine.directory, machine.python, people, replace=replace),
            IMPORT_SECONDS,
        )

    def start_all(self, say: Callable[[str], None]) -> None:
        """Start every program and wait until each serves.

        Raises:
            ProgramFailed: One of them did not come up.
        """
        for name in self.names:
            say(name)
            self.start(name)

    def start(self, name: str) -> None:
        """Start one program and wait until it serves.

        Raises:
            ProgramFailed: It did not come up.
        """
        program = self._plan[name]
        self._programs.start(program)
        self._programs.wait_ready(program, READY_SECONDS)

    def restart_after_kill(self, name: str) -> None:
        """End a program as a power cut would, then start it again.

        Raises:
            ProgramFailed: It did not come up again.
        """
        self._programs.kill(name)
        self.start(name)

    def program(self, name: str) -> Program:
        """Return how a program is started."""
        return self._plan[name]

    def running(self, name: str) -> bool:
        """Return whether a program runs."""
        return self._programs.running(name)

    def pid(self, name: str) -> int:
        """Return the process id of a running program."""
        return self._programs.pid(name)

    def ended(self) -> str | None:
        """Return the name of a program that ended by itself, if there is one."""
        return self._programs.ended()

    def kill(self, name: str) -> None:
        """End a program as a power cut would."""
        self._programs.kill(name)

    def stop(self, name: str) -> None:
        """Ask a program to end."""
        self._programs.stop(name)

    def stop_all(self) -> None:
        """Stop everything. Safe to call twice."""
        self._programs.stop_all()
