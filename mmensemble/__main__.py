"""``python -m mmensemble``."""

import sys

from mmensemble.cli import main

if __name__ == "__main__":
    sys.exit(main())
