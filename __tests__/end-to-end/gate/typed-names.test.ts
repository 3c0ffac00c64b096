import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clean, debian12, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const CLAIM = "ghcr.io/acme/legacy:7";

const stage = await shared(openStage("typed-names"));
const workspace = join(stage.folder, "workspace");
mkdirSync(join(workspace, ".github"), { recursive: true });
saveImage(join(workspace, "app.tar"), debian12(), [CLAIM]);
const rules = [
  "targets:",
  '  - images: ["ghcr.io/acme/legacy"]',
  "    thresholds: {critical: unlimited, high: unlimited}",
];
writeFileSync(join(workspace, ".github/image-gate.yml"), ["version: 1", ...rules, ""].join("\n"));

describe("a rule of the policy", () => {
  // Proves: image-calls-itself-chooses
  it("is not chosen by the tag in a tar; it is reported, with the line that gives the tar its name", async () => {
    const result = await stage.run({ image: "app.tar" }, { workspace });
    expect(result.outputs.verdict).toBe("fail");
    for (const text of [result.summary, ...messages(result, "warning")].filter((each) => each.includes("calls itself")))
      expect(text).toContain(`app.tar as ${CLAIM}`);
    expect(messages(result, "warning").some((each) => each.includes("calls itself"))).toBe(true);
    expect(result.report.targets[0]?.artifact).toMatchObject({ names: ["app.tar"], claims: [CLAIM] });
  });

  it("is chosen by the name that was typed, which label, heading and report show with the file", async () => {
    const result = await stage.run({ image: `app.tar as ${CLAIM}` }, { workspace });
    expect(result.outputs.verdict).toBe("pass");
    expect(result.report.name).toBe("ghcr.io/acme/legacy (app.tar)");
    expect(result.report.targets[0]).toMatchObject({ label: `${CLAIM} (app.tar)`, input: "app.tar", as: CLAIM });
    expect(result.summary).toContain("ghcr.io/acme/legacy (app.tar)");
  });

  // Proves: image-calls-itself-chooses
  it("is not chosen by what a given report says that it is about, but by the name that was typed", async () => {
    const { outputs } = await stage.run({ image: "app.tar" }, { workspace });
    const made = JSON.parse(readFileSync(outputs["trivy-report"] ?? "", "utf8"));
    writeFileSync(join(workspace, "trivy.json"), JSON.stringify({ ...made, ArtifactName: CLAIM }));
    const results = [];
    for (const report of ["trivy.json", `trivy.json as ${CLAIM}`])
      results.push(await stage.run({ "trivy-report": report }, { workspace }));
    expect(results.map((each) => each.outputs.verdict)).toEqual(["fail", "pass"]);
  });
});

it("a name that is not an image's, or of what is not a file, is an error", async () => {
  const image = ["app.tar as Not/A/Reference", `ghcr.io/acme/app:1 as ${CLAIM}`].join("\n");
  const result = await stage.run({ image }, { workspace });
  expect(result.results.map(({ code }) => code)).toEqual(Array(2).fill("image-name-invalid"));
  expect(result.summary).toContain("app.tar as ghcr.io/acme/app:1.2");
});

// Proves: link-out-workspace-lends
it("a tar that a link out of the workspace leads to is an error, and lends neither rule nor name", async () => {
  const elsewhere = saveImage(join(stage.folder, "elsewhere.tar"), clean(), [CLAIM]);
  symlinkSync(elsewhere, join(workspace, "link.tar"));
  const result = await stage.run({ image: "link.tar" }, { workspace });
  expect(result.results).toMatchObject([{ code: "file-outside-workspace" }]);
  expect(result.report.name).toBe("link.tar");
});
