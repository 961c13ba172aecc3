"""What a board shows, as values: stages with marks, knobs, readouts and frames; a lesson declares them, JSON leaves.

Every place where a mark needs a number takes an expression (`dlcore.lessons.expression`), so that the browser can
follow a finger without asking. Colours are those of light pages; the browser has their counterparts for dark ones.
"""
