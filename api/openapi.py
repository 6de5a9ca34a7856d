"""What OpenAPI says of how one is let in."""

from typing import Any

from fastapi import FastAPI

OPEN = ("/api/health", "/api/calendar/{token}.ics")
SCHEMES = {
    "cookie": {"type": "apiKey", "in": "cookie", "name": "session_history", "description": "Set by sign-in"},
    "token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "Of the OpenID provider"},
}


def describe_access(app: FastAPI) -> None:
    """Add the two ways in to the schema; the door itself is the middleware, in front of all routes."""
    schema_of = app.openapi

    def with_access() -> dict[str, Any]:
        schema = schema_of()
        schema.setdefault("components", {})["securitySchemes"] = SCHEMES
        schema["security"] = [{name: []} for name in SCHEMES]
        for path in OPEN:
            for operation in schema["paths"][path].values():
                operation["security"] = []
        return schema

    app.openapi = with_access  # type: ignore[method-assign]  # FastAPI's own way to extend it
