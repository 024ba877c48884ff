"""DICOMweb as pure mappings: parameters and Accept headers in, bytes out. FastAPI is the web's business."""
