"""What went wrong, in a sentence for the learner. The traceback goes to the log."""

from __future__ import annotations

import signal

from dlcore.errors import DlcoreError, no_room
from dlcore.i18n import N_, Text
from dlcore.number_format import memory

# How the allocators of torch and Python say that there is no more memory.
OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "not enough memory", "cannot allocate memory")


def sentence_for(error: BaseException, run_id: str) -> Text:
    """What a learner is told about an exception."""
    if isinstance(error, DlcoreError):
        return error.text
    if isinstance(error, MemoryError) or any(phrase in str(error).lower() for phrase in OUT_OF_MEMORY):
        return Text(N_("The memory ran out while training. A smaller batch size or a smaller network needs less."))
    if no_room(error):
        return disk_full()
    return Text(
        N_("Something unexpected went wrong while training ({kind}). The log has the details under {run}."),
        kind=type(error).__name__,
        run=run_id,
    )


def disk_full() -> Text:
    """No room is left where runs are kept."""
    return Text(
        N_("The disk is full: nothing more can be kept. Delete runs that are no longer needed, then try again.")
    )


def over_memory(limit_bytes: int) -> Text:
    """A run took more than it may."""
    return Text(
        N_(
            "The run needed more than {limit} GB of memory, the most one run may take, and was ended. "
            "A smaller batch size or a smaller network needs less."
        ),
        limit=f"{limit_bytes / 1e9:.1f}",
    )


def hung(seconds: float) -> Text:
    """A run gave no sign of life."""
    return Text(
        N_("The run gave no sign of life for {seconds} seconds, and its process was ended."), seconds=f"{seconds:.0f}"
    )


def over_time(seconds: float) -> Text:
    """A run took as long as one run may."""
    return Text(
        N_("The run trained for {seconds} seconds, the most allowed here, and was ended; what it learned is kept."),
        seconds=f"{seconds:g}",
    )


def died(exitcode: int | None, memory_taken: tuple[int, int | None] | None = None) -> Text:
    """The process of a run ended by itself or by a signal; negative exit codes are signals, None is not known.

    memory_taken: bytes that it took shortly before, and that it might take, where somebody looked.
    """
    ended = _ended(exitcode)
    if memory_taken is None:
        return ended
    taken, limit = memory_taken
    if limit is None:
        return Text(N_("{ended} Shortly before, it took {taken} of memory."), ended=ended, taken=memory(taken))
    return Text(
        N_("{ended} Shortly before, it took {taken} of the {limit} of memory that its worker may take."),
        ended=ended,
        taken=memory(taken),
        limit=memory(limit),
    )


def _ended(exitcode: int | None) -> Text:
    if exitcode == -signal.SIGKILL:
        return Text(
            N_(
                "The process that trained this run was killed from outside (signal 9). Most often the machine had run "
                "out of memory, or somebody ended the process."
            )
        )
    if exitcode is not None and exitcode < 0:
        return Text(
            N_("The process that trained this run was ended by signal {number} ({name})."),
            number=-exitcode,
            name=_name(-exitcode),
        )
    if exitcode is not None:
        return Text(N_("The process that trained this run ended unexpectedly (exit code {code})."), code=exitcode)
    return Text(N_("The process that trained this run ended unexpectedly, or its machine can no longer be reached."))


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "?"
