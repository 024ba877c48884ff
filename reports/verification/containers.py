"""Nothing hides where no signature reaches: in the hole of /Contents and in what CMS leaves unsigned.

What a signature container may hold is built again from its signed parts and must equal the stored bytes; the hole holds
its hexadecimal in one case of letters, then zeros.
"""

from collections.abc import Iterable
from hashlib import sha256
from itertools import product
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature


def plain(embedded: "EmbeddedPdfSignature", pdf: bytes) -> bool:
    """The plain B-B form (RFC 5652 §5.1, EN 319 142-1 §6.3): one signer with the certificate that it names."""
    from asn1crypto import cms

    info, holder = embedded.signer_info, embedded.signer_cert
    signed = {
        "version": "v1",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": "data"},
        "certificates": [holder],
        "signer_infos": [_signer(info, holder, {"algorithm": "sha256"}, {"algorithm": "sha256_ecdsa"})],
    }
    return _fills(embedded, pdf, [_wrapped(cms.SignedData(signed))])


def stamped(embedded: "EmbeddedPdfSignature", pdf: bytes) -> bool:
    """A time stamp token (RFC 3161 §2.4.2): one signer, no unsigned attribute, no certificate that proves nothing."""
    from asn1crypto import cms

    signed, info = embedded.signed_data, embedded.signer_info
    if len(info["unsigned_attrs"] or ()) or len(signed["crls"] or ()) or len(signed["signer_infos"]) != 1:
        return False
    found = [one.chosen for one in signed["certificates"]]
    holder = embedded.signer_cert
    if not _named(info, holder) or not all(
        one.dump() == holder.dump() or _self_consistent(one, found) for one in found
    ):
        return False
    forms = [
        _wrapped(
            cms.SignedData(
                {
                    "version": "v3",
                    "digest_algorithms": [digest],
                    "encap_content_info": signed["encap_content_info"],
                    "certificates": found,
                    "signer_infos": [_signer(info, holder, digest, algorithm)],
                }
            )
        )
        for digest, algorithm in product(_digests(info), _algorithms(info))
    ]
    return _fills(embedded, pdf, forms)


def _fills(embedded: "EmbeddedPdfSignature", pdf: bytes, forms: Iterable[bytes]) -> bool:
    start, length, after, _ = (int(number) for number in embedded.byte_range)
    hole = pdf[start + length : after]
    for form in forms:
        body = form.hex().encode()
        if hole in {b"<" + one.ljust(len(hole) - 2, b"0") + b">" for one in (body, body.upper())}:
            return True
    return False


def _wrapped(signed: Any) -> bytes:
    from asn1crypto import cms

    form: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return form


def _signer(info: Any, holder: Any, digest: Any, algorithm: Any) -> dict[str, Any]:
    return {
        "version": "v1",
        "sid": {"issuer_and_serial_number": {"issuer": holder.issuer, "serial_number": holder.serial_number}},
        "digest_algorithm": digest,
        "signed_attrs": info["signed_attrs"],
        "signature_algorithm": algorithm,
        "signature": info["signature"],
    }


def _digests(info: Any) -> list[dict[str, Any]]:
    """The digest's name, with the parameters NULL and without (RFC 5754 §2)."""
    from asn1crypto.core import Null

    name = info["digest_algorithm"]["algorithm"].native
    return [{"algorithm": name}, {"algorithm": name, "parameters": Null()}]


def _algorithms(info: Any) -> list[dict[str, Any]]:
    from asn1crypto.core import Null

    name = info["signature_algorithm"]["algorithm"].native
    return [{"algorithm": name}, {"algorithm": name, "parameters": Null()}]


def _named(info: Any, holder: Any) -> bool:
    """Whether the signed attributes name this very certificate (RFC 5035 §3)."""
    for attribute in info["signed_attrs"]:
        if attribute["type"].native == "signing_certificate_v2":
            said = attribute["values"][0]["certs"][0]
            if said["hash_algorithm"]["algorithm"].native == "sha256":
                return bool(said["cert_hash"].native == sha256(holder.dump()).digest())
        if attribute["type"].native == "signing_certificate":
            return bool(attribute["values"][0]["certs"][0]["cert_hash"].native == holder.sha1)
    return False


def _self_consistent(one: Any, found: list[Any]) -> bool:
    """A certificate of the chain whose own signature holds, so that no bit of it can be another."""
    holder = x509.load_der_x509_certificate(one.dump())
    for other in found:
        try:
            holder.verify_directly_issued_by(x509.load_der_x509_certificate(other.dump()))
        except (ValueError, TypeError, InvalidSignature):
            continue
        return bool(holder.public_bytes(Encoding.DER) == one.dump())
    return False
