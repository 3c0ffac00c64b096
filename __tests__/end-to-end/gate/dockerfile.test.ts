import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { python, saveImage } from "../../support/images/images.ts";
import { shared } from "../../support/runs/shared.ts";
import { messages, openStage } from "../../support/runs/stage.ts";

const stage = await shared(openStage("dockerfile"));
const workspace = join(stage.folder, "workspace");
saveImage(join(workspace, "python.tar"), python());

const DOCKERFILE =
  "FROM python\nWORKDIR /app\nCOPY requirements.txt .\nRUN pip install --no-cache-dir \\\n    -r requirements.txt\nCOPY . .\n";

describe("the input `dockerfile`", () => {
  it("names lines in comment, log, report and annotations", async () => {
    const files = { "docker/Dockerfile": DOCKERFILE };
    const inputs = { image: "python.tar", dockerfile: "docker/Dockerfile" };
    const result = await stage.run(inputs, { workspace, files, onPullRequest: true });
    expect(result.summary).toMatch(
      /log4j-core` 2\.14\.1 → \*\*2\.17\.1\*\* clears all 4 \(2\.17\.0 is enough for the gate\): 2 CRITICAL, 1 HIGH, 1 MEDIUM · `docker\/Dockerfile:4`/,
    );
    expect(result.log).toContain(
      "Upgrade or replace Python sparkly 1.0.0: it bundles org.apache.logging.log4j:log4j-core 2.14.1 → 2.17.1 clears all 4 (2.17.0 is enough for the gate): 2 CRITICAL, 1 HIGH, 1 MEDIUM · docker/Dockerfile:4",
    );
    const errors = result.annotations.filter(({ level }) => level === "error");
    expect(errors.map(({ file, line }) => `${file}:${line}`)).toContain("docker/Dockerfile:4");
    const sources = result.report.targets[0]?.layers?.map(({ source }) => source?.line);
    expect(sources?.sort()).toEqual([1, 4]);
    expect(result.report.plan?.flatMap(({ upgrades }) => upgrades ?? [])).toContainEqual(
      expect.objectContaining({
        package: "org.apache.logging.log4j:log4j-core",
        from: "2.14.1",
        to: "2.17.1",
        clears: 3,
        text: "org.apache.logging.log4j:log4j-core 2.14.1 → 2.17.1 clears 3",
      }),
    );
  });

  it.each([
    ["of another image", "FROM debian:12\nRUN make\n", "no RUN, COPY or ADD of it made a layer of the image"],
    ["that makes no layer", "FROM python:3.12\nCMD python3\n", "it has no RUN, COPY or ADD that makes a layer"],
  ])("says so of a Dockerfile %s, and names no line of it", async (_, text, why) => {
    const inputs = { image: "python.tar", dockerfile: "docker/Dockerfile" };
    const result = await stage.run(inputs, { workspace, files: { "docker/Dockerfile": text }, onPullRequest: true });
    expect(result.summary).toContain(`**\`docker/Dockerfile\` was not matched with \`python.tar\`:** ${why}`);
    expect(messages(result, "warning").join()).toContain(`docker/Dockerfile was not matched with python.tar: ${why}`);
    expect(result.report.targets[0]?.layers?.filter(({ source }) => source !== undefined)).toEqual([]);
    expect(result.annotations.filter(({ level }) => level === "error").every(({ line }) => !line)).toBe(true);
    expect(result.outputs.verdict).toBe("fail");
  });

  it("is an error where the file is missing, or is not a Dockerfile", async () => {
    const missing = await stage.run({ image: "python.tar", dockerfile: "Dockerfile" }, { workspace });
    expect(missing.outputs.reason).toContain("[file-missing]");
    const other = { image: "python.tar", dockerfile: "compose.yml" };
    const wrong = await stage.run(other, { workspace, files: { "compose.yml": "services: {}\n" } });
    expect(wrong.outputs.reason).toContain("[dockerfile-invalid]");
  });
});
