import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import packageJson from "../../package.json" with { type: "json" };
import { COMPONENTS, integrityOf, plainFile } from "../../scripts/generate/gitlab-files.ts";
import { finish } from "../../scripts/setup/command.ts";
import { root } from "../../scripts/setup/tools.ts";
import { gateCommand } from "../../src/cli/gate/gate.ts";
import { command as rescanCommand } from "../../src/cli/rescan/rescan.ts";
import { command as signCommand } from "../../src/cli/sign/sign.ts";
import { gitlabPlatform } from "../../src/job/gitlab/platform.ts";
import { testWorld } from "../scanners/trivy/world.ts";
import { temporaryFolder } from "../support/runs/folder.ts";

// Each component's inputs and quoting, and the existence of the programs that it starts.

interface Input {
  readonly description?: string;
  readonly type?: string;
  readonly default?: string | boolean;
  readonly regex?: string;
  readonly options?: readonly string[];
}
interface Job {
  readonly variables: Readonly<Record<string, string>>;
  readonly script: readonly string[];
  readonly artifacts?: {
    readonly access: string;
    readonly when: string;
    readonly paths: readonly string[];
    readonly reports: Readonly<Record<string, string>>;
  };
}

const read = (name: string) => readFileSync(join(root, name), "utf8");
function component(name: string) {
  const text = read(`templates/${name}/template.yml`);
  const [head, jobs] = parseAllDocuments(text).map((document) => document.toJS());
  const [job] = Object.values(jobs as Record<string, Job>);
  if (job === undefined) throw new Error("a component has a job");
  return { text, inputs: head.spec.inputs as Record<string, Input>, job };
}

/** Texts that a value must never have: they would end its string or begin a key. */
const HOSTILE = [
  "a\nb: c",
  'a"',
  "a'",
  "a\\",
  "a`id`",
  "a;id",
  "a&b",
  "a|b",
  "a>b",
  "a<b",
  "a(b)",
  "a\tb",
  "a#b",
  "a!b",
  "\r",
];

const COMMANDS = { gate: gateCommand("image"), rescan: rescanCommand, sign: signCommand };

describe.each(COMPONENTS)("the component %s", (name) => {
  const { text, inputs, job } = component(name);
  const [script = ""] = job.script;

  // Proves: input-gitlab-s-components
  it("says of each input what it is, and holds each text to values or an anchored pattern", () => {
    expect(Object.keys(inputs).length).toBeGreaterThan(8);
    for (const [key, { description = "", type, regex, options, ...input }] of Object.entries(inputs)) {
      expect(description, key).toMatch(/^[A-Z].*\.$/);
      if (type === "boolean") {
        expect(typeof input.default, key).toBe("boolean");
        continue;
      }
      expect(type, key).toBe("string");
      expect(
        [regex, options].filter((each) => each !== undefined),
        key,
      ).toHaveLength(1);
      if (input.default !== undefined && options !== undefined) expect(options, key).toContain(input.default);
      if (regex === undefined) continue;
      // An alternation in the pattern must not undo its anchors.
      expect(regex, key).toMatch(/^\^(?:[^|]*|\(.*\)\??|.*\(.*\|.*\).*)\$$/);
      const pattern = new RegExp(regex);
      if (input.default !== undefined) expect(String(input.default), key).toMatch(pattern);
      for (const value of HOSTILE) expect(pattern.test(value), `${key}: ${JSON.stringify(value)}`).toBe(false);
    }
  });

  // Proves: input-gitlab-s-components
  it("hands inputs over as quoted values alone, and none to the script itself", () => {
    const uses = [...text.matchAll(/.?\$\[\[.*?\]\].?/g)].map(([use]) => use);
    expect(uses.length).toBeGreaterThan(8);
    for (const use of uses) expect(use).toMatch(/^"\$\[\[ inputs\.[a-z0-9-]+ \]\]"$/);
    const used = new Set(uses.map((use) => use.slice('"$[[ inputs.'.length, -' ]]"'.length)));
    expect([...used].sort()).toEqual(Object.keys(inputs).sort());
    expect(script).not.toContain("$[[");
  });

  it("quotes each variable, and has no other way to start a program", () => {
    expect(script).not.toMatch(/\beval\b|`|\bsh -c\b|\$\{IG_/);
    const [all = [], quoted = []] = [script.match(/\$IG_\w+/g) ?? [], script.match(/"\$IG_\w+"/g) ?? []];
    expect(quoted).toHaveLength(all.length);
    const variables = new Set([...script.matchAll(/\$(IG_[A-Z0-9_]+)/g)].map(([, variable]) => variable));
    const given = Object.keys(job.variables).filter((variable) => variable !== "IMAGE_GATE_CACHE");
    expect([...variables].sort()).toEqual(given.sort());
  });

  // Proves: file-repository-does-not
  it("begins without the outputs that a repository brings, or a job of before has left", () => {
    const [, second] = script
      .replace(/^ *#.*\n/gm, "")
      .trim()
      .split("\n");
    if (name !== "sign") expect(second).toMatch(/^rm -rf image-gate\.env\b/);
    expect(JSON.stringify(job.artifacts?.reports?.dotenv ?? null)).toBe(name === "sign" ? "null" : '"image-gate.env"');
    if (name !== "gate") return expect(job.artifacts?.reports?.cyclonedx).toBeUndefined();
    const removed = [...script.matchAll(/^ *rm -rf (.*)$/gm)].flatMap(([, names = ""]) => names.split(" "));
    const shown = [...Object.values(job.artifacts?.reports ?? {}), ...(job.artifacts?.paths ?? [])];
    expect(removed.sort()).toEqual(shown.map((path) => path.replace(/\/$/, "")).sort());
  });

  it("gives the command options that it has, each from the input of that name", () => {
    const options = new Map(COMMANDS[name].options.map((option) => [option.name, option]));
    const given = script.split("\n").flatMap((line) => {
      const [, variable, option] = /"\$(IG_\w+)".*set -- "\$@" --(?:no-)?([a-z0-9-]+)/.exec(line) ?? [];
      return option === undefined ? [] : [[option, variable] as const];
    });
    expect(given.length).toBeGreaterThan(5);
    for (const [option, variable] of given) {
      expect(variable).toBe(`IG_${option.toUpperCase().replaceAll("-", "_")}`);
      expect(options.has(option), option).toBe(true);
      const { type, options: values } = inputs[option] ?? {};
      expect(options.get(option)?.kind === "switch", option).toBe(type === "boolean");
      const { choices } = options.get(option) ?? {};
      if (values !== undefined && choices !== undefined) expect([...choices].sort()).toEqual([...values].sort());
    }
  });

  it("installs this version, if the PATH has none", () => {
    expect(inputs.package?.default).toBe(`${packageJson.name}@${packageJson.version}`);
    expect(inputs["runner-image"]?.default).toMatch(/^node:24/);
  });

  // Proves: component-installs-no-file
  it("installs no file of the repository in place of a package or an address", async () => {
    using folder = temporaryFolder("gitlab-package");
    const [install = ""] = /^if ! command -v image-gate.*?^fi$/ms.exec(script) ?? [];
    const npm = join(folder.path, "npm");
    writeFileSync(npm, '#!/bin/sh\nfor last; do :; done\nprintf %s "$last"\n', { mode: 0o755 });
    mkdirSync(join(folder.path, "https:/example.com"), { recursive: true });
    const tarball = "image-gate-0.1.0.tgz";
    const address = `https://example.com/${tarball}`;
    for (const file of ["image-gate@0.1.0", tarball, address]) writeFileSync(join(folder.path, file), "");
    const installed = async (IG_PACKAGE: string) => {
      const env = { PATH: `${folder.path}:/usr/bin:/bin`, IG_PACKAGE, IG_PACKAGE_SHA256: "" };
      return (await finish("sh", ["-euc", install], { cwd: folder.path, env })).stdout;
    };
    expect(await installed("image-gate@0.1.0")).toBe("image-gate@0.1.0");
    expect(await installed(address)).toBe(address);
    for (const path of [tarball, `./${tarball}`])
      expect(await installed(path)).toMatch(/^\/.*\/image-gate-0\.1\.0\.tgz$/);
  });

  it("is there as a plain file, whose hash is on the page", () => {
    const plain = read(`gitlab/${name}.yml`);
    expect(plain).toBe(plainFile(text));
    expect(plain).not.toContain("$[[");
    expect(read("docs/gitlab.md")).toContain(`| \`gitlab/${name}.yml\` | \`${integrityOf(plain)}\` |`);
    expect(integrityOf("")).toBe("sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
  });
});

it.each([
  ["scan-with", ["trivy", "trivy,grype", "grype-match"], ["syft", "trivy,", "trivy grype", "grype;id"]],
  ["grype-version", ["0.121.3"], ["v0.121.3", "0.121", "latest", "0.121.3-rc1"]],
  ["grype-sha256", ["a".repeat(64)], ["a".repeat(63), "A".repeat(64), `${"a".repeat(64)} x`]],
  [
    "grype-db",
    ["https://mirror.example/grype/databases", `db.tar.zst@sha256:${"a".repeat(64)}, $CI_PROJECT_DIR/db.tar.zst`],
    ["https://mirror.example/?a=b", "$(id)", "db.tar.zst*"],
  ],
])("the gate's input %s takes what the action takes, and nothing else of a line", (input, taken, refused) => {
  const pattern = new RegExp(component("gate").inputs[input]?.regex ?? "$.");
  for (const value of ["", ...taken]) expect(pattern.test(value), value).toBe(true);
  for (const value of refused) expect(pattern.test(value), value).toBe(false);
});

it("the gate's artifacts are what the platform writes, and developers alone see them", () => {
  const folder = temporaryFolder("gitlab-templates");
  const world = testWorld(folder.path);
  const { defaultReports } = gitlabPlatform(world, join(world.workspace, "image-gate.env"));
  folder.remove();
  const written = defaultReports?.lines.map((line) => line.split(": ")[1]?.replace("{target}", "*")) ?? [];
  const { artifacts } = component("gate").job;
  expect(artifacts).toMatchObject({ access: "developer", when: "always" });
  const kept = [...Object.values(artifacts?.reports ?? {}), ...(artifacts?.paths ?? [])];
  expect(kept.sort()).toEqual([...written, "image-gate.env", "image-gate-report/"].sort());
});
