import { baseOf } from "./images.file.names.js";

// src/images/layers/inventory/kinds.ts
const SYSTEM_LISTS = new Map([
	["var/lib/dpkg/status", "dpkg"],
	["lib/apk/db/installed", "apk"],
	["usr/lib/apk/db/installed", "apk"],
	["var/lib/rpmmanifest/container-manifest-2", "rpm"],
	["aarch64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
	["x86_64-bottlerocket-linux-gnu/sys-root/usr/share/bottlerocket/application-inventory.json", "rpm"],
	...["usr/lib/sysimage/rpm", "var/lib/rpm"].flatMap((folder) => [
		"Packages",
		"Packages.db",
		"rpmdb.sqlite",
		"rpmdb.sqlite-wal"
	].map((name) => [`${folder}/${name}`, "rpm"])),
	["usr/share/rpm/rpmdb.sqlite", "rpm"],
	["usr/share/rpm/rpmdb.sqlite-wal", "rpm"]
]);
const MARKS = /* @__PURE__ */ new Map([["usr/share/rapidfort/curated.json", "rapidfort"], ["var/lib/ubuntu-advantage/status.json", "ubuntu-pro"]]);
const LOCK_FILES = /* @__PURE__ */ new Set([
	"Cargo.lock",
	"Gemfile.lock",
	"Package.resolved",
	"Pipfile.lock",
	"Podfile.lock",
	"build.sbt.lock",
	"bun.lock",
	"composer.lock",
	"conan.lock",
	"environment.yaml",
	"environment.yml",
	"go.mod",
	"mix.lock",
	"package-lock.json",
	"packages.config",
	"packages.lock.json",
	"pnpm-lock.yaml",
	"poetry.lock",
	"pom.xml",
	"pubspec.lock",
	"pylock.toml",
	"requirements.txt",
	"uv.lock",
	"yarn.lock"
]);
const WITHIN_PACKAGES = /* @__PURE__ */ new Map([
	["package-lock.json", /(?:^|\/)node_modules\//],
	["pnpm-lock.yaml", /(?:^|\/)node_modules\//],
	["yarn.lock", /(?:^|\/)(?:node_modules|\.yarn)\//],
	["composer.lock", /(?:^|\/)vendor\//]
]);
const JARS = /* @__PURE__ */ new Set([
	".jar",
	".war",
	".ear",
	".par"
]);
const OTHER_MANAGERS = /* @__PURE__ */ new Map([
	[".pnp.cjs", [/(?:^|\/)\.pnp\.cjs$/, "Yarn Plug'n'Play"]],
	[".pnp.js", [/(?:^|\/)\.pnp\.js$/, "Yarn Plug'n'Play"]],
	["desc", [/^var\/lib\/pacman\/local\/[^/]+\/desc$/, "pacman"]],
	["status", [/^(?:usr|var)\/lib\/opkg\/status$/, "opkg"]],
	["PF", [/^var\/db\/pkg\/[^/]+\/[^/]+\/PF$/, "Portage"]],
	["INSTALL_RECEIPT.json", [/(?:^|\/)Cellar\/[^/]+\/[^/]+\/INSTALL_RECEIPT\.json$/, "Homebrew"]]
]);
const OTHER_FOLDERS = [
	[/^var\/db\/xbps\/pkgdb-[^/]*\.plist$/, "XBPS"],
	[/^var\/(?:log\/packages|lib\/pkgtools\/packages)\/[^/]+$/, "pkgtools"],
	[/^usr\/share\/clear\/bundles\/[^/]+$/, "swupd"]
];
const STATUS_FOLDER = "var/lib/dpkg/status.d/";
const UPDATES_FOLDER = "var/lib/dpkg/updates/";
const INFO_FOLDER = "var/lib/dpkg/info/";
function kindsOf(path) {
	const list = systemListAt(path);
	if (list !== void 0) return [list];
	const base = baseOf(path);
	const kind = byBase(path, base) ?? byEnding(path, base) ?? (otherManagerOf(path) === void 0 ? void 0 : "other-manager");
	return kind === void 0 ? NONE : [kind];
}
function otherManagerOf(path) {
	const named = OTHER_MANAGERS.get(baseOf(path));
	if (named?.[0].test(path)) return named[1];
	if (!path.startsWith("var/") && !path.startsWith("usr/share/clear/")) return void 0;
	return OTHER_FOLDERS.find(([where]) => where.test(path))?.[1];
}
const PACKAGE_STORES = /* @__PURE__ */ new Map([["nix/store/", "Nix"], ["gnu/store/", "Guix"]]);
function storePackageOf(path) {
	const [folder, name = ""] = /^(?:nix|gnu)\/store\/[0-9a-z]{32}-([^/]+)/.exec(path) ?? [];
	return folder === void 0 || name.endsWith(".drv") ? void 0 : {
		folder,
		name
	};
}
const NONE = [];
function systemListAt(path) {
	const list = SYSTEM_LISTS.get(path);
	if (list !== void 0) return list;
	if (path.startsWith(UPDATES_FOLDER)) return /^\d+$/.test(path.slice(21)) ? "dpkg" : void 0;
	return path.startsWith(STATUS_FOLDER) && !path.includes("/", 22) && !path.endsWith(".md5sums") ? "dpkg" : void 0;
}
function vendorOf(path) {
	const vendor = MARKS.get(path);
	if (vendor !== void 0) return vendor;
	if (/^root\/buildinfo\/(?:content_manifests\/[^/]+\.json|Dockerfile[^/]*)$/.test(path)) return "redhat-content-sets";
	return /^usr\/share\/buildinfo\/[^/]+\.json$/.test(path) ? "redhat-content-sets" : void 0;
}
function vendorOfPackage(kind, { name, version, source = "" }) {
	if (kind !== "dpkg" && kind !== "apk" && kind !== "rpm") return void 0;
	if (kind === "dpkg" && version.includes(".root.io")) return "root.io";
	if (kind === "apk" && /-r\d007\d/.test(version)) return "root.io";
	return [name, source].some((each) => each.toLowerCase().startsWith("seal-")) ? "seal" : void 0;
}
function dpkgOwnerOf(path) {
	const base = baseOf(path);
	if (!/\.(?:list|md5sums)$/.test(base)) return void 0;
	if (path !== INFO_FOLDER + base && path !== STATUS_FOLDER + base) return void 0;
	return base.replace(/\.(?:list|md5sums)$/, "").replace(/:.*$/s, "");
}
const UNPACKED = /(?:^|\/)META-INF\/maven\/[^/]+\/[^/]+\/pom\.properties$/;
function byBase(path, base) {
	if (base === "package.json") return "node";
	if (base === "METADATA") return /\.dist-info|\.egg-info\/METADATA$/.test(path) ? "python" : void 0;
	if (base === "PKG-INFO") return /(?:\.egg-info|(?:^|\/)EGG-INFO)\/PKG-INFO$/.test(path) ? "python" : void 0;
	if (base === "installed.json") return "php";
	if (base === "pom.properties") return UNPACKED.test(path) ? "maven" : void 0;
	if (base === "Manifest.toml") return "julia";
	if (base.startsWith("pylock.") && base.endsWith(".toml")) return "lock-file";
	if (!LOCK_FILES.has(base)) return void 0;
	return WITHIN_PACKAGES.get(base)?.test(path) ? void 0 : "lock-file";
}
function byEnding(path, base) {
	const at = base.lastIndexOf(".");
	if (at === -1) return void 0;
	const ending = base.slice(at);
	if (JARS.has(ending.toLowerCase())) return "jar";
	if (base.toLowerCase().endsWith("packages.props")) return "lock-file";
	switch (ending) {
		case ".json": return jsonKind(path, base);
		case ".gemspec": return /(?:^|\/)specifications\//.test(path) ? "ruby" : void 0;
		case ".egg-info":
		case ".egg": return "python";
		case ".spdx":
		case ".cdx": return sbomAt(path);
		case ".lockfile": return base.endsWith("gradle.lockfile") ? "lock-file" : void 0;
		default: return;
	}
}
function jsonKind(path, base) {
	if (base.endsWith(".deps.json")) return "dotnet";
	if (base.endsWith(".spdx.json") || base.endsWith(".cdx.json")) return sbomAt(path);
	return /(?:^|\/)conda-meta\//.test(path) && /^[^-]+.*-.+-.+\.json$/.test(base) ? "conda" : void 0;
}
function sbomAt(path) {
	return path.includes(".dist-info/sboms/") ? void 0 : "sbom";
}
function isTellingFolder(path) {
	return /(?:\.dist-info|\.egg-info|(?:^|\/)(?:EGG-INFO|specifications|conda-meta))$/.test(path) || LIST_FOLDERS.has(path);
}
function couldTell(base, kind) {
	return [
		"x.dist-info",
		"EGG-INFO",
		"specifications",
		"META-INF/maven/x/x",
		...LIST_FOLDERS
	].some((folder) => kindsOf(`${folder}/${base}`).includes(kind));
}
const LIST_FOLDERS = new Set([
	...SYSTEM_LISTS.keys(),
	...MARKS.keys(),
	`${STATUS_FOLDER}x`,
	`${INFO_FOLDER}x`
].flatMap((path) => {
	const parts = path.split("/");
	return parts.slice(0, -1).map((_, index) => parts.slice(0, index + 1).join("/"));
}));

export { PACKAGE_STORES, couldTell, dpkgOwnerOf, isTellingFolder, kindsOf, otherManagerOf, storePackageOf, vendorOf, vendorOfPackage };