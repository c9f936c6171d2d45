"""``python -m edge make-clips``: a machine says what nobody has recorded yet."""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.domain.recording import Line
from edge.ports import ClipNotStored, VoiceUnavailable
from edge.services.clip_making import Made, Told

EXIT_DONE, EXIT_SOME_SILENT, EXIT_ARGUMENTS, EXIT_NO_VOICE, EXIT_DISK = 0, 1, 2, 69, 73
DESCRIPTION = """Fill a language pack with clips that espeak-ng speaks, so that it is complete at once.

  python -m edge make-clips --language vi packs/tieng-viet
  python -m edge make-clips packs/cham --station "Bàn đón tiếp"

Only what is missing is made: recordings of people are never touched. Put a recording of the same
name in the place of a clip, file by file; check-language-pack tells how many are whose. Clips are
WAV, mono, 22.05 kHz, cut to what is heard and equally loud. Where DIR has no pack.toml yet, one is
written. A clip whose sentence has changed since is made again. Stop it and start it again as you
like.

The exit code is 0 when all is there, 1 when the voice could not say some lines, 2 for wrong
arguments, 69 when no voice speaks the language here, 73 when the folder cannot be written."""

Make = Callable[[Path, str | None, Sequence[str], Told], Made]
"""Pack, language, stations, and who is told how far it is; raises ValueError for a wrong pack."""


def run(argv: Sequence[str], make: Make) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        done = make(options.directory, options.language, options.station, _progress)
    except ValueError as error:
        return _fail(error, EXIT_ARGUMENTS)
    except VoiceUnavailable as error:
        return _fail(f"{error}; install espeak-ng, or record the clips", EXIT_NO_VOICE)
    except ClipNotStored as error:
        return _fail(error, EXIT_DISK)
    for line in done.silent:
        sys.stderr.write(f"edge: the voice could not say {line.name}: {line.words}\n")
    untranslated = f", not translated: {done.untranslated}" if done.untranslated else ""
    sys.stdout.write(
        f"clips made: {done.made}, made before: {done.kept}, "
        f"recorded by people: {done.recorded}{untranslated}\n"
    )
    return EXIT_SOME_SILENT if done.silent else EXIT_DONE


def _progress(count: int, total: int, line: Line) -> None:
    """Tell how far it is: on one line for a person, each tenth clip in a file."""
    text = f"{count:>4}/{total} {line.name}"
    if sys.stderr.isatty():
        sys.stderr.write(f"\r{text:<60.60}" + ("\n" if count == total else ""))
    elif count % 10 == 0 or count == total:
        sys.stderr.write(text + "\n")
    sys.stderr.flush()


def _fail(error: object, code: int) -> int:
    sys.stderr.write(f"edge: {error}\n")
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge make-clips",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("directory", type=Path, metavar="DIR", help="the folder of one language")
    parser.add_argument(
        "--language", metavar="CODE", help="vi, en, or the pack's own; else the pack's, else vi"
    )
    parser.add_argument(
        "--station",
        action="append",
        default=[],
        metavar="NAME",
        help="a place without a number that is called to; may be given several times",
    )
    return parser
