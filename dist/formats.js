// src/reports/formats.ts
const REPORT_FORMATS = [
	"sarif",
	"cyclonedx",
	"spdx-json",
	"gitlab",
	"junit",
	"html",
	"markdown",
	"csv"
];
const ONE_TARGET_EACH = /* @__PURE__ */ new Set(["cyclonedx", "spdx-json"]);
const EXPLAINING = /* @__PURE__ */ new Set([
	"sarif",
	"gitlab",
	"html"
]);
function showDescriptions(inputs) {
	return inputs.uploadSarif || inputs.reports.some((line) => EXPLAINING.has(line.split(":")[0]?.trim() ?? ""));
}

export { REPORT_FORMATS as n, showDescriptions as r, ONE_TARGET_EACH as t };