"""How digests are asked for by mail, and confirmed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from auth.viewer import Viewer
from tests.api.saved_views import OLGA, VIEWS, asking
from tests.conftest import Served
from tests.servers.smtp import Mailbox, text_of

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)  # seven o'clock in Berlin
DAY = timedelta(days=1)
ADDRESS = "olga@example.com"
SITE = "http://studio.example"


def mail_to(app: Served, view: dict[str, Any], viewer: Viewer = OLGA, **changes: Any) -> httpx2.Response:
    body = {"address": ADDRESS, "tz": "Europe/Berlin"} | changes
    return asking(app, viewer).put(f"{VIEWS}/{view['id']}/digest", json=body)


def link_in(text: str, kind: str) -> str:
    found = re.search(rf"{SITE}(/studio/sessions/digests/{kind}/\S+)", text)
    assert found, text
    return found[1]


def confirmed(app: Served, mailbox: Mailbox, view: dict[str, Any], viewer: Viewer = OLGA, **changes: Any) -> None:
    count = len(mailbox.messages) + 1
    assert mail_to(app, view, viewer, **changes).status_code == 202
    link = link_in(text_of(mailbox.wait_for(count), "plain"), "confirm")
    assert app.as_nobody().post(link).status_code == 200
