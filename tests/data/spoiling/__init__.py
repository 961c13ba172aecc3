"""Clean tables, the damage that real files have, and how much of a table is still read.

`clean` holds the tables, `records`, `layout`, `dialects` and `headers` the kinds of damage, `readers` what reads the
files (ours and others, to compare), `scores` the measures. `python -m tests.data.spoiling` prints them side by side.
"""
