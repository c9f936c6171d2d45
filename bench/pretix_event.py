"""Run by pretix's own Python: one event with a list, a scanner and people who may come. No measurement.

    PRETIX_CONFIG_FILE=… python pretix_event.py PEOPLE

Prints, as JSON, the scanner's token, the list's id and the secrets of all tickets.
"""

import json
import os
import sys
from decimal import Decimal

import django  # type: ignore[import-not-found]  # of pretix's environment, not of ours

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pretix.settings")
django.setup()

from django.db import transaction  # type: ignore[import-not-found]  # noqa: E402 - needs the settings
from django.utils.timezone import now  # type: ignore[import-not-found]  # noqa: E402 - needs the settings
from django_scopes import scopes_disabled  # type: ignore[import-not-found]  # noqa: E402
from pretix.base.models import (  # type: ignore[import-not-found]  # noqa: E402
    Device,
    Event,
    Order,
    OrderPosition,
    Organizer,
)

TOKEN = "invented-for-the-bench"


def make(people: int) -> dict[str, object]:
    """Return what a scanner has to know."""
    organizer = Organizer.objects.create(name="Trạm Y tế Phước Dinh", slug="bench")
    event = Event.objects.create(
        organizer=organizer,
        name="Tiêm chủng",
        slug="day",
        date_from=now(),
        currency="VND",
        live=True,
    )
    item = event.items.create(name="Mũi tiêm", default_price=0, admission=True)
    checkins = event.checkin_lists.create(name="Đón tiếp", all_products=True)
    Device.objects.create(
        organizer=organizer,
        name="kiosk",
        all_events=True,
        initialized=now(),
        api_token=TOKEN,
        security_profile="pretixscan",
    )
    secrets = [_ticket(event, item, number) for number in range(people)]
    return {"token": TOKEN, "list": checkins.pk, "secrets": secrets}


def _ticket(event: Event, item: object, number: int) -> str:
    order = Order.objects.create(
        code=f"B{number:05d}",
        event=event,
        email="nobody@example.org",
        status=Order.STATUS_PAID,
        datetime=now(),
        expires=now(),
        total=Decimal(0),
        locale="vi",
        sales_channel=event.organizer.sales_channels.get(identifier="web"),
    )
    position = OrderPosition.objects.create(
        order=order,
        positionid=1,
        item=item,
        price=Decimal(0),
        attendee_name_parts={"_scheme": "full", "full_name": f"Nguyễn Thị Mẫu {number}"},
        secret=f"bench-{number:06d}",
    )
    order.create_transactions()
    return str(position.secret)


with scopes_disabled(), transaction.atomic():
    print(json.dumps(make(int(sys.argv[1]))))
