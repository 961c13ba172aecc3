"""Where declarations are found by name.

Each kind of thing has one registry, which knows the module that declares its things and imports it at the first
look-up. So `Experiment` can check a layer's name without importing layers, and nobody sees a registry half full.
"""

from __future__ import annotations

from dlcore.declaration import Declaration
from dlcore.i18n import N_
from dlcore.lookup import Registry

LAYERS: Registry[type[Declaration]] = Registry(N_("layer"), "dlcore.layers")
DATASETS: Registry[type[Declaration]] = Registry(N_("data set"), "dlcore.data.catalog")
# Named `upload:<id>` and `file:PATH`.
USER_DATASETS: Registry[type[Declaration]] = Registry(N_("data set"), "dlcore.data.uploads")
AUGMENTATIONS: Registry[type[Declaration]] = Registry(N_("augmentation"), "dlcore.training.augmentation")
CLEANING: Registry[type[Declaration]] = Registry(N_("cleaning step"), "dlcore.data.cleaning.steps")
LOSSES: Registry[type[Declaration]] = Registry(N_("loss"), "dlcore.training.losses")
OPTIMIZERS: Registry[type[Declaration]] = Registry(N_("optimizer"), "dlcore.training.optimizers")
SCHEDULES: Registry[type[Declaration]] = Registry(N_("schedule"), "dlcore.training.schedules")
