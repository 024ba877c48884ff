"""Time stamps by RFC 3161: from a configured authority over HTTP, or from the demonstration's own, worth nothing.

Runs in a child process.
"""

import secrets
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reports.errors import TimeStampDown
from reports.signers import Signer

if TYPE_CHECKING:
    from asn1crypto.tsp import TimeStampReq, TimeStampResp
    from pyhanko.sign.timestamps import TimeStamper

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
ANSWER_LIMIT = 64 * 1024  # bytes
POLICY = "2.25.138601917311903614461310143962446170112"  # ours: a demonstration's stamp


@dataclass(frozen=True, slots=True)
class TimeStamps:
    """Where time stamps come from: an address, or a key of the demonstration. Crosses to the child process."""

    address: str = ""
    seconds: float = 10
    demo: Signer | None = None

    def ask(self, query: bytes) -> bytes:
        """The authority's answer to a query, both DER. Raises TimeStampDown."""
        if self.demo is not None:
            return answer(query, self.demo, datetime.now(UTC))
        request = urllib.request.Request(self.address, query, {"Content-Type": QUERY, "Accept": REPLY})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.seconds) as got:  # noqa: S310 - the setting's address
                return bytes(got.read(ANSWER_LIMIT))
        except (OSError, ValueError) as fault:
            raise TimeStampDown from fault

    def stamper(self) -> "TimeStamper":
        """The same as pyHanko asks it."""
        from asn1crypto import tsp
        from pyhanko.sign.timestamps import TimeStamper

        ask = self.ask

        class Stamper(TimeStamper):
            async def async_request_tsa_response(self, req: "TimeStampReq") -> "TimeStampResp":
                """One question, one answer, about what was asked."""
                try:
                    said = tsp.TimeStampResp.load(ask(req.dump()))
                    info = said["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
                    if info["message_imprint"].dump() != req["message_imprint"].dump():
                        raise TimeStampDown
                except (ValueError, TypeError, KeyError, AttributeError) as fault:
                    raise TimeStampDown from fault
                return said

        return Stamper()  # type: ignore[no-untyped-call]


def answer(query: bytes, key: Signer, at: datetime) -> bytes:
    """A time stamp authority's answer (RFC 3161 §2.4.2), DER. Raises ValueError for what is no query."""
    from asn1crypto import cms, tsp, x509

    asked = tsp.TimeStampReq.load(query)
    holder = x509.Certificate.load(key.certificate)
    info: dict[str, Any] = {
        "version": "v1",
        "policy": POLICY,
        "message_imprint": asked["message_imprint"],
        "serial_number": secrets.randbits(63),
        "gen_time": at.replace(microsecond=0),
        "tsa": x509.GeneralName(name="directory_name", value=holder.subject),
    }
    if asked["nonce"].native is not None:
        info["nonce"] = asked["nonce"]
    stamped = tsp.TSTInfo(info).dump()
    attributes = _attributes(holder, stamped)
    signer = {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": holder.issuer, "serial_number": holder.serial_number}},
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": {"algorithm": "sha256_ecdsa"},
        "signature": key.sign(attributes.dump()),
    }
    signed = {
        "version": "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "tst_info", "content": cms.ParsableOctetString(stamped)},
        "certificates": [holder],
        "signer_infos": [signer],
    }
    token = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})
    said: bytes = tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump()
    return said


def _attributes(holder: Any, stamped: bytes) -> Any:
    import hashlib

    from asn1crypto import cms
    from pyhanko.sign.general import as_signing_certificate_v2

    values = {
        "content_type": "tst_info",
        "message_digest": hashlib.sha256(stamped).digest(),
        "signing_certificate_v2": as_signing_certificate_v2(holder),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [one]}) for name, one in values.items()])
