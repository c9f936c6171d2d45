"""``python -m central verification``: rounds with the commune police, for whoever has files."""

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from central.domain.verification import Round, RoundRefused
from central.ports import ListUnreadable, PeopleList
from central.services.audit import OPERATOR, TERMINAL, Note
from central.services.unverified import UnverifiedPeople
from central.services.verification import VerificationDesk
from protocol.errors import WireError
from protocol.identity import site_id

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    Commands = Any

DONE, REFUSED, INCOMPLETE = 0, 2, 3


def add_parser(commands: Commands, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to those of the program."""
    rounds = commands.add_parser("verification", help="lists that the commune police verify")
    actions = rounds.add_subparsers(dest="action", metavar="ACTION", required=True)
    make = actions.add_parser("make", help="make a round of all who are not verified yet")
    make.add_argument("--site", required=True)
    send = actions.add_parser("send", help="write the sheet for the police; the round is sent")
    send.add_argument("round", type=int, metavar="ROUND")
    send.add_argument("--out", required=True, type=Path, help="the .xlsx file")
    back = actions.add_parser("take-back", help="apply the sheet that came back")
    back.add_argument("round", type=int, metavar="ROUND")
    back.add_argument("file", type=Path, metavar="FILE", help=".xlsx or .csv")
    off = actions.add_parser("call-off", help="wait no more for a round")
    off.add_argument("round", type=int, metavar="ROUND")
    listed = actions.add_parser("list", help="list rounds; exit code 3 when one is overdue")
    still = actions.add_parser("still", help="write who would come unverified to the next session")
    still.add_argument("--site", required=True)
    still.add_argument("--out", type=Path, help="an .xlsx file with their names")
    for one in (make, send, back, off, listed, still):
        common(one)


def command(
    options: argparse.Namespace,
    desk: VerificationDesk,
    unverified: UnverifiedPeople,
    opened: Callable[[Path], PeopleList],
    note: Note,
) -> int:
    """Carry the command out and return the exit code."""
    try:
        return _ACTIONS[options.action](options, Rounds(desk, unverified, opened, note))
    except (RoundRefused, ListUnreadable, WireError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return REFUSED


@dataclass(frozen=True, slots=True)
class Rounds:
    """What the commands work with."""

    desk: VerificationDesk
    unverified: UnverifiedPeople
    opened: Callable[[Path], PeopleList]
    note: Note


def _make(options: argparse.Namespace, rounds: Rounds) -> int:
    made = rounds.desk.make(site_id(options.site), OPERATOR, TERMINAL)
    _tell(_line(made, late=False))
    return DONE


def _send(options: argparse.Namespace, rounds: Rounds) -> int:
    rounds.note("round_sent", f"round:{options.round}")
    options.out.write_bytes(rounds.desk.send(options.round))
    _tell(_line(rounds.desk.round(options.round), late=False))
    return DONE


def _take_back(options: argparse.Namespace, rounds: Rounds) -> int:
    rounds.note("round_returned", f"round:{options.round}")
    people = rounds.opened(options.file)
    done = rounds.desk.take_back(options.round, people, source=options.file.name)
    for row in done.left_out:
        sys.stderr.write(f"left out: {row}\n")
    if done.wrong > len(done.left_out):
        sys.stderr.write(f"left out: {done.wrong - len(done.left_out)} more\n")
    _tell(
        f"{done.applied} answered, {done.unanswered} without an answer, {done.wrong} rows left out"
    )
    _tell(_line(done.round, late=False))
    return INCOMPLETE if done.wrong else DONE


def _call_off(options: argparse.Namespace, rounds: Rounds) -> int:
    _tell(_line(rounds.desk.call_off(options.round, OPERATOR, TERMINAL), late=False))
    return DONE


def _list(_options: argparse.Namespace, rounds: Rounds) -> int:
    late = {one.id for one in rounds.desk.overdue()}
    for one in rounds.desk.all():
        _tell(_line(one, late=one.id in late))
    return INCOMPLETE if late else DONE


def _still(options: argparse.Namespace, rounds: Rounds) -> int:
    site = site_id(options.site)
    if options.out is not None:
        rounds.note("unverified_read", f"roster:{site}")
        options.out.write_bytes(rounds.unverified.sheet(site))
    still = rounds.unverified.of(site)
    _tell(
        f"{still.site}: {still.not_sent} not sent, {still.waiting} with the police, "
        f"{still.to_supplement} to supplement"
    )
    return DONE


def _line(one: Round, *, late: bool) -> str:
    mark = " OVERDUE" if late else ""
    return (
        f"round {one.id} of {one.site}: {one.state}{mark}, {one.answered} of {one.people} answered, "
        f"due {one.due_at:%Y-%m-%d %H:%M} UTC"
    )


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


_ACTIONS: dict[str, Callable[[argparse.Namespace, Rounds], int]] = {
    "make": _make,
    "send": _send,
    "take-back": _take_back,
    "call-off": _call_off,
    "list": _list,
    "still": _still,
}
