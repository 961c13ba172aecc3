"""No process is left behind: a shell that outlives the dispatcher, and ends whatever it leaves.

Workers end by themselves when their dispatcher does; one that hangs in native code cannot. The watchdog holds the
reading end of a pipe whose writing end only the dispatcher has. However the dispatcher ends, the pipe ends with it;
then the watchdog kills the dispatcher's process group, to which all workers belong.
"""

from __future__ import annotations

import os
import subprocess

COMMAND = 'read nothing; kill -s KILL -- "-$1"'


def set_watchdog() -> subprocess.Popen[bytes]:
    """Have this process's group end together with this process, of which it becomes the leader."""
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    return subprocess.Popen(
        ["/bin/sh", "-c", COMMAND, "dlcore-watchdog", str(os.getpgrp())],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
