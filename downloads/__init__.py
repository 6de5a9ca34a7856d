"""Tables as files: rows from the warehouse, written by a process of their own, whole or not at all."""
