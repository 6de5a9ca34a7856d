"""Models to JSON, straight from the dataclasses: no second model is built to say the same."""

from functools import cache
from hashlib import blake2b
from typing import Any

from pydantic import TypeAdapter
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

NO_STORE = {"Cache-Control": "no-store"}
FRESH = {"Cache-Control": "private, no-cache"}
UNCHANGED: dict[int | str, dict[str, Any]] = {304: {"description": "It is as the ETag in If-None-Match says"}}


@cache
def _adapter(model: Any) -> TypeAdapter[Any]:
    return TypeAdapter(model)


def answer(model: Any, as_type: Any = None, headers: dict[str, str] = NO_STORE, status: int = 200) -> Response:
    """A JSON response; `as_type` where the model is a list, whose item type it cannot tell itself."""
    return Response(_json(model, as_type), status, media_type="application/json", headers=headers)


def fresh_answer(request: Request, model: Any, as_type: Any = None) -> Response:
    """The same with its ETag, for a client that may keep it and ask whether it still holds; then 304 without a body."""
    body = _json(model, as_type)
    headers = fresh_headers(blake2b(body, digest_size=16).hexdigest())
    return unchanged(request, headers) or Response(body, media_type="application/json", headers=headers)


def fresh_headers(tag: str) -> dict[str, str]:
    """Weak, since the same answer goes out compressed in several ways."""
    return FRESH | {"ETag": f'W/"{tag}"'}


def unchanged(request: Request, headers: dict[str, str]) -> Response | None:
    """304 where the client has what `headers` tell of. It says what the answer would, Vary too, which compression adds
    to an answer that has a body."""
    if not is_known(request.headers, headers["ETag"]):
        return None
    return Response(status_code=304, headers=headers | {"Vary": "Accept-Encoding"})


def is_known(headers: Headers, etag: str) -> bool:
    """Whether If-None-Match names the ETag, or anything at all; weakly, as the standard has it for that header."""
    given = ",".join(headers.getlist("if-none-match")).split(",")
    known = {tag.strip().removeprefix("W/") for tag in given}
    return etag.removeprefix("W/") in known or known == {"*"}


def _json(model: Any, as_type: Any) -> bytes:
    return _adapter(as_type or type(model)).dump_json(model)  # type: ignore[arg-type]  # types are hashable
