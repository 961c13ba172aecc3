"""Prints the README's table of settings, drawn from the class that reads them: `python -m tools.settings_table`."""

from __future__ import annotations

from dlcore.runs.settings import Settings


def table() -> str:
    """A Markdown table with one row a setting: variable, default, meaning."""
    rows = ["| variable | default | meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        default = "chosen by the machine" if field.default_factory else "–" if field.default is None else field.default
        rows.append(f"| `DLCORE_{name.upper()}` | {default} | {field.description} |")
    return "\n".join(rows)


if __name__ == "__main__":
    print(table())
