"""Time stamps by RFC 3161: from a configured authority over HTTP, or from the demonstration's own, worth nothing.

Asking runs in a child process.
"""

import base64
import json
import secrets
import urllib.request
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reports.errors import TimeStampDown
from reports.files import write_durable
from reports.signers import Signer

if TYPE_CHECKING:
    from asn1crypto.tsp import TimeStampReq, TimeStampResp
    from pyhanko.sign.timestamps import TimeStamper

QUERY, REPLY = "application/timestamp-query", "application/timestamp-reply"
ANSWER_LIMIT = 64 * 1024  # bytes
SPARE = 512  # bytes by which one answer may be longer than another
POLICY = "2.25.138601917311903614461310143962446170112"  # ours: a demonstration's stamp


@dataclass(frozen=True, slots=True)
class TimeStamps:
    """Where time stamps come from: an address, or a key of the demonstration. Crosses to the child process."""

    address: str = ""
    seconds: float = 10
    demo: Signer | None = None
    chain: tuple[bytes, ...] = ()  # DER, from the authority's own certificate on; what is known of it
    size: int = 3072  # bytes that one of its tokens needs at most

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

        ask, known = self.ask, self.chain

        class Stamper(TimeStamper):
            async def async_request_tsa_response(self, req: "TimeStampReq") -> "TimeStampResp":
                """One question, one answer, about what was asked, by whom it was expected from."""
                try:
                    said = tsp.TimeStampResp.load(ask(req.dump()))
                    info = said["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
                    if info["message_imprint"].dump() != req["message_imprint"].dump():
                        raise TimeStampDown
                    if known and known[0] not in _certificates(said["time_stamp_token"]):
                        raise TimeStampDown  # another certificate than the one whose proofs lie ready
                except (ValueError, TypeError, KeyError, AttributeError) as fault:
                    raise TimeStampDown from fault
                return said

        return Stamper()  # type: ignore[no-untyped-call]


def demonstration(key: Signer) -> TimeStamps:
    """The demonstration's own authority, worth nothing."""
    return TimeStamps(demo=key, chain=(key.certificate, *key.issuers))


@dataclass(frozen=True, slots=True)
class Authority:
    """What a first answer has told of an authority: who it is, and how long its answers are."""

    certificates: tuple[bytes, ...]  # DER, its own first
    size: int  # bytes of a token


class Authorities:
    """What authorities have told of themselves, in files of one folder: asked once, not at every report."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def known(self, address: str) -> Authority | None:
        """What is known of the authority at an address."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            kept = json.loads(self._path(address).read_bytes())
            return Authority(tuple(base64.b64decode(one) for one in kept["certificates"]), int(kept["size"]))
        return None

    def keep(self, address: str, one: Authority) -> None:
        """Remember it. Raises StorageFull."""
        certificates = [base64.b64encode(found).decode() for found in one.certificates]
        kept = {"address": address, "certificates": certificates, "size": one.size}
        write_durable(self._path(address), json.dumps(kept, indent=1).encode(), 0o644)

    def _path(self, address: str) -> Path:
        return self._folder / f"{sha256(address.encode()).hexdigest()[:32]}.json"


def introduced(stamps: TimeStamps) -> Authority:
    """Ask once, about nothing, and see who answers. Raises TimeStampDown."""
    from asn1crypto import tsp

    nothing = {"hash_algorithm": {"algorithm": "sha256"}, "hashed_message": sha256(b"").digest()}
    query = tsp.TimeStampReq({"version": "v1", "message_imprint": nothing, "cert_req": True})
    try:
        token = tsp.TimeStampResp.load(stamps.ask(query.dump()))["time_stamp_token"]
        info, found = token["content"]["signer_infos"][0], token["content"]["certificates"]
        serial = info["sid"].chosen["serial_number"].native
        ordered = sorted((one.chosen for one in found), key=lambda one: one.serial_number != serial)
        own = tuple(one.dump() for one in ordered)
        if not own or ordered[0].serial_number != serial:
            raise TimeStampDown
        return Authority(own, len(token.dump()) + SPARE)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError) as fault:
        raise TimeStampDown from fault


def _certificates(token: Any) -> set[bytes]:
    return {one.chosen.dump() for one in token["content"]["certificates"]}


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
    from asn1crypto import cms
    from pyhanko.sign.general import as_signing_certificate_v2

    values = {
        "content_type": "tst_info",
        "message_digest": sha256(stamped).digest(),
        "signing_certificate_v2": as_signing_certificate_v2(holder),
    }
    return cms.CMSAttributes([cms.CMSAttribute({"type": name, "values": [one]}) for name, one in values.items()])
