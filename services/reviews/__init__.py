"""Reviews: what needs one, what may be decided, and what was."""
