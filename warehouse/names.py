"""Names of files within an export, which others chose."""


def is_plain(name: str) -> bool:
    """Whether it names a file below the export's root: no step up or aside, nothing that does not print."""
    return name.isprintable() and "\\" not in name and not {"", ".", ".."} & set(name.split("/"))


def shown(name: str) -> str:
    """A name in one line of a log, whatever is in it."""
    return name if name.isprintable() else name.encode("unicode_escape").decode()
