"""A believable export to try the page with, drawn from a seed."""

from warehouse.demo.write import write_demo

__all__ = ["write_demo"]
