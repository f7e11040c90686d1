"""Volume populators: a pod fills a prime claim, whose volume then becomes the claim's (facts/forklift.md 4.2)."""

from collections.abc import Iterable, Mapping

from lab.cluster.reconciling import Ref
from lab.cluster.store import Object
from lab.defects.catalogue import chosen
from lab.defects.model import Fault
from lab.mtv.populators.forms import POD_PREFIX, SOURCE_HOST, pod_name, populator_pod, prime_claim, prime_name
from lab.mtv.populators.pods import CONTENTS, OFFLOAD, PopulatorPod
from lab.mtv.toolkit import Toolkit
from lab.virtualization.anatomy import (
    FINAL_PODS,
    annotation,
    deleting,
    name_of,
    namespace_of,
    owner_named,
    phase_of,
    uid_of,
)
from lab.virtualization.claims import SELECTED_NODE, claim_reference
from lab.virtualization.events import emit

_GROUP, _CLAIM = "forklift.konveyor.io", "PersistentVolumeClaim"
_ATTEMPTS: Mapping[str, int] = {OFFLOAD: 0}
"""How often a failed pod is made anew, by kind of populator; three times for any other."""
_AGAIN = "recreations"
_IN_FLIGHT, _LATER_SECONDS = 20, 10.0


class Populators:
    """One step per visit, as in `forklift-volume-populator-controller`; pods write to claims of the own cluster."""

    watches: tuple[str, ...] = (_CLAIM, "Pod", *CONTENTS)

    def __init__(self, toolkit: Toolkit) -> None:
        self._toolkit, self._lab = toolkit, toolkit.lab

    def refs(self, obj: Object) -> Iterable[Ref]:
        """Claims with a populator of ours; whatever else changes belongs to one of them."""
        if obj["kind"] == _CLAIM:
            owner = owner_named(obj, _CLAIM)
            return (Ref(_CLAIM, namespace_of(obj), owner or name_of(obj)),)
        if obj["kind"] == "Pod":
            owner = owner_named(obj, _CLAIM)
            return (Ref(_CLAIM, namespace_of(obj), owner),) if owner else ()
        claims = self._lab.store.list(_CLAIM, namespace_of(obj))
        return [Ref(_CLAIM, namespace_of(claim), name_of(claim)) for claim in claims if _names(claim, obj)]

    async def reconcile(self, ref: Ref) -> float | None:
        claim = self._lab.store.get(_CLAIM, ref.namespace, ref.name)
        if claim is None or deleting(claim) or not _ours(claim):
            return None
        if phase_of(claim) == "Bound":
            self._forget_prime(claim)
            return None
        populator = self._populator(claim)
        if populator is None or self._must_wait(claim):
            return None
        pod = self._lab.store.get("Pod", ref.namespace, pod_name(claim))
        if pod is None:
            return self._begin(claim, populator)
        if phase_of(pod) == "Failed":
            self._again(claim, pod)
        elif phase_of(pod) == "Succeeded":
            self._hand_over(claim)
        elif self._prime_bound(claim):
            await PopulatorPod(self._toolkit, claim, populator, pod).run()
        return None

    def _populator(self, claim: Object) -> Object | None:
        """The resource that says what is to be copied; None before it is there and after it has gone."""
        reference = claim["spec"]["dataSourceRef"]
        return self._lab.store.get(str(reference["kind"]), namespace_of(claim), str(reference["name"]))

    def _must_wait(self, claim: Object) -> bool:
        klass = self._lab.store.get("StorageClass", "", claim["spec"].get("storageClassName") or "")
        late = klass is not None and klass.get("volumeBindingMode") == "WaitForFirstConsumer"
        return klass is None or (late and not annotation(claim, SELECTED_NODE))

    def _begin(self, claim: Object, populator: Object) -> float | None:
        """Later when the source host has enough to do already; nobody tells when that is over."""
        if self._throttled(claim, populator):
            return self._lab.clock.scaled(_LATER_SECONDS)
        store, spec = self._lab.store, populator["spec"]
        secret = str(spec.get("engineSecretName") or spec.get("secretName") or "")
        store.create(populator_pod(claim, populator, secret))
        emit(self._lab, claim, "PopulatorCreated", "Populator started")
        if store.get(_CLAIM, namespace_of(claim), prime_name(claim)) is None:
            store.create(prime_claim(claim))
        return None

    def _throttled(self, claim: Object, populator: Object) -> bool:
        if chosen(self._lab, Fault.OFFLOAD_IN_TURN) and self._others_at_work(populator):
            return True
        host = (populator["metadata"].get("labels") or {}).get(SOURCE_HOST, "")
        if not host:
            return False
        pods = self._lab.store.list("Pod", None, {SOURCE_HOST: host})
        active = sum(phase_of(pod) not in FINAL_PODS for pod in pods)
        limit = self._toolkit.setting("controller_max_populator_inflight", _IN_FLIGHT)
        if active < limit:
            return False
        message = f"Waiting for available populator slot on host {host} ({active}/{limit} in-flight)"
        emit(self._lab, claim, "PopulatorThrottled", message)
        return True

    def _others_at_work(self, populator: Object) -> bool:
        """The defect: populator pods of another migration count."""
        own = populator["metadata"]["labels"]["migration"]
        pods = [pod for pod in self._lab.store.list("Pod") if name_of(pod).startswith(POD_PREFIX)]
        return any(
            phase_of(pod) not in FINAL_PODS and pod["metadata"]["labels"].get("migration") != own for pod in pods
        )

    def _prime_bound(self, claim: Object) -> bool:
        prime = self._lab.store.get(_CLAIM, namespace_of(claim), prime_name(claim))
        return prime is not None and phase_of(prime) == "Bound"

    def _again(self, claim: Object, pod: Object) -> None:
        """A failed pod is made anew a few times, if at all; the last one stays for people to look at, in some releases
        only until its claim has gone (kubev2v/forklift v2.11.7, populator-machinery/controller.go)."""
        store, before = self._lab.store, int(annotation(claim, _AGAIN) or 0)
        if before >= _ATTEMPTS.get(str(claim["spec"]["dataSourceRef"]["kind"]), 3):
            if self._toolkit.release.deletes_failed_claims:
                store.delete(_CLAIM, namespace_of(claim), name_of(claim), uid=uid_of(claim))
            return
        change = {"metadata": {"annotations": {_AGAIN: str(before + 1)}}}
        store.delete("Pod", namespace_of(pod), name_of(pod), uid=uid_of(pod))
        store.patch(_CLAIM, namespace_of(claim), name_of(claim), change)

    def _hand_over(self, claim: Object) -> None:
        """The prime claim's volume is told its new claim; binding is the cluster's."""
        store = self._lab.store
        prime = store.get(_CLAIM, namespace_of(claim), prime_name(claim))
        volume = str((prime or {"spec": {}})["spec"].get("volumeName") or "")
        if not volume or store.get("PersistentVolume", "", volume) is None:
            return
        source = f"{namespace_of(claim)}/{claim['spec']['dataSourceRef']['name']}"
        annotations = {"forklift.konveyor.io/populated-from": source}
        change = {"metadata": {"annotations": annotations}, "spec": {"claimRef": claim_reference(claim)}}
        store.patch("PersistentVolume", "", volume, change)

    def _forget_prime(self, claim: Object) -> None:
        """Only once it is Lost, so that its volume is not taken for its own."""
        prime = self._lab.store.get(_CLAIM, namespace_of(claim), prime_name(claim))
        if prime is not None and phase_of(prime) == "Lost" and not chosen(self._lab, Fault.PRIME_CLAIMS_STAY):
            emit(self._lab, claim, "PopulatorFinished", "Populator finished")
            self._lab.store.delete(_CLAIM, namespace_of(prime), name_of(prime))


def _ours(claim: Object) -> bool:
    reference = claim["spec"].get("dataSourceRef") or {}
    return reference.get("apiGroup") == _GROUP and reference.get("kind") in CONTENTS


def _names(claim: Object, populator: Object) -> bool:
    reference = claim["spec"].get("dataSourceRef") or {}
    return (reference.get("kind"), reference.get("name")) == (populator["kind"], name_of(populator))
