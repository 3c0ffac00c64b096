import { namesOf } from "../../domain/opinions/names.ts";
import { opinionsIn } from "../../domain/target.ts";
import type { JudgedTarget } from "../../domain/verdict.ts";
import { code, link, text, version } from "../markdown/markdown.ts";
import { age, joined } from "../shared/phrases.ts";
import type { RulesFrom, View } from "../view.ts";

/** How one target's result was made. */
export function targetProvenance(target: JudgedTarget, view: View): string[] {
  const { artifact, provenance } = target.scan;
  const skipped = provenance.skipped ?? [];
  return [
    digestWords(artifact.digest, "image"),
    digestWords(artifact.index?.digest, "of index"),
    provenance.digestUnknown === undefined ? "" : `image's digest not known, as ${text(provenance.digestUnknown, 120)}`,
    // A local image's digest may be another registry's or the daemon's own invention. Its id says which image it was.
    digestWords(artifact.imageId, "image id"),
    artifact.platform === undefined ? "" : code(artifact.platform, 40),
    // By `none` the scanner means system packages of a system that nothing names.
    artifact.os === undefined || artifact.os.family === "none"
      ? ""
      : code(`${artifact.os.family} ${artifact.os.name}`.trim(), 60),
    provenance.source === undefined ? "" : `from ${text(provenance.source, 80)}`,
    scannerWords(target),
    databaseWords(provenance.databaseUpdatedAt, view),
    skipped.length === 0
      ? ""
      : `skipped ${skipped
          .slice(0, 5)
          .map((path) => code(path, 60))
          .join(", ")}${skipped.length > 5 ? ", …" : ""}`,
  ].filter((part) => part !== "");
}

/** The scanners and databases of several targets, each once. */
export function scannersOf(targets: readonly JudgedTarget[], view: View): string[] {
  const all = targets.map((target) =>
    joined(", ", [scannerWords(target), databaseWords(target.scan.provenance.databaseUpdatedAt, view)]),
  );
  return [...new Set(all)].filter((part) => part !== "").slice(0, 3);
}

function digestWords(digest: string | undefined, what: string): string {
  return digest === undefined ? "" : `${what} ${code(digest.replace(/^(sha256:[0-9a-f]{12})[0-9a-f]+$/, "$1…"), 40)}`;
}

function scannerWords(target: JudgedTarget): string {
  const { scanners } = target.scan.provenance;
  const names = opinionsIn(target.scan).filter(({ scanner }) => scanner !== "");
  const kinds =
    (scanners ?? []).filter((kind) => kind !== "vuln").length === 0
      ? ""
      : ` (${(scanners ?? []).map((kind) => text(kind, 20)).join(", ")})`;
  const show = ({ scanner, version: of }: (typeof names)[number]) =>
    `${text(scanner, 40)}${of === undefined ? "" : ` ${version(of)}`}`;
  return names.length === 0 ? "" : `${namesOf(names.map(show))}${kinds}`;
}

function databaseWords(updatedAt: string | undefined, view: View): string {
  if (updatedAt === undefined) return "";
  const old = age(updatedAt, view.now);
  return old === undefined ? "" : `database ${old} old`;
}

/** Says after the policy's name which branch it is from. Empty for the checked-out one. */
export function branchWords(from: RulesFrom): string {
  if (from === "workspace") return "";
  return from === "base" ? " of the base branch" : " of the default branch";
}

/** Which policy applies. Empty if the run ended before it could be read. */
/** @param show how the file's path is written */
export function policyWords({ path, from, isUnread = false }: View["policy"], show: (path: string) => string): string {
  if (path !== undefined) return `policy ${show(path)}${branchWords(from)}`;
  return isUnread ? "" : "no policy file";
}

/** The provenance that all targets share: policy, commit, run. */
export function runProvenance(view: View): string[] {
  return [
    policyWords(view.policy, code),
    view.commit === undefined ? "" : `commit ${code(view.commit.slice(0, 12), 12)}`,
    link("run", view.runUrl) === "run" ? "" : link("this run", view.runUrl),
  ].filter((part) => part !== "");
}

export function smallPrint(parts: readonly string[]): string {
  return parts.length === 0 ? "" : `<sub>${parts.join(" · ")}</sub>`;
}
