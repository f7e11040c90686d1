"""Go templates as Forklift renders them: text/template with its selection of Sprig functions (forklift.md 3.5)."""

from collections.abc import Mapping

from support.checks.comparison import NotRun

_FUNCTIONS = frozenset(
    {
        *("lower", "upper", "title", "untitle", "trim", "trimAll", "trimPrefix", "trimSuffix", "contains"),
        *("hasPrefix", "hasSuffix", "replace", "repeat", "substr", "nospace", "trunc", "initials"),
        *("mustRegexReplaceAll", "add", "add1", "sub", "mul", "div", "mod", "max", "min", "floor", "ceil", "round"),
    }
)
"""What Forklift takes from Sprig; any other function is a syntax error there, too."""


def rendered(template: str, variables: Mapping[str, str | int | bool]) -> str:
    """The text, without blanks around it; raises NotRun for a template that cannot be rendered from what is known."""
    import gotpl  # imported where a template is used: it costs more than everything else of a dry run
    from gotpl.funcs.sprig import text_func_map

    functions = {name: function for name, function in text_func_map().items() if name in _FUNCTIONS}
    environment = gotpl.Environment(functions=functions, missing_key="error")
    try:
        return environment.from_string(template).render(variables).strip()
    except gotpl.TemplateError as error:
        raise NotRun(f"the name template {template!r} cannot be rendered here: {error}") from error
