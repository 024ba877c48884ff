"""The recognition room's door."""

from recognition.api.bookkeeping import Soundness
from recognition.api.deciding import Repeat, words
from recognition.api.exporting import Exporting
from recognition.api.marking import NewQuality
from recognition.api.offering import Laid, Seen
from recognition.api.sharing import NewShare, Shared
from recognition.model import Act, Notice, Offer, OfferState, Quality, QualityKind, Result, Row, Share, Why
from recognition.reasons import Reason
from recognition.settings import RecognitionSettings
from recognition.sheets import XLSX, csv_file, xlsx_file
from recognition.store.ledger import Wanted as LedgerWanted
from recognition.summing import Period, Sum, Sums, by

__all__ = [
    "XLSX",
    "Act",
    "Laid",
    "LedgerWanted",
    "NewQuality",
    "NewShare",
    "Notice",
    "Offer",
    "OfferState",
    "Period",
    "Quality",
    "QualityKind",
    "Reason",
    "Recognition",
    "RecognitionSettings",
    "Repeat",
    "Result",
    "Row",
    "Seen",
    "Share",
    "Shared",
    "Soundness",
    "Sum",
    "Sums",
    "Why",
    "by",
    "csv_file",
    "words",
    "xlsx_file",
]


class Recognition(Exporting):
    """Results that count elsewhere: `Recognition(floor, registry, gateway, reports, settings)`.

    Methods whose first parameter is `conn` run inside the caller's write; all others open their own.
    """
