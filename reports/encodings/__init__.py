"""Ways to show a version to the world, each a pure function of its facts: PDF, FHIR document and resources, QR code."""
