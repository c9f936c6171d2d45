"""What the codes on the sample cards say. All people are invented."""

CARD_2021 = "058185000123|264000456|Nguyễn Thị Mẫu|17081985|Nữ|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
SECOND_PERSON = "058185000124||Đổng Thị Giả|17081985|Nữ|KDC, - Hưng Phú 1 , Phan Rang-Tháp Chàm ,, Ninh Thuận|05052021"
CARD_2024 = "058200000015||Chamaléa Văn Thử|29022000|Nam|Thôn Ma Hoa, Phước Đại, Bác Ái, Ninh Thuận|05072024||||"
NOTICE = (
    "THÔNG BÁO SỐ ĐỊNH DANH CÁ NHÂN\nHọ và tên: Katơr Thị Ví Dụ\nSố định danh cá nhân: 058190000077"
)
PERSONAL_QR = "******000123|NGUYEN THI MAU|1985-08-17|1|7F0A|"
HEALTH_INSURANCE = (
    "DN4585800000001|4e677579e1bb856e205468e1bb8b204de1baab75|17/08/1985|2|"
    "5068c6b0e1bb9b632044696e68|58 - 001|01/01/2021|31/12/2021|01/01/2021"
)
IMPOSSIBLE_DATE = (
    "058185000125||Lê Văn Bịa|31022000|Nam|Thôn 3, Phước Dinh, Thuận Nam, Ninh Thuận|05052021"
)
WEB_ADDRESS = "https://tiemchung.example/dang-ky"
CERTIFICATE = (
    "HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%NFQGRJPC%OQHIZC4.OI1RM8ZA.A5:S9MKN4NN3F85QN"
    "THIS IS A SAMPLE OF THE FORM ONLY AND CERTIFIES NOTHING"
)
