"""Templates of what is applied on a cluster."""

from jinja2 import Environment, PackageLoader, StrictUndefined


def manifest_templates() -> Environment:
    """The templates `*.yaml.j2`; a name that one of them misses is an error."""
    return Environment(
        loader=PackageLoader("acceptance"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - YAML, whose texts are all written as JSON
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
