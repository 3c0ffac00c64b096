import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import { ensureTrivy } from "../../../scripts/setup/tools.ts";
import { javaDatabase, vulnerabilityDatabase, writeDatabases } from "../../support/databases/database.ts";
import {
  debian12,
  HIDDEN_JAR,
  hostile,
  LEAKED,
  leakyHistory,
  node,
  python,
  saveImage,
} from "../../support/images/images.ts";
import { FAKE_IMAGE, fakeImage, fakeTrivy, processesOf } from "../../support/programs/fake-trivy.ts";
import { cyclonedxProblems, spdxProblems } from "../../support/programs/sbom-validators.ts";
import { atMost } from "../../support/runs/patience.ts";
import { startAction } from "../../support/runs/runner.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";
import { row, trivyReport } from "../../support/runs/trivy-report.ts";

const stage = await shared(openStage("sbom"));
const images = join(stage.folder, "images");
saveImage(join(images, "debian.tar"), debian12());
saveImage(join(images, "python.tar"), python(), ["ghcr.io/acme/python:1.0"]);
saveImage(join(images, "node.tar"), node());
saveImage(join(images, "hostile.tar"), hostile());
saveImage(join(images, "leaky.tar"), leakyHistory());

const BOTH = "cyclonedx: out/{target}.cdx.json\nspdx-json: out/{target}.spdx.json";
const LOCK = JSON.stringify({
  name: "shop",
  version: "1.0.0",
  lockfileVersion: 3,
  packages: {
    "": { name: "shop", version: "1.0.0", dependencies: { express: "4.17.1" } },
    "node_modules/express": { version: "4.17.1", dependencies: { lodash: "4.17.20" } },
    "node_modules/lodash": { version: "4.17.20" },
  },
});

interface Component {
  readonly "bom-ref": string;
  readonly type: string;
  readonly name: string;
  readonly version?: string;
  readonly hashes?: unknown;
  readonly purl?: string;
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
}
interface Bom {
  readonly serialNumber: string;
  readonly metadata: { readonly timestamp: string; readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn: readonly string[] }[];
  readonly vulnerabilities?: readonly unknown[];
}
const json = <T>(file: string): T => JSON.parse(readFileSync(file, "utf8")) as T;

/**
 * All facts of a component, except the hashes of files: Trivy makes them only if it was asked for nothing but an SBOM.
 */
const said = ({ "bom-ref": _, hashes: __, ...component }: Component) => JSON.stringify(component);
const graph = ({ components, dependencies, metadata }: Bom) => {
  const names = new Map(components.map((each) => [each["bom-ref"], said(each)]));
  names.set(metadata.component["bom-ref"], "the root");
  return dependencies
    .map(({ ref, dependsOn }) => [names.get(ref), dependsOn.map((each) => names.get(each)).sort()])
    .sort();
};

/** The SBOM of bare Trivy of the same image. */
async function bare(image: string, format: string): Promise<string> {
  const cache = join(stage.folder, "bare");
  if (!existsSync(cache)) {
    mkdirSync(cache);
    const now = new Date();
    writeDatabases(cache, { vulnerability: vulnerabilityDatabase({ now }), java: javaDatabase({ now }) });
  }
  const output = join(stage.folder, `bare.${format}`);
  const args = ["image", "--quiet", `--input=${image}`, `--format=${format}`, `--output=${output}`, "--offline-scan"];
  const flags = [`--cache-dir=${cache}`, "--skip-db-update", "--skip-java-db-update", "--skip-version-check"];
  const { code, stderr } = await finish(await ensureTrivy(), [...args, ...flags]);
  expect([code, stderr]).toEqual([0, ""]);
  return output;
}

describe("an SBOM", () => {
  it("of several targets in both formats is valid by tools that are not ours, and one file each", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    const names = ["debian", "python", "node", "hostile"];
    for (const name of names) {
      mkdirSync(workspace, { recursive: true });
      writeFileSync(join(workspace, `${name}.tar`), readFileSync(join(images, `${name}.tar`)));
    }
    const running = startAction({
      folder,
      workspace,
      toolCache: join(stage.folder, "tools"),
      env: { HOME: stage.home },
      inputs: {
        ...stage.bed.inputs,
        image: names.map((name) => `${name}.tar`).join("\n"),
        path: files(workspace, { "checkout/package-lock.json": LOCK }),
        reports: BOTH,
        cache: "false",
      },
    });
    const { outputs, log, annotations } = await running.result;
    expect(outputs.verdict).toBe("fail");
    expect(annotations.filter(({ level }) => level === "warning")).toEqual([]);
    const made = readdirSync(join(workspace, "out")).sort();
    expect(made.map((name) => name.replace(/-[0-9a-f]{8}\./, "."))).toEqual(
      [...["debian.tar", "python.tar", "node.tar", "hostile.tar"], "checkout"]
        .flatMap((name) => [`${name}.cdx.json`, `${name}.spdx.json`])
        .sort(),
    );
    for (const name of made) {
      const file = join(workspace, "out", name);
      expect([name, await (name.endsWith(".cdx.json") ? cyclonedxProblems : spdxProblems)(file)]).toEqual([name, []]);
      expect(readFileSync(file, "utf8")).not.toContain(workspace);
      expect(log).toContain(`Report: ${name.endsWith(".cdx.json") ? "cyclonedx" : "spdx-json"} in out/${name}`);
    }
    const [checkout] = made.filter((name) => name.startsWith("checkout") && name.endsWith(".cdx.json"));
    const { components, metadata } = json<Bom>(join(workspace, "out", checkout ?? ""));
    expect(metadata.component.name).toBe("checkout");
    expect(components.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["package-lock.json", "express", "lodash"]),
    );
    expect(processesOf(folder)).toEqual([]);
  });

  it.each(["python", "debian"])("of %s has the components and their graph that bare Trivy gives", async (name) => {
    const image = join(images, `${name}.tar`);
    const { workspace } = await stage.run(
      { image, reports: "cyclonedx: sbom.json\nspdx-json: sbom.spdx.json" },
      { writes: ["sbom.json", "sbom.spdx.json"] },
    );
    const ours = json<Bom>(join(workspace, "sbom.json"));
    const theirs = json<Bom>(await bare(image, "cyclonedx"));
    expect(ours.components.map(said).sort()).toEqual(theirs.components.map(said).sort());
    expect(graph(ours)).toEqual(graph(theirs));
    expect(ours.vulnerabilities ?? []).toEqual([]);
    expect(ours.serialNumber).toMatch(/^urn:uuid:[0-9a-f-]{36}$/);
    expect(ours.serialNumber).not.toBe(theirs.serialNumber);
    expect(Math.abs(Date.now() - Date.parse(ours.metadata.timestamp))).toBeLessThan(120_000);
    interface Spdx {
      readonly packages: readonly {
        readonly name: string;
        readonly versionInfo?: string;
        readonly externalRefs?: unknown;
      }[];
    }
    const listed = (file: string) =>
      json<Spdx>(file)
        .packages.map(({ name: each, versionInfo, externalRefs }) => JSON.stringify([each, versionInfo, externalRefs]))
        .filter((each) => !each.includes("tar"))
        .sort();
    expect(listed(join(workspace, "sbom.spdx.json"))).toEqual(listed(await bare(image, "spdx-json")));
    if (name === "python") expect(JSON.stringify(ours.components)).toContain(HIDDEN_JAR);
  });

  // Proves: sbom-tells-no-more
  it("leaks neither environment nor build arguments, and calls a tar as the target is called", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    saveImage(join(workspace, "build/leaky.tar"), leakyHistory());
    const reports = "cyclonedx: a.json\nspdx-json: b.json";
    await stage.run({ image: "build/leaky.tar", reports }, { workspace, writes: ["a.json", "b.json"] });
    for (const name of ["a.json", "b.json"]) {
      const text = readFileSync(join(workspace, name), "utf8");
      expect(text).toContain('"build/leaky.tar"');
      for (const secret of [...Object.values(LEAKED), workspace, stage.folder]) expect(text).not.toContain(secret);
    }
  });

  it("of a given report needs no scan and no database; Trivy is there for it alone", async () => {
    const first = await stage.run({ image: join(images, "python.tar") });
    const files = { "given.json": readFileSync(first.outputs["trivy-report"] ?? "", "utf8") };
    const asked = stage.bed.registry.requests.length;
    const { workspace, outputs } = await stage.run(
      { "trivy-report": "given.json", reports: BOTH.replaceAll("{target}", "x") },
      { files, writes: ["out/x.cdx.json", "out/x.spdx.json"], toolCache: join(stage.folder, "empty-tools") },
    );
    expect(outputs.verdict).toBe("fail");
    expect(stage.bed.registry.requests.slice(asked)).toEqual([]);
    expect(JSON.stringify(json<Bom>(join(workspace, "out/x.cdx.json")).components)).toContain(HIDDEN_JAR);
    expect(await cyclonedxProblems(join(workspace, "out/x.cdx.json"))).toEqual([]);
    expect(await spdxProblems(join(workspace, "out/x.spdx.json"))).toEqual([]);
  });

  it("of a given report without packages is written, with a warning", async () => {
    const result = await stage.run(
      { "trivy-report": "given.json", reports: "cyclonedx: x.json" },
      { files: { "given.json": trivyReport([row(1)]) }, writes: ["x.json"] },
    );
    expect(messages(result, "warning").join()).toContain(
      '[sbom-empty] The given report "given.json" lists no packages',
    );
    expect(await cyclonedxProblems(join(result.workspace, "x.json"))).toEqual([]);
  });

  it("of an SBOM is made as well", async () => {
    const first = await stage.run(
      { image: join(images, "python.tar"), reports: "cyclonedx: x.json" },
      { writes: ["x.json"] },
    );
    const files = { "given.json": readFileSync(join(first.workspace, "x.json"), "utf8") };
    const { workspace } = await stage.run(
      { sbom: "given.json", reports: "cyclonedx: a.json\nspdx-json: b.json" },
      { files, writes: ["a.json", "b.json"] },
    );
    expect(JSON.stringify(json<Bom>(join(workspace, "a.json")).components)).toContain(HIDDEN_JAR);
    expect(await cyclonedxProblems(join(workspace, "a.json"))).toEqual([]);
    expect(await spdxProblems(join(workspace, "b.json"))).toEqual([]);
    expect(readFileSync(join(workspace, "a.json"), "utf8")).not.toContain(workspace);
  });
});

/** Files of a workspace; answers with the first one's folder. */
function files(workspace: string, texts: Readonly<Record<string, string>>): string {
  const names = Object.entries(texts).map(([name, text]) => {
    mkdirSync(dirname(join(workspace, name)), { recursive: true });
    writeFileSync(join(workspace, name), text);
    return dirname(name);
  });
  return names[0] ?? "";
}

describe("where an SBOM cannot be made", () => {
  const OLD = { "old.json": "an earlier run's", "out/keep.txt": "" };

  it("a target in error has none, an older file is removed, and the others have theirs", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    saveImage(join(workspace, "node.tar"), node());
    const run = () =>
      startAction({
        folder,
        workspace,
        toolCache: join(stage.folder, "tools"),
        env: { HOME: stage.home },
        inputs: { ...stage.bed.inputs, image: "node.tar\nmissing.tar", reports: BOTH },
      }).result;
    const first = await run();
    expect(first.outputs.verdict).toBe("error");
    const [made = ""] = readdirSync(join(workspace, "out")).filter((name) => name.endsWith(".cdx.json"));
    expect(readdirSync(join(workspace, "out"))).toHaveLength(2);
    const lost = /cyclonedx in "(out\/missing\.tar-[0-9a-f]{8}\.cdx\.json)"/.exec(
      JSON.stringify(first.annotations).replaceAll('\\"', '"'),
    );
    expect(lost?.[1]).toBeDefined();
    writeFileSync(join(workspace, lost?.[1] ?? ""), "an earlier run's");
    const second = await run();
    expect(existsSync(join(workspace, lost?.[1] ?? ""))).toBe(false);
    expect(
      second.annotations
        .filter(({ level }) => level === "warning")
        .map(({ message }) => message)
        .join(),
    ).toContain("[sbom-not-made] Targets that ended in an error have no SBOM");
    expect(await cyclonedxProblems(join(workspace, "out", made))).toEqual([]);
  });

  const SCAN = (rest: string) =>
    `if [ "$1" = convert ]; then ${rest}; fi\ncat > "$out" <<'END'\n${trivyReport([], {
      Metadata: FAKE_IMAGE,
      Results: [{ Target: "x", Class: "os-pkgs", Type: "debian", Packages: [{ Name: "bash", Version: "1" }] }],
    })}\nEND`;

  it.each([
    [
      "fails",
      `printf 'x\\tFATAL\\tError\\t::error::json decode\\033[31m error\\n' >&2; exit 1`,
      "::error::json decode [31m error",
    ],
    ["writes nothing", "exit 0", "its output is not one, or only a part of one"],
    ["writes half", `echo '{"bomFormat": "CycloneDX",' > "$out"; exit 0`, "only a part of one"],
    ["is killed", "kill -9 $$", "it said nothing"],
  ])("Trivy's conversion %s: a warning, the verdict is kept, and no older file", async (_, script, why) => {
    const folder = stage.nextFolder();
    const binary = fakeTrivy(join(folder, "trivy"), SCAN(script));
    const result = await stage.run(
      {
        image: fakeImage(stage.bed.registry),
        "trivy-binary": binary,
        "trivy-sha256": "",
        scanners: "secret",
        reports: "cyclonedx: old.json\ncsv: x.csv",
      },
      { workspace: join(folder, "workspace"), writes: ["x.csv"] },
    );
    expect(result.outputs.verdict).toBe("pass");
    expect(messages(result, "warning").join()).toContain('[sbom-not-made] There is no cyclonedx report "old.json"');
    expect(messages(result, "warning").join()).toContain(why);
    expect(messages(result, "error")).toEqual([]);
  });

  it("an older file does not outlive a failed conversion", async () => {
    const folder = stage.nextFolder();
    const workspace = join(folder, "workspace");
    files(workspace, OLD);
    const result = await startAction({
      folder,
      workspace,
      env: { HOME: stage.home },
      inputs: {
        ...stage.bed.inputs,
        image: fakeImage(stage.bed.registry),
        "trivy-binary": fakeTrivy(join(folder, "trivy"), SCAN("exit 1")),
        "trivy-sha256": "",
        scanners: "secret",
        reports: "cyclonedx: old.json",
      },
    }).result;
    expect(result.outputs.verdict).toBe("pass");
    expect(existsSync(join(workspace, "old.json"))).toBe(false);
  });

  it("without a Trivy for a given report there is a warning, and the report is judged", async () => {
    const result = await stage.run(
      {
        "trivy-report": "given.json",
        reports: "cyclonedx: x.json",
        offline: "true",
        "trivy-mirror": "",
        "trivy-binary": "",
      },
      { files: { "given.json": trivyReport([]) }, toolCache: join(stage.folder, "no-tools") },
    );
    expect(result.outputs.verdict).toBe("pass");
    expect(messages(result, "warning").join()).toContain('[trivy-offline] There is no cyclonedx report "x.json"');
  });

  it("cancelled while Trivy converts: ends at once, with nothing left behind", async () => {
    const folder = stage.nextFolder();
    const script = SCAN(`: > '${folder}/begun'; trap '' TERM; sleep 300`);
    const running = startAction({
      folder,
      workspace: join(folder, "workspace"),
      env: { HOME: stage.home },
      inputs: {
        ...stage.bed.inputs,
        image: fakeImage(stage.bed.registry),
        "trivy-binary": fakeTrivy(join(folder, "trivy"), script),
        "trivy-sha256": "",
        scanners: "secret",
        reports: "cyclonedx: x.json",
      },
    });
    await expect.poll(() => existsSync(join(folder, "begun")), { interval: 10 }).toBe(true);
    const since = performance.now();
    running.process.kill("SIGTERM");
    const result = await running.result;
    expect(performance.now() - since).toBeLessThan(atMost(7000));
    expect(existsSync(join(folder, "workspace/x.json"))).toBe(false);
    expect(result.log).toContain("[run-cancelled]");
    expect(processesOf(folder)).toEqual([]);
  });
});
