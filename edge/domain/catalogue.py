"""Words by stable ids: reads gettext catalogues (.po), and finds what is said in a language.

A catalogue is read as the translator wrote it, so that a pack needs no compiler; Babel, which knows
every corner of the format, judges the same files in the checker and in the tests.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from string import Formatter
from typing import Final

FALLBACK: Final = "vi"
"""The language that has every word."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"$')
_ESCAPE = re.compile(r"\\(.)")
_ESCAPED = {"n": "\n", "t": "\t", '"': '"', "\\": "\\"}
_KEYWORDS = ("msgid ", "msgstr ")


class CatalogueError(ValueError):
    """The text is not a catalogue; says in which line."""


class UnknownWord(LookupError):  # noqa: N818 - what it is
    """No language has this id: a spelling mistake in the program."""


def read_catalogue(text: str) -> dict[str, str]:
    """Return id -> words of a .po file; entries without words, or marked fuzzy, are left out.

    Raises:
        CatalogueError: A line that is not one of a catalogue, or an id that comes twice.
    """
    found: dict[str, str] = {}
    parts: dict[str, str] = {}
    current, fuzzy = "", False
    for number, line in enumerate(_lines(text), start=1):
        if line.startswith("#"):
            fuzzy = fuzzy or (line.startswith("#,") and "fuzzy" in line)
            continue
        if line.startswith("msgid ") and "msgstr" in parts:
            _keep(found, parts, fuzzy=False, number=number)
            parts, current = {}, ""
        if not line:
            _keep(found, parts, fuzzy=fuzzy, number=number)
            parts, current, fuzzy = {}, "", False
            continue
        current, quoted = _keyword(line, current, number)
        parts[current] = parts.get(current, "") + _unquoted(quoted, number)
    return found


def _lines(text: str) -> Iterable[str]:
    # Not splitlines: it would break a line at letters that only look like line ends.
    return (line.strip() for line in [*text.removeprefix("\ufeff").split("\n"), ""])


def _keyword(line: str, current: str, number: int) -> tuple[str, str]:
    if line.startswith(_KEYWORDS):
        keyword, _, quoted = line.partition(" ")
        return keyword, quoted
    if not current:
        raise CatalogueError(f'line {number}: expected msgid "…" or msgstr "…"')
    return current, line


def _unquoted(line: str, number: int) -> str:
    quoted = _QUOTED.match(line.strip())
    if quoted is None:
        raise CatalogueError(f"line {number}: a quotation mark is missing or is too many")
    return _ESCAPE.sub(lambda escape: _ESCAPED.get(escape[1], escape[0]), quoted[1])


def _keep(found: dict[str, str], parts: Mapping[str, str], *, fuzzy: bool, number: int) -> None:
    name, words = parts.get("msgid", ""), parts.get("msgstr", "")
    if name in found:
        raise CatalogueError(f"before line {number}: {name} comes twice")
    if name and words and not fuzzy:
        found[name] = words


def placeholders(words: str) -> frozenset[str]:
    """Return the names in braces in ``words``, exactly as they are written there.

    Raises:
        CatalogueError: A brace that is not closed or not opened.
    """
    try:
        parsed = list(Formatter().parse(words))
    except ValueError as error:
        raise CatalogueError(f"braces do not match: {words}") from error
    return frozenset(
        name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
        for _, name, form, conversion in parsed
        if name is not None
    )


def usable(words: Mapping[str, str], original: Mapping[str, str]) -> dict[str, str]:
    """Return those of ``words`` that can be said without harm: known ids, the same placeholders."""
    return {
        name: said
        for name, said in words.items()
        if name in original and _same_placeholders(said, original[name])
    }


def _same_placeholders(said: str, original: str) -> bool:
    try:
        return placeholders(said) == placeholders(original)
    except CatalogueError:
        return False


@dataclass(frozen=True, slots=True)
class Words:
    """Everything that can be said, in every language of this kiosk.

    Attributes:
        catalogues: Language code -> id -> words; has the fallback language.
        bases: Language code -> the language to use where a word is missing.
    """

    catalogues: Mapping[str, Mapping[str, str]]
    bases: Mapping[str, str] = field(default_factory=dict)

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the codes of the languages, in the order in which they are offered."""
        return tuple(self.catalogues)

    def chain(self, language: str) -> tuple[str, ...]:
        """Return ``language`` and what stands in for it, the fallback language last."""
        found: list[str] = []
        while language in self.catalogues and language not in found:
            found.append(language)
            language = self.bases.get(language, FALLBACK)
        return (*found, *(() if FALLBACK in found else (FALLBACK,)))

    def spoken_in(self, name: str, language: str) -> str:
        """Return the language in which ``name`` will be said to a person who chose ``language``.

        Raises:
            UnknownWord: No language has it.
        """
        for code in self.chain(language):
            if name in self.catalogues[code]:
                return code
        raise UnknownWord(name)

    def say(self, name: str, language: str, **values: object) -> str:
        """Return what ``name`` says in ``language`` or its stand-in, with ``values`` filled in.

        Raises:
            UnknownWord: No language has it.
        """
        return self.catalogues[self.spoken_in(name, language)][name].format(**values)
