"""``python -m central platform-file``: files to a Platform without an interface, and back."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from central.domain.accounts import Role, Visitor
from central.ports import ListUnreadable
from central.ports.platform_sheets import PlatformFile
from central.services.platform_sheets import NoSuchSheet, PlatformSheets

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    Commands = Any

OPERATOR: Final = Visitor("operator", "operator", Role.PROVINCE, None)
DONE, REFUSED, INCOMPLETE = 0, 2, 3


def add_parser(commands: Commands, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to those of the program."""
    files = commands.add_parser("platform-file", help="files to a Platform that takes no others")
    actions = files.add_subparsers(dest="action", metavar="ACTION", required=True)
    make = actions.add_parser("make", help="put what waits into a new file and write it")
    make.add_argument("--out", required=True, type=Path, help="the .xlsx file")
    get = actions.add_parser("get", help="write a file again, without what has its answer")
    get.add_argument("number", type=int, metavar="NUMBER")
    get.add_argument("--out", required=True, type=Path, help="the .xlsx file")
    take = actions.add_parser("take", help="take in what the Platform exported")
    take.add_argument("file", type=Path, metavar="FILE", help=".xlsx")
    listed = actions.add_parser("list", help="list the files, and how many rows wait in each")
    for one in (make, get, take, listed):
        common(one)


def command(
    options: argparse.Namespace, sheets: PlatformSheets, opened: Callable[[Path], PlatformFile]
) -> int:
    """Carry the command out and return the exit code."""
    try:
        match options.action:
            case "make":
                return _make(options, sheets)
            case "get":
                return _get(options.number, options.out, sheets)
            case "take":
                return _take(opened(options.file), sheets)
            case _:
                return _list(sheets)
    except NoSuchSheet:
        sys.stderr.write("there is no such file\n")
        return REFUSED
    except (ListUnreadable, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED


def _make(options: argparse.Namespace, sheets: PlatformSheets) -> int:
    made = sheets.make(OPERATOR, "command")
    if made is None:
        sys.stdout.write("nothing waits\n")
        return DONE
    return _get(made.id, options.out, sheets)


def _get(number: int, out: Path, sheets: PlatformSheets) -> int:
    out.write_bytes(sheets.book(number))
    sys.stdout.write(f"file {number} written; {sheets.unsent()} records are in no file yet\n")
    return DONE


def _take(file: PlatformFile, sheets: PlatformSheets) -> int:
    done = sheets.take_in(OPERATOR, file, "command")
    for row in done.left_out:
        sys.stderr.write(f"left out: {row}\n")
    sys.stdout.write(f"{done.rows} rows, {done.changed} new or changed, {done.wrong} left out\n")
    return INCOMPLETE if done.wrong else DONE


def _list(sheets: PlatformSheets) -> int:
    for one in sheets.sheets():
        sys.stdout.write(
            f"file {one.id} of {one.made_at:%Y-%m-%d %H:%M} UTC: {one.open} of {one.rows} rows "
            "without an answer\n"
        )
    sys.stdout.write(f"{sheets.unsent()} records are in no file yet\n")
    return DONE
