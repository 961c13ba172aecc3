"""The command line: `python -m dlcore train FILE`, `trace`, `layers`, `datasets`, …

Results go to standard output, progress and mistakes to standard error. A wrong call or input ends with exit
status 2 and one sentence; a run whose loss stopped being finite with 1; Ctrl-C stops a run and keeps its weights.
"""

from __future__ import annotations

import sys

from dlcore.cli import main

if __name__ == "__main__":
    sys.exit(main())
