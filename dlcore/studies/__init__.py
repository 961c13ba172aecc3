"""Studies: one experiment beside variants of it, each with several seeds, and what their differences allow to say."""

from dlcore.studies.kind import STUDIES, Arm, StudyKind
from dlcore.studies.study import MOST_SEEDS, SEEDS, Study

__all__ = ["MOST_SEEDS", "SEEDS", "STUDIES", "Arm", "Study", "StudyKind"]
