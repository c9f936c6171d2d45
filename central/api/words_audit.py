"""Words for what the audit says that somebody did, beside those of the pages that did it."""

from typing import Final

from central.api.words import Language, word_for
from central.api.words_people import people_word

DONE: Final[dict[Language, dict[str, str]]] = {
    "vi": {
        "do:batch_made": "lập tệp để ký ngày",
        "do:batch_read": "tải tệp để ký ngày",
        "do:batch_signed": "nhận chữ ký của ngày",
        "do:discrepancy_explained": "giải trình sai lệch",
        "do:discrepancy_handed_over": "chuyển sai lệch",
        "do:discrepancy_read": "xem sai lệch",
        "do:list_exported": "tải danh sách",
        "do:report_read": "tải báo cáo ngày",
        "do:retention_erased": "xóa vì hết hạn giữ",
        "do:roster_imported": "nhận danh sách của điểm tiêm",
    },
    "en": {
        "do:batch_made": "made a day's file to sign",
        "do:batch_read": "took a day's file to sign",
        "do:batch_signed": "took a day's signature",
        "do:discrepancy_explained": "explained a discrepancy",
        "do:discrepancy_handed_over": "handed over a discrepancy",
        "do:discrepancy_read": "read a discrepancy",
        "do:list_exported": "took a list",
        "do:report_read": "took the report of a day",
        "do:retention_erased": "erased what was kept long enough",
        "do:roster_imported": "took in a site's list",
    },
}


def audit_word(language: Language, code: str) -> str:
    """Return the words for a code of the audit, or of any other page."""
    return DONE[language].get(code) or people_word(language, code) or word_for(language, code)
