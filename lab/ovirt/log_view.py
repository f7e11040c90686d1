"""The root of the API, events and jobs."""

from lab.ovirt.documents import Doc, entity, href, reference
from lab.ovirt.engine import Engine, Job
from lab.ovirt.events import Event
from lab.ovirt.machine_view import BLANK
from lab.ovirt.snapshot_view import stamp

_PRODUCT = {
    "name": "oVirt Engine",
    "vendor": "ovirt.org",
    "version": {"build": 6, "full_version": "4.5.6-1.el9", "major": 4, "minor": 5, "revision": 0},
}


def root(engine: Engine, collections: list[str]) -> Doc:
    """What the engine is, what it has and where."""
    estate = engine.estate
    machines = [machine for machine in estate.machines.values() if not machine.template]
    running = [machine for machine in machines if machine.power == "on"]
    return {
        "link": [{"@href": href(name), "@rel": name} for name in collections],
        "product_info": _PRODUCT,
        "special_objects": {"blank_template": reference("templates", BLANK)},
        "summary": {
            "hosts": {"active": len(estate.hosts), "total": len(estate.hosts)},
            "storage_domains": {"active": len(estate.datastores), "total": len(estate.datastores)},
            "users": {"active": 1, "total": 1},
            "vms": {"active": len(running), "total": len(machines)},
        },
        "time": stamp(engine.lab.clock.now()),
    }


def events(engine: Engine) -> list[Doc]:
    """Newest first."""
    return [_event(event) for event in reversed(engine.events.log)]


def _event(event: Event) -> Doc:
    machine = {**reference("vms", event.machine), "name": event.machine_name} if event.machine else None
    return entity(
        ("events", str(event.id)),
        code=event.code,
        custom_id=-1,
        description=event.text,
        flood_rate=30,
        index=event.id,
        origin="oVirt",
        severity="normal",
        time=stamp(event.time),
        vm=machine,
    )


def jobs(engine: Engine) -> list[Doc]:
    return [_job(job) for job in engine.jobs.values()]


def _job(job: Job) -> Doc:
    return entity(
        ("jobs", job.id),
        description=job.description,
        auto_cleared=True,
        end_time=None if job.ended is None else stamp(job.ended),
        external=False,
        last_updated=stamp(job.ended or job.started),
        start_time=stamp(job.started),
        status=job.status,
    )
