import type { InventoryPackage } from "../../../domain/coverage/inventory.ts";
import { isObject } from "../../../domain/json/is-object.ts";
import { tryOr } from "../../../system/errors.ts";
import type { Found } from "../content.ts";
import { linesOf } from "./text-lists.ts";

/** A Python package's `METADATA` or `PKG-INFO` (core metadata: headers as in mail, up to an empty line). */
export function readPython(bytes: Buffer): Found {
  let name = "";
  let version = "";
  for (const line of linesOf(bytes.toString("utf8"))) {
    if (line.trim() === "" || (name !== "" && version !== "")) break;
    name ||= headerOf(line, "name");
    version ||= headerOf(line, "version");
  }
  if (name === "" || version === "") return { kind: "python", unread: "it has no name and version" };
  return { kind: "python", packages: [{ name, version }] };
}

function headerOf(line: string, key: string): string {
  const isKey = line[key.length] === ":" && line.slice(0, key.length).toLowerCase() === key;
  return isKey ? line.slice(key.length + 1).trim() : "";
}

/** A gem's specification, as RubyGems writes it when it installs one. */
export function readGemspec(bytes: Buffer): Found {
  let variable = "";
  let name = "";
  let version = "";
  for (const line of bytes.toString("utf8").split("\n")) {
    const text = line.trim();
    if (text.includes("Gem::Specification.new")) variable = /\|\s*([A-Za-z_]\w*)\s*\|/.exec(text)?.[1] ?? variable;
    if (variable === "" || !text.startsWith(`${variable}.`)) continue;
    const [, key, value = ""] = /^\.(name|version)\s*=\s*(\S+)/.exec(text.slice(variable.length)) ?? [];
    const quoted = /["']([^"']*)["']/.exec(value)?.[1] ?? "";
    if (key === "name") name ||= quoted;
    if (key === "version") version ||= quoted;
    if (name !== "" && version !== "") break;
  }
  if (name === "" || version === "") return { kind: "ruby", unread: "its name and version are unknown" };
  return { kind: "ruby", packages: [{ name, version }] };
}

/** npm's `package.json`. One that Node cannot read, or without a name and version, is not an installed package. */
export function readPackageJson(bytes: Buffer): Found {
  return { kind: "node", packages: namedPackage(objectOf(bytes)) ?? [] };
}

/** conda's file of one installed package. */
export function readConda(bytes: Buffer): Found {
  const packages = namedPackage(objectOf(bytes));
  return packages ? { kind: "conda", packages } : { kind: "conda", unread: "it has no name and version" };
}

function namedPackage(value: Readonly<Record<string, unknown>> | undefined): InventoryPackage[] | undefined {
  const name = value?.name;
  const version = value?.version;
  const isNamed = typeof name === "string" && typeof version === "string" && name !== "" && version !== "";
  return isNamed ? [{ name, version }] : undefined;
}

/**
 * Julia's `Manifest.toml`, whose packages only a scanner can identify. Each has a `uuid`, so that a file without the
 * word has none: other programs have files of this name. With an escape (`\`), a key can be written in another way.
 */
export function readJulia(bytes: Buffer): Found {
  const mayHavePackages = bytes.includes("uuid") || bytes.includes("\\");
  return mayHavePackages ? { kind: "julia" } : { kind: "julia", packages: [] };
}

/** Maven's `pom.properties`: lines `key=value`, as Java's Properties writes them. */
export function readPomProperties(bytes: Buffer): Found {
  const fields = new Map<string, string>();
  for (const [, key = "", value = ""] of bytes
    .toString("latin1")
    .matchAll(/^[ \t]*(\w{1,20})[ \t]*[=:][ \t]*([^\r\n]*)$/gm))
    fields.set(key, value.trim());
  const [group, artifact, version] = ["groupId", "artifactId", "version"].map((key) => fields.get(key));
  if (!group || !artifact || !version) return { kind: "maven", unread: "it has no name and version" };
  return { kind: "maven", packages: [{ name: `${group}:${artifact}`, version }] };
}

/** Composer's `installed.json`: a list (Composer 1), or an object with `packages`. */
export function readComposer(bytes: Buffer): Found {
  const value = parse(bytes);
  const list = Array.isArray(value) ? value : isObject(value) ? value.packages : undefined;
  if (!Array.isArray(list)) return { kind: "php", unread: "it has no list of packages" };
  return { kind: "php", packages: list.flatMap((item) => namedPackage(isObject(item) ? item : undefined) ?? []) };
}

/** Bottlerocket's list of what it was built from. */
export function readBottlerocket(bytes: Buffer): Found {
  const list = objectOf(bytes)?.Content;
  if (!Array.isArray(list)) return { kind: "rpm", unread: "it has no list of packages" };
  const packages = list.flatMap((item) => {
    const { Name: name, Version: version, Release: release, Epoch: epoch } = isObject(item) ? item : {};
    if (typeof name !== "string" || typeof version !== "string") return [];
    const full = typeof release === "string" && release !== "" ? `${version}-${release}` : version;
    return [{ name, version: Number(epoch) > 0 ? `${epoch}:${full}` : full }];
  });
  return { kind: "rpm", packages };
}

const DOTNET_TYPES: ReadonlySet<string> = new Set(["package", "runtimepack"]);
const RUNTIME_PARTS = ["runtime", "runtimeTargets", "native"];

/**
 * .NET's `*.deps.json`: the packages that bring something to run. A package that is only needed to build has neither
 * libraries nor native code in the target.
 */
export function readDotnetDeps(bytes: Buffer): Found {
  const value = objectOf(bytes);
  const { libraries, runtimeTarget, targets } = value ?? {};
  if (!isObject(libraries)) return { kind: "dotnet", unread: "it has no list of libraries" };
  const targetName = isObject(runtimeTarget) ? runtimeTarget.name : undefined;
  const all = isObject(targets) ? targets : {};
  const target = typeof targetName === "string" && Object.hasOwn(all, targetName) ? all[targetName] : undefined;
  const packages: InventoryPackage[] = [];
  for (const [key, library] of Object.entries(libraries)) {
    const at = key.indexOf("/");
    const type = isObject(library) && typeof library.type === "string" ? library.type.toLowerCase() : "";
    if (at === -1 || !DOTNET_TYPES.has(type) || !isRun(isObject(target) ? target : {}, key)) continue;
    packages.push({ name: key.slice(0, at).replace(/^runtimepack\./, ""), version: key.slice(at + 1) });
  }
  return { kind: "dotnet", packages };
}

function isRun(target: Readonly<Record<string, unknown>>, key: string): boolean {
  const parts = Object.hasOwn(target, key) ? target[key] : undefined;
  if (!isObject(parts)) return true;
  return RUNTIME_PARTS.some((part) => isObject(parts[part]) && Object.keys(parts[part]).length > 0);
}

/** Ubuntu Pro's status: whether packages have extended support. A status that cannot be read may say so. */
export function hasExtendedSupport(bytes: Buffer): boolean {
  const value = objectOf(bytes);
  if (value === undefined) return true;
  return (
    Array.isArray(value.services) &&
    value.services.some((service) => isObject(service) && service.name === "esm-infra" && service.status === "enabled")
  );
}

function objectOf(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  const value = parse(bytes);
  return isObject(value) ? value : undefined;
}

/** Undefined if it is not a JSON. */
function parse(bytes: Buffer): unknown {
  return tryOr(() => JSON.parse(bytes.toString("utf8").replace(/^\ufeff/, "")), undefined);
}
