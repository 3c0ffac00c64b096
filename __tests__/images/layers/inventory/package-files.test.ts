import { expect, test } from "vitest";
import {
  hasExtendedSupport,
  readBottlerocket,
  readComposer,
  readConda,
  readDotnetDeps,
  readGemspec,
  readJulia,
  readPackageJson,
  readPython,
} from "../../../../src/images/layers/inventory/package-files.ts";

type Reader = typeof readPython;

/** The packages in a line, or the reason why they are unknown. */
function read(reader: Reader, content: unknown): string | undefined {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  const { packages, unread } = reader(Buffer.from(text));
  return unread ?? packages?.map(({ name, version }) => `${name}@${version}`).join(" ");
}

test("Python's metadata is a mail's headers", () => {
  expect(read(readPython, "Metadata-Version: 2.1\r\nNAME: a\r\nversion:1.0\r\n\r\nName: b\n")).toBe("a@1.0");
  expect(read(readPython, "Name: a\nName: b\nVersion: 1\nVersion: 2\n")).toBe("a@1");
  expect(read(readPython, "Name: a\n\nVersion: 1\n")).toMatch(/no name and version/);
});

test("a package.json counts if Node can read it, and it has a name and a version", () => {
  expect(read(readPackageJson, { name: "@a/b", version: "1.0.0" })).toBe("@a/b@1.0.0");
  expect(read(readPackageJson, '\ufeff{"name":"a","version":"1"}')).toBe("a@1");
  expect(read(readPackageJson, { name: "a" })).toBe("");
  expect(read(readPackageJson, { name: "a", version: 1 })).toBe("");
  expect(read(readPackageJson, '{"__proto__":{"name":"a","version":"1"}}')).toBe("");
  expect(read(readPackageJson, "{")).toBe("");
  expect(read(readPackageJson, "[".repeat(100_000))).toBe("");
});

test("conda's file must have a name and a version", () => {
  expect(read(readConda, { name: "a", version: "1" })).toBe("a@1");
  expect(read(readConda, { name: "a" })).toMatch(/no name and version/);
});

test("a gem's specification is read as RubyGems writes it, and not known in another form", () => {
  const gem = (name: string, version: string, s = "s") =>
    read(readGemspec, `Gem::Specification.new do |${s}|\n  ${s}.name = ${name}\n  ${s}.version = ${version}\nend`);
  expect(gem('"a".freeze', '"1.0"', "spec")).toBe("a@1.0");
  expect(gem("'a'", "Gem::Version.new('1')")).toBe("a@1");
  expect(gem("NAME", "'1'")).toMatch(/are unknown/);
});

test("Composer's list has two forms", () => {
  const list = [{ name: "a/b", version: "v1" }, { name: "c" }, null];
  expect(read(readComposer, list)).toBe("a/b@v1");
  expect(read(readComposer, { packages: list, dev: true })).toBe("a/b@v1");
  expect(read(readComposer, { packages: {} })).toMatch(/no list/);
});

test(".NET's list has packages that bring something to run", () => {
  const libraries = {
    "App/1.0.0": { type: "project" },
    "Run/1.0.0": { type: "package" },
    "Build/1.0.0": { type: "package" },
    "Elsewhere/1.0.0": { type: "Package" },
    "runtimepack.Pack/9.0.0": { type: "runtimepack" },
    broken: { type: "package" },
  };
  const targets = { ".NET": { "Run/1.0.0": { runtime: { "a.dll": {} } }, "Build/1.0.0": { compile: {} } } };
  expect(read(readDotnetDeps, { libraries, targets, runtimeTarget: { name: ".NET" } })).toBe(
    "Run@1.0.0 Elsewhere@1.0.0 Pack@9.0.0",
  );
  expect(read(readDotnetDeps, { libraries, targets })).toContain("Build@1.0.0");
  expect(read(readDotnetDeps, { targets })).toMatch(/no list/);
});

test("Bottlerocket's list has epochs and releases", () => {
  const Content = [
    { Name: "a", Version: "1", Release: "2", Epoch: "3" },
    { Name: "b", Version: "1" },
  ];
  expect(read(readBottlerocket, { Content })).toBe("a@3:1-2 b@1");
  expect(read(readBottlerocket, {})).toMatch(/no list/);
});

test("Ubuntu Pro is recognised by the status of esm-infra", () => {
  const status = (services: unknown) => hasExtendedSupport(Buffer.from(JSON.stringify({ services })));
  expect(status([{ name: "esm-infra", status: "enabled" }])).toBe(true);
  const apps = { name: "esm-apps", status: "enabled" };
  expect(status([{ name: "esm-infra", status: "disabled" }, apps])).toBe(false);
  expect(status("x")).toBe(false);
  expect(hasExtendedSupport(Buffer.from("?"))).toBe(true);
});

test("a Manifest.toml without packages of Julia's lists none, and of any other only the scanner knows what it lists", () => {
  const julia = (text: string) => readJulia(Buffer.from(text));
  expect(julia('julia_version = "1.10.0"\n\n[deps]\n')).toEqual({ kind: "julia", packages: [] });
  expect(julia('[package]\nname = "x"\n')).toEqual({ kind: "julia", packages: [] });
  expect(julia('[[deps.JSON]]\nuuid = "682c06a0"\nversion = "0.21.4"\n')).toEqual({ kind: "julia" });
  expect(julia('[[deps.JSON]]\n"\\u0075uid" = "682c06a0"\n')).toEqual({ kind: "julia" });
});
