"""Beginning a task at most once, and finding it again."""
