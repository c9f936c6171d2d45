"""Countries as a certificate names them, by ISO 3166: ``code|Vietnamese|English``, or one name for both.

Source: value set "country-2-codes" of the EU DCC; everyday names where it has those of treaties.
"""

from typing import Final

COUNTRIES: Final = """\
AD|Andorra
AE|Các Tiểu Vương quốc Ả Rập Thống nhất|United Arab Emirates
AF|Afghanistan
AG|Antigua và Barbuda|Antigua and Barbuda
AI|Anguilla
AL|Albania
AM|Armenia
AO|Angola
AQ|Nam Cực|Antarctica
AR|Argentina
AS|Samoa thuộc Mỹ|American Samoa
AT|Áo|Austria
AU|Australia
AW|Aruba
AX|Quần đảo Åland|Åland Islands
AZ|Azerbaijan
BA|Bosnia và Herzegovina|Bosnia and Herzegovina
BB|Barbados
BD|Bangladesh
BE|Bỉ|Belgium
BF|Burkina Faso
BG|Bulgaria
BH|Bahrain
BI|Burundi
BJ|Benin
BL|Saint Barthélemy
BM|Bermuda
BN|Brunei
BO|Bolivia
BQ|Caribe Hà Lan|Bonaire, Sint Eustatius and Saba
BR|Brazil
BS|Bahamas
BT|Bhutan
BV|Đảo Bouvet|Bouvet Island
BW|Botswana
BY|Belarus
BZ|Belize
CA|Canada
CC|Quần đảo Cocos (Keeling)|Cocos (Keeling) Islands
CD|Cộng hòa Dân chủ Congo|Democratic Republic of the Congo
CF|Cộng hòa Trung Phi|Central African Republic
CG|Cộng hòa Congo|Congo
CH|Thụy Sĩ|Switzerland
CI|Bờ Biển Ngà|Côte d’Ivoire
CK|Quần đảo Cook|Cook Islands
CL|Chile
CM|Cameroon
CN|Trung Quốc|China
CO|Colombia
CR|Costa Rica
CU|Cuba
CV|Cape Verde|Cabo Verde
CW|Curaçao
CX|Đảo Giáng Sinh|Christmas Island
CY|Síp|Cyprus
CZ|Séc|Czechia
DE|Đức|Germany
DJ|Djibouti
DK|Đan Mạch|Denmark
DM|Dominica
DO|Cộng hòa Dominica|Dominican Republic
DZ|Algeria
EC|Ecuador
EE|Estonia
EG|Ai Cập|Egypt
EH|Tây Sahara|Western Sahara
ER|Eritrea
ES|Tây Ban Nha|Spain
ET|Ethiopia
FI|Phần Lan|Finland
FJ|Fiji
FK|Quần đảo Falkland|Falkland Islands (Malvinas)
FM|Micronesia
FO|Quần đảo Faroe|Faroe Islands
FR|Pháp|France
GA|Gabon
GB|Vương quốc Anh|United Kingdom
GD|Grenada
GE|Georgia
GF|Guiana thuộc Pháp|French Guiana
GG|Guernsey
GH|Ghana
GI|Gibraltar
GL|Greenland
GM|Gambia
GN|Guinea
GP|Guadeloupe
GQ|Guinea Xích Đạo|Equatorial Guinea
GR|Hy Lạp|Greece
GS|Nam Georgia và Quần đảo Nam Sandwich|South Georgia and the South Sandwich Islands
GT|Guatemala
GU|Guam
GW|Guinea-Bissau
GY|Guyana
HK|Hồng Kông|Hong Kong
HM|Quần đảo Heard và McDonald|Heard Island and McDonald Islands
HN|Honduras
HR|Croatia
HT|Haiti
HU|Hungary
ID|Indonesia
IE|Ireland
IL|Israel
IM|Đảo Man|Isle of Man
IN|Ấn Độ|India
IO|Lãnh thổ Ấn Độ Dương thuộc Anh|British Indian Ocean Territory
IQ|Iraq
IR|Iran
IS|Iceland
IT|Italy
JE|Jersey
JM|Jamaica
JO|Jordan
JP|Nhật Bản|Japan
KE|Kenya
KG|Kyrgyzstan
KH|Campuchia|Cambodia
KI|Kiribati
KM|Comoros
KN|Saint Kitts và Nevis|Saint Kitts and Nevis
KP|Triều Tiên|North Korea
KR|Hàn Quốc|South Korea
KW|Kuwait
KY|Quần đảo Cayman|Cayman Islands
KZ|Kazakhstan
LA|Lào|Laos
LB|Liban|Lebanon
LC|Saint Lucia
LI|Liechtenstein
LK|Sri Lanka
LR|Liberia
LS|Lesotho
LT|Litva|Lithuania
LU|Luxembourg
LV|Latvia
LY|Libya
MA|Maroc|Morocco
MC|Monaco
MD|Moldova
ME|Montenegro
MF|Saint Martin|Saint Martin (French part)
MG|Madagascar
MH|Quần đảo Marshall|Marshall Islands
MK|Bắc Macedonia|North Macedonia
ML|Mali
MM|Myanmar (Miến Điện)|Myanmar
MN|Mông Cổ|Mongolia
MO|Ma Cao|Macao
MP|Quần đảo Bắc Mariana|Northern Mariana Islands
MQ|Martinique
MR|Mauritania
MS|Montserrat
MT|Malta
MU|Mauritius
MV|Maldives
MW|Malawi
MX|Mexico
MY|Malaysia
MZ|Mozambique
NA|Namibia
NC|New Caledonia
NE|Niger
NF|Đảo Norfolk|Norfolk Island
NG|Nigeria
NI|Nicaragua
NL|Hà Lan|Netherlands
NO|Na Uy|Norway
NP|Nepal
NR|Nauru
NU|Niue
NZ|New Zealand
OM|Oman
PA|Panama
PE|Peru
PF|Polynesia thuộc Pháp|French Polynesia
PG|Papua New Guinea
PH|Philippines
PK|Pakistan
PL|Ba Lan|Poland
PM|Saint Pierre và Miquelon|Saint Pierre and Miquelon
PN|Quần đảo Pitcairn|Pitcairn
PR|Puerto Rico
PS|Lãnh thổ Palestine|Palestine
PT|Bồ Đào Nha|Portugal
PW|Palau
PY|Paraguay
QA|Qatar
RE|Réunion
RO|Romania
RS|Serbia
RU|Nga|Russia
RW|Rwanda
SA|Ả Rập Xê Út|Saudi Arabia
SB|Quần đảo Solomon|Solomon Islands
SC|Seychelles
SD|Sudan
SE|Thụy Điển|Sweden
SG|Singapore
SH|Saint Helena|Saint Helena, Ascension and Tristan da Cunha
SI|Slovenia
SJ|Svalbard và Jan Mayen|Svalbard and Jan Mayen
SK|Slovakia
SL|Sierra Leone
SM|San Marino
SN|Senegal
SO|Somalia
SR|Suriname
SS|Nam Sudan|South Sudan
ST|São Tomé và Príncipe|Sao Tome and Principe
SV|El Salvador
SX|Sint Maarten|Sint Maarten (Dutch part)
SY|Syria
SZ|Eswatini
TC|Quần đảo Turks và Caicos|Turks and Caicos Islands
TD|Chad
TF|Lãnh thổ phía Nam thuộc Pháp|French Southern Territories
TG|Togo
TH|Thái Lan|Thailand
TJ|Tajikistan
TK|Tokelau
TL|Timor-Leste
TM|Turkmenistan
TN|Tunisia
TO|Tonga
TR|Thổ Nhĩ Kỳ|Turkey
TT|Trinidad và Tobago|Trinidad and Tobago
TV|Tuvalu
TW|Đài Loan|Taiwan
TZ|Tanzania
UA|Ukraina|Ukraine
UG|Uganda
UM|Các đảo nhỏ xa bờ của Hoa Kỳ|United States Minor Outlying Islands
US|Hoa Kỳ|United States
UY|Uruguay
UZ|Uzbekistan
VA|Thành Vatican|Holy See
VC|Saint Vincent và Grenadines|Saint Vincent and the Grenadines
VE|Venezuela
VG|Quần đảo Virgin thuộc Anh|British Virgin Islands
VI|Quần đảo Virgin thuộc Hoa Kỳ|United States Virgin Islands
VN|Việt Nam|Viet Nam
VU|Vanuatu
WF|Wallis và Futuna|Wallis and Futuna
WS|Samoa
XK|Kosovo
YE|Yemen
YT|Mayotte
ZA|Nam Phi|South Africa
ZM|Zambia
ZW|Zimbabwe
"""
