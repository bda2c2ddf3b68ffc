"""What a task is like: from the bytes of a look to what all who wait for it share."""
