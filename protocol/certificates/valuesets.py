"""What the codes of a certificate mean, in Vietnamese and English, for screens and paper.

Imported where something is shown, not where a verdict is made. Codes that are deprecated are known
too: they stand in certificates that people hold. A code that is not here is shown as it is.

Source: value sets of the EU DCC, 2021-04-27 to 2023-01-25; the Vietnamese is ours.
"""

from functools import cache
from typing import Final, NamedTuple

from protocol.certificates.countries import COUNTRIES


class Words(NamedTuple):
    """One meaning in both languages."""

    vi: str
    en: str


DISEASES: Final = {
    "840539006": Words("COVID-19", "COVID-19"),
}

VACCINES: Final = {
    "1119305005": Words("Vắc xin kháng nguyên SARS-CoV-2", "SARS-CoV-2 antigen vaccine"),
    "1119349007": Words("Vắc xin mRNA ngừa SARS-CoV-2", "SARS-CoV-2 mRNA vaccine"),
    "J07BX03": Words("Vắc xin ngừa COVID-19", "COVID-19 vaccine"),
    "1162643001": Words(
        "Vắc xin kháng nguyên protein gai tái tổ hợp của SARS-CoV-2",
        "SARS-CoV-2 recombinant spike protein antigen vaccine",
    ),
    "1157024006": Words(
        "Vắc xin bất hoạt toàn thể vi rút SARS-CoV-2",
        "Inactivated whole SARS-CoV-2 antigen vaccine",
    ),
    "29061000087103": Words(
        "Vắc xin COVID-19 véc tơ vi rút không nhân lên",
        "COVID-19 non-replicating viral vector vaccine",
    ),
    "28531000087107": Words("Vắc xin COVID-19", "COVID-19 vaccine"),
    "30141000087107": Words(
        "Vắc xin kháng nguyên hạt giống vi rút của SARS-CoV-2",
        "SARS-CoV-2 virus-like particle antigen vaccine",
    ),
    "1187593009": Words(
        "Vắc xin DNA plasmid mã hóa protein gai của SARS-CoV-2",
        "SARS-CoV-2 DNA plasmid encoding spike protein vaccine",
    ),
}

# Names are names, in every language.
PRODUCTS: Final = {
    "EU/1/20/1528": "Comirnaty",
    "EU/1/20/1507": "Spikevax",
    "EU/1/21/1529": "Vaxzevria",
    "EU/1/20/1525": "Jcovden",
    "CVnCoV": "CVnCoV",
    "NVX-CoV2373": "NVX-CoV2373",
    "Sputnik-V": "Sputnik-V",
    "Convidecia": "Convidecia",
    "EpiVacCorona": "EpiVacCorona",
    "BBIBP-CorV": "BBIBP-CorV",
    "Inactivated-SARS-CoV-2-Vero-Cell": "Inactivated SARS-CoV-2 (Vero Cell)",
    "CoronaVac": "CoronaVac",
    "Covaxin": "Covaxin",
    "Covishield": "Covishield",
    "Covid-19-recombinant": "Covid-19 (recombinant)",
    "R-COVI": "R-COVI",
    "CoviVac": "CoviVac",
    "Sputnik-Light": "Sputnik Light",
    "Hayat-Vax": "Hayat-Vax",
    "Abdala": "Abdala",
    "WIBP-CorV": "WIBP-CorV",
    "MVC-COV1901": "MVC COVID-19 vaccine",
    "EU/1/21/1618": "Nuvaxovid",
    "Covovax": "Covovax",
    "Vidprevtyn": "Vidprevtyn",
    "VLA2001": "VLA2001",
    "EpiVacCorona-N": "EpiVacCorona-N",
    "Sputnik-M": "Sputnik M",
    "Covid-19-adsorvida-inativada": "Vacina adsorvida covid-19 (inativada)",
    "NVSI-06-08": "NVSI-06-08",
    "YS-SC2-010": "YS-SC2-010",
    "SCTV01C": "SCTV01C",
    "Covifenz": "Covifenz",
    "AZD2816": "AZD2816",
    "Soberana-02": "Soberana 02",
    "Soberana-Plus": "Soberana Plus",
    "EU/1/21/1624": "COVID-19 Vaccine Valneva",
    "EU/1/21/1580": "VidPrevtyn Beta",
    "EU/1/22/1709": "Bimervax",
}

MAKERS: Final = {
    "ORG-100001699": "AstraZeneca AB",
    "ORG-100030215": "Biontech Manufacturing GmbH",
    "ORG-100001417": "Janssen-Cilag International",
    "ORG-100031184": "Moderna Biotech Spain S.L.",
    "ORG-100006270": "Curevac AG",
    "ORG-100013793": "CanSino Biologics",
    "ORG-100020693": "China Sinopharm International Corp. - Beijing location",
    "ORG-100010771": "Sinopharm Weiqida Europe Pharmaceutical s.r.o. - Prague location",
    "ORG-100024420": "Sinopharm Zhijun (Shenzhen) Pharmaceutical Co. Ltd. - Shenzhen location",
    "ORG-100032020": "Novavax CZ a.s.",
    "Gamaleya-Research-Institute": "Gamaleya Research Institute",
    "Vector-Institute": "Vector Institute",
    "Sinovac-Biotech": "Sinovac Biotech",
    "Bharat-Biotech": "Bharat Biotech",
    "ORG-100001981": "Serum Institute Of India Private Limited",
    "Fiocruz": "Fiocruz",
    "ORG-100007893": "R-Pharm CJSC",
    "Chumakov-Federal-Scientific-Center": "Chumakov Federal Scientific Center for Research and Development of Immune-and-Biological Products",
    "ORG-100023050": "Gulf Pharmaceutical Industries",
    "CIGB": "Center for Genetic Engineering and Biotechnology",
    "Sinopharm-WIBP": "Sinopharm - Wuhan Institute of Biological Products",
    "ORG-100033914": "Medigen Vaccine Biologics Corporation",
    "ORG-100000788": "Sanofi Pasteur",
    "ORG-100036422": "Valneva France",
    "Instituto-Butantan": "Instituto Butantan",
    "NVSI": "National Vaccine and Serum Institute, China",
    "Yisheng-Biopharma": "Yisheng Biopharma",
    "ORG-100026614": "Sinocelltech Ltd.",
    "ORG-100008549": "Medicago Inc.",
    "Finlay-Institute": "Finlay Institute of Vaccines",
    "ORG-100036914": "Hipra Human Health S.L.",
}


def disease(code: str) -> Words:
    """Return the disease that was vaccinated against."""
    return DISEASES.get(code) or Words(code, code)


def vaccine(code: str) -> Words:
    """Return the kind of vaccine."""
    return VACCINES.get(code) or Words(code, code)


def product(code: str) -> Words:
    """Return the medicinal product."""
    return _name(PRODUCTS.get(code, code))


def maker(code: str) -> Words:
    """Return the holder of the product's authorisation, or its manufacturer."""
    return _name(MAKERS.get(code, code))


def country(code: str) -> Words:
    """Return the country of vaccination, or of the issuer."""
    return _countries().get(code) or Words(code, code)


@cache
def _countries() -> dict[str, Words]:
    rows = [row.split("|") for row in COUNTRIES.splitlines()]
    return {code: Words(names[0], names[-1]) for code, *names in rows}


def _name(name: str) -> Words:
    return Words(name, name)
