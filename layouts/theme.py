"""The one palette: css variables, figures and status colours are all drawn from it."""

from typing import Any, Literal

from queries.filters import Status

Theme = Literal["light", "dark"]

PALETTES: dict[Theme, dict[str, str]] = {
    "light": {
        "bg": "#f6f7f9", "card": "#ffffff", "ink": "#1b2430", "mute": "#5f6b79", "line": "#e4e8ed",
        "accent": "#2763c8", "accent-ink": "#ffffff", "bar": "#c9d6ea", "done": "#3f8f6b", "done-ink": "#2b6b4f",
        "canc": "#c3cad3", "nosh": "#d2694a", "nosh-ink": "#a8452a", "sched": "#9db8e6", "gold": "#d99a1c",
    },
    "dark": {
        "bg": "#12161c", "card": "#1a2029", "ink": "#e6ebf1", "mute": "#93a0af", "line": "#2b333e",
        "accent": "#6ea2ff", "accent-ink": "#0d1420", "bar": "#34435a", "done": "#57b28a", "done-ink": "#6cc59d",
        "canc": "#5a6675", "nosh": "#e58a6d", "nosh-ink": "#f0a287", "sched": "#3f5f96", "gold": "#e0ab3f",
    },
}  # fmt: skip
STATUS_COLOURS = {
    Status.COMPLETED: "done",
    Status.CANCELLED: "canc",
    Status.NO_SHOW: "nosh",
    Status.SCHEDULED: "sched",
}
FONT = 'system-ui, "Segoe UI", "Noto Sans", "DejaVu Sans", sans-serif'

TABLE_THEME = {
    "function": "agGrid.themeQuartz.withParams({"
    "backgroundColor: 'var(--card)', foregroundColor: 'var(--ink)', headerBackgroundColor: 'var(--card)',"
    "headerTextColor: 'var(--mute)', borderColor: 'var(--line)', rowHoverColor: 'var(--hover)',"
    "selectedRowBackgroundColor: 'var(--hover)', accentColor: 'var(--accent)', fontFamily: 'inherit',"
    "fontSize: 14, headerFontSize: 12.5, headerFontWeight: 500, wrapperBorder: false, headerRowBorder: true,"
    "columnBorder: false, headerColumnBorder: false, headerColumnResizeHandleColor: 'transparent',"
    "cellHorizontalPadding: 10, wrapperBorderRadius: 0})"
}


def css_variables() -> str:
    """A style sheet that gives each colour of both themes its variable; paper has the light one's."""
    blocks = []
    for theme, palette in PALETTES.items():
        variables = "".join(f"--{name}:{colour};" for name, colour in palette.items())
        blocks.append(f"[data-bs-theme={theme}]{{color-scheme:{theme};{variables}}}")
    on_paper = blocks[0].replace("=light", "")
    return "".join(blocks) + f"@media print{{{on_paper}}}"


def figure_layout(theme: Theme, separators: str) -> dict[str, Any]:
    """A figure without chrome: the theme's colours, room for labels only.

    `separators` are two marks: before decimals, and between thousands.
    """
    palette = PALETTES[theme]
    axis = {"gridcolor": palette["line"], "zeroline": False, "fixedrange": True, "linecolor": palette["line"]}
    return {
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": palette["mute"]},
        "hoverlabel": {"bgcolor": palette["card"], "bordercolor": palette["line"], "font": {"color": palette["ink"]}},
        "showlegend": False,
        "xaxis": dict(axis),
        "yaxis": dict(axis),
        "bargap": 0.36,
        "separators": separators,
    }
