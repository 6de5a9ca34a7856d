"""Every route the server has, asked without a session, with bad ones, as each role, and as one creator for another."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from dash import Dash
from joserfc import jwt

from app import create_app
from auth.cookie import COOKIE, SessionCookie, SignIn
from auth.viewer import Role, Viewer
from layouts import ids
from settings import load_settings
from tests.auth.allowed import (
    ALLOWED,
    ANALYST,
    CREATOR,
    EVERYBODY,
    GRANTED,
    LOCAL_RECORDING,
    NOT_SIGNED_IN,
    OPERATIONS,
    SIGNED_IN,
    Route,
)
from tests.auth.oidc.conftest import settings_for
from tests.auth.routes import routes_of
from tests.conftest import NOW, SECRET_KEY
from tests.exports import write_export
from tests.servers.app import free_port
from tests.servers.issuer import new_key
from tests.servers.oidc import AUDIENCE, CLIENT_ID, RunningProvider, running_provider
from tests.serving import fastapi_of, ready_client_of
from tests.two_creators import TABLES

pytestmark = pytest.mark.provider
PAGE = ids.PAGE_PATH
QUERIES = {"students": {"q": "e"}, "export": {"format": "csv"}, "compare": {"range": "today"}}
VIEWERS = {
    CREATOR: Viewer("anna", "Anna", Role.CREATOR),
    OPERATIONS: Viewer("o", "Olga", Role.OPERATIONS),
    ANALYST: Viewer("a", "Ana", Role.ANALYST),
    GRANTED: Viewer("g", "Anton", Role.ANALYST, granted_private=True),
}


@dataclass(frozen=True)
class Door:
    """The running application, its routes, and how each person asks: headers by name, tokens for REST apart."""

    client: httpx2.Client
    routes: set[Route]
    strangers: dict[str, dict[str, str]]
    tokens: dict[str, dict[str, str]]
    dependencies: list[dict[str, Any]]

    @property
    def people(self) -> dict[str, dict[str, str]]:
        """With new cookies each time: one of the routes ends a sign-in."""
        return {who: cookie_of(viewer) for who, viewer in VIEWERS.items()} | self.strangers

    def ask(self, route: Route, headers: dict[str, str], **values: str) -> httpx2.Response:
        method, path = route
        values = {"filename": "cells.js", "package_name": "dash_ag_grid", "fingerprinted_path": "x.js"} | values
        address = re.sub(r"{(\w+)}", lambda found: values.get(found[1], "x"), path)
        body = self._body(method, path, **values)
        query = QUERIES.get(path.rpartition("/")[2])
        return self.client.request(method, address, params=query, json=body, headers=headers)

    def _body(self, method: str, path: str, **values: str) -> dict[str, Any] | None:
        """A note for what takes decisions; what draws the figures is asked as the page asks it."""
        if path.endswith("_dash-update-component"):
            return self._callback(values["creator"])
        if method != "POST" or not path.startswith("/api/") or "review" not in path:
            return None
        note = {"action": "note", "note": "x"}
        items = [{"session_id": values.get("session_id", "x"), "version": 0}]
        return note | ({"version": 0} if "{session_id}" in path else {"items": items})

    def _callback(self, creator: str) -> dict[str, Any]:
        (callback,) = [one for one in self.dependencies if f"{ids.METRICS}.children" in one["output"]]
        outputs = [name.rpartition(".") for name in callback["output"].strip(".").split("...")]
        return {
            "output": callback["output"],
            "outputs": [{"id": id_, "property": prop} for id_, _, prop in outputs],
            "inputs": [
                {"id": ids.QUESTION, "property": "data", "value": {"creator": creator, "search": "range=all"}},
                {"id": ids.THEME, "property": "data", "value": "light"},
            ],
            "changedPropIds": [f"{ids.QUESTION}.data"],
        }


def cookie_of(viewer: Viewer, key: str = SECRET_KEY) -> dict[str, str]:
    return {"Cookie": f"{COOKIE}={SessionCookie(key).write(SignIn.of(viewer))}"}


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider(free_port(), "http://127.0.0.1:8050") as running:
        yield running


@pytest.fixture(scope="module")
def door(provider: RunningProvider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """Creators `anna` and `bela`, with a recording of each that plays, behind a real provider."""
    folder = tmp_path_factory.mktemp("routes")
    export = write_export(folder / "demo-export", as_of=NOW, **TABLES)
    for mark in ("a", "secret"):
        clip = export / "recordings" / "recordings" / f"{mark}-0.webm"
        clip.parent.mkdir(parents=True, exist_ok=True)
        clip.write_bytes(b"clip")
    settings = settings_for(provider.issuer) | {"oidc_client_id": CLIENT_ID, "oidc_creator_claim": "creator_id"}
    app: Any = create_app(load_settings(data_dir=folder, secret_key=SECRET_KEY, **settings))
    strangers: dict[str, dict[str, str]] = {
        "nobody": {},
        "forged cookie": {"Cookie": f"{COOKIE}=W10.x.y"},
        "another's key": cookie_of(VIEWERS[CREATOR], "the key of another application"),
        "no token": {"Authorization": "Bearer"} | cookie_of(VIEWERS[CREATOR]),
        "expired token": bearer(expired_token(provider)),
        "token of another audience": bearer(provider.access_token("anna", "https://other.example/api")),
    }
    accounts = {CREATOR: "anna", OPERATIONS: "olga", ANALYST: "ana", GRANTED: "anton"}
    tokens = {name: bearer(provider.access_token(account)) for name, account in accounts.items()}
    with ready_client_of(app) as client:
        dependencies = client.get(f"{PAGE}/_dash-dependencies", headers=cookie_of(VIEWERS[CREATOR])).json()
        yield Door(client, set(routes_of(fastapi_of(app).routes)), strangers, tokens, dependencies)


def expired_token(provider: RunningProvider) -> str:
    claims = {"iss": provider.issuer, "aud": AUDIENCE, "exp": 1_700_000_000, "sub": "anna", "roles": ["operations"]}
    return jwt.encode({"alg": "RS256", "kid": "x"}, claims, new_key("x"), algorithms=["RS256"])


def is_let_in(answer: httpx2.Response) -> bool:
    to_sign_in = answer.status_code == 303 and answer.headers["location"].startswith("/sign-in?next=")
    return answer.status_code not in (401, 403) and not to_sign_in


def own(who: str) -> dict[str, str]:
    """What somebody may ask for: a creator their own, staff anybody's."""
    mine = who == CREATOR or who in NOT_SIGNED_IN
    return (
        {"creator": "anna", "session_id": "session-a-0"}
        if mine
        else {"creator": "all", "session_id": "session-secret-0"}
    )


def test_the_table_names_every_route_and_no_other(door: Door) -> None:
    assert door.routes == set(ALLOWED)


def test_what_is_documented_is_among_them(door: Door) -> None:
    documented = door.client.get("/api/openapi.json", headers=door.people[CREATOR]).json()["paths"]
    assert {path for path in documented if path not in {path for _, path in ALLOWED}} == set()


@pytest.mark.parametrize("route", [route for route in ALLOWED if route != LOCAL_RECORDING], ids=" ".join)
def test_a_route_lets_in_those_that_the_table_says(door: Door, route: Route) -> None:
    let_in = {who for who, headers in door.people.items() if is_let_in(door.ask(route, headers, **own(who)))}
    assert let_in == ALLOWED[route]


@pytest.mark.parametrize("route", [route for route in ALLOWED if route != LOCAL_RECORDING], ids=" ".join)
def test_a_token_lets_the_same_in_to_rest_and_to_nothing_else(door: Door, route: Route) -> None:
    let_in = {who for who, headers in door.tokens.items() if is_let_in(door.ask(route, headers, **own(who)))}
    is_open = ALLOWED[route] == EVERYBODY
    assert let_in == (SIGNED_IN if is_open else ALLOWED[route] if route[1].startswith("/api/") else set())


@pytest.mark.parametrize("how", ["cookie", "token"])
@pytest.mark.parametrize("route", [route for route in ALLOWED if route[1] != "/sign-out"], ids=" ".join)
def test_a_creator_gets_nothing_of_another(door: Door, route: Route, how: str) -> None:
    headers = (door.people if how == "cookie" else door.tokens)[CREATOR]
    secret = {"creator": "bela", "session_id": "session-secret-0"}
    absent = {"creator": "nobody", "session_id": "session-none-0"}
    answers = [door.ask(route, headers, **asked) for asked in (secret, absent)]
    told, untold = (re.sub("bela|session-secret-0|nobody|session-none-0", "", answer.text) for answer in answers)
    assert not re.search("secret|bela", told, re.IGNORECASE)
    if "{creator}" in route[1] or "{session_id}" in route[1]:
        assert answers[0].status_code in (403, 404)
        assert (answers[0].status_code, told) == (answers[1].status_code, untold)


def test_a_recordings_link_plays_for_those_who_may_watch_and_nobody_else(door: Door) -> None:
    headers = door.people[CREATOR]
    link = door.client.get("/api/sessions/session-a-0/recording", headers=headers).json()["url"]
    let_in = {who for who, given in door.people.items() if is_let_in(door.client.get(link, headers=given))}
    assert let_in == ALLOWED[LOCAL_RECORDING]
    assert door.client.get(link, headers=headers).content == b"clip"


def test_those_who_are_let_in_get_what_they_asked_for(door: Door) -> None:
    """Or the tables above would hold of a server that answers nothing."""
    for who in SIGNED_IN:
        for route in ALLOWED:
            if route[0] == "GET" and "{creator}" in route[1]:
                for given in (door.people, door.tokens):
                    assert door.ask(route, given[who], **own(who)).status_code == 200
        figures = door.ask(("POST", f"{PAGE}/_dash-update-component"), door.people[who], **own(who))
        assert json.loads(figures.text)["response"][ids.METRICS]["children"]


def test_switching_on_what_dash_offers_more_opens_nothing(
    provider: RunningProvider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its websocket and its MCP server are off; if ever switched on they are behind the same door."""

    def with_more(*arguments: Any, **settings: Any) -> Any:
        return Dash(*arguments, **settings | {"enable_mcp": True})

    monkeypatch.setattr("callbacks.page.Dash", with_more)
    write_export(tmp_path / "demo-export", as_of=NOW, **TABLES)
    app = create_app(load_settings(data_dir=tmp_path, secret_key=SECRET_KEY, **settings_for(provider.issuer)))
    with ready_client_of(app) as client:
        more = set(routes_of(fastapi_of(app).routes)) - set(ALLOWED)
        assert any("mcp" in path for _, path in more)
        for method, path in more:
            assert client.request(method, path, json={}).status_code in (401, 303)
