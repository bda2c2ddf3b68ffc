"""What callers wait for, as flows: an end, a result, a change, several tasks at once."""
