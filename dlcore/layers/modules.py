"""The modules that torch lacks: each stands alone on torch and nn, so that an exported script can hold its source."""

from __future__ import annotations
