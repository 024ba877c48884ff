"""Signing keys: the signing window, a doctor's certificate, and what everybody may have to verify with."""

import base64
from datetime import datetime
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from foundation.access import Actor
from reports.api import KeyRecord
from web.deps import SignedIn, TheHouse, cookie_of
from web.house import House

router = APIRouter(prefix="/api/keys", tags=["keys"])


class KeyOut(BaseModel):
    """A doctor's certificate and what it is good for."""

    kid: str
    person_id: str
    person: str
    organisation: str
    custody: str
    algorithm: str
    state: str
    issuer: str
    demo: bool
    created_at: datetime
    not_before: datetime | None
    not_after: datetime | None
    revoked_at: datetime | None
    reason: str


class PasswordIn(BaseModel):
    """The doctor's own password, again."""

    password: str = Field(max_length=256)


class CertificateIn(BaseModel):
    """What an authority has sent for a request: PEM, the doctor's certificate first."""

    pem: str = Field(max_length=65_536)


class Pkcs12In(PasswordIn):
    """A PKCS#12 file in base64 with the file's own password."""

    file: str = Field(max_length=65_536)
    secret: str = Field(max_length=256)


class RevokeIn(BaseModel):
    """Why a key counts no more (RFC 5280 §5.3.1)."""

    reason: Literal["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"]


class WindowOut(BaseModel):
    """Until when this session signs without the password; null when it asks."""

    until: datetime | None


def unlock(house: House, actor: Actor, password: str | None, request: Request) -> None:
    """Before an act of signing: the password, or the session's open window.

    Raises SigningPassword and what `Reports.unlock` raises.
    """
    if password is not None:
        house.auth.confirm(actor, password)
    house.reports.unlock(actor, password, cookie_of(request) or "")


@router.get("/window")
def window(actor: SignedIn, house: TheHouse) -> WindowOut:
    """Whether the password is asked for at the next signature."""
    return WindowOut(until=house.reports.signing_until(actor))


@router.delete("/window", status_code=204)
def close_window(actor: SignedIn, house: TheHouse) -> None:
    """Put the key down."""
    house.reports.lock(actor)


@router.get("/mine")
def mine(actor: SignedIn, house: TheHouse) -> dict[str, list[KeyOut]]:
    """`{items}`: the doctor's own certificates, the newest first."""
    return {"items": [_shown(house, one) for one in house.reports.my_keys(actor)]}


@router.post("/mine/renew")
def renew(body: PasswordIn, actor: SignedIn, house: TheHouse) -> KeyOut:
    """A new key with a certificate of this centre's authority."""
    house.auth.confirm(actor, body.password)
    return _shown(house, house.reports.renew(actor, body.password))


@router.post("/mine/request", response_class=Response)
def ask(body: PasswordIn, actor: SignedIn, house: TheHouse) -> Response:
    """A new key; the answer is the request (PEM) for a licensed authority."""
    house.auth.confirm(actor, body.password)
    headers = {"Content-Disposition": 'attachment; filename="signing-key.csr"'}
    return Response(house.reports.request(actor, body.password), media_type="application/pkcs10", headers=headers)


@router.post("/mine/certificate")
def certify(body: CertificateIn, actor: SignedIn, house: TheHouse) -> KeyOut:
    """The certificate that came for the request."""
    return _shown(house, house.reports.certify(actor, body.pem.encode()))


@router.post("/mine/pkcs12")
def bring(body: Pkcs12In, actor: SignedIn, house: TheHouse) -> KeyOut:
    """A key and certificate of another authority."""
    house.auth.confirm(actor, body.password)
    try:
        data = base64.b64decode(body.file, validate=True)
    except ValueError:
        data = b""
    return _shown(house, house.reports.import_pkcs12(actor, data, body.secret, body.password))


@router.get("/all")
def everybody(actor: SignedIn, house: TheHouse) -> dict[str, list[KeyOut]]:
    """`{items}`: every doctor's certificates, for the administrator."""
    return {"items": [_shown(house, one) for one in house.reports.all_keys(actor)]}


@router.post("/all/{kid}/revoke")
def revoke(kid: str, body: RevokeIn, actor: SignedIn, house: TheHouse) -> KeyOut:
    """A key counts no more from now on."""
    return _shown(house, house.reports.revoke(actor, kid, body.reason))


@router.post("/people/{person_id}/reissue", status_code=204)
def reissue(person_id: str, actor: SignedIn, house: TheHouse) -> None:
    """The person's next signature makes a new key."""
    house.reports.reissue(actor, person_id)


@router.get("/crl", response_class=Response)
def revocations(house: TheHouse) -> Response:
    """The county authority's revocation list, DER; nobody need sign in."""
    return Response(house.reports.revocation_list(), media_type="application/pkix-crl")


@router.get("/roots", response_class=Response)
def roots(house: TheHouse) -> Response:
    """The authorities that this county accepts, PEM; nobody need sign in."""
    return Response(house.reports.roots_pem(), media_type="application/pem-certificate-chain")


@router.get("/list", response_class=Response)
def listed(house: TheHouse) -> Response:
    """The county's keys and superseded versions, signed by its root; nobody need sign in."""
    return Response(house.reports.key_list(), media_type="application/json")


def _shown(house: House, one: KeyRecord) -> KeyOut:
    return KeyOut(
        kid=one.kid,
        person_id=one.person_id,
        person=one.person_name,
        organisation=one.organisation,
        custody=one.custody.value,
        algorithm=one.algorithm,
        state=one.state(house.floor.now()).value,
        issuer=one.issuer,
        demo=one.demo,
        created_at=one.created_at,
        not_before=one.not_before,
        not_after=one.not_after,
        revoked_at=one.revoked_at,
        reason=one.revocation_reason,
    )
