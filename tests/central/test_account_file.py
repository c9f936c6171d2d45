"""Accounts that come in a file: what is taken, and what is said of the other rows."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from central.cli.account_file import take
from central.domain.accounts import Account, AccountRefused, Role, checked

HEADER = "login,role,name,sites,communes,password\n"


@dataclass
class Kept:
    """Keeps accounts as the centre does, in memory."""

    found: dict[str, tuple[Account, str]] = field(default_factory=dict)

    def add(self, account: Account, password: str, _by: str) -> None:
        if len(password) < 10:
            raise AccountRefused("a password has 10 letters or more")
        self.found[account.login] = (checked(account), password)


def taken(tmp_path: Path, text: bytes) -> tuple[Kept, int, list[str]]:
    (tmp_path / "accounts.csv").write_bytes(text)
    kept = Kept()
    return kept, *take(tmp_path / "accounts.csv", kept, "operator")


def test_every_row_becomes_an_account(tmp_path):
    rows = "xa,commune,Kator Văn Xã,phuoc-dinh phuoc-dai,,nang-gio-phan-rang\ncntt,it,,,,muoi-ca-na-2026\n"

    kept, added, refused = taken(tmp_path, b"\xef\xbb\xbf" + (HEADER + rows).encode())

    assert (added, refused) == (2, [])
    assert kept.found["xa"] == (
        Account("xa", "Kator Văn Xã", Role.COMMUNE, sites=("phuoc-dinh", "phuoc-dai")),
        "nang-gio-phan-rang",
    )
    assert kept.found["cntt"][0].name == "cntt"


def test_rows_that_cannot_be_taken_are_named_and_the_others_are_taken(tmp_path):
    rows = "a1,king,,,,long-enough-1\na2,commune,,,,long-enough-2\na3,it,,,,short\na4,it\na5,police,,,,long-enough-5\n"

    kept, added, refused = taken(tmp_path, (HEADER + rows).encode())

    assert (added, list(kept.found)) == (1, ["a5"])
    assert [why.partition(":")[0] for why in refused] == ["line 2", "line 3", "line 4", "line 5"]
    assert "'king' is no role" in refused[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "login, password, role"),
        (b"login,role\nxa,it\n", "no column password"),
        (HEADER.encode() + b'xa,it,,,,"' + b"x" * 200_000 + b'"\n', "is no CSV"),
    ],
)
def test_a_file_that_is_no_list_of_accounts_is_refused_whole(tmp_path, text, words):
    with pytest.raises(AccountRefused, match=words):
        taken(tmp_path, text)
