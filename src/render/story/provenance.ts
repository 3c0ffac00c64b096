import { opinionsIn } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { isLinkable } from "../print/markdown-text.ts";
import { age } from "../shared/phrases.ts";
import {
  type Block,
  code,
  type Inline,
  isEmpty,
  join,
  link,
  names,
  para,
  prose,
  say,
  small,
  some,
  version,
} from "../tree.ts";
import type { RulesFrom, View } from "../view.ts";

/** How one target's result was made. */
export function targetProvenance(target: JudgedTarget, view: View, hasWholeDigests = false): Inline[] {
  const { artifact, provenance } = target.scan;
  const digestWords = (digest: string | undefined, what: string): Inline =>
    digest === undefined ? "" : say`${what} ${code(hasWholeDigests ? digest : digest.replace(DIGEST, "$1…"), 40)}`;
  const skipped = provenance.skipped ?? [];
  return [
    digestWords(artifact.digest, "image"),
    digestWords(artifact.index?.digest, "of index"),
    provenance.digestUnknown === undefined
      ? ""
      : say`image's digest not known, as ${prose(provenance.digestUnknown, 120)}`,
    // A local image's digest may come from another registry or from the daemon. Its id identifies the image.
    digestWords(artifact.imageId, "image id"),
    artifact.platform === undefined ? "" : code(artifact.platform, 40),
    // With `none` the scanner means system packages of an unknown system.
    artifact.os === undefined || artifact.os.family === "none"
      ? ""
      : code(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
    provenance.source === undefined ? "" : say`from ${prose(provenance.source, 80)}`,
    scannerWords(target),
    databaseWords(provenance.databaseUpdatedAt, view),
    skipped.length === 0 ? "" : say`skipped ${some(skipped, 5, { show: (path) => code(path, 60) })}`,
  ].filter((part) => !isEmpty(part));
}

/** The scanners and databases of several targets, each once. */
export function scannersOf(targets: readonly JudgedTarget[], view: View): Inline[] {
  const all = targets.map((target) =>
    join(", ", [scannerWords(target), databaseWords(target.scan.provenance.databaseUpdatedAt, view)]),
  );
  const different = new Map(all.filter((part) => !isEmpty(part)).map((part) => [JSON.stringify(part), part]));
  return [...different.values()].slice(0, 3);
}

const DIGEST = /^(sha256:[0-9a-f]{12})[0-9a-f]+$/;

function scannerWords(target: JudgedTarget): Inline {
  const { scanners = [] } = target.scan.provenance;
  const asked = opinionsIn(target.scan).filter(({ scanner }) => scanner !== "");
  if (asked.length === 0) return "";
  const kinds = join(
    ", ",
    scanners.map((kind) => prose(kind, 20)),
  );
  return [
    names(
      asked.map(({ scanner, version: of }) => join(" ", [prose(scanner, 40), of === undefined ? "" : version(of)])),
    ),
    scanners.every((kind) => kind === "vuln") ? "" : say` (${kinds})`,
  ];
}

function databaseWords(updatedAt: string | undefined, view: View): string {
  if (updatedAt === undefined) return "";
  const old = age(updatedAt, view.now);
  return old === undefined ? "" : `database ${old} old`;
}

/** Names the branch after the policy's name. Empty for the checked-out one. */
export function branchWords(from: RulesFrom): string {
  if (from === "workspace") return "";
  return from === "base" ? " of the base branch" : " of the default branch";
}

/** The policy that applies. Empty if the run ended before it could be read. */
function policyWords({ path, from, isUnread = false }: View["policy"]): Inline {
  if (path !== undefined) return say`policy ${code(path)}${branchWords(from)}`;
  return isUnread ? "" : "no policy file";
}

/** The provenance that all targets share: policy, commit, run. */
export function runProvenance({ policy, commit, runUrl }: View): Inline[] {
  return [
    policyWords(policy),
    commit === undefined ? "" : say`commit ${code(commit.slice(0, 12), 12)}`,
    runUrl !== undefined && isLinkable(runUrl) ? link("this run", runUrl) : "",
  ].filter((part) => !isEmpty(part));
}

export function smallPrint(parts: readonly Inline[]): Block {
  return para(small(join(" · ", parts)));
}
