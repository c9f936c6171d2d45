"""The invented people who work at the demo's site and at its centre."""

from protocol.staff import Role

SITE, SITE_NAME = "phuoc-dinh", "Trạm Y tế Phước Dinh"
COMMUNE = "xa-phuoc-dinh"
COMMUNES = f"""\
[accounts.communes]
{COMMUNE} = ["{SITE}"]

[names.communes]
{COMMUNE} = "Xã Phước Dinh"
"""

STAFF = (
    ("truong-tram", Role.HEAD, "Chamaléa Thị Trưởng"),
    ("tiep-don-1", Role.RECEPTION, "Kator Văn Đón"),
    ("kham-1", Role.SCREENING, "Đổng Thị Khám"),
    ("tiem-1", Role.INJECTION, "Nguyễn Văn Mũi"),
    ("nhap-lieu-1", Role.DATA_ENTRY, "Pi Năng Thị Ghi"),
    ("theo-doi-1", Role.OBSERVATION, "Trần Thị Dõi"),
)
"""Invented people who work at the site: log-in name, role, name."""

LEADERS = (
    ("tinh", "province", "Đổng Thị Tỉnh", "", ""),
    ("xa", "commune", "Kator Văn Xã", "", COMMUNE),
    ("diem-tiem", "site", "Chamaléa Thị Trưởng", SITE, ""),
    ("cong-an", "police", "Trần Văn An", "", ""),
    ("cntt", "it", "Chamaléa Văn Máy", "", ""),
)
"""Invented people who read the centre's pages: log-in name, role, name, and the sites and communes that
they see; neither: all."""
