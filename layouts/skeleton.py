"""The page's outline as plain HTML: what is seen until its scripts have run, in the same places as what follows."""

from html import escape
from typing import Any

from dash.development.base_component import Component

WITHOUT_OUTLINE = {"Store", "Popover", "Modal", "Datalist"}
FIELDS = {"Dropdown": "dash-dropdown", "Input": "dash-input-container"}


def skeleton(component: Any) -> str:
    """Tags, classes, sizes and text of a component tree. What is no plain tag becomes a box of its class and size."""
    if component is None:
        return ""
    if isinstance(component, str | int | float):
        return escape(str(component))
    if isinstance(component, list | tuple):
        return "".join(skeleton(part) for part in component)
    if component._type in WITHOUT_OUTLINE:
        return ""
    is_tag = component._namespace == "dash_html_components"
    tag = component._type.lower() if is_tag else "div"
    shown = getattr(component, "children", None) if is_tag else getattr(component, "placeholder", None)
    return f"<{tag}{_attributes(component)}>{skeleton(shown)}</{tag}>"


def _attributes(component: Component) -> str:
    names = [getattr(component, "className", None), FIELDS.get(component._type)]
    given = {
        "class": " ".join(name for name in names if name),
        "style": ";".join(f"{name}:{value}" for name, value in (getattr(component, "style", None) or {}).items()),
    }
    hidden = " hidden" if getattr(component, "hidden", None) else ""
    return "".join(f' {name}="{escape(value)}"' for name, value in given.items() if value) + hidden
