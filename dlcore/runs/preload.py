"""What every worker needs, loaded once: the fork server imports this, and workers begin as copies of it.

They share the memory of what is loaded here, and are ready in a moment. Nothing here may start a thread, learn, or ask
for a GPU: a copy would have none of it.
"""

from __future__ import annotations

import gc
import itertools

import torch

from dlcore.data.uploads import upload_access
from dlcore.runs import calm_worker, task, worker  # noqa: F401 (loaded for who is copied)
from dlcore.training.loop import train

upload_access.forbid_local()
torch.set_num_threads(1)
for _event in itertools.islice(train(task.tiny_experiment()), 1):
    pass  # torch loads a good part of itself when a network is built
gc.collect()
gc.freeze()  # garbage collection in a copy then writes to none of it, and so copies none of it
