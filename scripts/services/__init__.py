"""The services of a large installation, from Debian's packages, private to one temporary folder.

For tests and benchmarks: own ports, own data, started by us and stopped by their process ids. Nothing of the machine's
own services is touched.
"""

from scripts.services.postgresql import Postgresql
from scripts.services.process import Missing, free_port

__all__ = ["Missing", "Postgresql", "free_port"]
