"""What loss, optimizer and schedule have in common: torch's own things, chosen by name, written down shortly."""

from __future__ import annotations

from typing import Any, ClassVar

from dlcore.declaration import Declaration


class Choice(Declaration):
    """Something of torch's chosen by name. Its plain data holds the main settings and those that were changed."""

    abstract: ClassVar[bool] = True

    def changed(self, *left_out: str) -> dict[str, Any]:
        """The settings that differ from their default: only those are worth a word in a file or in source code."""
        settings = type(self).settings()
        now = {name: getattr(self, name) for name in settings if name not in left_out}
        return {name: value for name, value in now.items() if value != settings[name].default}

    def to_dict(self) -> dict[str, Any]:
        main = [name for name, setting in type(self).settings().items() if setting.main or name in self.changed()]
        return {self.KEY: self.name, **{name: getattr(self, name) for name in main}}


class Expression(str):
    """Python that stands in a written call as it is, such as `model.parameters()`."""

    def __repr__(self) -> str:
        return str(self)
