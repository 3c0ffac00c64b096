import { copyFileSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { temporaryFolder } from "../../__tests__/support/runs/folder.ts";
import { type ActionResult, runAction } from "../../__tests__/support/runs/runner.ts";
import { oneLine } from "../../src/domain/one-line.ts";
import { finish } from "../setup/command.ts";
import { root } from "../setup/tools.ts";

export const KINDS = ["reports", "sboms", "vex", "ignore"] as const;
export type Kind = (typeof KINDS)[number];

/** The result of reading one document. */
export interface Outcome {
  readonly file: string;
  readonly end: "judged" | "refused" | "crashed" | "hung";
  /** Error code of a refusal, or a crash's last line. */
  readonly why?: string;
}

/** The results of reading a folder of documents. */
export interface Counted {
  readonly title: string;
  readonly files: number;
  readonly judged: number;
  /** Error code to number of documents. */
  readonly refused: Readonly<Record<string, number>>;
  readonly crashed: number;
  readonly hung: number;
}

const TITLES: Readonly<Record<Kind, string>> = {
  reports: "Trivy reports",
  sboms: "SBOMs",
  vex: "VEX documents",
  ignore: "ignore files",
};

/** Longer than this takes none: the gate has its own limits. */
const PATIENCE_MS = 120_000;
/** Our own Trivy report, for a VEX document to be read with it. */
const ONE_FINDING = "one-finding.json";
/** A fault of ours: no document may cause it. */
const OWN_FAULT = "internal-error";

/**
 * Hands each document of a folder to the product, two at a time.
 * @param inputs a Trivy and its database, which SBOMs need
 */
export async function tryCorpus(
  kind: Kind,
  folder: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Outcome[]> {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .sort();
  using scratch = temporaryFolder("corpus");
  const outcomes: Outcome[] = [];
  const queue = [...files.entries()];
  const work = async (worker: string): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [at, file] = next;
      outcomes[at] = kind === "ignore" ? await imported(file) : await judged(kind, file, worker, inputs);
    }
  };
  await Promise.all(["a", "b"].map((name) => work(join(scratch.path, name))));
  return outcomes;
}

async function judged(
  kind: Exclude<Kind, "ignore">,
  file: string,
  folder: string,
  inputs: Readonly<Record<string, string>>,
): Promise<Outcome> {
  // The gate reads no document outside the workspace.
  const workspace = join(folder, "workspace");
  rmSync(workspace, { recursive: true, force: true });
  mkdirSync(workspace, { recursive: true });
  const name = basename(file);
  copyFileSync(file, join(workspace, name));
  copyFileSync(join(root, "scripts/real", ONE_FINDING), join(workspace, ONE_FINDING));
  const about: Record<Exclude<Kind, "ignore">, Record<string, string>> = {
    reports: { "trivy-report": name },
    sboms: { ...inputs, sbom: name },
    vex: { "trivy-report": ONE_FINDING, vex: name },
  };
  try {
    return { file, ...outcomeOf(await runAction({ folder, inputs: about[kind], timeoutMs: PATIENCE_MS })) };
  } catch (error) {
    return { file, end: "hung", why: String(error).split("\n")[0] ?? "" };
  }
}

function outcomeOf({ code, outputs, log }: ActionResult): Omit<Outcome, "file"> {
  const { verdict, reason = "" } = outputs;
  if (verdict === "pass" || verdict === "fail") return { end: "judged" };
  const [, name] = /\[([a-z]+(?:-[a-z0-9]+)+)\]/.exec(reason) ?? [];
  if (verdict !== "error" || code !== 1 || name === undefined || name === OWN_FAULT)
    return { end: "crashed", why: reason || log.trim().split("\n").at(-1) || "" };
  return { end: "refused", why: name };
}

/** An ignore file is made into a policy by a command. */
async function imported(file: string): Promise<Outcome> {
  const script = join(root, "scripts/import-trivyignore.ts");
  const { code, stderr } = await finish(process.execPath, [script, file]);
  if (code === 0) return { file, end: "judged" };
  // A message is one for the person; a stack is our fault.
  return /^\s+at /m.test(stderr)
    ? { file, end: "crashed", why: stderr.split("\n")[0] ?? "" }
    : { file, end: "refused", why: oneLine(stderr.trim()) };
}

/** Counts outcomes; a refusal that has no code counts by its message. */
export function count(kind: Kind, outcomes: readonly Outcome[]): Counted {
  const ends = (end: Outcome["end"]): number => outcomes.filter((each) => each.end === end).length;
  const refused: Record<string, number> = {};
  for (const { end, why = "" } of outcomes) if (end === "refused") refused[why] = (refused[why] ?? 0) + 1;
  const figures = { judged: ends("judged"), crashed: ends("crashed"), hung: ends("hung") };
  return { title: TITLES[kind], files: outcomes.length, refused, ...figures };
}
