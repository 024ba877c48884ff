"""The FHIR door's edge: whatever is refused under /fhir leaves as an OperationOutcome, never as problem+json."""

from starlette.testclient import TestClient

from web.fhir import MEDIA_TYPE


def test_an_address_that_does_not_exist(stranger: TestClient) -> None:
    """404, with the catalogue's words in both languages."""
    answer = stranger.get("/fhir/NoSuchThing/1")
    assert answer.status_code == 404
    assert answer.headers["content-type"].startswith(MEDIA_TYPE)
    issue = answer.json()["issue"][0]
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert (issue["severity"], issue["code"]) == ("error", "not-found")
    assert issue["details"]["text"]
    assert issue["diagnostics"].isascii()
