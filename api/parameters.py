"""Query parameters: read by the models' own parser, the page's too, and described to OpenAPI from the same models."""

from typing import Any, TypeVar

from starlette.requests import Request

from queries.filters import WireParams

Params = TypeVar("Params", bound=WireParams)


class NoParams(WireParams):
    """For what takes no parameters."""


def given(request: Request, model: type[Params]) -> Params:
    """The request's parameters. Raises FilterError, which names the field."""
    return model.from_query(request.scope["query_string"].decode("latin-1"))


def describe(model: type[WireParams]) -> dict[str, Any]:
    """What OpenAPI says of them, for `openapi_extra`."""
    schema = model.model_json_schema(by_alias=True)
    required = schema.get("required", [])
    parameters = []
    for name, field in schema.get("properties", {}).items():
        shape = inlined(field, schema.get("$defs", {}))
        words = shape.pop("description", "")
        parameters.append(
            {"name": name, "in": "query", "required": name in required, "description": words, "schema": shape}
        )
    return {"parameters": parameters}


def inlined(schema: Any, definitions: dict[str, Any]) -> Any:
    """The schema with its references replaced by what they refer to, and no other names of them."""
    if isinstance(schema, list):
        return [inlined(part, definitions) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        referred = inlined(definitions[schema["$ref"].rpartition("/")[2]], definitions)
        return {**referred, **{key: value for key, value in schema.items() if key != "$ref"}}
    return {key: inlined(value, definitions) for key, value in schema.items() if key != "discriminator"}
