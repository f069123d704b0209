"""The benchmarks lie beside the package, not in it: only a checkout has them."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))
