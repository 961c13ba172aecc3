"""What the files beside this one refuse, each with one sentence."""


class DlcoreError(Exception):
    """Something that can be put right; `str(error)` says what."""

    def __init__(self, text):
        super().__init__(text)
        self.text = text

    def __str__(self):
        return str(self.text)


class UploadError(DlcoreError):
    """A file is not what it says, is malformed, or is over a limit."""


class ExportError(DlcoreError):
    """A row cannot be read as the training data were."""
