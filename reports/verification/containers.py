"""Nothing hides where no signature reaches: in the hole of /Contents and in what CMS leaves unsigned.

What a signature container may hold is built again, in DER (X.690 §10), from its signed parts and must equal the stored
bytes; the hole holds its hexadecimal in one case of letters, then zeros.
"""

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from reports.signers.der import NULL, OCTETS, SEQUENCE, SET, TAGGED_0, TAGGED_1, tlv

if TYPE_CHECKING:
    from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature

V1, V3 = b"\x02\x01\x01", b"\x02\x01\x03"
DATA = bytes.fromhex("06092a864886f70d010701")  # id-data, RFC 5652 §4
SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")  # id-signedData, §5.1
TIME_STAMP = bytes.fromhex("060b2a864886f70d010910020e")  # id-aa-timeStampToken, RFC 3161 appendix A
SHA256 = bytes.fromhex("0609608648016503040201")
ECDSA_SHA256 = bytes.fromhex("06082a8648ce3d040302")


def plain(embedded: "EmbeddedPdfSignature", pdf: bytes) -> bool:
    """The plain form (RFC 5652 §5.1, EN 319 142-1 §6.3): one signer with the certificate that it names.

    At most one thing stands outside the signed attributes: the signature's time stamp, itself in the form of `stamped`.
    """
    info, holder = embedded.signer_info, embedded.signer_cert
    digest, algorithm = tlv(SEQUENCE, SHA256, NULL), tlv(SEQUENCE, ECDSA_SHA256)
    forms = []
    for unsigned in _unsigned(info):
        signer = _signer(info, holder, digest, algorithm, unsigned)
        forms.append(_signed_data(V1, digest, tlv(SEQUENCE, DATA), holder.dump(), signer))
    return _fills(embedded, pdf, forms)


def _unsigned(info: Any) -> list[bytes]:
    """What may stand in the unsigned attributes of a PDF's signature; nothing when it is something else."""
    attributes = info["unsigned_attrs"]
    if not len(attributes or ()):
        return [b""]
    if len(attributes) != 1 or attributes[0]["type"].native != "signature_time_stamp_token":
        return []
    tokens = attributes[0]["values"]
    if len(tokens) != 1:
        return []
    return [tlv(TAGGED_1, tlv(SEQUENCE, TIME_STAMP, tlv(SET, token))) for token in _tokens(tokens[0]["content"])]


def stamped(embedded: "EmbeddedPdfSignature", pdf: bytes) -> bool:
    """A time stamp token (RFC 3161 §2.4.2): one signer, no unsigned attribute, no certificate that proves nothing."""
    return _fills(embedded, pdf, _tokens(embedded.signed_data))


def _tokens(signed: Any) -> Iterator[bytes]:
    """The forms that a token may have: each algorithm with the parameters NULL and without (RFC 5754 §2)."""
    if len(signed["crls"] or ()) or len(signed["signer_infos"]) != 1:
        return
    (info,) = signed["signer_infos"]
    found = [one.chosen for one in signed["certificates"]]
    holder = next((one for one in found if _named(info, one)), None)
    if len(info["unsigned_attrs"] or ()) or holder is None:
        return
    if not all(one is holder or _self_consistent(one, found) for one in found):
        return
    certificates = b"".join(one.dump() for one in found)
    for digest in _with_and_without_null(info["digest_algorithm"]["algorithm"]):
        for algorithm in _with_and_without_null(info["signature_algorithm"]["algorithm"]):
            signer = _signer(info, holder, digest, algorithm)
            yield _signed_data(V3, digest, _dumped(signed["encap_content_info"]), certificates, signer)


def _fills(embedded: "EmbeddedPdfSignature", pdf: bytes, forms: Iterable[bytes]) -> bool:
    start, length, after, _ = (int(number) for number in embedded.byte_range)
    hole = pdf[start + length : after]
    for form in forms:
        body = form.hex().encode()
        if hole in {b"<" + one.ljust(len(hole) - 2, b"0") + b">" for one in (body, body.upper())}:
            return True
    return False


def _signed_data(version: bytes, digest: bytes, content: bytes, certificates: bytes, signer: bytes) -> bytes:
    """ContentInfo with SignedData (RFC 5652 §3, §5.1)."""
    signed = tlv(SEQUENCE, version, tlv(SET, digest), content, tlv(TAGGED_0, certificates), tlv(SET, signer))
    return tlv(SEQUENCE, SIGNED_DATA, tlv(TAGGED_0, signed))


def _signer(info: Any, holder: Any, digest: bytes, algorithm: bytes, unsigned: bytes = b"") -> bytes:
    """SignerInfo (RFC 5652 §5.3) of whoever the certificate names."""
    named = tlv(SEQUENCE, holder.issuer.dump(), holder["tbs_certificate"]["serial_number"].dump())
    attributes = tlv(TAGGED_0, info["signed_attrs"].contents)
    return tlv(SEQUENCE, V1, named, digest, attributes, algorithm, tlv(OCTETS, info["signature"].native), unsigned)


def _dumped(content: Any) -> bytes:
    """The content of a token: its digest is signed, its frame is made anew."""
    kind, held = content["content_type"].dump(), bytes(content["content"])
    return tlv(SEQUENCE, kind, tlv(TAGGED_0, tlv(OCTETS, held)))


def _with_and_without_null(name: Any) -> list[bytes]:
    return [tlv(SEQUENCE, name.dump()), tlv(SEQUENCE, name.dump(), NULL)]


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
