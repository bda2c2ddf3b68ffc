"""The commands that start tasks."""

from __future__ import annotations

from typing import Any

from ..errors import InvalidArgument
from .discovery import Start
from .exit_codes import SUCCESS
from .following import fetched, finished
from .options import Inputs
from .session import Action, Session


def starter(start: Start, inputs: Inputs) -> Action:
    """What a command does that starts a task."""

    async def begin(session: Session) -> int:
        values = session.values
        path: Any = values.get("download")
        if path == "-" and session.output.json:
            raise InvalidArgument("the file and JSON cannot both go to stdout")
        arguments, body = inputs.arguments(values), inputs.content(values)
        task = await session.client.start(start.submit, *arguments, body=body, key=values.get("key"))
        session.known.append(task.ref)
        if path == "-":
            session.output.note(f"token: {task.token()}")
        else:
            session.output.started(task.ref, values.get("key"))
        if path is not None:
            await fetched(session, task, path)
        elif values.get("wait"):
            await finished(session, task)
        return SUCCESS

    return begin
