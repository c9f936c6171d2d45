"""What fills the demo's lists: the commands, in order, each the programs' own."""

from datetime import date, timedelta

from provisioning.domain.local_people import SITE
from provisioning.domain.local_site import HUB_DEVICE, Program

FOLDER = "samples"
UNVERIFIED = "sample_unverified.csv"
"""Invented people whom the police have not verified, beside the sample list."""
SIGNERS = "Chamaléa Thị Trưởng, Kator Văn Xã"


def samples(directory: str, python: str, people: str, day: date) -> list[Program]:
    """Return the commands that give site and centre two days that are over, in order.

    The hub's journal begins with them; they come to the centre as from a USB stick. The first is signed
    on paper, a list goes to the police, and people at the centre work on what came of the second.

    Args:
        directory: Absolute; what provisioning made is in it.
        people: Path of the list of ``UNVERIFIED``.
    """
    folder = f"{directory}/{FOLDER}"
    hub = f"{directory}/provisioned/devices/{HUB_DEVICE}/edge.toml"
    centre = ("--config", f"{directory}/provisioned/centre/central.toml")
    on, signed = day.isoformat(), (day - timedelta(days=1)).isoformat()
    batch = f"{folder}/{SITE}-{signed}.json"
    edge, central = (python, "-m", "edge"), (python, "-m", "central")
    return [
        _program("day", *edge, "sample-day", "--day", on, "--if-empty", "--config", hub),
        _program("export", *edge, "export-batches", folder, "--config", hub),
        _program("import", *central, "import-batches", folder, *centre),
        _program("project", *central, "rebuild-projection", *centre),
        _program("people", *central, "roster", "import", people, "--site", SITE, *centre),
        _program("round", *central, "verification", "make", "--site", SITE, *centre),
        _program(
            "sheet", *central, "verification", "send", "1", "--out", f"{folder}/xac-minh.xlsx",
            *centre,
        ),
        _program(
            "batch", *central, "sign-off", "export", "--site", SITE, "--day", signed, "--out", batch,
            *centre,
        ),
        _program("sign", *central, "sign-off", "minutes", batch, "--signers", SIGNERS, *centre),
        _program(
            "work", *central, "sample-work", "--site", SITE, "--province", "tinh",
            "--commune", "xa", "--head", "diem-tiem", *centre,
        ),
    ]  # fmt: skip


def _program(name: str, *command: str) -> Program:
    return Program(f"sample-{name}", command, ())
