"""SOAP envelopes to calls and back, on the SDK's own (de)serialiser (facts/sources.md 1.16)."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from functools import cache
from io import StringIO
from typing import Any, cast
from xml.parsers.expat import ExpatError, ParserCreate

from lab.vcenter.faults import Refused, invalid_request
from lab.vcenter.sdk import NAMESPACE, VERSION, ref, soap_adapter, support, vim, vmodl, wsdl_name

_OPTIONAL = 4
_NS_MAP = {**soap_adapter.SOAP_NSMAP, NAMESPACE: ""}
_START = f"{soap_adapter.XML_HEADER}\n{soap_adapter.SOAP_START}"
_END = soap_adapter.SOAP_END
_REFERENCE_DEPTH = 4


@dataclass(slots=True)
class Request:
    """One method call as it came over the wire."""

    method: str
    this: Any
    arguments: dict[str, Any] = field(default_factory=dict)
    returns: Any = None


@cache
def methods_of(kind: Hashable) -> dict[str, Any]:
    """Wire name -> method info of a managed type, inherited ones included."""
    declared: Any = kind
    return {info.wsdlName: info for info in declared._GetMethodList()}


class _Envelope(soap_adapter.ExpatDeserializerNSHandlers):  # type: ignore[misc]
    """Walks down to the method element and hands each parameter to a deserialiser of its type."""

    def __init__(self) -> None:
        super().__init__()
        self.parser = ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        soap_adapter.SetHandlers(self.parser, soap_adapter.GetHandlers(self))
        self.request: Request | None = None
        self._depth = 0
        self._in_body = False
        self._pending: tuple[str, bool, Any] | None = None
        self._parameters: dict[str, Any] = {}

    def StartElementHandler(self, tag: str, attributes: dict[str, str]) -> None:  # noqa: N802 - the SDK's name
        self._collect()
        self._depth += 1
        name = tag.rpartition(" ")[2]
        if self._depth == 2:
            self._in_body = name == "Body"
        elif self._depth == 3 and self._in_body:
            self.request = Request(name, None)
        elif self._depth == _REFERENCE_DEPTH and self._in_body:
            self._depth -= 1
            self._parameter(name, tag, attributes)

    def EndElementHandler(self, _tag: str) -> None:  # noqa: N802
        self._collect()
        self._depth -= 1

    def CharacterDataHandler(self, data: str) -> None:  # noqa: N802
        """Only white space is left between parameters."""

    def _parameter(self, name: str, tag: str, attributes: dict[str, str]) -> None:
        kind = support.ManagedObject if name == "_this" else self._type_of(name)
        repeated = issubclass(kind, list)
        deserializer = soap_adapter.SoapDeserializer(stub=None)
        # A list type would swallow the sibling parameters that follow: decode items one by one.
        deserializer.Deserialize(self.parser, kind.Item if repeated else kind, False, self.nsMap)
        self._pending = (name, repeated, deserializer)
        deserializer.StartElementHandler(tag, attributes)

    def _type_of(self, name: str) -> Any:
        if name not in self._parameters:
            method = self.request.method if self.request else "?"
            raise invalid_request(f"Unexpected element '{name}' in {method}.")
        return self._parameters[name]

    def _collect(self) -> None:
        if self._pending is None or self.request is None:
            return
        (name, repeated, deserializer), self._pending = self._pending, None
        value = deserializer.GetResult()
        if name == "_this":
            self._take_this(value)
        elif repeated:
            self.request.arguments.setdefault(name, []).append(value)
        else:
            self.request.arguments[name] = value

    def _take_this(self, this: Any) -> None:
        request = self.request
        if request is None:
            return
        request.this = ref(type(this), this._moId)
        if request.method == "Fetch":
            self._parameters, request.returns = {"prop": str}, object
            return
        info = methods_of(cast(Hashable, type(this))).get(request.method)
        if info is None:
            message = f"{wsdl_name(type(this))} has no method {request.method}."
            raise Refused(vmodl.fault.MethodNotFound(receiver=request.this, method=request.method), message)
        self._parameters = {parameter.name: parameter.type for parameter in info.params}
        request.returns = ref_type(info)


def ref_type(info: Any) -> Any:
    """What a method answers; a task for every `*_Task`."""
    return vim.Task if info.isTask else info.methodResult


def decode(body: bytes) -> Request:
    """Read a request; raises Refused with InvalidRequest for anything that is none."""
    envelope = _Envelope()
    try:
        envelope.parser.Parse(body, True)
    except (ExpatError, TypeError, KeyError, AttributeError, ValueError) as broken:
        raise invalid_request(f"Cannot read the request: {broken}") from broken
    if envelope.request is None or envelope.request.this is None:
        raise invalid_request("The request has no method or no object.")
    return envelope.request


class _Serializer(soap_adapter.SoapSerializer):  # type: ignore[misc]
    """The SDK's, in a server's dialect: Go clients insist on `ManagedObjectReference` inside an anyType."""

    def __init__(self, writer: StringIO) -> None:
        super().__init__(writer, VERSION, _NS_MAP)
        self.outermostAttrs = ""

    def _QName(self, kind: Any, namespace: str) -> tuple[str, str]:  # noqa: N802 - the SDK's name
        attributes, name = super()._QName(kind, namespace)
        return attributes, f"{name}Reference" if name.endswith("ManagedObject") else name


def serialize(value: Any, name: str, kind: Any) -> str:
    """XML of one value; of an anyType when `kind` is object."""
    writer = StringIO()
    _Serializer(writer).Serialize(value, support.Object(name=name, type=kind, version=VERSION, flags=_OPTIONAL))
    return writer.getvalue()


def encode(request: Request, value: Any) -> bytes:
    """The answer to a request; an unset value makes an empty element."""
    name = f"{request.method}Response"
    content = ""
    if value is not None and request.returns not in (None, type(None)) and not _empty(value, request.returns):
        content = serialize(value, "returnval", request.returns)
    return f'{_START}<{name} xmlns="{NAMESPACE}">{content}</{name}>{_END}'.encode()


def _empty(value: Any, returns: Any) -> bool:
    return isinstance(value, list) and not value and returns is not object


def encode_fault(refusal: Refused) -> bytes:
    """The fault, with its type as the element's name and as xsi:type."""
    fault, name = refusal.fault, f"{wsdl_name(type(refusal.fault))}Fault"
    info = support.Object(name=name, type=object, version=VERSION, flags=_OPTIONAL)
    writer = StringIO()
    _Serializer(writer).SerializeFaultDetail(fault, info)
    detail = writer.getvalue().replace(f"<{name}", f'<{name} xmlns="{NAMESPACE}"', 1)
    text = soap_adapter.XmlEscape(refusal.message)
    return (
        f"{_START}<soapenv:Fault><faultcode>ServerFaultCode</faultcode><faultstring>{text}</faultstring>"
        f"<detail>{detail}</detail></soapenv:Fault>{_END}"
    ).encode()
