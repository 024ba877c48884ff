"""The app: routes in, errors and headers around them."""

from fastapi import FastAPI

from web import errors, pages
from web.headers import Guard
from web.house import House
from web.routes import (
    about,
    admin,
    catalogue,
    device_quality,
    dicomweb,
    drafts,
    embedding,
    events,
    factors,
    fhir,
    fhir_metadata,
    fhir_recognition,
    fhir_reports,
    inbox,
    keys,
    matching,
    messages,
    opening,
    orders,
    patients,
    recognition,
    recognition_ledger,
    reports,
    results,
    roster,
    session,
    sessions,
    shares,
    studies,
    tokens,
    trail,
    uploads,
    verify,
    worklist,
)

TOPICS = (
    about,
    session,
    factors,
    events,
    worklist,
    drafts,
    reports,
    keys,
    inbox,
    orders,
    patients,
    results,
    catalogue,
    recognition,
    device_quality,
    recognition_ledger,
    shares,
    embedding,
    studies,
    matching,
    uploads,
    admin,
    messages,
    trail,
    opening,
    sessions,
    roster,
    tokens,
    dicomweb,
    fhir,
    fhir_reports,
    fhir_metadata,
    fhir_recognition,
    verify,
)
"""Every part of the front desk; each of its addresses has a row in web/policy.py."""


def create_app(house: House) -> FastAPI:
    """The HTTP door of a house that is open."""
    app = FastAPI(
        title="Lianzhen 联诊",
        version=about.VERSION,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.state.house = house
    errors.install(app)
    app.add_middleware(
        Guard,
        json_limit=house.settings.json_limit_kib * 1024,
        tls=house.settings.tls_certificate is not None,
        framed_by=house.settings.frame_ancestors,
    )
    for topic in TOPICS:
        app.include_router(topic.router)
    app.include_router(pages.router)
    return app
