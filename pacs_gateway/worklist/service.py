"""The worklist SCP: C-FIND with limits, cancellation and a trail."""

import time
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from pydicom.dataset import Dataset
from pydicom.uid import UID

from foundation import errors
from foundation.log import Log
from pacs_gateway.errors import ClockFarOff
from pacs_gateway.settings import GatewaySettings
from pacs_gateway.worklist.entries import Entry, entry, unmatched
from pacs_gateway.worklist.keys import Question, days, question
from pacs_gateway.worklist.sending import Pending
from registry.api import Device, Registry

log = Log("pacs_gateway")

MODALITY_WORKLIST = "1.2.840.10008.5.1.4.31"

# PS3.4 table K.4-1 and PS3.7 annex C
PENDING, PENDING_KEYS_NOT_SUPPORTED = 0xFF00, 0xFF01
CANCELLED, OUT_OF_RESOURCES, BAD_IDENTIFIER, UNABLE = 0xFE00, 0xA700, 0xA900, 0xC000

_DATE, _MODALITY = "ScheduledProcedureStepStartDate", "Modality"
_SCANNED = 5000  # open orders of one unit that one query looks at
_TURN = 50  # answers between two looks at what the device has to say
_PATIENCE_SECONDS = 10.0  # for a slow line to take a turn's answers

Response = tuple[int | Dataset, Dataset | None]


class Worklist:
    """Answers devices: `Worklist(registry, settings)`; `find` is the handler of pynetdicom's EVT_C_FIND."""

    def __init__(self, registry: Registry, settings: GatewaySettings) -> None:
        self._registry = registry
        self._settings = settings

    def find(self, event: Any) -> Iterator[Response]:
        """Every entry for the calling device, urgent first; the names that left are in the audit trail."""
        source = event.assoc.lianzhen_source
        listed, code, syntax = 0, "", UID(event.context.transfer_syntax)
        plain, implicit = syntax.is_little_endian and not syntax.is_deflated, syntax.is_implicit_VR
        try:
            asked = question(event.identifier)
            found = self.entries(self._device(source.aet), asked)
            limit = self._settings.worklist_limit
            pending = PENDING_KEYS_NOT_SUPPORTED if any(unmatched(asked, one) for one in found[:1]) else PENDING
            ahead = Pending(event, pending)
            for one in found[:limit]:
                if _cancelled(event, listed):
                    code = "cancelled"
                    yield CANCELLED, None
                    return
                listed += 1
                if not (plain and ahead.send(one.encoded(asked, implicit=implicit))):
                    yield pending, one.answer(asked)
            if len(found) > limit:
                code = "worklist-limit"
                yield _status(OUT_OF_RESOURCES, f"{code}: {limit} of {len(found)} listed, narrow the query"), None
        except errors.Refused as refusal:
            code = refusal.code
            log.warn("worklist-refused", code=code, aet=source.aet, unit=source.unit_id)
            yield _status(BAD_IDENTIFIER, _comment(refusal)), None
        except errors.LianzhenError as refusal:
            code = refusal.code
            yield _status(OUT_OF_RESOURCES, code), None
        except Exception as fault:  # noqa: BLE001 - the edge of the DICOM port: the device is told, others go on
            code = errors.LianzhenError.code
            log.fault("worklist-fault", fault, aet=source.aet)
            yield _status(UNABLE, code), None
        finally:
            self._note(source, listed, code)

    def _note(self, source: Any, listed: int, code: str) -> None:
        try:
            self._registry.asked_for_worklist(source.actor, source.aet, listed, code)
        except errors.LianzhenError as fault:
            log.fault("worklist-trail", fault, aet=source.aet)

    def _device(self, aet: str) -> Device:
        """The device as it is admitted now: its unit or character set may have changed since it called."""
        device = self._registry.device_of(aet)
        if device is None:
            raise errors.Forbidden
        return device

    def entries(self, device: Device, asked: Question) -> list[Entry]:
        """What the device's list shows. Raises BadWorklistKey, ClockFarOff."""
        step = asked.step().keys
        since, until = self._window(step.get(_DATE, ""))
        kinds = [kind for kind in step.get(_MODALITY, "").split("\\") if not set(kind) & set("*?")] or [""]
        unit, found = self._registry.unit(device.unit_id), dict[str, Entry]()
        for kind in kinds:
            for order in self._registry.scheduled(device, since, until, kind, _SCANNED):
                one = entry(order, device, unit, kind)
                if order.id not in found and one.fits(asked):
                    found[order.id] = one
        return list(found.values())

    def _window(self, wanted: str) -> tuple[date, date]:
        """The days to look at: what is asked for, wider by the tolerance, within the days that the list keeps."""
        today, kept = self._registry.today(), timedelta(days=self._settings.worklist_days)
        first, last = days(wanted, _DATE)
        tolerance = timedelta(days=self._settings.worklist_date_tolerance_days)
        since = max(today - kept, first - tolerance) if first else today - kept
        until = min(today + kept, last + tolerance) if last else today + kept
        nearest = last if last and last < today else first
        if nearest and (nearest + tolerance < today - kept or nearest - tolerance > today + kept):
            raise ClockFarOff(asked=nearest.isoformat(), today=today.isoformat(), days=abs((nearest - today).days))
        return since, until


def _cancelled(event: Any, listed: int) -> bool:
    """Whether the device has sent C-CANCEL (PS3.7 §9.3.2.3).

    pynetdicom reads from a connection only when nothing waits to be sent on it, so every few answers those that were
    given leave first; otherwise a list is made to its end before its cancellation is heard.
    """
    if listed and listed % _TURN == 0:
        waiting, until = event.assoc.dul.to_provider_queue, time.monotonic() + _PATIENCE_SECONDS
        while not waiting.empty() and event.assoc.is_established and time.monotonic() < until:
            time.sleep(0.001)
        time.sleep(0.002)  # the turn to read
    return bool(event.is_cancelled)


def _comment(refusal: errors.Refused) -> str:
    facts = refusal.facts
    if isinstance(refusal, ClockFarOff):
        return f"{refusal.code}: asked {facts['asked']}, today is {facts['today']}"
    return f"{refusal.code}: {facts.get('key', '')}"


def _status(status: int, comment: str) -> Dataset:
    """A status with its reason in Error Comment (0000,0902): at most 64 characters of the default repertoire."""
    answer = Dataset()
    answer.Status = status
    answer.ErrorComment = comment.encode("ascii", "replace").decode()[:64]
    return answer
