"""Calls that strict type checkers accept."""

from __future__ import annotations

from cases.enums import ApiClient, models


def enums(client: ApiClient) -> None:
    jobs = client.list_jobs(rate=[models.Rate.VALUE_0_5, models.Rate(0.75)], size=1, code=models.Code(2**64))
    for job in jobs:
        rate: float = job.rate or 0.0
        share: float = job.share * 2
        flag: bool | None = job.flag
        known: bool = job.share.is_known
        if isinstance(job.size, str):
            print(job.size.upper(), rate, share, flag, known)
