"""Journal of submissions: `journal` is the class, `entry` one submission and its storage, `sqlite` the database."""
