// Command gotemplate renders name templates as Forklift does: text/template with Forklift's choice of Sprig.
//
// It reads one JSON string per line, a template, and writes {"text": ..., "error": ...} for it. The lab's and the
// suite's own ways to render are compared with it in their tests.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"log"
	"os"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// data has the fields of a template for claims, with values that show what becomes of blanks, capitals and numbers.
type data struct {
	VmName, TargetVmName, PlanName, FileName, WinDriveLetter string
	DiskIndex, RootDiskIndex                                 int
	Shared                                                   bool
}

type answer struct {
	Text  string `json:"text"`
	Error string `json:"error"`
}

var functions = []string{
	"lower", "upper", "contains", "replace", "trim", "trimAll", "trimSuffix", "trimPrefix", "title", "untitle",
	"repeat", "substr", "nospace", "trunc", "initials", "hasPrefix", "hasSuffix", "mustRegexReplaceAll",
	"add", "add1", "sub", "div", "mod", "mul", "max", "min", "floor", "ceil", "round",
}

func render(text string, known template.FuncMap) answer {
	sample := data{
		VmName: "My_VM 01", TargetVmName: "my-vm-01", PlanName: "plan-x", FileName: "win2022_disk-1.vmdk",
		WinDriveLetter: "c", DiskIndex: 2,
	}
	var out bytes.Buffer
	parsed, err := template.New("template").Funcs(known).Parse(text)
	if err == nil {
		err = parsed.Execute(&out, &sample)
	}
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{Text: out.String()}
}

func main() {
	known := template.FuncMap{}
	for _, name := range functions {
		known[name] = sprig.FuncMap()[name]
	}
	lines, answers := bufio.NewScanner(os.Stdin), json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var text string
		if err := json.Unmarshal(lines.Bytes(), &text); err != nil {
			log.Fatal(err)
		}
		if err := answers.Encode(render(text, known)); err != nil {
			log.Fatal(err)
		}
	}
}
