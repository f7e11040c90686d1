"""Name templates as Forklift renders them: Go's text/template with a part of Sprig (facts/forklift.md 3.5)."""

import re
from collections.abc import Callable, Mapping
from functools import cache

from lab.mtv.target_names import is_label

FUNCTIONS = (
    *("lower", "upper", "contains", "replace", "trim", "trimAll", "trimSuffix", "trimPrefix", "title", "untitle"),
    *("repeat", "substr", "nospace", "trunc", "initials", "hasPrefix", "hasSuffix", "mustRegexReplaceAll"),
    *("add", "add1", "sub", "div", "mod", "mul", "max", "min", "floor", "ceil", "round"),
)
"""What Forklift takes over from Sprig; the rest of Sprig is unknown to it."""
_BUILTINS = (
    *("and", "or", "not", "len", "index", "slice", "print", "printf", "println", "html", "js", "urlquery", "call"),
    *("eq", "ne", "lt", "le", "gt", "ge"),
)
_LOCATED = re.compile(r"template:(\d+):\d+: (.*)", re.DOTALL)
_MISSING = re.compile(r"template: template:(\d+):(\d+): executing \"template\": missing key or attribute '(\w+)'")
Data = Mapping[str, str | int | bool]


class TemplateNotValid(Exception):
    """A template that Forklift refuses, in Forklift's words."""


def rendered(text: str, data: Data, type_: str) -> str:
    """The template with these fields; raises TemplateNotValid.

    `type_` is the Go type whose fields `data` stands for, as errors name it.
    """
    from gotpl import SandboxPolicy, Template, TemplateError, TemplateSyntaxError  # a third of a second to import

    functions = _functions()
    # Without a sandbox the attributes of Python's own strings and numbers would be fields.
    sandbox = SandboxPolicy(allow_functions=(*functions, *_BUILTINS))
    try:
        template = Template(text, name="template", functions=functions, missing_key="error", sandbox=sandbox)
    except TemplateSyntaxError as wrong:
        raise TemplateNotValid(f"Invalid template syntax caused by: '{_syntax(str(wrong))}'") from wrong
    try:
        return template.render(dict(data))
    except TemplateError as wrong:
        raise TemplateNotValid(f"Template execution failed caused by: '{_execution(str(wrong), type_)}'") from wrong


def label(text: str, data: Data, type_: str) -> str:
    """As `rendered`, trimmed, and refused unless it is a DNS-1123 label."""
    result = rendered(text, data, type_).strip()
    if not result:
        raise TemplateNotValid("Template output is empty")
    if not is_label(result):
        raise TemplateNotValid(f"Template output is invalid k8s label [{result}]")
    return result


@cache
def _functions() -> dict[str, Callable[..., object]]:
    from gotpl.funcs.sprig import text_func_map

    known = text_func_map()
    return {name: known[name] for name in FUNCTIONS}


def _syntax(message: str) -> str:
    """Go tells the line only, and quotes with double quotes."""
    located = _LOCATED.fullmatch(message)
    line, what = located.groups() if located else ("1", message)
    return f"template: template:{line}: " + re.sub(r"'([^']*)'", r'"\1"', what)


def _execution(message: str, type_: str) -> str:
    """A field that is not there is told as Go tells it; other words are the library's own."""
    found = _MISSING.fullmatch(message)
    if found is None:
        return message
    line, column, field = found.groups()
    place = f'template: template:{line}:{int(column) - 1}: executing "template" at <.{field}>'
    return f"{place}: can't evaluate field {field} in type {type_}"
