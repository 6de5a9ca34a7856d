"""An OpenID provider whose keys and answers the test decides: for tokens that a real one would never issue."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, Key, RSAKey

CLIENT_ID, AUDIENCE = "session-history", "https://sessions.example/api"


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "alg": "RS256", "use": "sig"})


@dataclass
class Issuer:
    """`broken` decides what is answered instead, by path; `answer` is what /token gives; `asked` counts."""

    url: str = ""
    keys: list[Key] = field(default_factory=lambda: [new_key("one"), ECKey.generate_key("P-256", {"kid": "curve"})])
    metadata: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    delay: float = 0
    asked: Counter[str] = field(default_factory=Counter)
    forms: list[dict[str, str]] = field(default_factory=list)

    def document(self, path: str) -> dict[str, Any] | None:
        known = {
            "/.well-known/openid-configuration": {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/auth",
                "token_endpoint": f"{self.url}/token",
                "jwks_uri": f"{self.url}/jwks",
                "userinfo_endpoint": f"{self.url}/me",
                "end_session_endpoint": f"{self.url}/session/end?realm=x",
                **self.metadata,
            },
            "/jwks": {"keys": [key.as_dict(private=False) for key in self.keys]},
            "/token": self.answer,
            "/me": self.userinfo,
        }
        return known.get(path)

    def claims(self, **more: Any) -> dict[str, Any]:
        """Those of a good access token of creator anna; None leaves one out."""
        now = int(time.time())
        good = {
            "iss": self.url,
            "aud": AUDIENCE,
            "sub": "a-1",
            "exp": now + 60,
            "roles": ["creator"],
            "creator": "anna",
        }
        return {name: value for name, value in (good | more).items() if value is not None}

    def token(self, header: dict[str, Any] | None = None, key: Key | None = None, **claims: Any) -> str:
        """An access token, good but for what is given."""
        signer = key or self.keys[0]
        head = {"alg": "RS256", "kid": signer.kid, "typ": "at+jwt", **(header or {})}
        head = {name: value for name, value in head.items() if value is not None}
        return jwt.encode(head, self.claims(**claims), signer, algorithms=[head["alg"]], default_type=None)

    def id_token(self, nonce: str | None, **more: Any) -> str:
        """An ID token of creator anna, good but for what is given."""
        given = {"aud": CLIENT_ID, "iat": int(time.time()), "nonce": nonce, "name": "Anna", **more}
        return self.token({"typ": "JWT"}, **given)


@contextmanager
def running_issuer() -> Iterator[Issuer]:
    issuer = Issuer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            issuer.asked[path] += 1
            time.sleep(issuer.delay)
            document = issuer.document(path)
            status, body = issuer.broken.get(
                path, (200 if document is not None else 404, json.dumps(document).encode())
            )
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            given = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            issuer.forms.append({name: values[0] for name, values in given.items()})
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        issuer.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield issuer
        finally:
            server.shutdown()
            thread.join()
