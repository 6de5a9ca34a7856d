"""Ratios, never bare times; every answer is checked before it is timed."""
