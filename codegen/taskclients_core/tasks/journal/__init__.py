"""Journal of starts: `journal` is the class, `entry` one start and its lease, `storage` and `sqlite` keep records."""
