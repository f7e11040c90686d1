"""Name templates give what Go gives: the answers were recorded from text/template of Go 1.26 with Sprig 3.3."""

import pytest

from support.checks.comparison import NotRun
from support.checks.name_templates import rendered

VARIABLES: dict[str, str | int | bool] = {
    "VmName": "auto-ab12-Win_2022",
    "TargetVmName": "auto-ab12-win-2022",
    "PlanName": "auto-plan-warm",
    "VmId": "vm-12",
    "FileName": "auto-ab12-win_1.vmdk",
    "DiskIndex": 1,
    "RootDiskIndex": 0,
    "Shared": False,
}
ANSWERS = {
    "{{.VmName}}-disk-{{.DiskIndex}}": "auto-ab12-Win_2022-disk-1",
    '{{ .FileName | trimSuffix ".vmdk" | replace "_" "-" }}-{{.DiskIndex}}': "auto-ab12-win-1-1",
    "{{trunc 15 .PlanName}}-{{trunc 15 .TargetVmName}}-disk-{{.DiskIndex}}": "auto-plan-warm-auto-ab12-win-2-disk-1",
    '{{.VmName | lower | replace "_" "-"}}': "auto-ab12-win-2022",
    "{{ trunc -5 .VmName }}": "_2022",
    "{{ if eq .DiskIndex .RootDiskIndex }}root{{ else }}data{{ end }}-{{ .DiskIndex }}": "data-1",
    '{{ printf "%03d" .DiskIndex }}': "001",
    "{{ add .DiskIndex 1 }}": "2",
    "{{ add1 .DiskIndex }}": "2",
    "{{ div 7 2 }}": "3",
    "{{ mod 7 2}}": "1",
    "{{ max 1 .DiskIndex 5}}": "5",
    "{{ floor 1.7 }}": "1",
    "{{ round 1.237 2 }}": "1.24",
    "{{ ceil 1.2 }}": "2",
    "{{ substr 0 4 .VmName }}": "auto",
    '{{ initials "foo bar"}}': "fb",
    '{{ title "foo bar"}}': "Foo Bar",
    '{{ untitle "Foo Bar"}}': "foo bar",
    '{{ nospace "a b c"}}': "abc",
    '{{ repeat 3 "ab"}}': "ababab",
    '{{ mustRegexReplaceAll "[^a-z0-9-]" (lower .VmName) "-" }}': "auto-ab12-win-2022",
    "{{ if .Shared }}s{{else}}n{{end}}": "n",
    "{{ index .VmName 0 }}": "97",
    "{{ len .VmName }}": "18",
    "{{- .VmName -}}  x": "auto-ab12-Win_2022x",
    "{{with .VmName}}{{.}}{{end}}": "auto-ab12-Win_2022",
    "{{ $x := .DiskIndex }}{{ $x }}": "1",
    '{{ .DiskIndex | printf "%d" }}': "1",
    '{{ printf "%s" .DiskIndex }}': "%!s(int=1)",
    '{{ contains "2022" .VmName }}': "true",
    '{{ hasPrefix "auto" .VmName }}': "true",
    '{{ hasSuffix "x" .VmName }}': "false",
    '{{trim "  a "}}': "a",
    '{{trimAll "-" "--a-"}}': "a",
    '{{trimPrefix "auto-" .VmName}}': "ab12-Win_2022",
    "{{mul 2 3 4}}": "24",
    "{{ upper .FileName }}": "AUTO-AB12-WIN_1.VMDK",
    "{{ slice .VmName 0 4 }}": "auto",
    "{{ not .Shared }}": "true",
    "{{ and .VmName .FileName }}": "auto-ab12-win_1.vmdk",
    "{{ lt .DiskIndex 5 }}": "true",
    "{{ min 3 .DiskIndex }}": "1",
    "{{ substr -1 3 .VmName}}": "aut",
    '{{ define "x" }}a{{ end }}{{ template "x" }}': "a",
    "{{/* c */}}": "",
    '{{ printf "%v" 1.0 }}': "1",
}
REFUSED = (
    "{{ .Nope }}",
    "{{ nope }}",
    '{{ mustRegexReplaceAll "(" .VmName "-" }}',
    "{{ .VmName",
    "{{ range $i, $c := .VmName }}{{$i}}{{end}}",
    "{{ sub 5 2 1 }}",
    "{{ .vmName }}",
    "{{ .DiskIndex.Foo }}",
    '{{ template "x" . }}',
    "{{ div 1 0 }}",
    "{{ quote .VmName }}",
    '{{ "a" | replace "a" }}',
)


@pytest.mark.parametrize("template", ANSWERS)
def test_a_template_gives_what_go_gives(template: str) -> None:
    assert rendered(template, VARIABLES) == ANSWERS[template].strip()


@pytest.mark.parametrize("template", REFUSED)
def test_what_go_refuses_is_not_rendered_and_says_why(template: str) -> None:
    with pytest.raises(NotRun, match="cannot be rendered here: "):
        rendered(template, VARIABLES)


def test_blanks_around_a_name_are_cut_as_forklift_cuts_them() -> None:
    assert rendered(" {{ .VmId }}\n", VARIABLES) == "vm-12"
