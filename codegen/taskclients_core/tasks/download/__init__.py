"""Files of tasks: from the link that a task shows to a file that is complete and verified.

`links` says which link, and whether it may be followed; `requests` follows it; `ranges` says what an answer means to
what is there already; `source` brings the bytes, whatever becomes of links and connections; `partial` and `stream` keep
them; `flow` does it.
"""
