"""Pending responses of one query: their command sets are the same bytes, so one is encoded and sent with every answer.

Each goes out as pynetdicom sends it: a P-DATA with the command, then one with the identifier (PS3.7 §6.3.1, PS3.8
annex E).
"""

from io import BytesIO
from typing import Any

from pynetdicom.dimse_messages import C_FIND_RSP
from pynetdicom.dimse_primitives import C_FIND
from pynetdicom.pdu_primitives import P_DATA

_HEADER = 6  # bytes of a PDV before its fragment: length, context, message control (PS3.8 §9.3.5.1)
_LAST_OF_DATA = b"\x02"


class Pending:
    """The responses with one status of the query behind a pynetdicom event."""

    def __init__(self, event: Any, status: int) -> None:
        response = C_FIND()
        response.MessageIDBeingRespondedTo = event.request.MessageID
        response.AffectedSOPClassUID = event.request.AffectedSOPClassUID
        response.Status = status
        response.Identifier = BytesIO(b"\0\0")  # there is one: Command Data Set Type (0000,0800)
        message = C_FIND_RSP()
        message.primitive_to_message(response)
        self._context: int = event.context.context_id
        self._command, *_ = message.encode_msg(self._context, 0)
        self._link = event.assoc.dul
        self._room: int = event.assoc.dimse.maximum_pdu_size  # 0 is without limit

    def send(self, identifier: bytes) -> bool:
        """Send one answer; False when it does not fit into one PDU of the device and pynetdicom must part it."""
        data = P_DATA()
        data.presentation_data_value_list.append((self._context, _LAST_OF_DATA + identifier))
        command = P_DATA()
        command.presentation_data_value_list.extend(self._command.presentation_data_value_list)
        largest = max(len(part) for one in (command, data) for _, part in one.presentation_data_value_list)
        if self._room and largest + _HEADER > self._room:
            return False
        self._link.send_pdu(command)
        self._link.send_pdu(data)
        return True
