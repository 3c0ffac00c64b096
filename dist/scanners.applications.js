import { ECOSYSTEMS, PURL_ECOSYSTEMS, UNSPECIFIED_TYPE } from "./shared.scan.js";

// src/scanners/applications.ts
const SYSTEM_TYPES = /* @__PURE__ */ new Set([
	"apk",
	"deb",
	"rpm",
	"alpm"
]);
function withManager({ name, version, type }) {
	return {
		name,
		version,
		manager: type === "deb" ? "dpkg" : type
	};
}
const WORDS = {
	cargo: "rust rust-crate",
	gem: "ruby",
	go: "go go_stdlib go-module gobinary gomod",
	maven: "jar java-archive jenkins-plugin pom",
	npm: "nodejs nodepkg pnpm yarn",
	nuget: "dotnet dotnet_deps",
	pub: "dart-pub",
	pypi: "pip pipenv poetry python pythonpkg"
};
const KINDS = new Map([...PURL_ECOSYSTEMS, ...Object.entries(WORDS).flatMap(([kind, words]) => words.split(" ").map((word) => [word, kind]))]);
function kindNamed(word) {
	const lower = word?.toLowerCase() ?? "";
	return KINDS.get(lower) ?? (lower || "unknown");
}
function ecosystemNamed(word) {
	const kind = kindNamed(word);
	return ECOSYSTEMS.find((each) => each === kind);
}
function applicationsIn(packages) {
	const own = packages.filter(({ system }) => system !== true);
	const counted = [...Map.groupBy(own, ({ type }) => type)].map(([type, all]) => {
		const files = new Set(all.flatMap(({ path }) => path ?? []));
		return [type, {
			packages: all.length,
			files: files.size
		}];
	});
	return new Map(counted);
}

export { SYSTEM_TYPES, applicationsIn, ecosystemNamed, kindNamed, withManager };