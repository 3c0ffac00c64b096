import { isBaselineFile } from "../baseline/stored-baseline.ts";
import type { PolicyChange } from "../domain/policy/change.ts";
import type { Policy } from "../domain/policy/policy.ts";
import type { ScanResult } from "../domain/target.ts";
import { vexChanges } from "../enrichment/vex/changes.ts";
import { MAX_VEX_BYTES, type VexFile } from "../enrichment/vex/read.ts";
import type { ReadersOfReports } from "../scanners/scanner.ts";
import { tryOr } from "../system/errors.ts";
import { readGivenFile } from "../system/given-files.ts";
import { atATime } from "../system/pool.ts";
import type { World } from "../system/world.ts";
import { type AppliedFile, FILES_AT_ONCE, isSame, loadRuleFile, notesOf, type RuleFile, sidesOf } from "./rule-file.ts";
import type { RuleSource } from "./rule-source.ts";
import { hubDocuments, hubNotes, loadHub } from "./vex-hubs.ts";

/**
 * The files that a run obeys in addition to its policy. They say which findings are accepted, or which were known
 * before.
 */
export interface RuleFiles {
  readonly vex: readonly VexFile[];
  /**
   * Reads the documents of VEX repositories that are about the targets. Returns the changes in {@link vex}, whose
   * meaning depends on these documents. Absent: no repository is named.
   */
  readonly readHubs?:
    | ((scans: readonly ScanResult[]) => Pick<RuleFiles, "changes"> & { readonly files: readonly VexFile[] })
    | undefined;
  /**
   * Absent if `baseline` names no readable file. `bytes` is undefined if the branch whose rules apply has no such file.
   */
  readonly baseline?: { readonly bytes: Buffer | undefined } | undefined;
  /** The pull request's changes of these files. */
  readonly changes: readonly PolicyChange[];
  /** Notes about them for the user, as plain sentences. */
  readonly notes: readonly string[];
}

/** The files that the user names. */
export interface NamedRuleFiles {
  /** Paths of VEX documents, and folders of VEX repositories as `repo:PATH`. */
  readonly vex: readonly string[];
  /** `auto`, `none`, a reference, or a file. */
  readonly baseline?: string | undefined;
  /** Reads the baseline, if it is a scanner's report. Absent: such a report is not understood. */
  readonly readers?: ReadersOfReports | undefined;
}

/** The prefix that marks the folder of a VEX repository in the input. */
const HUB = /^repo:/;

/**
 * Reads the files that act like a policy from the same place as the policy: the workspace, or the branch whose rules
 * apply. A pull request's changes in them are compared with its base, like changes of the policy.
 * @throws GateError `file-…` for a VEX document in the workspace; `base-policy-unreadable` for a file that applies;
 * `vex-repository-invalid`; `vex-invalid` and `vex-too-large` for a file that applies, if it is compared
 */
export async function loadRuleFiles(
  { vex, baseline: named = "none", readers }: NamedRuleFiles,
  source: RuleSource,
  policy: Policy,
  world: World,
): Promise<RuleFiles> {
  const load = (each: RuleFile) => loadRuleFile(each, source, world);
  const { hub: folders = [], file: names = [] } = Object.groupBy(vex, (name) => (HUB.test(name) ? "hub" : "file"));
  const documents = await atATime(FILES_AT_ONCE, names, (name) => load(vexDocument(name, world)));
  const hubs = folders.map((folder) => loadHub(folder.replace(HUB, "").trim(), source.change, world));
  const found = isBaselineFile(named) ? await load(baselineFile(named, world)) : undefined;
  // One that cannot be read becomes an error of its targets later.
  const baseline = found?.bytes === undefined && found?.note === undefined ? undefined : found;
  const all = [...documents, ...hubs.map(({ file }) => file), ...(baseline ? [baseline] : [])];
  const pairs = documents.map((each) => ({ name: each.name, ...sidesOf(each) }));
  return {
    vex: documents.flatMap(({ name, bytes }) => (bytes === undefined ? [] : [{ name, bytes }])),
    ...(hubs.length > 0 && {
      readHubs: (scans) => {
        const files = hubDocuments(hubs, scans, world);
        const same = files.map(({ name, bytes, about }) => ({ name, base: bytes, head: bytes, about }));
        return { files, changes: vexChanges([...same, ...pairs], world.now()) };
      },
    }),
    baseline,
    changes: [
      ...(hubs.length > 0 ? [] : vexChanges(pairs, world.now())),
      ...(baseline === undefined ? [] : await changesOf(baseline, policy, readers)),
    ],
    notes: [...notesOf(all, source), ...hubs.flatMap(hubNotes)],
  };
}

function vexDocument(name: string, world: World): RuleFile {
  const asked = { what: "VEX document", name, maxBytes: MAX_VEX_BYTES } as const;
  return { ...asked, read: () => readGivenFile({ ...asked, path: name }, world) };
}

function baselineFile(name: string, world: World): RuleFile {
  const read = () => tryOr(() => readGivenFile({ what: "baseline", path: name }, world), undefined);
  // Equal to the limit for an answer from the platform's API.
  return { what: "baseline", name, maxBytes: 64 << 20, read };
}

/** Loaded only if the pull request changes the baseline: schemas of reports take 10 ms of CPU. */
async function changesOf(
  baseline: AppliedFile,
  policy: Policy,
  readers: NamedRuleFiles["readers"],
): Promise<PolicyChange[]> {
  const sides = sidesOf(baseline);
  if (isSame(sides)) return [];
  const { baselineChanges } = await import("../baseline/changes.ts");
  return baselineChanges(baseline.name, sides, policy.count === "introduced", (await readers?.()) ?? []);
}
