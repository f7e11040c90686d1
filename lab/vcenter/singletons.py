"""The service instance, the one-of-a-kind managers, and what belongs to a single session."""

from collections.abc import Callable
from functools import partial
from typing import Any

from lab.vcenter import furniture
from lab.vcenter.collector import Filter
from lab.vcenter.host_view import BUILD
from lab.vcenter.objects import View
from lab.vcenter.sdk import API, ref, vim, vmodl
from lab.vcenter.sessions import Session, Sessions
from lab.vcenter.tasks import Tasks
from lab.world.world import World

COLLECTOR = "propertyCollector"

_MANAGERS: dict[str, tuple[str, Any]] = {
    "viewManager": ("ViewManager", vim.view.ViewManager),
    "setting": ("VpxSettings", vim.option.OptionManager),
    "sessionManager": ("SessionManager", vim.SessionManager),
    "authorizationManager": ("AuthorizationManager", vim.AuthorizationManager),
    "taskManager": ("TaskManager", vim.TaskManager),
    "searchIndex": ("SearchIndex", vim.SearchIndex),
    "fileManager": ("FileManager", vim.FileManager),
    "virtualDiskManager": ("virtualDiskManager", vim.VirtualDiskManager),
    "guestOperationsManager": ("guestOperationsManager", vim.vm.guest.GuestOperationsManager),
}
_IN_GUESTS: dict[str, tuple[str, Any]] = {
    "authManager": ("guestOperationsAuthManager", vim.vm.guest.AuthManager),
    "fileManager": ("guestOperationsFileManager", vim.vm.guest.FileManager),
    "processManager": ("guestOperationsProcessManager", vim.vm.guest.ProcessManager),
}
"""What the manager of guest operations leads to."""


def about(world: World) -> Any:
    return vim.AboutInfo(
        name="VMware vCenter Server",
        fullName=f"VMware vCenter Server 8.0.3 build-{BUILD} (embedded lab)",
        vendor="VMware, Inc.",
        version="8.0.3",
        patchLevel="00300",
        build=BUILD,
        localeVersion="INTL",
        localeBuild="000",
        osType="linux-x64",
        productLineId="vpx",
        apiType="VirtualCenter",
        apiVersion=API,
        instanceUuid=world.vcenter_instance,
        licenseProductName="VMware VirtualCenter Server",
        licenseProductVersion="8.0",
    )


def content(world: World) -> Any:
    """ServiceContent; managers that the lab does not have are unset."""
    return vim.ServiceInstanceContent(
        rootFolder=ref(vim.Folder, furniture.ROOT),
        propertyCollector=ref(vmodl.query.PropertyCollector, COLLECTOR),
        about=about(world),
        **{name: ref(kind, identity) for name, (identity, kind) in _MANAGERS.items()},
    )


def _filter_view(made: Filter) -> View:
    return View(made.ref, {"spec": lambda: made.spec, "partialUpdates": lambda: False})


class OwnObjects:
    """Makes views on singletons and on the objects of one session."""

    def __init__(self, world: World, tasks: Tasks, sessions: Sessions, session: Session) -> None:
        self._world = world
        self._tasks = tasks
        self._sessions = sessions
        self._session = session

    def find(self, identity: str) -> View | None:
        if identity in self._session.views:
            return self._session.views[identity].view()
        if identity == "ServiceInstance":
            return View(
                ref(vim.ServiceInstance, identity),
                {"content": lambda: content(self._world), "capability": lambda: None},
            )
        if identity in self._session.collectors or identity == COLLECTOR:
            return View(ref(vmodl.query.PropertyCollector, identity), {})
        if identity.startswith("browser-"):
            store = ref(vim.Datastore, identity.removeprefix("browser-"))
            return View(ref(vim.host.DatastoreBrowser, identity), {"datastore": lambda: [store]})
        if identity == "envbrowser-8":
            return View(ref(vim.EnvironmentBrowser, identity), {})
        return self._filter(identity) or self._manager(identity)

    def _filter(self, identity: str) -> View | None:
        for collector in self._session.collectors.values():
            if identity in collector.filters:
                return _filter_view(collector.filters[identity])
        return None

    def _manager(self, identity: str) -> View | None:
        every = (*_MANAGERS.values(), *_IN_GUESTS.values())
        kind = next((kind for name, kind in every if name == identity), None)
        if kind is None:
            return None
        properties: dict[str, dict[str, Callable[[], Any]]] = {
            "SessionManager": {
                "currentSession": self._session.user_session,
                "sessionList": lambda: [session.user_session() for session in self._sessions.logged_in()],
                "defaultLocale": lambda: "en",
            },
            "guestOperationsManager": {name: partial(ref, kind, its) for name, (its, kind) in _IN_GUESTS.items()},
            "TaskManager": {"recentTask": self._tasks.recent, "maxCollector": lambda: 32},
        }
        return View(ref(kind, identity), properties.get(identity, {}))
