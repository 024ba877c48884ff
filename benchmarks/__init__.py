"""The figures the product promises, measured: `make bench`, one module for each bench.

One core: the threads of the linear algebra library are pinned here, before anything imports NumPy. On two cores they
wait for each other and double the processor time of an analysis without making it faster.
"""

import os

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
