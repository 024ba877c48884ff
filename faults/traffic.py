"""A township that sends and doctors who read, sign and approve without a pause; they note what was acknowledged."""

import contextlib
import itertools
import random
import re
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pydicom
from pydicom.data import get_testdata_file
from pydicom.uid import ComputedRadiographyImageStorage

from foundation.ids import new_uid
from tests.house import PASSWORD

SUCCESS = re.compile(r"I: Received Store Response \(Success\)")
FIRST_STATUS = re.compile(r"Received Store Response \((.+?)\)")
PATIENCE_SECONDS = 20.0  # how long somebody tries to finish what was begun
PAUSE_SECONDS = 0.2
ACTS = {"claim": "claim", "submit": "sign", "approve": "sign"}  # the end of an address, and what is asked there
CONTENT = {
    "findings": "双肺纹理增多，右下肺野见斑片状模糊影。心影大小正常，双侧膈面光滑。",
    "impression": "右下肺炎症，建议治疗后复查。",
    "positive": True,
    "recommendation": "抗感染治疗后 2 周复查胸片。",
    "key_images": [],
}


@dataclass
class Ledger:
    """What the house said yes to. Appending is safe between threads."""

    orders: list[str] = field(default_factory=list)
    objects: list[tuple[str, str]] = field(default_factory=list)
    """SOP instance and study instance uid."""
    studies: set[str] = field(default_factory=set)
    """Studies of which every object was acknowledged."""
    claims: list[tuple[str, str]] = field(default_factory=list)
    """Workitem and transaction uid."""
    submitted: list[str] = field(default_factory=list)
    """Reports of which the writer's signature was acknowledged."""
    approved: list[tuple[str, int]] = field(default_factory=list)
    """Report and number of what was issued."""

    def counts(self) -> dict[str, int]:
        """How much of each."""
        return {name: len(getattr(self, name)) for name in ("orders", "objects", "claims", "submitted", "approved")}

    def total(self) -> int:
        """All of it."""
        return sum(self.counts().values())


class InFlight:
    """What the house is being asked at this moment: so many sends, claims, signings."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    @contextlib.contextmanager
    def one(self, act: str) -> Iterator[None]:
        """One more for the length of the block."""
        with self._lock:
            self._counts[act] += 1
        try:
            yield
        finally:
            with self._lock:
                self._counts[act] -= 1

    def now(self, act: str) -> int:
        """How many of this act."""
        return self._counts[act]


class Person:
    """Somebody at a browser: signs in, asks, and asks again when nobody answered."""

    def __init__(self, url: str, account: str, over: threading.Event, in_flight: InFlight | None = None) -> None:
        self.http = httpx.Client(base_url=url, timeout=15)
        self._over = over
        self._in_flight = in_flight or InFlight()
        answer = self.asked("POST", "/api/session", account=account, password=PASSWORD)
        assert answer is not None, f"{account} could not sign in"
        assert answer.status_code == 200, answer.text
        self.http.headers["X-CSRF-Token"] = answer.json()["csrf"]

    def asked(self, method: str, path: str, **body: object) -> httpx.Response | None:
        """The answer, once there is one that is not "later"; None when patience has come to its end."""
        until = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            act = ACTS.get(path.rsplit("/", 1)[-1], "other")
            with contextlib.suppress(httpx.TransportError), self._in_flight.one(act):
                answer = self.http.request(method, path, json=body or None)
                if answer.status_code not in {503, 507}:
                    if answer.status_code >= 500:
                        raise AssertionError(f"{method} {path}: {answer.status_code} {answer.text[:300]}")
                    return answer
            if self._over.wait(PAUSE_SECONDS):
                time.sleep(PAUSE_SECONDS)  # the end has come: what was begun is finished all the same
        return None

    def json(self, method: str, path: str, **body: object) -> Any:
        """The content of a success; None for a refusal or silence."""
        answer = self.asked(method, path, **body)
        return answer.json() if answer is not None and answer.is_success else None


def objects(folder: Path, number: int, accession_number: str, patient: dict[str, Any]) -> list[Path]:
    """Two small objects of one study of an ordered patient."""
    source = get_testdata_file("CT_small.dcm", download=False)
    assert isinstance(source, str)
    image = pydicom.dcmread(source)
    image.SpecificCharacterSet = "ISO_IR 192"
    image.Modality, image.SOPClassUID = "CR", ComputedRadiographyImageStorage
    image.file_meta.MediaStorageSOPClassUID = image.SOPClassUID
    image.PatientName, image.PatientID = patient["name"], patient["patient_id"]
    image.PatientSex, image.PatientBirthDate = "M", "19620517"
    image.AccessionNumber = accession_number
    image.StudyInstanceUID, image.SeriesInstanceUID = new_uid(), new_uid()
    made = []
    for part in (1, 2):
        image.SOPInstanceUID = new_uid()
        image.file_meta.MediaStorageSOPInstanceUID = image.SOPInstanceUID
        image.InstanceNumber = part
        made.append(folder / f"{number:05d}-{part}.dcm")
        image.save_as(made[-1])
    return made


def storescu(port: int, paths: list[Path], seconds: float = 30) -> tuple[int, str]:
    """Send in order as a modality does: how many were acknowledged, and what was said."""
    command = ["storescu", "-v", "-to", "5", "-td", "15", "-ta", "5", "-aet", "TOWNSHIP1", "-aec", "LIANZHEN",
               "127.0.0.1", str(port), *map(str, paths)]  # fmt: skip
    try:
        said = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=seconds, check=False
        ).stdout
    except subprocess.TimeoutExpired as late:
        said = late.stdout.decode() if isinstance(late.stdout, bytes) else late.stdout or ""
    return len(SUCCESS.findall(said)), said


class Traffic:
    """Everybody at work, each in a thread, until `over`."""

    def __init__(self, folder: Path, url: str, port: int, chance: random.Random) -> None:
        self.ledger = Ledger()
        self.faults: list[str] = []
        self.in_flight = InFlight()
        self._folder, self._url, self._port = folder, url, port
        self._seed = chance.random()
        self._over = threading.Event()
        self._number = itertools.count(1)
        folder.mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def at_work(self, townships: int = 1, readers: int = 2, reviewers: int = 2) -> Iterator["Traffic"]:
        """People are at work during the block, and have finished what they had begun after it."""
        roles: list[tuple[str, Callable[[Person, random.Random], None]]] = [
            *[("technician", self._send)] * townships,
            *[("radiologist", self._read)] * readers,
            *[("reviewer", self._review)] * reviewers,
        ]
        people = [(Person(self._url, account, self._over, self.in_flight), act) for account, act in roles]
        threads = [
            threading.Thread(target=self._work, args=(person, act, random.Random(self._seed + place)))
            for place, (person, act) in enumerate(people)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._over.set()
            for thread in threads:
                thread.join()

    def _work(self, person: Person, act: Callable[[Person, random.Random], None], chance: random.Random) -> None:
        while not self._over.is_set():
            try:
                act(person, chance)
            except Exception as fault:  # noqa: BLE001 - said in the outcome, and the others go on
                self.faults.append(f"{act.__name__.strip('_')}: {type(fault).__name__} {fault}"[:400])
                self._over.wait(1)

    def _send(self, person: Person, _chance: random.Random) -> None:
        """Order a chest film and send its two objects, again and again until both are acknowledged."""
        number = next(self._number)
        patient = {"name": f"甲{number}", "sex": "M", "birth_date": "1962-05-17"}
        order = person.json("POST", "/api/orders", patient=patient, item_code="DR-CHEST-PA")
        if order is None:
            return
        self.ledger.orders.append(order["id"])
        paths = objects(self._folder, number, order["accession_number"], order["patient"])
        uids = [pydicom.dcmread(path, stop_before_pixels=True) for path in paths]
        left = list(zip(paths, uids, strict=True))
        until = time.monotonic() + PATIENCE_SECONDS
        while left and time.monotonic() < until:
            with self.in_flight.one("send"):
                count, _said = storescu(self._port, [path for path, _ in left])
            for _, one in left[:count]:
                self.ledger.objects.append((str(one.SOPInstanceUID), str(one.StudyInstanceUID)))
            left = left[count:]
            if left:
                time.sleep(PAUSE_SECONDS)
        if not left:
            self.ledger.studies.add(str(uids[0].StudyInstanceUID))
        for path in paths:
            path.unlink()

    def _claimed(self, person: Person, chance: random.Random, kind: str) -> dict[str, Any] | None:
        """Take one of what waits; its detail, with the transaction uid."""
        listed = person.json("GET", f"/api/worklist?kind={kind}")
        waiting = [row for row in listed["items"] if not row["claimed_by"]] if listed else []
        if not waiting:
            self._over.wait(PAUSE_SECONDS)
            return None
        row = chance.choice(waiting[:5])  # so that two doctors often want the same
        claim = person.json("POST", f"/api/workitems/{row['uid']}/claim")
        if claim is None:
            return None
        self.ledger.claims.append((row["uid"], claim["transaction_uid"]))
        detail = person.json("GET", f"/api/workitems/{row['uid']}")
        return {**detail, "transaction_uid": claim["transaction_uid"], "uid": row["uid"]} if detail else None

    def _read(self, person: Person, chance: random.Random) -> None:
        """Claim, write, sign, ask for review."""
        one = self._claimed(person, chance, "reading")
        if one is None:
            return
        place, held = f"/api/workitems/{one['uid']}", {"transaction_uid": one["transaction_uid"]}
        revision = one["draft"]["revision"] if one["draft"] else 0
        saved = person.json("PUT", f"{place}/draft", **held, revision=revision, content=CONTENT)
        if saved is None:
            return
        body = {**held, "revision": saved["revision"], "content": CONTENT, "password": PASSWORD}
        done = person.json("POST", f"{place}/submit", **body)
        if done is not None:
            self.ledger.submitted.append(done["report_id"])

    def _review(self, person: Person, chance: random.Random) -> None:
        """Claim the review and approve."""
        one = self._claimed(person, chance, "review")
        if one is None:
            return
        body = {"transaction_uid": one["transaction_uid"], "revision": one["draft"]["revision"], "content": CONTENT,
                "password": PASSWORD}  # fmt: skip
        done = person.json("POST", f"/api/workitems/{one['uid']}/approve", **body)
        if done is not None:
            self.ledger.approved.append((done["report_id"], done["number"]))


class Pulse:
    """How long it takes, from now, until the house does a write and keeps an object again."""

    def __init__(self, folder: Path, url: str, port: int) -> None:
        self._port = port
        self._person = Person(url, "technician", threading.Event())
        patient = {"name": "脉搏", "sex": "M", "birth_date": "1962-05-17"}
        self._order = {"patient": patient, "item_code": "DR-CHEST-PA"}
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._number = 0

    def measured(self) -> float:
        """Seconds. Raises AssertionError after 60."""
        begun = time.monotonic()
        order = None
        while order is None:
            order = self._person.json("POST", "/api/orders", **self._order)
            assert time.monotonic() - begun < 60, "no write is acknowledged"
        self._number += 1
        paths = objects(self._folder, self._number, order["accession_number"], order["patient"])[:1]
        while not storescu(self._port, paths)[0]:
            assert time.monotonic() - begun < 60, "no object is acknowledged"
            time.sleep(0.05)
        return time.monotonic() - begun
