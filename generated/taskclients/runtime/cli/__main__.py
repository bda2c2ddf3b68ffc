"""`python -m taskclients.runtime.cli`: the same as the command `taskclients`."""

import sys

from . import main

sys.exit(main())
