import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { finish } from "../../../scripts/setup/command.ts";
import {
  FAKE_IMAGE,
  fakeImage,
  fakeTrivy,
  otherFakeImage,
  processesOf,
  program,
} from "../../support/programs/fake-trivy.ts";
import { atMost } from "../../support/runs/patience.ts";
import { shared } from "../../support/runs/shared.ts";
import { type GateResult, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("bad-trivy", { asBundle: true }));
afterAll(() => expect(processesOf(stage.folder)).toEqual([]));

let count = 0;
const next = () => join(stage.folder, `trivy-${++count}`, "trivy");
const script = (scan: string, version?: string) => fakeTrivy(next(), scan, version);

/** A scan with this program. It never passes, and its outputs have no number. */
async function run(trivy: string, inputs: Readonly<Record<string, string>> = {}, watched = false): Promise<GateResult> {
  const image = fakeImage(stage.bed.registry);
  const given = { image, scanners: "secret", "trivy-binary": trivy, "trivy-sha256": "" };
  const result = await stage.run({ ...given, ...inputs }, { watched });
  expect(result.outputs).toMatchObject({ verdict: "error", critical: "", accepted: "", "trivy-report": "" });
  expect(result.code).toBe(1);
  return result;
}

const report = (fields: object) => `printf '%s' '${JSON.stringify(fields)}' > "$out"`;
const CLEAN = { SchemaVersion: 2, ArtifactName: "a", ArtifactType: "container_image", Metadata: FAKE_IMAGE };

describe("a program that is not a Trivy", () => {
  it.each<[string, () => string | Promise<string>, string, string]>([
    ["is a pipe", pipe, "trivy-binary-missing", "Check the path"],
    ["is somebody's own build", () => script("", "dev"), "trivy-version-invalid", "leave `trivy-binary` out"],
  ])("that %s: `error` with what to do", async (_, make, code, remedy) => {
    const result = await run(await make());
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(result.summary).toContain(remedy);
  });
});

describe("a scan", () => {
  it.each([
    ["fails after a fine report", `${report(CLEAN)}; exit 1`, "trivy-failed"],
    ["is killed", `${report(CLEAN)}; kill -9 $$`, "out-of-memory"],
    ["makes a pipe of it", 'mkfifo "$out"', "report-missing"],
    ["makes a link of it", 'ln -s /etc/passwd "$out"', "report-missing"],
  ])("that %s is an error, never a pass", async (_, scan, code) => {
    const result = await run(script(scan));
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(result.log).not.toContain("root:x:0");
  });

  it("that fails for one target leaves the other judged, and the answer is error", async () => {
    const ofFake = FAKE_IMAGE.ImageID.replace("sha256:", "");
    // The report is about the first image, and the other has none.
    const trivy = script(`for each in "$@"; do case "$each" in --input=*) image="\${each#--input=}";; esac; done
manifest=$(sed 's/.*"sha256:\\([0-9a-f]*\\).*/\\1/' "$image/index.json")
grep -qs ${ofFake} "$image/blobs/sha256/$manifest" || exit 0
${report(CLEAN)}`);
    const given = { scanners: "secret", "trivy-binary": trivy, "trivy-sha256": "" };
    const { registry } = stage.bed;
    const result = await stage.run({ ...given, image: `${fakeImage(registry)}\n${otherFakeImage(registry)}` });
    expect(result.outputs).toMatchObject({ verdict: "error", critical: "", accepted: "" });
    expect(new Set(result.results.map(({ verdict, code }) => `${verdict} ${code}`))).toEqual(
      new Set(["pass undefined", "error report-missing"]),
    );
  });
});

describe("what Trivy says", () => {
  const HOSTILE = [
    "::error::forged",
    "  ::set-output name=verdict::pass",
    "##[add-path]/evil",
    "text ##[error]forged",
    "one\\r::warning::forged",
    "\\033[31mred",
    "\\342\\200\\256gpj.exe",
    "<!-- image-gate -->@acme/team <img src=x>",
  ].join("\\n");

  it.each(["", "2026\\tFATAL\\tFatal error\\t"])(
    "is not a command and no markup anywhere (after %j)",
    async (start) => {
      const trivy = script(`printf '${HOSTILE}\\n${start}${HOSTILE}\\n' >&2; exit 1`);
      const image = fakeImage(stage.bed.registry);
      const given = { image, scanners: "secret", "trivy-binary": trivy, "trivy-sha256": "" };
      const result = await stage.run(given, { onPullRequest: true });
      expect(result.commands.map(({ name }) => name)).toEqual(["group", "endgroup", "error"]);
      const comment = stage.github.comments().at(-1)?.body ?? "";
      for (const text of [result.log, result.outputs.reason ?? "", result.outputs.results ?? ""])
        expect(text).not.toMatch(/[\u001b\r\u202e]|##\[/);
      for (const text of [result.summary, comment]) {
        expect(text).not.toMatch(/[\u001b\r\u202e]/);
        expect(text.match(/<!-- image-gate/g)?.length ?? 0).toBeLessThanOrEqual(1);
        expect(text.replaceAll(/(`+)[^`].*?\1/g, "")).not.toMatch(/@acme|<img/);
      }
      expect(stage.github.problems).toEqual([]);
    },
  );

  it("without an end fills neither log nor memory", async () => {
    const lines = "yes 'a line of stderr that says nothing' | head -n 1000000 >&2";
    const long = "head -c 300000000 /dev/zero | tr '\\0' x >&2";
    const result = await run(script(`${lines}; ${long}; exit 1`), {}, true);
    expect(Buffer.byteLength(result.log)).toBeLessThan(64_000);
    expect(result.figures?.peakBytes).toBeLessThan(350e6);
  });
});

describe.concurrent("a Trivy that does not end", () => {
  it.each([
    ["ignores SIGTERM", "trap '' TERM INT; while :; do sleep 1; done", "scan-timeout", 15_000],
    [
      "ends well when told to stop",
      `${report(CLEAN)}; trap 'exit 0' TERM; while :; do sleep 0.1; done`,
      "scan-timeout",
    ],
    ["leaves children that hold its pipes", "sleep 300 & sleep 300 & exit 1", "trivy-failed"],
  ])("because it %s is ended", async (_, scan, code, most = 10_000) => {
    // A program that ends by itself gets enough time to start on a busy machine.
    const result = await run(script(scan), { timeout: code === "scan-timeout" ? "2s" : "20s" });
    expect(result.outputs.reason).toContain(`[${code}]`);
    expect(result.milliseconds).toBeLessThan(atMost(most));
    if (code === "scan-timeout") expect(result.summary).toContain("Raise `timeout`");
  });

  it("goes with a step that a wrong policy has ended", async () => {
    const trivy = program(next(), `#!/bin/sh\necho > '${stage.folder}/asked'\nexec sleep 300\n`);
    const files = { "policy.yml": "nonsense: 1\n" };
    const inputs = { image: "a", policy: "policy.yml", "trivy-binary": trivy, "trivy-sha256": "" };
    const result = await stage.run(inputs, { files });
    expect(result.outputs.reason).toContain("[policy-invalid]");
    expect(processesOf(trivy)).toEqual([]);
    expect(processesOf(result.temp)).toEqual([]);
    expect(existsSync(join(result.temp, "trivy"))).toBe(false);
  });
});

async function pipe(): Promise<string> {
  const path = join(stage.folder, "pipe");
  expect((await finish("mkfifo", [path], {})).code).toBe(0);
  return path;
}
