"""An independent client, dicomweb-client, against the product over a real socket: its defaults are the test."""

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dicomweb_client.api import DICOMwebClient
from pydicom import Dataset, dcmread

from tests.product import Client, Product, running
from tests.unit.pacs_gateway.objects import encoded, film, packaged, read

warnings.filterwarnings("ignore", module="dicomweb_client")


@pytest.fixture(scope="module")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with running(tmp_path_factory.mktemp("data")) as one:
        yield one


@pytest.fixture(scope="module")
def client(product: Product) -> Iterator[Any]:
    """The client of a technician's session."""
    with Client(product.url, "technician") as person:
        headers = {
            "Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in person.http.cookies.jar),
            "X-CSRF-Token": person.http.headers["X-CSRF-Token"],
        }
        yield DICOMwebClient(url=f"{product.url}/dicom-web", headers=headers)


@pytest.fixture(scope="module")
def stored(client: Any) -> Dataset:
    """A film that the client itself sent."""
    dataset = film(PatientID="CLIENT-1")
    answer = client.store_instances([read(encoded(dataset))])
    assert len(answer.ReferencedSOPSequence) == 1
    assert "FailedSOPSequence" not in answer
    return dataset


def uids(dataset: Dataset) -> tuple[str, str, str]:
    return dataset.StudyInstanceUID, dataset.SeriesInstanceUID, dataset.SOPInstanceUID


def test_it_finds_a_chinese_name_which_it_percent_encodes(client: Any, stored: Dataset) -> None:
    found = client.search_for_studies(search_filters={"PatientName": "张智宏"})
    assert stored.StudyInstanceUID in [one["0020000D"]["Value"][0] for one in found]
    assert client.search_for_studies(search_filters={"PatientName": "无此人"}) == []


def test_it_reads_all_pages(client: Any, stored: Dataset) -> None:
    for _ in range(3):
        client.store_instances([read(encoded(film(PatientID="PAGES")))])
    assert len(client.search_for_studies(search_filters={"PatientID": "PAGES"}, limit=1, get_remaining=True)) == 3
    assert client.search_for_series(search_filters={"Modality": "CR"}, limit=2)
    assert client.search_for_instances(stored.StudyInstanceUID)


def test_it_retrieves_study_series_and_instance_with_its_default_headers(client: Any, stored: Dataset) -> None:
    study, series, instance = uids(stored)
    for found in (client.retrieve_study(study), client.retrieve_series(study, series)):
        assert [one.PixelData for one in found] == [stored.PixelData]
    one = client.retrieve_instance(study, series, instance)
    assert one.file_meta.TransferSyntaxUID == "1.2.840.10008.1.2.1"
    assert one.PatientName == stored.PatientName


def test_it_reads_metadata_and_follows_the_bulk_data(client: Any, stored: Dataset) -> None:
    (metadata,) = client.retrieve_study_metadata(stored.StudyInstanceUID)
    assert Dataset.from_json(metadata, bulk_data_uri_handler=lambda *_: b"").PatientID == "CLIENT-1"
    (value,) = client.retrieve_bulkdata(metadata["7FE00010"]["BulkDataURI"])
    assert value == stored.PixelData


def test_it_reads_frames_by_default_as_plain_values(client: Any, stored: Dataset) -> None:
    (plain,) = client.retrieve_instance_frames(*uids(stored), [1])
    assert plain == stored.PixelData


def test_it_reads_frames_of_a_multiframe_out_of_order(client: Any) -> None:
    path = packaged("SC_rgb_rle_2frame.dcm")
    dataset = dcmread(path)
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        setattr(dataset, keyword, getattr(film(), keyword))
    dataset.file_meta.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    client.store_instances([dataset])
    frames = client.retrieve_instance_frames(*uids(dataset), [2, 1])
    assert frames == [dataset.pixel_array[1].tobytes(), dataset.pixel_array[0].tobytes()]
    stored = client.retrieve_instance_frames(
        *uids(dataset), [1, 2], media_types=(("image/dicom-rle", "1.2.840.10008.1.2.5"),)
    )
    assert len(stored) == 2


def test_it_gets_pictures(client: Any, stored: Dataset) -> None:
    assert client.retrieve_instance_rendered(*uids(stored), media_types=("image/png",))[:4] == b"\x89PNG"
    jpeg = client.retrieve_instance_frames_rendered(*uids(stored), [1], media_types=("image/jpeg",))
    assert jpeg[:2] == b"\xff\xd8"


def test_the_film_that_the_demonstration_sends_is_ready_and_shown(product: Product, client: Any) -> None:
    from tests.product import until

    sent = product.dcmsend(Path(product.data) / "demo" / "film.dcm")
    assert sent.returncode == 0, sent.stderr
    dataset = dcmread(Path(product.data) / "demo" / "film.dcm")
    with Client(product.url, "technician") as person:

        def row() -> Any:
            items = person.get("/api/studies", q=str(dataset.AccessionNumber)).json()["items"]
            return items and items[0]["state"] == "ready" and items[0]

        ready = until(row, seconds=20)
    assert ready["order_id"]
    assert ready["accession_number"] == dataset.AccessionNumber
    assert client.retrieve_instance_rendered(*uids(dataset))[:4] == b"\x89PNG"
