"""A whole site with its centre on this machine, from provisioning to the last program's end."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from protocol.vault import Entropy
from protocol.vault_keys import NewMember
from provisioning.domain import local_pis, local_samples, local_site
from provisioning.domain.installation import Installation
from provisioning.domain.local_people import COMMUNES, SITE, SITE_NAME, STAFF
from provisioning.domain.local_site import DEVICE, LocalPorts, Program
from provisioning.domain.refusal import Refused
from provisioning.ports import Programs
from provisioning.services.first_steps import FirstSteps
from provisioning.services.log_ins import LogIns
from provisioning.services.provisioner import Provisioner

__all__ = ["DEVICE", "SITE", "LocalSite", "Machine"]

READY_SECONDS = 60.0
IMPORT_SECONDS = 120.0
_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


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
    """Provisions once, then starts, kills and stops the programs by name."""

    def __init__(
        self,
        provisioner: Provisioner,
        programs: Programs,
        machine: Machine,
        ports: LocalPorts,
        log_ins: LogIns,
        steps: FirstSteps,
        database_url: str = "sqlite:///central.db",
    ) -> None:
        self.ports = ports
        self._log_ins = log_ins
        self._steps = steps
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

    @property
    def passwords(self) -> dict[str, str]:
        """Passwords of the site's staff and of the centre's leaders, by log-in name."""
        return self._log_ins.passwords()

    def fingerprint(self) -> str:
        """Return SHA-256 of the certificate of the hub's pages, as browsers show it."""
        return self._provisioner.hub_fingerprint(SITE)

    def prepare(self) -> None:
        """Make authority, keys and settings; a second time changes nothing.

        Raises:
            Refused: The directory was made with other ports, another database, or by an earlier version.
        """
        pis = local_pis.pis(self.ports)
        there = {device.device for device in self._provisioner.devices()}
        if there and pis[0].device not in there:
            raise _other_version()
        if not there:
            self._steps.begin(self._yesterday())
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
                lists_url=None
                if self.ports.hub_screen is None
                else local_site.url(self.ports.platform, "/certificates"),
                more=COMMUNES,
            )
        )
        if there.issuperset(pi.device for pi in pis):
            return
        if not self._has_site():
            self._provisioner.add_site(SITE, SITE_NAME)
        hired = {login for login, *_ in self._provisioner.staff(SITE)}
        for login, role, name in (each for each in STAFF if each[0] not in hired):
            member = NewMember(login, role, name, self._log_ins.passwords()[login])
            self._provisioner.add_staff(SITE, member)
        for pi in pis:
            self._provisioner.issue_device(pi)

    def _has_site(self) -> bool:
        try:
            self._provisioner.site(SITE)
        except Refused:
            return False
        return True

    def add_leaders(self) -> dict[str, str]:
        """Let leaders log in at the centre's pages, if they may not yet; return all passwords.

        Raises:
            ProgramFailed: The centre's command refused.
        """
        if not self._log_ins.handed_over():
            machine = self._machine
            file = self._log_ins.accounts_file()
            added = local_site.accounts_import(machine.directory, machine.python, file)
            self._programs.run(added, IMPORT_SECONDS)
            self._log_ins.hand_over()
        return self.passwords

    def samples_left(self) -> list[Program]:
        """Return the commands that are left of giving a new site, and its centre, a day that is over."""
        day = self._steps.day()
        if day is None:
            return []
        machine, done = self._machine, self._steps.done()
        folder, _, _ = machine.sample_roster.rpartition("/")
        people = f"{folder}/{local_samples.UNVERIFIED}"
        made = local_samples.samples(machine.directory, machine.python, people, day)
        return [each for each in made if each.name not in done]

    def add_samples(self) -> None:
        """Run what is left of these commands; each of them once.

        Raises:
            ProgramFailed: One of the commands refused.
        """
        for each in self.samples_left():
            self._programs.run(each, IMPORT_SECONDS)
            self._steps.finish(each.name)

    def _yesterday(self) -> date:
        return (self._provisioner.now().astimezone(_ZONE) - timedelta(days=1)).date()

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


def _other_version() -> Refused:
    return Refused(
        "this directory holds a site that another version made", "begin anew: make demo-reset"
    )
