"""One running application, on a small export, for all tests of a module."""

from collections.abc import Callable, Iterator
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from app import create_app
from auth.cookie import SessionCookie
from settings import load_settings
from tests.exports import ROWS, session, write_export
from tests.serving import fastapi_of, ready_client_of

SECRET_KEY = "a key for tests, of no use elsewhere"
MARKUP = "<script>alert('x')</script> & \"Söhne\""


@pytest.fixture(scope="session")
def cookie() -> SessionCookie:
    """Signs as the running application does."""
    return SessionCookie(SECRET_KEY)


@pytest.fixture(scope="session")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The application: c1 has 3 sessions, c2 none, and a third creator's id and name are markup."""
    folder = tmp_path_factory.mktemp("auth")
    creator = {"id": '"><b>', "name": MARKUP}
    write_export(
        folder / "export",
        users=[*ROWS["users"], creator],
        courses=[*ROWS["courses"], {"id": "k3", "creator_id": creator["id"]}],
        sessions=[session(n) for n in range(1, 4)],
        session_assessments=[],
    )
    return create_app(load_settings(export=str(folder / "export"), data_dir=folder / "data", secret_key=SECRET_KEY))


@pytest.fixture(scope="session")
def application(guarded: Any) -> FastAPI:
    """What stands behind compression and the middleware."""
    return fastapi_of(guarded)


@pytest.fixture(scope="session")
def served(guarded: Any) -> Iterator[httpx2.Client]:
    with ready_client_of(guarded) as client:
        yield client


@pytest.fixture
def client(served: httpx2.Client) -> httpx2.Client:
    """A client of the running application, signed in as nobody, that follows no redirects."""
    served.cookies.clear()
    return served


@pytest.fixture
def address(served: httpx2.Client) -> str:
    return str(served.base_url).rstrip("/")


@pytest.fixture
def sign_in(client: httpx2.Client) -> Callable[..., httpx2.Response]:
    """Posts the sign-in form."""

    def post(user: str = "c1", role: str = "creator", next_: str = "") -> httpx2.Response:
        return client.post("/sign-in", data={"user": user, "role": role, "next": next_})

    return post
