"""Printer columns of custom resources, as their definitions declare them: a path, and the type of what stands there."""

from collections.abc import Iterator

from lab.cluster.printing.columns import NAME, Cell, Column, Columns, Table, at, since, value

_TABLE = """
Provider TYPE=spec.type STATUS=status.phase READY=status.?Ready CONNECTED=status.?ConnectionTestSucceeded
  INVENTORY=status.?InventoryCreated URL=spec.url AGE:date=metadata.creationTimestamp
NetworkMap READY=status.?Ready AGE:date=metadata.creationTimestamp
StorageMap READY=status.?Ready AGE:date=metadata.creationTimestamp
Host READY=status.?Ready CONNECTED=status.?ConnectionTestSucceeded AGE:date=metadata.creationTimestamp
Hook Ready=status.?Ready Image=spec.image Age:date=metadata.creationTimestamp
Plan READY=status.?Ready EXECUTING=status.?Executing SUCCEEDED=status.?Succeeded FAILED=status.?Failed
  AGE:date=metadata.creationTimestamp
Migration READY=status.?Ready RUNNING=status.?Running SUCCEEDED=status.?Succeeded FAILED=status.?Failed
  AGE:date=metadata.creationTimestamp
VirtualMachine Age:date=metadata.creationTimestamp Status=status.printableStatus Ready=status.?Ready
VirtualMachineInstance Age:date=metadata.creationTimestamp Phase=status.phase IP=status.interfaces.0.ipAddress
  NodeName=status.nodeName Ready=status.?Ready +Live-Migratable=status.?LiveMigratable +Paused=status.?Paused
VirtualMachineInstanceMigration Phase=status.phase VMI=spec.vmiName
KubeVirt Age:date=metadata.creationTimestamp Phase=status.phase
VirtualMachineSnapshot SourceKind=spec.source.kind SourceName=spec.source.name Phase=status.phase
  ReadyToUse:boolean=status.readyToUse CreationTime:date=status.creationTime Error=status.error.message
VirtualMachineRestore TargetKind=spec.target.kind TargetName=spec.target.name Complete:boolean=status.complete
  RestoreTime:date=status.restoreTime Error=status.error.message
VirtualMachineExport SourceKind=spec.source.kind SourceName=spec.source.name Phase=status.phase
CDI Age:date=metadata.creationTimestamp Phase=status.phase
DataVolume Phase=status.phase Progress=status.progress Restarts:integer=status.restartCount
  Age:date=metadata.creationTimestamp
VolumeSnapshot ReadyToUse:boolean=status.readyToUse SourcePVC=spec.source.persistentVolumeClaimName
  SourceSnapshotContent=spec.source.volumeSnapshotContentName RestoreSize=status.restoreSize
  SnapshotClass=spec.volumeSnapshotClassName SnapshotContent=status.boundVolumeSnapshotContentName
  CreationTime:date=status.creationTime Age:date=metadata.creationTimestamp
VolumeSnapshotClass Driver=driver DeletionPolicy=deletionPolicy Age:date=metadata.creationTimestamp
ClusterServiceVersion Display=spec.displayName Version=spec.version Replaces=spec.replaces Phase=status.phase
Subscription Package=spec.name Source=spec.source Channel=spec.channel
InstallPlan CSV=spec.clusterServiceVersionNames.0 Approval=spec.approval Approved:boolean=spec.approved
CatalogSource Display=spec.displayName Type=spec.sourceType Publisher=spec.publisher
  Age:date=metadata.creationTimestamp
ClusterVersion Version=status.history.0.version Available=status.?Available Progressing=status.?Progressing
  Since:date=status.?Progressing.lastTransitionTime Status=status.?Progressing.message
ClusterOperator Version=status.versions.0.version Available=status.?Available Progressing=status.?Progressing
  Degraded=status.?Degraded Since:date=status.?Available.lastTransitionTime Message=status.?Available.message
ConsoleCLIDownload Display_name=spec.displayName Age=metadata.creationTimestamp
"""
"""Kind, then `[+]title[:type]=path`: `_` for a space, `+` for wide output only, `?X` for a condition (columns.value).
Kinds that are not here declare nothing and show their age. MTV's are in forklift.md 1.1 and 1.5, the others in the
definitions of KubeVirt, CDI, OLM and OpenShift's configuration."""


def _kinds() -> Iterator[tuple[str, Columns]]:
    for line in _TABLE.replace("\n  ", " ").strip().splitlines():
        kind, *words = line.split()
        yield kind, (NAME, *map(_column, words))


def _column(word: str) -> Column:
    title, _, path = word.partition("=")
    name, _, type_ = title.removeprefix("+").partition(":")
    cell = _age(path) if type_ == "date" else at(path)
    return Column(name.replace("_", " "), cell, type_ or "string", int(title.startswith("+")))


def _age(path: str) -> Cell:
    """How long ago; empty where there is no date, as every other column that finds nothing."""
    shown = since(path)
    return lambda obj, now: shown(obj, now) if value(obj, path) else None


CUSTOM: Table = dict(_kinds())
