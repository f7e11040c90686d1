"""Logs of pods: what controllers wrote with `append`, served as a kubelet would (facts/openshift.md 1.8)."""

from collections import defaultdict
from datetime import UTC, datetime

from aiohttp import web

from lab.cluster.asked import Asked
from lab.cluster.refusals import bad_request, not_found, not_implemented
from lab.cluster.store import Store


class PodLogs:
    """Lines by uid of the pod and name of the container."""

    def __init__(self) -> None:
        self._lines: defaultdict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)

    def append(self, pod_uid: str, container: str, line: str) -> None:
        stamp = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        self._lines[pod_uid, container].append((stamp, line))

    async def serve(self, store: Store, asked: Asked) -> web.Response:
        """tailLines, timestamps and container; nothing restarts here, so there is never a previous one."""
        pod = store.get("Pod", asked.namespace, asked.name)
        if pod is None:
            raise not_found(asked.kind, asked.name)
        if asked.flag("follow"):
            raise not_implemented("logs that are followed")
        containers = [str(item["name"]) for item in pod.get("spec", {}).get("containers") or []]
        wanted = asked.text("container") or (containers[0] if len(containers) == 1 else "")
        if not wanted:
            choice = " ".join(containers)
            raise bad_request(f"a container name must be specified for pod {asked.name}, choose one of: [{choice}]")
        if wanted not in containers:
            raise bad_request(f"container {wanted} is not valid for pod {asked.name}")
        if asked.flag("previous"):
            raise bad_request(f'previous terminated container "{wanted}" in pod "{asked.name}" not found')
        lines = self._lines[pod["metadata"]["uid"], wanted]
        if asked.text("tailLines"):
            lines = lines[max(0, len(lines) - asked.number("tailLines")) :]
        texts = [f"{stamp} {line}" if asked.flag("timestamps") else line for stamp, line in lines]
        return web.Response(text="".join(f"{text}\n" for text in texts), content_type="text/plain")
