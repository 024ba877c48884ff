"""Our own bounded reading of DICOM objects: structure, text, JSON. Nothing else sees an object before it."""
