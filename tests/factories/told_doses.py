"""Doses as the Platform is told of them, of invented people."""

from dataclasses import replace
from itertools import count

from central.domain.doses import HeldDose, ToldDose

_numbers = count(1)


def told_dose(**changes: object) -> ToldDose:
    """Return what is told of a dose of an invented person, another one at each call."""
    number = next(_numbers)
    told = ToldDose(
        dose=f"019aa000-0000-7000-9000-{number:012x}",
        visit=f"019aa000-0000-7000-8000-{number:012x}",
        site="phuoc-dinh",
        occurred_at="2026-11-22T01:32:03.004+00:00",
        day="2026-11-22",
        vaccine="VX Một",
        lot="AB-12",
        expiry="2027-01-31",
        dose_number=2,
        injector="hoa",
        injector_name="Kator Thị Nháp",
        number=f"058285{number:06d}",
        name="Nguyễn Thị Mẫu",
        birth="1985-08-17",
        sex="female",
    )
    return replace(told, **changes)


def held_dose(told: ToldDose, **changes: object) -> HeldDose:
    """Return a dose as the Platform holds it after it was told of it."""
    held = HeldDose(
        id="i1",
        event=told.dose,
        patient="p1",
        number=told.number,
        name=told.name,
        birth=told.birth,
        sex=told.sex,
        vaccine=told.vaccine,
        lot=told.lot,
        dose_number=told.dose_number,
        day=told.day,
        site=told.site,
    )
    return replace(held, **changes)
