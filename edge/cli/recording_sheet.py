"""``python -m edge recording-sheet``: every sentence to record, on paper, in the order of reading."""

import argparse
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import groupby
from pathlib import Path

from edge.domain.recording import Line

EXIT_DONE, EXIT_ARGUMENTS = 0, 2
DESCRIPTION = """Write the sheet that a speaker reads from: an HTML page, to be printed on A4.

  python -m edge recording-sheet --output sheet.html
  python -m edge recording-sheet --pack packs/cham --output sheet.html
  python -m edge recording-sheet --station "Bàn đón tiếp" --station "Bàn khám" --output sheet.html

Each line has a number, the name of its file, the exact words, and whether it is recorded already
(with --pack). Desks that have a number need no recording of their own; name each other place that
the loudspeaker calls to with --station."""

_TITLE = ("Phiếu thu tiếng", "Recording sheet")
_HEADS = (("Số", "Tệp", "Lời đọc", "Đã có"), ("No.", "File", "Words", "Present"))
_STATES = {
    "recorded": ("✓ đã thu", "✓ recorded"),
    "made": ("máy đọc", "by machine"),
    "missing": ("☐", "☐"),
}
_ADVICE = (
    (
        "Phòng yên tĩnh, giọng bình thường, cách micrô một gang tay. Mỗi câu một tệp, đúng tên ghi ở cột Tệp (.wav, .mp3 hoặc .ogg).",
        "Đọc đúng từng chữ. Số và chữ cái được ghép liền: đọc đều giọng, không lên xuống, không ngừng ở đầu và cuối tệp.",
        "Đọc vấp thì đọc lại cả câu. Thu xong, chép các tệp vào thư mục clips của gói rồi chạy: python -m edge check-language-pack",
    ),
    (
        "A quiet room, an ordinary voice, a hand's breadth from the microphone. One file for each line, named as in the column File (.wav, .mp3 or .ogg).",
        "Read exactly these words. Numbers and letters are put together: an even voice, no rise or fall, no pause at either end.",
        "After a slip of the tongue read the whole line again. Then copy the files into the pack's folder clips and run: python -m edge check-language-pack",
    ),
)
_COUNT = (
    "{all} câu, đọc một lượt khoảng {minutes} phút. Đã thu {recorded}, máy đọc {made}, chưa có {missing}.",
    "{all} lines, about {minutes} minutes to read. Recorded {recorded}, by machine {made}, missing {missing}.",
)
_NOT_TRANSLATED = ("chưa dịch: lời tiếng {language}", "not translated: words in {language}")
_SECONDS_A_LINE, _SECONDS_A_WORD = 4, 0.5

_STYLE = """@page { size: A4; margin: 14mm }
body { font: 12pt/1.45 "Noto Sans", "Noto Sans Cham", sans-serif; color: #000; background: #fff; margin: 0 auto; max-width: 190mm }
h1 { font-size: 20pt; margin: 0 0 4mm } li { margin-bottom: 1mm }
table { border-collapse: collapse; width: 100%; margin-bottom: 6mm }
caption { text-align: left; font-weight: bold; font-size: 13pt; padding: 3mm 0 1mm; break-after: avoid }
th, td { border: 0.3mm solid #666; padding: 1.5mm 2mm; text-align: left; vertical-align: baseline }
th { font-size: 10pt } tr { break-inside: avoid }
.no { width: 9mm; text-align: right } .file { width: 47mm; font: 9pt monospace; overflow-wrap: anywhere }
.words { font-size: 14pt } .words small { display: block; font-size: 9pt; font-style: italic } .state { width: 21mm; font-size: 10pt }"""


@dataclass(frozen=True)
class Sheet:
    """What is to be read, and what is there.

    Attributes:
        name: The language's own name.
        present: Id -> words that a machine said, or None for a recording of a person.
    """

    language: str
    name: str
    lines: Sequence[Line]
    present: Mapping[str, str | None]

    def state(self, line: Line) -> str:
        """Return whether ``line`` is recorded, made by a machine, or missing."""
        if line.name not in self.present:
            return "missing"
        return "recorded" if self.present[line.name] is None else "made"


Prepare = Callable[[str | None, Path | None, Sequence[str]], Sheet]
"""Language, pack and stations -> what is read; raises ValueError with what is wrong."""


def run(argv: Sequence[str], prepare: Prepare) -> int:
    """Run the command and return its exit code."""
    options = _parser().parse_args(argv)
    try:
        page = page_of(
            prepare(options.language, options.pack, options.station), english=options.english
        )
        if options.output is None:
            sys.stdout.write(page)
        else:
            options.output.write_text(page, encoding="utf-8")
    except (ValueError, OSError) as error:
        sys.stderr.write(f"edge: {error}\n")
        return EXIT_ARGUMENTS
    return EXIT_DONE


def page_of(sheet: Sheet, *, english: bool) -> str:
    """Return the sheet as one HTML page that needs no other file."""
    title = f"{_TITLE[english]}: {sheet.name}"
    advice = "".join(f"<li>{escape(line)}</li>" for line in _ADVICE[english])
    tables = "".join(
        _table(sheet, occasion.en if english else occasion.vi, list(lines), english=english)
        for occasion, lines in groupby(sheet.lines, key=lambda line: line.occasion)
    )
    return f"""<!doctype html>
<html lang="{"en" if english else "vi"}"><head><meta charset="utf-8"><title>{escape(title)}</title>
<style>{_STYLE}</style></head>
<body><h1>{escape(title)}</h1>
<p>{escape(_counted(sheet, english=english))}</p><ul>{advice}</ul>
{tables}</body></html>
"""


def _counted(sheet: Sheet, *, english: bool) -> str:
    states = [sheet.state(line) for line in sheet.lines]
    seconds = sum(
        _SECONDS_A_LINE + _SECONDS_A_WORD * len(line.words.split()) for line in sheet.lines
    )
    counts = {state: states.count(state) for state in _STATES}
    return _COUNT[english].format(all=len(states), minutes=max(1, round(seconds / 60)), **counts)


def _table(sheet: Sheet, occasion: str, lines: Sequence[Line], *, english: bool) -> str:
    heads = "".join(f"<th>{head}</th>" for head in _HEADS[english])
    rows = "".join(_row(sheet, line, english=english) for line in lines)
    return (
        f"<table><caption>{escape(occasion)}</caption><thead><tr>{heads}</tr></thead>"
        f"<tbody>{rows}</tbody></table>\n"
    )


def _row(sheet: Sheet, line: Line, *, english: bool) -> str:
    note = ""
    if line.language != sheet.language:
        text = _NOT_TRANSLATED[english].format(language=line.language)
        note = f"<small>{escape(text)}</small>"
    state = _STATES[sheet.state(line)][english]
    return (
        f'<tr><td class="no">{line.number}</td><td class="file">{escape(line.name)}.wav</td>'
        f'<td class="words" lang="{line.language}">{escape(line.words)}{note}</td>'
        f'<td class="state">{state}</td></tr>\n'
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m edge recording-sheet",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--language", metavar="CODE", help="vi, en, or the pack's own; else the pack's, else vi"
    )
    parser.add_argument("--pack", type=Path, metavar="DIR", help="the folder of one language")
    parser.add_argument(
        "--station",
        action="append",
        default=[],
        metavar="NAME",
        help="a place without a number that is called to; may be given several times",
    )
    parser.add_argument("--output", type=Path, metavar="FILE", help="else standard output")
    parser.add_argument("--english", action="store_true", help="headings in English")
    return parser
