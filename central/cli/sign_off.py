"""``python -m central sign-off``: a site's day as a file to sign, signed, attached, verified."""

import argparse
import getpass
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from central.domain.sign_off import ContentError, read_content, sha256_of
from central.ports import KeysError
from central.ports.sign_off import (
    ContentSigner,
    MinutesError,
    SignatureChecker,
    SignatureRefused,
    SignerUnavailable,
)
from central.services.audit import OPERATOR, TERMINAL
from central.services.sign_off import SignOffDesk

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
else:
    Commands = Any

_OF_FILES = ("sign", "verify")
_Common = Callable[[argparse.ArgumentParser], None]


@dataclass(frozen=True, slots=True)
class Tools:
    """What makes signers and checkers, for whoever has files alone.

    Attributes:
        by_file: From a PKCS#12 file and its password.
        by_token: From a driver, a token's name, a key's label and a PIN.
    """

    by_file: Callable[[Path, str], ContentSigner]
    by_token: Callable[[Path, str, str, str], ContentSigner]
    checker: Callable[[Path | None], SignatureChecker]


def add_parser(commands: Commands, common: _Common) -> None:
    """Add the command to those of the program."""
    sign_off = commands.add_parser("sign-off", help="sign a site's day")
    actions = sign_off.add_subparsers(dest="action", metavar="ACTION", required=True)
    export = actions.add_parser("export", help="write a site's day as it is now, to be signed")
    export.add_argument("--site", required=True)
    export.add_argument("--day", required=True, type=date.fromisoformat, help="YYYY-MM-DD")
    export.add_argument("--out", required=True, type=Path, help="the JSON file")
    export.add_argument("--minutes", type=Path, help="also the minutes, as PDF")
    attach = actions.add_parser("attach", help="take a signature, once it is verified")
    attach.add_argument("batch", type=Path, help="the JSON file")
    attach.add_argument("signature", type=Path, help="the detached CMS signature")
    minutes = actions.add_parser("minutes", help="note that the minutes are signed on paper")
    minutes.add_argument("batch", type=Path, help="the JSON file")
    minutes.add_argument("--signers", required=True, help="names of who signed them")
    for one in (export, attach, minutes):
        common(one)
    sign = actions.add_parser("sign", help="sign a file; needs neither settings nor database")
    sign.add_argument("batch", type=Path, help="the JSON file")
    sign.add_argument("--out", required=True, type=Path, help="the signature, .p7s")
    sign.add_argument("--p12", type=Path, help="a PKCS#12 file with key and certificate")
    sign.add_argument("--pkcs11", type=Path, help="or a token's driver")
    sign.add_argument("--token", default="", help="the token's name")
    sign.add_argument("--label", default="", help="of key and certificate on the token")
    sign.add_argument("--secret-file", type=Path, help="password or PIN; asked for without it")
    verify = actions.add_parser("verify", help="check a signature; needs no database")
    verify.add_argument("batch", type=Path, help="the JSON file")
    verify.add_argument("signature", type=Path, help="the detached CMS signature")
    verify.add_argument("--authorities", type=Path, help="PEM file of whom to believe")


def needs_files_alone(options: argparse.Namespace) -> bool:
    """Return whether the command works on an official's own computer, far from the centre."""
    return options.command == "sign-off" and options.action in _OF_FILES


def of_files(options: argparse.Namespace, tools: Tools) -> int:
    """Sign or verify files and return the exit code."""
    try:
        content = options.batch.read_bytes()
        said = read_content(content)
        if options.action == "sign":
            options.out.write_bytes(_signer(options, tools).sign(content))
            _tell(f"signed {said['site']} {said['day']}, SHA-256 {sha256_of(content)}")
            return 0
        checker = tools.checker(options.authorities)
        found = checker.verify(content, options.signature.read_bytes(), datetime.now(UTC))  # noqa: TID251 - a command of its own
    except (OSError, ContentError, SignerUnavailable, SignatureRefused, KeysError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    trust = "of a known authority" if found.trusted else "its authority was not checked"
    _tell(f"good signature by {found.signer} ({trust}) over SHA-256 {sha256_of(content)}")
    return 0


def command(options: argparse.Namespace, desk: SignOffDesk) -> int:
    """Export or attach and return the exit code."""
    try:
        if options.action == "export":
            return _export(options, desk)
        content = options.batch.read_bytes()
        if options.action == "minutes":
            signed = desk.vouch(sha256_of(content), options.signers, OPERATOR, TERMINAL)
            _tell(f"noted: minutes signed by {signed.signer} over SHA-256 {sha256_of(content)}")
            return 0
        signature = options.signature.read_bytes()
        signed = desk.attach(sha256_of(content), signature, OPERATOR, TERMINAL)
    except (OSError, SignatureRefused, MinutesError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    _tell(f"taken: signature by {signed.signer} over SHA-256 {sha256_of(content)}")
    return 0


def _export(options: argparse.Namespace, desk: SignOffDesk) -> int:
    batch = desk.make(options.site, options.day, OPERATOR, TERMINAL)
    options.out.write_bytes(batch.content)
    if options.minutes is not None:
        options.minutes.write_bytes(desk.draw(batch))
    doses = len(read_content(batch.content)["doses"])
    _tell(f"{doses} doses of {batch.site} on {batch.day}, SHA-256 {batch.sha256}")
    return 0


def _signer(options: argparse.Namespace, tools: Tools) -> ContentSigner:
    if (options.p12 is None) == (options.pkcs11 is None):
        raise SignerUnavailable("name either --p12 or --pkcs11")
    if options.p12 is not None:
        return tools.by_file(options.p12, _secret(options.secret_file, "password: "))
    if not (options.token and options.label):
        raise SignerUnavailable("a token needs --token and --label")
    pin = _secret(options.secret_file, "PIN: ")
    return tools.by_token(options.pkcs11, options.token, options.label, pin)


def _secret(path: Path | None, ask: str) -> str:
    if path is None:
        return getpass.getpass(ask)
    return path.read_text(encoding="utf-8").partition("\n")[0].rstrip("\r")


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
