"""The lab renders name templates as Go with Forklift's part of Sprig does (facts/forklift.md 3.5)."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lab.mtv.name_templates import Data, TemplateNotValid, rendered

_BUILT = Path(__file__).parents[2] / ".tools" / "bin" / "gotemplate"
GO = str(_BUILT) if _BUILT.exists() else shutil.which("gotemplate")
REQUIRED = os.environ.get("REQUIRE_FOREIGN_CLIENTS") == "1"
DATA: Data = {
    "VmName": "My_VM 01",
    "TargetVmName": "my-vm-01",
    "PlanName": "plan-x",
    "FileName": "win2022_disk-1.vmdk",
    "WinDriveLetter": "c",
    "DiskIndex": 2,
    "RootDiskIndex": 0,
    "Shared": False,
}
"""As in tools/go/gotemplate."""

NAMES = (
    "{{.VmName}}-disk-{{.DiskIndex}}",
    '{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}',
    "{{trunc 4 .PlanName}}-{{trunc 15 .TargetVmName}}-disk-{{.DiskIndex}}",
    "{{if eq .DiskIndex .RootDiskIndex}}root{{else}}data{{end}}-{{.DiskIndex}}",
    "{{if .Shared}}shared{{else}}own{{end}}-{{.DiskIndex | add1}}",
    '{{ .VmName | lower | replace " " "-" | replace "_" "-" }}',
    '{{ printf "%s-%02d" .TargetVmName .DiskIndex }}{{ .DiskIndex | printf "%03d" }}',
    "{{ add 1 .DiskIndex }}{{ sub 5 .DiskIndex }}{{ mul 3 .DiskIndex }}{{ div 7 .DiskIndex }}{{ mod 7 .DiskIndex }}",
    "{{ max 1 .DiskIndex 7 }}{{ min 1 .DiskIndex }}{{ floor 1.7 }}{{ ceil 1.2 }}{{ round 2.5 0 }}",
    '{{ add "3" 4 }} {{ add 1.7 2 }} {{ add true 1 }} {{ add .VmName 1 }} {{ add }} {{ max "9" 3 }}',
    '{{ trim "  a " }}|{{ trimAll "$" "$5.00$" }}|{{ trimPrefix "my" .TargetVmName }}',
    '{{ title "hello world" }}{{ untitle "Hello World" }}{{ repeat 3 "ab" }}{{ nospace "a b c" }}',
    '{{ substr 0 5 .FileName }} {{ substr 3 -1 .FileName}} {{ substr 1 100 "abc" }} {{ trunc -5 .FileName }}',
    '{{ initials "First Try" }}{{ hasPrefix "win" .FileName }}{{ hasSuffix "win" .FileName }}{{ contains "x" "y" }}',
    '{{ mustRegexReplaceAll "[^a-z0-9]+" .FileName "-" }}{{ mustRegexReplaceAll "a(x*)b" "-ab-axxb-" "${1}W" }}',
    "{{ index .FileName 0 }} {{ len .FileName }} {{ slice .FileName 0 3 }} {{ not .Shared }}",
    "{{ $x := .DiskIndex }}{{ $x }}{{ with .WinDriveLetter }}drive-{{.}}{{ else }}none{{end}}{{ $.PlanName }}",
    '{{- "a" -}} b {{- "c" }}{{/* nothing */}} {{ "}}" }}{{ .DiskIndex }}}}',
    "{{ and .Shared .DiskIndex }}-{{ or .Shared .DiskIndex }}{{ if gt .DiskIndex 1 }}big{{ else }}small{{ end }}",
    '{{ eq .VmName "x" "My_VM 01" }} {{ ne .DiskIndex 2 }} {{ lt 1 2 }} {{ le 2 2 }} {{ ge 1 2 }}',
    '{{ define "n" }}name-{{.}}{{ end }}{{ template "n" .DiskIndex }}{{ range 3 }}{{.}}{{end}}',
    "{{ range 5 }}{{ if eq . 3 }}{{break}}{{end}}{{.}}{{end}}{{ 0x10 }} {{ 'a' }} {{ 1e3 }} {{ `raw` }}",
    '{{ untitle "ÀB" }}{{ upper "straße" }}{{ title .VmName }}{{ if lt .VmName "z" }}y{{end}}',
)
REFUSED = (
    *(
        "{{.DiskIndex",
        "{{ if }}",
        "{{ if .Shared }}x",
        "{{end}}",
        "{{}}",
        "{{ .VmName }",
        "{{ . VmName }}",
        "{{ 3 4 }}",
    ),
    *("{{ nope .DiskIndex }}", "{{ now }}", '{{ env "HOME" }}', '{{ default "x" .VmName }}', "{{ $y }}", "{{ nil }}"),
    *("{{ .Nope }}", "{{ .vmName }}", "{{ .DiskIndex.Foo }}", "{{ .VmName.lower }}", "{{ .VmName.upper }}"),
    *('{{ if eq .DiskIndex "2" }}x{{end}}', "{{ trunc .VmName 3 }}", "{{ trunc 3 }}", "{{ lower .DiskIndex }}"),
    *("{{ div 1 0 }}", "{{ index .FileName 100 }}", '{{ repeat -1 "x" }}', '{{ mustRegexReplaceAll "a(x" "a" "b" }}'),
    *(
        '{{ template "zz" . }}',
        "{{ range .FileName }}{{end}}",
        "{{ .DiskIndex 3 }}",
        "{{ break }}",
        "{{ call .VmName }}",
    ),
)
IN_GO_S_WORDS = ("{{.DiskIndex", "{{ nope .DiskIndex }}", "{{ .Nope }}", "a\n{{ .Nope }}", "{{ $y }}", "{{ now }}")


@pytest.fixture(scope="module")
def go() -> dict[str, dict[str, str]]:
    """Text or error that Go has for each template."""
    if GO is None:
        assert not REQUIRED, "gotemplate is required here, but neither in .tools/bin nor on PATH: run `make clients`"
        pytest.skip("gotemplate is neither in .tools/bin nor on PATH; `make clients` builds it")
    templates = (*NAMES, *REFUSED, *IN_GO_S_WORDS)
    lines = "\n".join(json.dumps(text) for text in templates)
    answers = subprocess.run([GO], input=lines, capture_output=True, text=True, check=True).stdout.splitlines()
    return dict(zip(templates, map(json.loads, answers), strict=True))


@pytest.mark.contract
@pytest.mark.parametrize("text", NAMES)
def test_a_template_is_rendered_as_go_renders_it(go: dict[str, dict[str, str]], text: str) -> None:
    assert go[text] == {"text": rendered(text, DATA, "*main.data"), "error": ""}


@pytest.mark.contract
@pytest.mark.parametrize("text", REFUSED)
def test_what_go_refuses_is_refused(go: dict[str, dict[str, str]], text: str) -> None:
    assert go[text]["error"]
    with pytest.raises(TemplateNotValid):
        rendered(text, DATA, "*main.data")


@pytest.mark.contract
@pytest.mark.parametrize("text", IN_GO_S_WORDS)
def test_common_mistakes_are_told_in_go_s_words(go: dict[str, dict[str, str]], text: str) -> None:
    with pytest.raises(TemplateNotValid) as refused:
        rendered(text, DATA, "*main.data")
    assert str(refused.value).endswith(f"caused by: '{go[text]['error']}'")


def test_no_attribute_of_python_is_a_field() -> None:
    with pytest.raises(TemplateNotValid, match="Template execution failed"):
        rendered("{{ .VmName.__class__ }}", DATA, "*main.data")
