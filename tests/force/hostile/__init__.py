"""Files that mean no good, and what reads them: each is to be refused with its name, soon, and without much memory.

`uploads` holds data sets, `weights` weights, `bundles` bundles, `documents` experiments; `reading` reads each in a
process of its own. `python -m tests.force.hostile` prints what became of every one.
"""
