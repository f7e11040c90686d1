"""Faults in vCenter's words."""

from typing import Any

from lab.vcenter.sdk import ref, vim, vmodl


class Refused(Exception):
    """Carries the fault that the client gets, from wherever it was noticed."""

    def __init__(self, fault: Any, message: str) -> None:
        super().__init__(message)
        self.fault = fault
        self.message = message


def not_authenticated() -> Refused:
    fault = vim.fault.NotAuthenticated(object=ref(vim.Folder, "group-d1"), privilegeId="System.View")
    return Refused(fault, "The session is not authenticated.")


def invalid_login() -> Refused:
    return Refused(vim.fault.InvalidLogin(), "Cannot complete login due to an incorrect user name or password.")


def not_found(reference: Any) -> Refused:
    message = f"The object '{reference._wsdlName}:{reference._moId}' has already been deleted or has not been created"
    return Refused(vmodl.fault.ManagedObjectNotFound(obj=reference), message)


def invalid_argument(name: str) -> Refused:
    fault = vmodl.fault.InvalidArgument(invalidProperty=name)
    return Refused(fault, f"A specified parameter was not correct: {name}")


def invalid_property(name: str) -> Refused:
    return Refused(vmodl.query.InvalidProperty(name=name), f"The property '{name}' does not exist.")


def invalid_request(message: str) -> Refused:
    return Refused(vmodl.fault.InvalidRequest(), message)


def not_supported(message: str) -> Refused:
    return Refused(vmodl.fault.NotSupported(), message)


def not_implemented(what: str) -> Refused:
    return Refused(vmodl.fault.NotImplemented(), f"The embedded lab does not implement {what}.")


def invalid_state(message: str) -> Refused:
    return Refused(vim.fault.InvalidState(), message)


def invalid_power_state(requested: str | None, existing: str) -> Refused:
    fault = vim.fault.InvalidPowerState(requestedState=requested, existingState=existing)
    return Refused(fault, f"The attempted operation cannot be performed in the current state ({existing}).")


def duplicate_name(name: str, existing: Any) -> Refused:
    fault = vim.fault.DuplicateName(name=name, object=existing)
    return Refused(fault, f"The name '{name}' already exists.")


def no_disk_space(file: str, datastore: str) -> Refused:
    fault = vim.fault.NoDiskSpace(file=file, datastore=datastore)
    return Refused(fault, f"Insufficient disk space on datastore '{datastore}'.")


def file_exists(file: str) -> Refused:
    return Refused(vim.fault.FileAlreadyExists(file=file), f"The specified key, name, or identifier '{file}' exists.")


def file_not_found(file: str) -> Refused:
    return Refused(vim.fault.FileNotFound(file=file), f"File {file} was not found")


def invalid_datastore_path(path: str) -> Refused:
    return Refused(vim.fault.InvalidDatastorePath(datastorePath=path), f"Invalid datastore path '{path}'.")


def invalid_device(index: int, name: str) -> Refused:
    fault = vim.fault.InvalidDeviceSpec(deviceIndex=index, property=name)
    return Refused(fault, f"Invalid configuration for device '{index}' ({name}).")


def invalid_backing(index: int, name: str) -> Refused:
    fault = vim.fault.InvalidDeviceBacking(deviceIndex=index, property=name)
    return Refused(fault, f"Incompatible device backing specified for device '{index}' ({name}).")


def invalid_controller(index: int, key: int) -> Refused:
    fault = vim.fault.InvalidController(deviceIndex=index, property="controllerKey", controllerKey=key)
    return Refused(fault, f"Invalid controller {key} specified for device '{index}'.")


def too_many_devices(name: str) -> Refused:
    return Refused(vim.fault.TooManyDevices(property=name), "All slots of the controller are taken.")


def rdm_not_supported(datastore: str, name: str, device: str) -> Refused:
    fault = vim.fault.RDMNotSupportedOnDatastore(
        device=device, datastore=ref(vim.Datastore, datastore), datastoreName=name
    )
    return Refused(fault, f"'{device}' cannot be a raw device mapping on datastore '{name}'.")


def memory_on_independent_disk() -> Refused:
    message = "Cannot take a memory snapshot, since the virtual machine is configured with independent disks."
    return Refused(vim.fault.MemorySnapshotOnIndependentDisk(), message)


def cannot_access(file: str) -> Refused:
    return Refused(vim.fault.CannotAccessFile(file=file), f"Unable to access file {file}")


def config_out_of_sight(file: str) -> Refused:
    reason = cannot_access(file)
    fault = vim.fault.CannotAccessVmConfig(reason=reason.fault)
    return Refused(fault, f"Unable to access the virtual machine configuration: {reason.message}")


def disk_out_of_sight(device: str, file: str) -> Refused:
    reason = cannot_access(file)
    fault = vim.fault.CannotAccessVmDisk(device=device, backing=file, connected=True, fault=reason.fault)
    return Refused(fault, f"Virtual disk '{device}' is not accessible on the host: {reason.message}")


def task_in_progress(task: Any) -> Refused:
    return Refused(vim.fault.TaskInProgress(task=task), "The operation is not allowed while another one is running.")


def tools_unavailable() -> Refused:
    message = "Cannot complete operation because VMware Tools is not running in this virtual machine."
    return Refused(vim.fault.ToolsUnavailable(), message)


def guest_operations_unavailable() -> Refused:
    message = "The guest operations agent could not be contacted."
    return Refused(vim.fault.GuestOperationsUnavailable(), message)


def invalid_guest_login() -> Refused:
    message = "Failed to authenticate with the guest operating system using the supplied credentials."
    return Refused(vim.fault.InvalidGuestLogin(), message)


def canceled() -> Refused:
    return Refused(vmodl.fault.RequestCanceled(), "The task was canceled by a user.")
