"""Writers: an `EcgRecord` out, as DICOM, WFDB or CSV. What a format cannot hold is refused, never rescaled."""


class UnwritableEcg(Exception):
    """The format cannot hold this recording truthfully. `code` and `text` say why; nothing was written."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
