import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { clean, debian12 } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("outputs"));
stage.bed.registry.add("acme/app", "1.0", debian12());
stage.bed.registry.add("acme/app", "1.1", debian12());
stage.bed.registry.add("acme/clean", "1.0", clean());
const app = `${stage.bed.registry.host}/acme/app:1.0`;

describe("outputs", () => {
  it("of several targets are sums, and one result for each", async () => {
    const { host } = stage.bed.registry;
    const image = `${app}\n${host}/acme/clean:1.0\n${host}/acme/app:1.1`;
    const result = await stage.run({ image, "max-critical": "3", "max-high": "3" });
    expect(result.outputs).toMatchObject({
      verdict: "pass",
      critical: "6",
      high: "6",
      medium: "6",
      low: "10",
      unknown: "4",
      accepted: "0",
      "image-digest": "",
      "comment-url": "",
    });
    expect(result.results).toEqual(
      [0, 1, 2].map((index) => ({
        target: image.split("\n")[index],
        verdict: "pass",
        gaps: [],
        counts:
          index === 1
            ? { critical: 0, high: 0, medium: 0, low: 0, unknown: 0 }
            : { critical: 3, high: 3, medium: 3, low: 5, unknown: 2 },
        accepted: 0,
        trivyReport: result.outputs["trivy-report"]?.split("\n")[index],
        digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
        indexDigest: "",
      })),
    );
  });

  it("name Trivy's report alongside each target, even where another ended in error and has none", async () => {
    const { host } = stage.bed.registry;
    const image = `${host}/acme/none:1.0\n${app}\n${host}/acme/none:2.0\n${host}/acme/clean:1.0`;
    const { results, outputs } = await stage.run({ image });
    expect(results.map(({ verdict }) => verdict)).toEqual(["error", "fail", "error", "pass"]);
    const [, fail, , pass] = results.map(({ trivyReport }) => String(trivyReport));
    expect(results.map(({ trivyReport }) => trivyReport)).toEqual(["", fail, "", pass]);
    expect(outputs["trivy-report"]).toBe(`${fail}\n${pass}`);
    const artifacts = [fail, pass].map((file = "") => JSON.parse(readFileSync(file, "utf8")).ArtifactName);
    expect(artifacts).toEqual([app, `${host}/acme/clean:1.0`]);
  });

  it("of the log are coloured for its page, unless NO_COLOR forbids it", async () => {
    const shown = await stage.run({ image: app });
    const forbidden = await stage.run({ image: app }, { env: { NO_COLOR: "1" } });
    expect(shown.colouredLog).toMatch(/^ {2}\u001b\[1m\u001b\[31mCRITICAL\u001b\[39m\u001b\[22m +CVE-/m);
    expect(forbidden.colouredLog).not.toContain("\u001b[");
    expect(forbidden.log).toMatch(/^ {2}CRITICAL +CVE-/m);
  });
});
