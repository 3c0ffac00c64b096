import { globSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../scripts/setup/tools.ts";
import { readSource, type SyntaxNode, walk } from "../scripts/test/source.ts";
import { INPUT_NAMES as OF_GATE } from "../src/actions/gate/inputs.ts";
import { INPUT_NAMES as OF_RESCAN } from "../src/actions/rescan/inputs.ts";

// A message is shown unchanged in a workflow, in a job of GitLab and at a terminal. So it names nothing that only one
// of them has.

/** Sources whose texts are only shown on the platform that they name, are about workflows, or describe JSON Schemas. */
const OTHERS =
  /^src\/(?:cli|job\/(?:github|terminal)|forge|render\/signing\/summary|render\/shared\/platform-words|reports\/upload-sarif|workflows\/)|\/schema\.ts$|^src\/actions\/input-names|^src\/system\/shared-cache/;

/** Data: a default in the workflows' own words, kinds of packages, and inputs of other actions. */
const DATA = /^\$\{\{ github\.token \}\}$|^alpm apk |^pull request$|^(?:github-pat )?github-token github_token$/;

/** Each platform gives an identity for signing in its own way, so both ways are named. */
const IDENTITY = /^Give the job (?:an identity: )?`id-token: write`/;

const texts = globSync("src/**/*.ts", { cwd: root })
  .filter((file) => !OTHERS.test(file))
  .flatMap((file) => {
    const found: { file: string; text: string }[] = [];
    walk(readSource(join(root, file)).program, ({ type, value }) => {
      const text = type === "TemplateElement" ? (value as { cooked: unknown }).cooked : value;
      // A single word is a name, a path, an address or a module.
      if ((type === "Literal" || type === "TemplateElement") && typeof text === "string" && /\s/.test(text.trim()))
        found.push({ file, text });
    });
    return found;
  })
  .filter(({ text }) => !IDENTITY.test(text) && !DATA.test(text));

/** Addresses and paths of files. */
const ADDRESSES = /github(?:usercontent)?\.com\S*|\.github\/\S+|docs\/\S+/g;
const OF_WORKFLOWS =
  /\bsteps? before|this step|of a step\b|in a step\b|\bactions\/|docker\/[\w-]+-action|cosign-installer|RUNNER_|`with:`|\$\{\{|\bGitHub\b|pull request|\bworkflows?\b|workflow_dispatch|id-token|packages: write|`concurrency`|GITHUB_[A-Z]/i;

test("no message names steps, other actions, runners or GitHub, which GitLab and a terminal do not have", () => {
  expect(texts.length).toBeGreaterThan(1000);
  const left = texts.filter(({ text }) => OF_WORKFLOWS.test(text.replace(ADDRESSES, "")));
  expect(left.map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
});

/** Sources about targets that only the gate has: folders, repositories, given reports, layouts with several images. */
const OF_GATE_ALONE =
  /scan\/(?:targets|every-platform|looked-into|scan-report|scan-targets|merge-outcomes)|source-(?:tree|accounting)|\/(?:process\/convert|trivy\/report\/schema|grype\/report\/report)\.ts$/;

/** Text about a cloned repository, or one that was not read completely from its host. */
const OF_REPOSITORIES = /private one out|Check the repository out/;

test("advice that needs an input which only the gate has is data alongside the remedy", () => {
  const gateAlone = OF_GATE.filter((name) => !OF_RESCAN.includes(name));
  const mixed: string[] = [];
  for (const file of globSync("src/{images,scan,scanners,domain/coverage}/**/*.ts", { cwd: root })) {
    if (OF_GATE_ALONE.test(file)) continue;
    const advice = new Set<unknown>();
    walk(readSource(join(root, file)).program, ({ type, key, value: own, ...node }) => {
      const isAdvice = type === "Property" && /^byInput$/.test(String((key as { name?: string }).name));
      if (
        isAdvice ||
        (type === "VariableDeclarator" &&
          /^(?:NO_CONCERN|LEFT_OUT|LESS)$/.test(String((node.id as { name?: string }).name)))
      )
        walk((isAdvice ? own : node.init) as SyntaxNode, (each) => void advice.add(each));
    });
    walk(readSource(join(root, file)).program, (each) => {
      const text = each.type === "TemplateElement" ? (each.value as { cooked: unknown }).cooked : each.value;
      const inputs =
        typeof text === "string" ? [...text.matchAll(/`([a-z-]+)(?::[^`]*)?`/g)].map(([, name]) => name) : [];
      if (!inputs.some((name) => gateAlone.includes(name ?? "")) || OF_REPOSITORIES.test(String(text))) return;
      if (![...advice].some((one) => (one as SyntaxNode).start === each.start)) mixed.push(`${file}: ${text}`);
    });
  }
  expect(mixed).toEqual([]);
});
