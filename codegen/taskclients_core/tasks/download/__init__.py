"""Download of a task's file: from the link in the task to a complete, verified file.

`links` picks the link, checks it and opens it. `resumable_stream` yields the bytes in order, across expired links and
lost connections; `ranges` decides if a response continues the file. `part_file` writes and verifies them. `reader` is
the flow behind `TaskHandle.download` and `open`.
"""
