"""The parts of a kind of task as source, each a value of `runtime.tasks.definition`; '' where it is all default."""

from __future__ import annotations

from taskclients_core.tasks import definition

from .. import task_spec
from ..quoting import literal
from .source import tuple_of
from .task_source import made, maybe, pairs, phase, phases, seconds


def pages(given: task_spec.Pages | None) -> str:
    """Return how a list is cut into pages."""
    if given is None:
        return ""
    return made(
        definition.Pages,
        token=literal(given.token),
        parameter=literal(given.parameter),
        size=tuple_of(map(literal, given.size)) if given.size else "",
        order=literal(given.order),
        most=maybe(given.most),
    )


def narrow(given: task_spec.Narrow | None, state: task_spec.State) -> str:
    """Return how a list is narrowed to some phases."""
    if given is None:
        return ""
    # A rule can bring a task into one of the phases whose word says another: that word must be asked for too.
    rules = [rule.test.phases for rule in state.rules if rule.phase in given.phases]
    words = [
        word
        for word, name in state.words
        if name in given.phases or any(not required or name in required for required in rules)
    ]
    return made(
        definition.Narrow,
        literal(given.parameter),
        tuple_of(map(literal, words)),
        tuple_of(map(phase, given.phases)),
    )


def state(given: task_spec.State) -> str:
    """Return how the phase is read."""
    return made(
        definition.State,
        at=literal(given.at),
        phases=phases(given.words),
        fold=literal(given.fold),
        unknown=phase(given.unknown),
        unknown_after=seconds(given.unknown_after),
        rules=tuple_of(made(definition.Rule, test(rule.test), phase(rule.phase)) for rule in given.rules),
        partial=test(given.partial),
    )


def test(given: task_spec.Test | None) -> str:
    """Return a question about a task."""
    if given is None:
        return ""
    some = given.some
    return made(
        definition.Test,
        phase=tuple_of(map(phase, given.phases)),
        at=maybe(given.at),
        values=tuple_of(map(literal, given.values)),
        above=maybe(given.above),
        some=made(definition.Some, *map(literal, (some.inside, some.at)), tuple_of(map(literal, some.values)))
        if some
        else "",
    )


def timing(given: task_spec.Timing) -> str:
    """Return how often a vendor lets us look."""
    return _unless_usual(
        made(
            definition.Timing,
            min=seconds(given.min),
            max=seconds(given.max),
            first=seconds(given.first),
            factor=seconds(given.factor),
            jitter=seconds(given.jitter),
            retry_after=literal(given.retry_after),
            retry_after_max=seconds(given.retry_after_max),
            rate=f"({given.rate[0]}, {seconds(given.rate[1])})" if given.rate else "",
        )
    )


def lifetime(given: task_spec.Lifetime) -> str:
    """Return when a task that is not shown counts as lost."""
    return _unless_usual(
        made(
            definition.Lifetime,
            visible_within=seconds(given.visible_within),
            retention=seconds(given.retention),
            missing_sweeps=maybe(given.missing_sweeps),
            missing_grace=seconds(given.missing_grace),
        )
    )


def progress(given: task_spec.Progress | None) -> str:
    """Return how far a task has come."""
    if given is None:
        return ""
    return made(
        definition.ProgressAt,
        percent=maybe(given.percent),
        done=maybe(given.done),
        total=maybe(given.total),
        steps=literal(given.steps),
    )


def steps(given: task_spec.Steps | None) -> str:
    """Return the steps of a task."""
    if given is None:
        return ""
    return made(
        definition.StepsAt,
        at=literal(given.at),
        key=literal(given.key),
        status=literal(given.status),
        phases=phases(given.words),
        name=maybe(given.name),
        order=maybe(given.order),
    )


def messages(given: task_spec.Messages) -> str:
    """Return messages for people."""
    return made(
        definition.MessagesAt,
        text=literal(given.text),
        inside=maybe(given.inside),
        level=literal(given.level),
        level_at=maybe(given.level_at),
        levels=pairs(given.levels),
    )


def links(given: task_spec.File) -> str:
    """Return where the file of a task is found."""
    each = (
        made(
            definition.Link,
            at=literal(url.at),
            api_credentials=literal(url.api_credentials),
            expires=maybe(url.expires),
        )
        for url in given.urls
    )
    return made(
        definition.Links,
        links=tuple_of(each),
        hosts=tuple_of(map(literal, given.hosts)),
        refresh=literal(given.refresh),
        size=maybe(given.size),
        sha256=maybe(given.sha256),
        md5=maybe(given.md5),
        media_type=maybe(given.media_type),
        max_bytes=maybe(given.max_bytes),
    )


def _unless_usual(source: str) -> str:
    return "" if source.endswith("()") else source
