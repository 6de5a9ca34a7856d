"""How views are saved and asked for."""

from typing import Any

import httpx2

from auth.viewer import Role, Viewer
from tests.conftest import Served

VIEWS = "/api/views"
OLGA = Viewer("olga", "Olga <b>", Role.OPERATIONS)
OTTO = Viewer("otto", "Otto", Role.OPERATIONS)
ANA = Viewer("ana", "Ana", Role.ANALYST)
ANNA = Viewer("anna", "Anna", Role.CREATOR, "anna@example")
DISPUTES = {"name": "Disputes", "query": "?flag=dispute&range=all"}


def asking(app: Served, viewer: Viewer = OLGA) -> httpx2.Client:
    return app.as_viewer(viewer)


def saved(app: Served, viewer: Viewer = OLGA, **changes: Any) -> dict[str, Any]:
    answer = asking(app, viewer).post(VIEWS, json=DISPUTES | changes)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


def seen(app: Served, viewer: Viewer = OLGA) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = asking(app, viewer).get(VIEWS).json()["views"]
    return found
