"""Probes: looks inside a network while it trains. One file a probe; `every` finds a new one by itself."""
