"""``python -m central account``: the first account is made here, where only the operator is."""

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from central.cli.account_file import COLUMNS, take
from central.domain.accounts import Account, AccountRefused, Role
from central.services.accounts import AccountKeeping

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    Commands = Any

OPERATOR = "operator"
PASSWORD_VARIABLE = "TRAM_ACCOUNT_PASSWORD"  # noqa: S105 - its name


def add_parser(commands: Commands, common: Callable[[argparse.ArgumentParser], None]) -> None:
    """Add the command to those of the program."""
    account = commands.add_parser("account", help="who may log in at the centre's pages")
    actions = account.add_subparsers(dest="action", metavar="ACTION", required=True)
    add = actions.add_parser("add", help="add an account, or give one another role and password")
    add.add_argument("login", metavar="LOGIN")
    add.add_argument("--role", required=True, choices=[role.value for role in Role])
    add.add_argument("--name", help="what colleagues read; the log-in name by default")
    add.add_argument("--site", action="append", default=[], help="a site it may see; repeat")
    add.add_argument("--commune", action="append", default=[], help="a commune; repeat")
    add.add_argument("--password-file", type=Path, help="its first line; asked for without it")
    imported = actions.add_parser("import", help="add every account of a file")
    imported.add_argument(
        "file", type=Path, metavar="FILE", help="CSV with the columns " + ", ".join(COLUMNS)
    )
    disable = actions.add_parser("disable", help="take an account's right to log in")
    disable.add_argument("login", metavar="LOGIN")
    listed = actions.add_parser("list", help="list log-in name, role, sites, state")
    for one in (add, imported, disable, listed):
        common(one)


def command(options: argparse.Namespace, keeping: AccountKeeping) -> int:
    """Carry the command out and return the exit code."""
    try:
        match options.action:
            case "add":
                keeping.add(_account(options), _password(options.password_file), OPERATOR)
            case "import":
                return _import(options.file, keeping)
            case "disable":
                keeping.disable(options.login, OPERATOR)
            case _:
                sys.stdout.writelines(_line(account) for account in keeping.accounts())
    except (AccountRefused, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _import(path: Path, keeping: AccountKeeping) -> int:
    added, refused = take(path, keeping, OPERATOR)
    sys.stderr.writelines(f"{why}\n" for why in refused)
    sys.stdout.write(f"{added} accounts added; {len(refused)} rows left out\n")
    return 3 if refused else 0


def _account(options: argparse.Namespace) -> Account:
    return Account(
        login=options.login,
        name=options.name or options.login,
        role=Role(options.role),
        sites=tuple(options.site),
        communes=tuple(options.commune),
    )


def _password(path: Path | None) -> str:
    if path is not None:
        return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")
    if PASSWORD_VARIABLE in os.environ:
        return os.environ[PASSWORD_VARIABLE]
    typed = getpass.getpass("password: ")
    if getpass.getpass("again: ") != typed:
        raise AccountRefused("the two passwords differ; nothing was changed")
    return typed


def _line(account: Account) -> str:
    sees = " ".join((*account.sites, *account.communes)) or "all"
    state = "disabled" if account.disabled else "active"
    return "\t".join((account.login, account.role, sees, state, account.name)) + "\n"
