"""A training step, and what makes it fast."""
