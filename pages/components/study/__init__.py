"""The page of a study: how it stands, and a panel for each look at what came of it."""
