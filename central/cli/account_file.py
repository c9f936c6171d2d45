"""Accounts from a file: one row each, checked row by row, the others taken whatever one of them holds."""

import csv
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from central.domain.accounts import Account, AccountRefused, Role
from central.services.accounts import AccountKeeping

COLUMNS: Final = ("login", "role", "name", "sites", "communes", "password")
_NEEDED: Final = frozenset({"login", "role", "password"})


def take(path: Path, keeping: AccountKeeping, by: str) -> tuple[int, list[str]]:
    """Add every account of a CSV file; return how many, and why rows were left out.

    Raises:
        AccountRefused: A column is missing, or it is no CSV.
        OSError: The file cannot be read.
        UnicodeDecodeError: It is not UTF-8.
    """
    added, refused = 0, []
    for line, row in _rows(path):
        try:
            keeping.add(_account(row), row.get("password", ""), by)
            added += 1
        except AccountRefused as error:
            refused.append(f"line {line}: {error}")
    return added, refused


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, str]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = sorted(_NEEDED - set(reader.fieldnames or ()))
        if missing:
            raise AccountRefused(
                f"{path} has no column {', '.join(missing)}; the first line names them: "
                + ",".join(COLUMNS)
            )
        try:
            for row in reader:
                yield reader.line_num, row
        except csv.Error as error:
            raise AccountRefused(f"{path} is no CSV from line {reader.line_num} on") from error


def _account(row: Mapping[str, str]) -> Account:
    told = row["role"].strip()
    if told not in tuple(Role):
        raise AccountRefused(f"{told!r} is no role; give one of " + ", ".join(Role))
    login = row["login"].strip()
    return Account(
        login=login,
        name=row.get("name", "").strip() or login,
        role=Role(told),
        sites=tuple(row.get("sites", "").split()),
        communes=tuple(row.get("communes", "").split()),
    )
