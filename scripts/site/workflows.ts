import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "yaml";

/** A workflow of a page, or a part of one: jobs, one job, or steps. */
export interface PageWorkflow {
  /** The page's path. */
  readonly page: string;
  /** The heading that it is under, and which it is there from the second on: `From a private registry`, `Inputs 2`. */
  readonly name: string;
  /** The line of its fence. */
  readonly line: number;
  readonly text: string;
  /** As a whole workflow that can be run: what is missing around the part is added. */
  readonly whole: string;
}

const indented = (text: string, by: number) => text.replaceAll(/^(?=.)/gm, " ".repeat(by));

/** The text with what a workflow has around it. Undefined if it has nothing of a workflow. */
function wholeWorkflow(text: string): string | undefined {
  const parsed: unknown = parse(text);
  if (typeof parsed !== "object" || parsed === null || !/^\s*(?:- )?(?:uses|steps):/m.test(text)) return undefined;
  const on = `on: ${text.includes("/rescan@") ? "workflow_dispatch" : "pull_request"}\n`;
  const earlier = new Set([...text.matchAll(/\bsteps\.(\w+)\./g)].map(([, id]) => id));
  const missing = [...earlier].filter((id) => !new RegExp(`^\\s*(?:- )?id: ${id}$`, "m").test(text));
  const checkout = text.includes("actions/checkout@") ? "" : "      - uses: actions/checkout@<commit>\n";
  const before = checkout + missing.map((id) => `      - { id: ${id}, run: "true" }\n`).join("");
  const matrix = text.includes("matrix.") ? "    strategy: { matrix: { service: [app] } }\n" : "";
  const job = `${on}jobs:\n  job:\n${matrix}`;
  const runner = "    runs-on: ubuntu-latest\n";
  if (Array.isArray(parsed))
    return `${job}${runner}    steps:\n${before}${indented(text, /^ {6}-/.test(text) ? 0 : 6)}`;
  if ("steps" in parsed) return `${job}${"runs-on" in parsed ? "" : runner}${indented(text, 4)}`;
  if ("jobs" in parsed) return "on" in parsed ? text : `${on}${text}`;
  const isJobs = Object.values(parsed).every((each) => typeof each === "object" && each && "steps" in each);
  return isJobs ? `${on}jobs:\n${indented(text, /^ /.test(text) ? 0 : 2)}` : undefined;
}

/** All workflows that a page shows, and parts of workflows. */
export function workflowsOf(root: string, page: string): PageWorkflow[] {
  const text = readFileSync(join(root, page), "utf8");
  const found: PageWorkflow[] = [];
  for (const { index, 1: block = "" } of text.matchAll(/^```ya?ml\n(.*?)^```/gms)) {
    const whole = wholeWorkflow(block);
    if (whole === undefined) continue;
    const before = text.slice(0, index);
    const heading = [...before.replaceAll(/^```.*?^```/gms, "").matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? page;
    const others = found.filter(({ name }) => name.replace(/ \d$/, "") === heading).length;
    const name = others === 0 ? heading : `${heading} ${others + 1}`;
    found.push({ page, name, line: before.split("\n").length, text: block, whole });
  }
  return found;
}

/**
 * Writes these workflows as files of a repository that has our actions: a linter then knows their inputs and outputs.
 * @returns the files
 */
export function writeWorkflows(root: string, workflows: readonly PageWorkflow[], folder: string): string[] {
  for (const action of ["action.yml", "rescan/action.yml", "sign/action.yml", "verify/action.yml"]) {
    mkdirSync(dirname(join(folder, action)), { recursive: true });
    writeFileSync(join(folder, action), readFileSync(join(root, action)));
  }
  mkdirSync(join(folder, ".git"), { recursive: true });
  symlinkSync(join(root, "dist"), join(folder, "dist"));
  mkdirSync(join(folder, ".github/workflows"), { recursive: true });
  return workflows.map(({ page, line, whole }) => {
    const file = join(folder, ".github/workflows", `${page.replaceAll("/", "-")}-line-${line}.yml`);
    const known = whole
      .replaceAll(/OWNER\/image-gate(\/\w+)?@<commit>/g, (_, below = "") => `.${below}/`)
      .replaceAll("@<commit>", `@${"0".repeat(40)}`);
    writeFileSync(file, known);
    return file;
  });
}
