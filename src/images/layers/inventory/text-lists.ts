import type { InventoryPackage } from "../../../domain/coverage/inventory.ts";
import type { Found, OwnedFiles } from "../content.ts";

/** Maximum number of packages in a list. */
export const MOST_PACKAGES = 200_000;
/** Maximum number of characters of the paths of all files that packages of one list own. */
export const MOST_PATHS = 64 << 20;

/** A list of packages, and the files that they own. */
export interface SystemList {
  readonly found: Found;
  readonly owned: readonly OwnedFiles[];
}

/** Iterates over the lines of a text without copying it. Lines can have any length. */
export function* linesOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf("\n", at);
    yield end === -1 ? text.slice(at) : text.slice(at, end);
    if (end === -1) return;
    at = end + 1;
  }
}

/**
 * dpkg's `status`, or one of distroless' `status.d` (deb822; dpkg's states are in dpkg(1)). A line of blanks ends a
 * paragraph, and a second name begins one: some readers would otherwise make one package of two.
 */
export function readDpkgStatus(bytes: Buffer): Found {
  const packages: InventoryPackage[] = [];
  let fields = new Map<string, string>();
  const end = () => {
    const name = fields.get("package") || (fields.has("version") ? NAMELESS : "");
    if (name !== "" && isInstalled(fields.get("status"))) packages.push(dpkgPackage(name, fields));
    fields = new Map();
  };
  for (const line of linesOf(bytes.toString("utf8"))) {
    if (isBlank(line)) end();
    else {
      const [, key = "", value = ""] = /^([^\s:][^:]{0,60}):[ \t]*(.*)$/s.exec(line) ?? [];
      // dpkg takes blanks before the colon, too.
      const field = key.trimEnd().toLowerCase();
      if (field === "package" && fields.has(field)) end();
      if (DPKG_FIELDS.has(field) && !fields.has(field)) fields.set(field, value.trim());
    }
    if (packages.length > MOST_PACKAGES) return tooMany("dpkg");
  }
  end();
  return { kind: "dpkg", packages };
}

/** The name for a package without one. No scanner lists it, but a list that was changed by hand must not hide it. */
const NAMELESS = "(without a name)";

/** Stops at the first other character, since a line may be long. */
function isBlank(line: string): boolean {
  return line === "" || (/^\s/.test(line) && line.trim() === "");
}

const DPKG_FIELDS: ReadonlySet<string> = new Set(["package", "version", "status", "source", "maintainer"]);

/** In all states but these two, its files are there. A list without states has only installed packages. */
function isInstalled(status: string | undefined): boolean {
  const state = status?.split(/\s+/)[2];
  return state !== "not-installed" && state !== "config-files";
}

function dpkgPackage(name: string, fields: ReadonlyMap<string, string>): InventoryPackage {
  const source = fields.get("source")?.split(/\s/)[0];
  const maintainer = fields.get("maintainer");
  return { name, version: fields.get("version") ?? "", ...(source && { source }), ...(maintainer && { maintainer }) };
}

/** apk's `installed` (the format is in apk-tools' doc/apk-installed.5). */
export function readApkInstalled(bytes: Buffer): SystemList {
  const packages: InventoryPackage[] = [];
  const owned: OwnedFiles[] = [];
  let fields = new Map<string, string>();
  let files: string[] = [];
  let paths = 0;
  const end = () => {
    const [written, version = "", source, maintainer] = APK_FIELDS.map((key) => fields.get(key));
    const name = written || (fields.has("V:") ? NAMELESS : "");
    if (name !== "") {
      packages.push({ name, version, ...(source && { source }), ...(maintainer && { maintainer }) });
      if (files.length > 0) owned.push({ owner: name, files: files.join("\n") });
    }
    [fields, files] = [new Map(), []];
  };
  for (const line of linesOf(bytes.toString("utf8"))) {
    const [key, value] = [line.slice(0, 2), line.slice(2)];
    // For some readers, a second name in a paragraph replaces the first. The version may be before the name.
    if (isBlank(line) || line.length < 2 || (key === "P:" && fields.has(key))) end();
    if (key === "R:") {
      const folder = fields.get("F:") ?? "";
      paths += folder.length + line.length + 16;
      files.push(folder === "" ? value : `${folder}/${value}`);
    } else fields.set(key, value);
    if (packages.length > MOST_PACKAGES) return { found: tooMany("apk"), owned: [] };
    if (paths > MOST_PATHS)
      return { found: { kind: "apk", unread: "the names of its packages' files are too long" }, owned: [] };
  }
  end();
  return { found: { kind: "apk", packages }, owned };
}

/** Name, version, source and maintainer. */
const APK_FIELDS = ["P:", "V:", "o:", "m:"];

/** CBL-Mariner's list for images without an RPM database: `rpm -qa` with ten columns. */
export function readRpmManifest(bytes: Buffer): Found {
  const packages: InventoryPackage[] = [];
  for (const line of linesOf(bytes.toString("utf8"))) {
    if (line.trim() === "") continue;
    const [name = "", version, , , maintainer, , , , epoch, source] = line.split("\t");
    if (version === undefined || source === undefined) return { kind: "rpm", unread: "a line of it has another form" };
    if (packages.length >= MOST_PACKAGES) return tooMany("rpm");
    packages.push({ name, version: withEpoch(epoch, version), source: sourceName(source), maintainer });
  }
  return { kind: "rpm", packages };
}

/** RPM writes no epoch, or the epoch 0, as none. */
export function withEpoch(epoch: string | number | undefined, version: string): string {
  return epoch === undefined || Number(epoch) === 0 || Number.isNaN(Number(epoch)) ? version : `${epoch}:${version}`;
}

/** The name in `name-version-release.src.rpm`. */
export function sourceName(file: string): string | undefined {
  const parts = file.split("-");
  return parts.length > 2 ? parts.slice(0, -2).join("-") : undefined;
}

export function tooMany(kind: "dpkg" | "apk" | "rpm"): Found {
  return { kind, unread: `it lists more than ${MOST_PACKAGES} packages` };
}
