"""What all commands share: the directory, the opened provisioner, and how results are told."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from provisioning.cli import errors
from provisioning.services.provisioner import Provisioner

Directory = Annotated[
    Path,
    typer.Option(
        "--directory",
        "-d",
        envvar="TRAM_DIRECTORY",
        help="Directory that holds the installation's keys and settings; mode 0700, back it up.",
    ),
]
DEFAULT_DIRECTORY = Path("installation")

Open = Callable[[Path], Provisioner]


@contextmanager
def opened(context: typer.Context, directory: Path) -> Iterator[Provisioner]:
    """Give the provisioner of ``directory``; end the command in words when it is refused."""
    open_provisioner: Open = context.obj
    try:
        yield open_provisioner(directory)
    except errors.EXPECTED as error:
        typer.echo(errors.message(error), err=True)
        raise typer.Exit(errors.exit_code(error)) from error


def report(provisioner: Provisioner, written: Sequence[str], following: str) -> None:
    """Say which files were written and what comes next."""
    for name in dict.fromkeys(written):
        typer.echo(f"made  {name}")
    typer.echo(f"in    {provisioner.location}")
    typer.echo(f"next  {following}")
