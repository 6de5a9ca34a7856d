"""The same questions answered in other ways, each by a server of its own, as plainly and as well as that way allows.

Each takes a creator's id, the instants `previous`, `start` and `end`, and gives rows as benchmarks.bare has them:
`/stats` figures of the range, of each Student-Teacher in it, and of the period before; `/page` the newest hundred
sessions, each with the number of all; `/students` a dozen whose name holds `q`. `/ready` answers once all is loaded.
"""
