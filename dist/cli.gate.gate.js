import { SEVERITIES } from "./shared.names.js";
import { inputOptions } from "./cli.inputs.js";

// src/cli/command.ts
const FORMATS = [
	"table",
	"json",
	"markdown"
];

// src/cli/gate/gate.ts
const WORD = {
	image: "[NAME...]",
	fs: "[PATH...]",
	repo: "[URL...]",
	sbom: "[FILE...]",
	report: "[FILE...]"
};
const WORST = SEVERITIES.slice(0, 2).join(",");
const EXAMPLES = {
	image: [
		{
			line: "image-gate app.tar --max-high 5",
			about: "Up to five HIGH findings pass."
		},
		{
			line: "image-gate app.tar --json > report.json",
			about: "The report of schema/report.schema.json."
		},
		{
			line: "image-gate app.tar --reports sarif=out.sarif --quiet",
			about: "The findings for other tools."
		}
	],
	fs: [{
		line: `image-gate fs . --severity ${WORST}`,
		about: "Shows only these; the verdict is the policy's."
	}],
	repo: [{
		line: "image-gate repo ./checkout",
		about: "The commit that is checked out; a URL is fetched."
	}],
	sbom: [{
		line: "image-gate sbom app.cdx.json",
		about: "The packages that an SBOM lists."
	}],
	report: [{
		line: "image-gate report scan.json --max-high 3",
		about: "Nothing is scanned, no database is read."
	}]
};
const SEVERITY = {
	name: "severity",
	short: "s",
	kind: "list",
	value: WORST,
	often: true,
	about: "Shows only findings of these severities; the verdict is the policy's."
};
const REPORT_DIR = {
	name: "report-dir",
	kind: "text",
	value: "FOLDER",
	about: "Keeps report.json and the scanner's reports here, which `image-gate sign` needs."
};
function gateCommand(name) {
	return {
		words: WORD[name],
		options: [
			SEVERITY,
			REPORT_DIR,
			...inputOptions("gate")
		],
		formats: FORMATS,
		examples: EXAMPLES[name],
		run: async (given, seat) => (await import("./cli.gate.judge.js")).judge(name, given, seat)
	};
}

export { gateCommand };