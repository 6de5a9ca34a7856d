"""A real OpenID provider, Node's certified oidc-provider, in a process of its own."""

import json
import os
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from tests.serving import wait_for

FOLDER = Path(__file__).parent
CLIENT_ID, CLIENT_SECRET = "session-history", "a secret of tests alone"
AUDIENCE = "https://sessions.example/api"
ELENA = "usr_00000001"
ACCOUNTS: dict[str, dict[str, Any]] = {
    "elena": {"name": "Elena Moreau", "roles": ["creator"], "creator_id": ELENA},
    "anna": {"name": "Anna", "roles": ["creator"], "creator_id": "anna"},
    "olga": {"name": "Olga Operations", "roles": ["staff", "operations"]},
    "ana": {"name": "Ana Analyst", "roles": ["analyst"]},
    "anton": {"name": "Anton Analyst", "roles": ["analyst", "private"]},
    "nobody": {"name": "No Role", "roles": ["student"]},
    "idless": {"name": "No Id", "roles": ["creator"]},
}


@dataclass(frozen=True)
class RunningProvider:
    issuer: str
    process: "subprocess.Popen[bytes]"

    def rotate_keys(self) -> None:
        """From now on it signs with a new key, and publishes that and the one before."""
        urllib.request.urlopen(f"{self.issuer}/control/rotate", data=b"", timeout=5).close()

    def access_token(self, account: str, audience: str = AUDIENCE) -> str:
        """As a script gets one: by a client's own credentials."""
        answer = httpx2.post(
            f"{self.issuer}/token",
            data={"grant_type": "client_credentials", "resource": audience, "scope": "sessions"},
            auth=(account, CLIENT_SECRET),
        )
        return str(answer.json()["access_token"])

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """It takes connections and answers nothing while the block runs."""
        self.process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            self.process.send_signal(signal.SIGCONT)


@contextmanager
def running_provider(port: int, application: str) -> Iterator[RunningProvider]:
    """Serve on `port`, for an application at the address `application`."""
    client = {
        "client_id": CLIENT_ID,
        "client_secret": CLIENT_SECRET,
        "redirect_uris": [f"{application}/sign-in/callback"],
        "post_logout_redirect_uris": [f"{application}/sign-out/done"],
    }
    machines = [
        {
            "client_id": account,
            "client_secret": CLIENT_SECRET,
            "grant_types": ["client_credentials"],
            "response_types": [],
            "redirect_uris": [],
        }
        for account in ACCOUNTS
    ]
    given = {"port": port, "client": client, "machines": machines, "accounts": ACCOUNTS, "audience": AUDIENCE}
    process = subprocess.Popen(
        ["node", "provider.mjs"],
        cwd=FOLDER, env=os.environ | {"PROVIDER": json.dumps(given)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip
    provider = RunningProvider(f"http://127.0.0.1:{port}", process)
    try:
        wait_for(lambda: process.poll() is not None or _answers(provider.issuer))
        assert process.poll() is None, process.communicate()[1].decode()
        yield provider
    finally:
        process.terminate()
        process.communicate(timeout=10)


def _answers(issuer: str) -> bool:
    try:
        return httpx2.get(f"{issuer}/.well-known/openid-configuration").status_code == 200
    except httpx2.HTTPError:
        return False
