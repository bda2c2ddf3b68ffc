"""Fake vendor in the test's own process: a sandbox, a virtual clock, and clients connected to both."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Final, TypeVar

from taskclients_core.config import Timeout
from taskclients_core.deadline import Clock
from taskclients_core.security import Api
from taskclients_core.transport.httpx_adapter import import_httpx

from ..bundled import spec_of
from ..mock_server import Fault, Sandbox, serving
from .clock import VirtualClock
from .transport import SandboxTransport

C = TypeVar("C")

HOST: Final = "vendor.test"
"""Host of every URL of a fake vendor."""


class FakeVendor:
    """Fake vendor that serves specs in the test's own process.

        vendor = FakeVendor("booster", faults=[fault("exports.exportCustomer", "ends", phase="failed")])
        with vendor.client(BoosterClient) as client: ...

    Its parts are the attributes `sandbox`, `clock` and `transport`.
    """

    def __init__(
        self,
        *specs: str | Path,
        faults: Iterable[Fault] | Path | str = (),
        speed: float = 1.0,
        clock: VirtualClock | None = None,
        real_time: bool = False,
        auth: str | None = None,
    ) -> None:
        """Load the specs and create the sandbox.

        Args:
            specs: Names of vendors (`booster`), or paths of your own specs, as `Path` or text.
            faults: Faults to inject: a list of `fault(…)`, or the path of a script.
            speed: Speed of tasks: at 1 a task takes six seconds, at 6 / 2400 forty minutes.
            clock: Clock to share with other fake vendors; default: a new one.
            real_time: Use real time instead of the virtual clock. Clients in other processes need it.
            auth: Only valid token, key and password (of any user); clients of `client` have it. Default: all are
                valid, but a request must have one.

        Raises:
            ValueError: A vendor does not exist, a fault names an operation that does not exist, or `auth` cannot be
                sent in a header.
            SpecError: A spec or script cannot be read or is invalid.
        """
        self.clock = VirtualClock() if clock is None else clock
        self._time: Clock = Clock() if real_time else self.clock
        now = self._time.wall if real_time else self.clock.world
        paths = [spec_of(each) for each in specs]
        faults = Path(faults) if isinstance(faults, str) else faults
        self._auth = auth
        self.sandbox = Sandbox(paths, clock=now, speed=speed, faults=faults, auth=auth)
        self.transport = SandboxTransport(self.sandbox, clock=self._time)

    def client(self, kind: Callable[..., C], **options: Any) -> C:
        """Create a client that sends its requests to this vendor, without a network.

        Args:
            kind: Synchronous or asynchronous client class, such as `BoosterClient`.
            options: Options of the client class; they replace the defaults set here, such as the made-up `auth`.

        Raises:
            ValueError: The fake vendor was created without the spec of this client.
        """
        package = kind.__module__.rpartition(".")[0].rpartition(".")[2]
        if package not in self.sandbox.mounts:
            served = ", ".join(self.sandbox.mounts)
            raise ValueError(
                f"FakeVendor.client: the spec of {kind.__name__} is not served: this vendor serves {served}; "
                f"add {package!r} to FakeVendor(…)"
            )
        api: Api = getattr(kind, "api")  # noqa: B009 - not declared by `Callable`
        library = import_httpx()
        make = library.AsyncClient if hasattr(kind, "aclose") else library.Client
        # Ignore proxies of the environment: no request leaves the process. Use the client's own default timeouts.
        timeout = library.Timeout(**Timeout().as_dict())
        http = make(transport=self.transport, trust_env=False, timeout=timeout)
        defaults: dict[str, Any] = {
            "auth": self._credentials(package),
            "base_url": f"https://{HOST}/{package}",
            "clock": self._time,
            "http_client": http,
            "download_client": http,
            "download_hosts": (HOST,),
            "server_urls": dict.fromkeys(api.servers, f"https://{HOST}/{package}"),
        }
        return kind(**{**defaults, **options})

    def serving(self) -> AbstractContextManager[str]:
        """Serve the sandbox on a free port of this machine as well, as a context manager that returns the URL.

        Tasks progress by the clock: for clients in other processes, create the vendor with `real_time=True`.
        """
        return serving(self.sandbox)

    def _credentials(self, package: str) -> Any:
        api = self.sandbox.mounts[package].api
        schemes = api.data.get("components", {}).get("securitySchemes", {})
        wanted = {name: api.resolve(schemes[name]) for name in next(iter(api.data.get("security", ())), schemes)}
        found = {
            name: ("user", self._auth or "password")
            if str(scheme.get("scheme")).lower() == "basic"
            else self._auth or "token"
            for name, scheme in wanted.items()
            if scheme["type"] != "mutualTLS"
        }
        return found or None
