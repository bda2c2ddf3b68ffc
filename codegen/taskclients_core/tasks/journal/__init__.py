"""Journal of submissions: `journal` is the class, `entry` one submission, `storage` and `sqlite` hold the records."""
