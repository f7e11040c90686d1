"""The columns of what runs pods: Deployments and their like, and Jobs."""

from datetime import datetime

from lab.cluster.printing.ages import age
from lab.cluster.printing.columns import AGE, NAME, Column, Columns, Object, Table, at, count, joined, of, value

_CONTAINERS = "spec.template.spec.containers"


def _wide(path: str = _CONTAINERS) -> Columns:
    def listed(key: str) -> Column:
        title = {"name": "Containers", "image": "Images"}[key]
        return Column(title, of(lambda obj: ",".join(item[key] for item in value(obj, path) or [])), priority=1)

    return (listed("name"), listed("image"))


_SELECTOR = Column("Selector", of(lambda obj: joined(value(obj, "spec.selector.matchLabels"))), priority=1)


def _ready(obj: Object) -> str:
    return f"{value(obj, 'status.readyReplicas') or 0}/{value(obj, 'spec.replicas') or 0}"


def _number(name: str, path: str) -> Column:
    return Column(name, at(path, 0), "integer")


def _job_status(job: Object) -> str:
    for type_ in ("Complete", "Failed", "Suspended", "FailureTarget", "SuccessCriteriaMet"):
        if value(job, f"status.?{type_}") == "True":
            return type_
    return "Terminating" if "deletionTimestamp" in job["metadata"] else "Running"


def _completions(job: Object) -> str:
    done, wanted = value(job, "status.succeeded") or 0, value(job, "spec.completions")
    if wanted is not None:
        return f"{done}/{wanted}"
    parallel = value(job, "spec.parallelism") or 0
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _duration(job: Object, now: datetime) -> str:
    started, ended = value(job, "status.startTime"), value(job, "status.completionTime")
    if not started:
        return ""
    return age(started, datetime.fromisoformat(ended) if ended else now)


def _last_schedule(job: Object, now: datetime) -> str:
    stamp = value(job, "status.lastScheduleTime")
    return age(stamp, now) if stamp else "<none>"


def _node_selector(daemons: Object) -> str:
    return joined(value(daemons, "spec.template.spec.nodeSelector"))


WORKLOADS: Table = {
    "Deployment": (
        NAME,
        Column("Ready", of(_ready)),
        _number("Up-to-date", "status.updatedReplicas"),
        _number("Available", "status.availableReplicas"),
        AGE,
        *_wide(),
        _SELECTOR,
    ),
    "ReplicaSet": (
        NAME,
        _number("Desired", "spec.replicas"),
        _number("Current", "status.replicas"),
        _number("Ready", "status.readyReplicas"),
        AGE,
        *_wide(),
        _SELECTOR,
    ),
    "StatefulSet": (NAME, Column("Ready", of(_ready)), AGE, *_wide()),
    "DaemonSet": (
        NAME,
        _number("Desired", "status.desiredNumberScheduled"),
        _number("Current", "status.currentNumberScheduled"),
        _number("Ready", "status.numberReady"),
        _number("Up-to-date", "status.updatedNumberScheduled"),
        _number("Available", "status.numberAvailable"),
        Column("Node Selector", of(_node_selector)),
        AGE,
        *_wide(),
        _SELECTOR,
    ),
    "Job": (
        NAME,
        Column("Status", of(_job_status)),
        Column("Completions", of(_completions)),
        Column("Duration", _duration),
        AGE,
        *_wide(),
        _SELECTOR,
    ),
    "CronJob": (
        NAME,
        Column("Schedule", at("spec.schedule")),
        Column("Timezone", at("spec.timeZone", "<none>")),
        Column("Suspend", of(lambda job: str(bool(value(job, "spec.suspend"))))),
        Column("Active", count("status.active"), "integer"),
        Column("Last Schedule", _last_schedule),
        AGE,
    ),
    "Lease": (NAME, Column("Holder", at("spec.holderIdentity", "")), AGE),
}
