"""Polling of tasks: `policy` sets intervals, `scheduler` picks the time of a poll, `poll_request` makes the poll."""
