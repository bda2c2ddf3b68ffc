"""A vendor that lives in the test's own process: a sandbox, a clock, and clients that talk to the one by the other."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, TypeVar

from taskclients_core.config import Timeout
from taskclients_core.deadline import Clock
from taskclients_core.transport.httpx_adapter import import_httpx

from ..mock_server import Fault, Sandbox, serving
from .clock import VirtualClock
from .transport import SandboxTransport

C = TypeVar("C")

HOST: Final = "vendor.test"
"""Where everything of a twin seems to be."""


class FakeVendor:
    """A vendor's twin.

        twin = VendorTwin("booster", faults=[fault("exports.exportCustomer", "ends", phase="failed")])
        with twin.client(BoosterClient) as client: ...

    `sandbox`, `clock` and `transport` are what it is made of.
    """

    def __init__(
        self,
        *specs: str | Path,
        faults: Iterable[Fault] | Path = (),
        speed: float = 1.0,
        clock: VirtualClock | None = None,
        real_time: bool = False,
    ) -> None:
        """Make it.

        Args:
            specs: Names of vendors (`booster`), or paths of specs of your own.
            faults: What goes wrong: a list of `fault(…)`, or the path of a script.
            speed: How much faster than usual tasks move; at 1 a task takes six seconds, at 6 / 2400 forty minutes.
            clock: A clock to share with others; without it, one of its own.
            real_time: Use real time instead of that clock. Clients in other processes need it.

        Raises:
            ValueError: there is no such vendor, or a fault is for an operation that there is not.
            SpecError: a file cannot be read, or does not say what it could.
        """
        self.clock = VirtualClock() if clock is None else clock
        self._time: Clock = Clock() if real_time else self.clock
        now = self._time.wall if real_time else self.clock.world
        paths = [spec_of(each) if isinstance(each, str) else each for each in specs]
        self.sandbox = Sandbox(paths, clock=now, speed=speed, faults=faults)
        self.transport = SandboxTransport(self.sandbox, clock=self._time)

    def client(self, kind: Callable[..., C], **options: Any) -> C:
        """Make a client, of a synchronous or asynchronous class, that talks to this vendor in process.

        Its credentials are made up; whatever else it needs, or shall have otherwise, is given as `options`.

        Raises:
            ValueError: the twin was made without the spec of this client.
        """
        package = kind.__module__.rpartition(".")[0].rpartition(".")[2]
        if package not in self.sandbox.mounts:
            made = ", ".join(self.sandbox.mounts)
            raise ValueError(f"this is the twin of {made}, not of {package}: name {package} when you make it")
        library = import_httpx()
        make = library.AsyncClient if hasattr(kind, "aclose") else library.Client
        # What the environment says of proxies is not for requests that never leave.
        # With the patience of clients that open connections of their own.
        patience = library.Timeout(**Timeout().as_dict())
        http = make(transport=self.transport, trust_env=False, timeout=patience)
        usual: dict[str, Any] = {
            "auth": self._credentials(package),
            "base_url": f"https://{HOST}/{package}",
            "clock": self._time,
            "http_client": http,
            "download_client": http,
            "download_hosts": (HOST,),
        }
        return kind(**{**usual, **options})

    def serving(self) -> AbstractContextManager[str]:
        """Serve it on a free port of this machine too: a context that gives the URL.

        Tasks move with the clock: clients in other processes need `real_time=True` to see them move.
        """
        return serving(self.sandbox)

    def _credentials(self, package: str) -> Any:
        api = self.sandbox.mounts[package].api
        schemes = api.data.get("components", {}).get("securitySchemes", {})
        wanted = [api.resolve(schemes[name]) for name in next(iter(api.data.get("security", ())), ())]
        pair = any(scheme.get("scheme") == "basic" or scheme["type"] == "oauth2" for scheme in wanted)
        return ("user", "password") if pair else "token"


_HOME = Path(__file__).parents[1]


def vendors() -> tuple[str, ...]:
    """Return the names of the vendors."""
    return tuple(sorted(path.stem for path in _folder().glob("*.yaml")))


def spec_of(vendor: str) -> Path:
    """Return the spec of a vendor.

    Raises:
        ValueError: there is no such vendor.
    """
    path = _folder() / f"{vendor}.yaml"
    if vendor not in vendors():
        raise ValueError(f"there is no vendor {vendor!r}: one of {', '.join(vendors())}, or give the path of a spec")
    return path


def _folder() -> Path:
    # Wheels have the specs beside the code; a checkout has them at its top.
    installed = _HOME / "specs"
    return installed if installed.is_dir() else _HOME.parents[1] / "specs"
