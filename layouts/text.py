"""What somebody wrote, as text and nothing else."""

from dash import html


def free_text(text: str | None, sees_private: bool, absent: str, hidden: str) -> html.Div:
    """`absent` where nothing was written, `hidden` for those who may not read it."""
    if not sees_private:
        return html.Div(hidden, className="mute")
    return html.Div(text, className="free-text", dir="auto") if text else html.Div(absent, className="mute")
