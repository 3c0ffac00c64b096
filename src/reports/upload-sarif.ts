import { promisify } from "node:util";
import { gzip } from "node:zlib";
import { type JudgedTarget, judgedAmong } from "../domain/verdict.ts";
import { capability, decideSending } from "../forge/connect.ts";
import type { Forge, Lacking } from "../forge/forge.ts";
import type { Platform } from "../job/job.ts";
import type { CodeScanningFacts } from "../render/report-format.ts";
import { sarifOf, sarifRun } from "../render/sarif/sarif.ts";
import { counted } from "../render/shared/phrases.ts";
import { plain } from "../render/shared/safe-text.ts";
import type { View } from "../render/view.ts";
import type { World } from "../system/world.ts";
import { reportFacts } from "./facts.ts";

/** Sends the open findings to code scanning, as the input `upload-sarif` asks. */
export async function uploadSarif(
  view: View,
  forge: Forge | Lacking,
  platform: Platform,
  world: Pick<World, "log" | "now" | "signal" | "workspace">,
): Promise<void> {
  const { log } = world;
  const targets = judgedAmong(view.verdict.targets);
  const alerts = capability(forge, (server) => server.alerts, platform.words);
  const nothing = targets.length === 0 ? "there is nothing to upload, as no target could be judged" : undefined;
  const decision = decideSending(alerts, nothing, world.signal);
  if ("why" in decision) return log[decision.level](`No upload to code scanning: ${decision.why}.`);
  const facts = reportFacts(view, platform, world);
  const uploads: Upload[] = [];
  for (const target of targets) uploads.push(await uploadOf(target, facts));
  for (const { cut } of uploads) if (cut !== undefined) log.info(`${cut}.`);
  await decision.page.send({ uploads, about: decision.about, tool: facts.tool.name, startedAt: view.now });
}

export interface Upload {
  readonly gzip: Buffer;
  /** `3 open findings of ghcr.io/acme/app:1`. */
  readonly what: string;
  /** The findings that were left out, as a sentence without a full stop. Undefined: none. */
  readonly cut: string | undefined;
}

/** Maximum number of results of a run that code scanning shows: the most severe. It ignores the rest. */
const SHOWN_RESULTS = 5_000;
const compressed = promisify(gzip);

/**
 * The upload of a target to code scanning, with its most severe open findings. Their number stays far below the 10 MB
 * that one upload may have.
 */
export async function uploadOf(target: JudgedTarget, facts: CodeScanningFacts): Promise<Upload> {
  const open = target.findings.filter(({ outcome }) => outcome === "open");
  const run = sarifRun(target, open, SHOWN_RESULTS);
  return {
    gzip: await compressed([...sarifOf([run], facts)].join("")),
    what: `${counted(run.kept.length, "open finding")} of ${plain(target.target.label)}`,
    cut: run.cut,
  };
}
