"""The coach: says what is wrong with a network or a run, with its own numbers, and what would show whether it is so.

findings = coach.examine(experiment, about)      # before training; with a DataSummary, also of the data
course = coach.Course(experiment, data)
for event in course.follow(Trainer(experiment, data)):
    ...
findings = coach.listen(course)                  # during or after it
twin = findings[0].remedied(experiment)          # the counter-experiment
coach.verdict(findings[0], course, twin_course)  # It was that: the accuracy went from 61 % to 93 %.
"""

from __future__ import annotations

from dlcore.coach.advisor import advise, examine, listen
from dlcore.coach.course import Course
from dlcore.coach.finding import SEVERITIES, Finding, Remedy, Severity
from dlcore.coach.rule import RULES, Rule
from dlcore.coach.scaling import DataSummary
from dlcore.coach.verdict import verdict

__all__ = ["RULES", "SEVERITIES", "Course", "DataSummary", "Finding", "Remedy", "Rule", "Severity", "advise",
           "examine", "listen", "verdict"]  # fmt: skip
