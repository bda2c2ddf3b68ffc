"""Transport of calls: flows (`call`) decide on requests, retries and results; drivers send them with httpx."""
