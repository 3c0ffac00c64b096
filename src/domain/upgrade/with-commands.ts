import type { Plan, Upgrade, UpgradeStep } from "../fix-plan.ts";
import type { InstalledPackage } from "../target.ts";
import { managerAmong, type Paste, pasteFor, type Situation } from "./commands.ts";

/** Adds to each step what can be pasted, if anybody knows what is right. */
export function withCommands(plan: Plan, packages: readonly InstalledPackage[]): Plan {
  const situationOf = situationFinder(packages);
  const steps = plan.steps.map((step) => {
    if (step.kind !== "upgrade") return step;
    const paste = pasteOf(step, situationOf);
    if (paste === undefined) return step;
    const { text, file } = paste;
    return file === undefined ? { ...step, command: text } : { ...step, line: { text, file } };
  });
  return { ...plan, steps };
}

type SituationOf = (upgrade: Upgrade) => Situation;

function pasteOf({ members, to }: UpgradeStep, situationOf: SituationOf): Paste | undefined {
  const [first] = members;
  if (first === undefined) return undefined;
  const { owner, place, type, paths } = first;
  // What a package brought along, or a tool as its own copy, is not the project's to raise.
  if (owner !== undefined || place.tool !== undefined) return undefined;
  if (type === "nuget" && !paths.every((path) => /(?:^|\/)packages\.lock\.json$/.test(path))) return undefined;
  return pasteFor(
    members.map((each) => ({
      name: each.package,
      from: each.from,
      to: to ?? each.to,
      type: SOURCE_OF[each.type] ?? each.type,
    })),
    // A command for several packages must be right for each of them.
    { ...situationOf(first), direct: common(members.map((each) => situationOf(each).direct)) },
  );
}

/** The value that all have. */
function common<T>(values: readonly T[]): T | undefined {
  return new Set(values).size === 1 ? values[0] : undefined;
}

/** A program is raised where its source is. */
const SOURCE_OF: Readonly<Record<string, string>> = { gobinary: "gomod", rustbinary: "cargo" };

function situationFinder(packages: readonly InstalledPackage[]): SituationOf {
  const byPath = Map.groupBy(packages, ({ path }) => path);
  const manager = managerAmong(packages);
  return (upgrade) => {
    if (upgrade.source !== undefined) return { manager };
    const listed = byPath.get(upgrade.paths[0]) ?? [];
    const same = listed.filter(({ name }) => name === upgrade.package);
    return {
      direct: directIn(listed, same, upgrade),
      severalVersions: new Set(same.map(({ version }) => version)).size > 1,
    };
  };
}

/**
 * Whether the file's own project names the package. With several projects in one file, it is unknown which of them
 * does.
 */
function directIn(
  listed: readonly InstalledPackage[],
  same: readonly InstalledPackage[],
  { from }: Upgrade,
): boolean | undefined {
  if (listed.some(({ relationship }) => relationship === "workspace")) return undefined;
  const relationship = same.find(({ version }) => version === from)?.relationship;
  if (relationship === "direct") return true;
  return relationship === "indirect" ? false : undefined;
}
