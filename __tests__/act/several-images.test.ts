import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startFakeGitHub } from "../support/github/fake-github.ts";
import { buildImage } from "../support/images/oci.ts";
import { debianBase, npmPackage } from "../support/images/packages.ts";
import { runWorkflow } from "../support/programs/act.ts";
import { startTestBed } from "../support/runs/bed.ts";
import { shared, sharedFolder } from "../support/runs/shared.ts";

const folder = sharedFolder("act-several");

const bed = await shared(startTestBed());

const base = { createdBy: "ADD rootfs.tar / ", files: debianBase([["bash", "5.2.15-2"]]) };

/** A service on the common base. With `isOld`, it has a HIGH finding. */
const service = (name: string, isOld: boolean) =>
  buildImage([
    base,
    {
      createdBy: "COPY . /app ",
      files: [{ path: "app/name", data: name }, ...(isOld ? [npmPackage("lodash", "4.17.20")] : [])],
    },
  ]);

it("20 images in one step of a workflow on pull_request: one comment and one summary with a row and a fold for each, progress, results", async () => {
  await using github = await startFakeGitHub();
  const names = Array.from({ length: 20 }, (_, index) => `acme/service-${String(index + 1).padStart(2, "0")}`);
  for (const [index, name] of names.entries())
    if (index !== 6) bed.registry.add(name, "2.0", service(name, index === 3 || index === 11));
  const images = names.map((name) => `${bed.registry.host}/${name}:2.0`);
  const workflow = `on: [pull_request]
permissions: { contents: read, pull-requests: write }
jobs:
  scan:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@<commit>
      - id: gate
        uses: OWNER/image-gate@<commit>
        with:
          name: the fleet
          image: |
${images.map((image) => `            ${image}\n`).join("")}
`;
  const at = join(folder.path, "run");
  mkdirSync(at);
  const result = await runWorkflow({
    folder: at,
    workflow,
    event: github.pullRequestEvent(),
    apiUrl: github.url,
    inputs: bed.inputs,
    onCommit: (sha) => github.addMergeCommit(sha),
  });
  const gate = result.steps.gate;
  expect(gate?.outcome, result.everything).toBe("failure");
  expect(gate?.outputs.verdict).toBe("error");

  const results: { target: string; verdict: string; digest: string }[] = JSON.parse(gate?.outputs.results ?? "");
  expect(results.map(({ target }) => target)).toEqual(images);
  const answers = images.map((_, index) => (index === 6 ? "error" : index === 3 || index === 11 ? "fail" : "pass"));
  expect(results.map(({ verdict }) => verdict)).toEqual(answers);

  const [comment, ...others] = github.comments();
  expect(others).toEqual([]);
  const sign = { error: "⛔", fail: "❌", pass: "✅" } as Record<string, string>;
  for (const text of [comment?.body ?? "", gate?.summary ?? ""]) {
    for (const [index, image] of images.entries()) {
      const mark = sign[answers[index] ?? ""];
      expect(text).toContain(`| ${mark}&nbsp;${answers[index]} | \`${image}\``);
      expect(text).toContain(`<summary>${mark} <code>${image}</code>: `);
    }
    // The three that do not pass come first, with their sections open.
    expect(text.match(/<details open><summary>(?:❌|⛔)/gu)).toHaveLength(3);
    expect(text.indexOf("<details open>")).toBeLessThan(text.indexOf("<summary>✅"));
    expect(text.match(/<details/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  }
  const progress = result.log.split("\n").filter((line) => /^\[\d+\/20\] /.test(line));
  expect(progress).toHaveLength(20);
  expect(progress.filter((line) => line.includes("error [image-not-found]"))).toHaveLength(1);
  expect(github.problems).toEqual([]);
});
