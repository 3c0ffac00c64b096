import { DISTRIBUTIONS } from "./shared.scan.js";

// src/scanners/trivy/database/libraries.ts
const BY_TYPE = new Map([
	[
		"cargo",
		"cargo rustbinary",
		"cargo",
		"cargo"
	],
	[
		"composer",
		"composer composer-vendor",
		"composer"
	],
	["conda", "conda-environment conda-pkg"],
	[
		"gem",
		"bundler gemspec",
		"rubygems"
	],
	[
		"golang",
		"gobinary gomod",
		"go",
		"go"
	],
	[
		"hex",
		"hex",
		"erlang"
	],
	["k8s", "aks eks gke kubernetes ocp rke"],
	[
		"maven",
		"gradle jar pom sbt",
		"maven",
		"maven"
	],
	[
		"npm",
		"bun javascript node-pkg npm pnpm yarn",
		"npm",
		"npm"
	],
	[
		"nuget",
		"dotnet-core nuget packages-props",
		"nuget",
		"nuget"
	],
	[
		"pub",
		"pub",
		"pub"
	],
	[
		"pypi",
		"pip pipenv poetry pylock python-pkg uv",
		"pip",
		"pypi"
	],
	[
		"swift",
		"swift",
		"swift"
	]
].flatMap(([purl, types, bucket, ecosystem]) => types.split(" ").map((type) => [type, {
	purl,
	bucket: bucket && `${bucket}::`,
	ecosystem
}])));
function libraryOf(type) {
	return BY_TYPE.get(type);
}
const SYSTEMS = new Map([...[
	"centos-stream",
	"coreos",
	"suse"
].map((type) => [type, "rpm"]), ...DISTRIBUTIONS.map(({ name, ecosystem }) => [name, ecosystem])]);
const OWN_FILE = /* @__PURE__ */ new Set([
	"python-pkg",
	"conda-pkg",
	"gemspec",
	"node-pkg",
	"jar"
]);
const PROGRAMS = /* @__PURE__ */ new Set(["gobinary", "rustbinary"]);
function ecosystemOfType(type) {
	const ecosystem = libraryOf(type)?.ecosystem ?? SYSTEMS.get(type);
	return ecosystem === type ? void 0 : ecosystem;
}
function listedIn(type) {
	if (OWN_FILE.has(type)) return "own-file";
	return PROGRAMS.has(type) ? "program" : void 0;
}

export { ecosystemOfType, libraryOf, listedIn };