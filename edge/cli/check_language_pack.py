"""``python -m edge check-language-pack DIR``: says in plain words what is wrong with a pack.

Made for the clerk of a province who wrote it: Vietnamese, or English with ``--english``.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from edge.domain.clip_judgement import LOUD_DB, MOST_CLIP_SECONDS
from edge.domain.language_pack import Finding, Trouble

EXIT_GOOD, EXIT_FAULTS, EXIT_USAGE = 0, 1, 2
MOST_LISTED = 8

_WORDS: dict[Trouble, tuple[str, str]] = {
    Trouble.NO_MANIFEST: ("thiếu tệp {place}", "the file {place} is missing"),
    Trouble.MANIFEST: (
        "{place}: xem lại dòng “{detail}” (cần có code, name, author; có thể thêm base, voice)",
        "{place}: look at “{detail}” (code, name, author are needed; base, voice may be added)",
    ),
    Trouble.NO_WORDS: (
        "không có tệp {place}: mọi chữ trên màn hình sẽ lấy của ngôn ngữ thay thế",
        "no file {place}: all words on the screen will be those of the base language",
    ),
    Trouble.CATALOGUE: ("{place}: không đọc được: {detail}", "{place} cannot be read: {detail}"),
    Trouble.UNKNOWN: (
        "máy không có câu nào tên “{place}”; xem lại tên, hoặc bỏ câu này",
        "the kiosk has no sentence called “{place}”; check the name, or remove it",
    ),
    Trouble.PLACEHOLDERS: (
        "câu “{place}” phải giữ nguyên đủ các chỗ trống này, không thêm không bớt: {detail}",
        "the sentence “{place}” must keep exactly these blanks: {detail}",
    ),
    Trouble.NOT_COMPOSED: (
        "câu “{place}”: dấu bị tách khỏi chữ; lưu lại theo Unicode dựng sẵn (NFC)",
        "the sentence “{place}” has accents apart from letters; save it as composed Unicode (NFC)",
    ),
    Trouble.CLIP_UNKNOWN: (
        "{place}: không có câu nào mang tên này, hoặc không phải tệp .wav, .mp3, .ogg",
        "{place}: no sentence has this name, or it is not a .wav, .mp3 or .ogg file",
    ),
    Trouble.CLIP_UNREADABLE: (
        "{place}: tệp âm thanh bị hỏng, không nghe được",
        "{place}: the recording is broken and cannot be played",
    ),
    Trouble.CLIP_LONG: (
        "{place}: quá dài ({detail}); mỗi câu không quá {most_seconds} giây",
        "{place}: too long ({detail}); at most {most_seconds} seconds each",
    ),
    Trouble.CLIP_SILENT: ("{place}: không có tiếng", "{place}: nothing can be heard"),
    Trouble.CLIP_LOUD: (
        "{place}: quá to ({detail} dB; không quá {most_db} dB), sẽ chói tai",
        "{place}: too loud ({detail} dB; at most {most_db} dB)",
    ),
    Trouble.PICTURE_UNKNOWN: (
        "{place}: máy không có hình nào tên này, hoặc không phải tệp .svg",
        "{place}: the kiosk has no drawing of this name, or it is not an .svg file",
    ),
    Trouble.PICTURE_UNSAFE: (
        "{place}: hình có phần không được phép ({detail}); xuất lại thành “Plain SVG”",
        "{place}: the drawing has a part that is not allowed ({detail}); export it as “Plain SVG”",
    ),
    Trouble.MISSING: (
        "chưa dịch “{place}”: {detail}",
        "not translated yet, “{place}”: {detail}",
    ),
    Trouble.CLIP_MISSING: (
        "chưa thu tiếng “{place}”: {detail}",
        "not recorded yet, “{place}”: {detail}",
    ),
    Trouble.CLIP_QUIET: (
        "{place}: hơi nhỏ tiếng ({detail} dB)",
        "{place}: rather quiet ({detail} dB)",
    ),
    Trouble.CLIP_UNLIKE: (
        "{place}: to nhỏ khác hẳn các tệp khác ({detail} dB); nên thu lại cho đều",
        "{place}: not as loud as the others ({detail} dB); better record it again",
    ),
    Trouble.CLIP_CUT_OFF: (
        "{place}: tiếng bị vỡ vì thu quá to; xa micrô hơn rồi thu lại",
        "{place}: distorted, recorded too loud; farther from the microphone, and again",
    ),
    Trouble.CLIP_PAUSE: (
        "{place}: im lặng {detail} giây ở đầu hoặc cuối; nên cắt bớt",
        "{place}: {detail} seconds of silence at an end; better cut it off",
    ),
    Trouble.CLIP_SHORT: (
        "{place}: chỉ dài {detail} giây; có lẽ bị cắt mất tiếng",
        "{place}: only {detail} seconds long; a part may be cut off",
    ),
    Trouble.CLIPS_RECORDED: ("đã thu tiếng người: {place}", "recorded by people: {place}"),
    Trouble.CLIPS_MADE: ("còn do máy đọc: {place}", "still spoken by a machine: {place}"),
    Trouble.STRAY: ("{place}: máy không dùng tệp này", "{place}: the kiosk does not use this file"),
}
_TITLES = {
    "faults": ("PHẢI SỬA", "MUST BE MENDED"),
    "remarks": ("Nên biết", "Good to know"),
    "more": ("… và {count} mục nữa cùng loại", "… and {count} more of this kind"),
    "good": ("Gói dùng được.", "The pack can be used."),
    "bad": ("Gói chưa dùng được: {count} lỗi.", "The pack cannot be used yet: {count} faults."),
    "no_folder": ("không có thư mục {place}", "no folder {place}"),
}


def run(argv: Sequence[str], inspect: Callable[[Path], list[Finding]]) -> int:
    """Print what is wrong with the pack that ``argv`` names; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m edge check-language-pack", description=__doc__)
    parser.add_argument("directory", type=Path, help="the folder of one language")
    parser.add_argument("--english", action="store_true", help="say it in English")
    options = parser.parse_args(argv)
    english: bool = options.english
    if not options.directory.is_dir():
        _print(_TITLES["no_folder"][english].format(place=options.directory))
        return EXIT_USAGE
    found = inspect(options.directory)
    faults = [finding for finding in found if finding.trouble.is_fault]
    _list("faults", faults, english=english)
    _list("remarks", [finding for finding in found if finding not in faults], english=english)
    _print(_TITLES["bad" if faults else "good"][english].format(count=len(faults)))
    return EXIT_FAULTS if faults else EXIT_GOOD


def _list(title: str, findings: Sequence[Finding], *, english: bool) -> None:
    if not findings:
        return
    _print(_TITLES[title][english])
    for trouble in Trouble:
        same = [finding for finding in findings if finding.trouble is trouble]
        shown = same if trouble.is_fault else same[:MOST_LISTED]
        for finding in shown:
            _print("  - " + _sentence(finding, english=english))
        if len(shown) < len(same):
            more = _TITLES["more"][english].format(count=len(same) - len(shown))
            _print(f"    {more}")


def _sentence(finding: Finding, *, english: bool) -> str:
    return _WORDS[finding.trouble][english].format(
        place=finding.place,
        detail=" ".join(finding.detail.split()),
        most_seconds=f"{MOST_CLIP_SECONDS:.0f}",
        most_db=f"{LOUD_DB:.0f}",
    )


def _print(line: str) -> None:
    sys.stdout.write(line + "\n")
