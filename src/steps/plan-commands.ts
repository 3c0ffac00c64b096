import { type Upgrade, upgradesIn } from "../domain/fix-plan.ts";
import { withCommands } from "../domain/upgrade/with-commands.ts";
import type { JudgedTarget, TargetVerdict, Verdict } from "../domain/verdict.ts";
import type { RangeAnswer } from "../lock-files/npm-ranges.ts";
import type { World } from "../system/world.ts";

type Folders = Pick<World, "workspace" | "temp">;

/** Adds to every plan what can be pasted. The answer stays the same, whatever a lock file says. */
export async function addCommands(verdict: Verdict, folders: Folders): Promise<Verdict> {
  const targets: TargetVerdict[] = [];
  for (const target of verdict.targets) {
    if (target.answer === "error" || target.plan === undefined) {
      targets.push(target);
      continue;
    }
    const answers = await lockAnswers(target, folders);
    targets.push({
      ...target,
      plan: withCommands(target.plan, target.scan.packages, (upgrade) => answers.get(upgrade)),
    });
  }
  return { ...verdict, targets };
}

/** What the lock files of a scanned folder say about the upgrades from them. */
async function lockAnswers({ target, plan }: JudgedTarget, folders: Folders): Promise<Map<Upgrade, RangeAnswer>> {
  const asked = (plan === undefined || target.kind !== "path" ? [] : upgradesIn(plan)).flatMap((upgrade) => {
    const { type, package: name, from, to, paths } = upgrade;
    const [path] = paths;
    return type === "npm" && to !== undefined && path !== undefined ? [{ upgrade, name, from, to, path }] : [];
  });
  if (asked.length === 0) return new Map();
  const { askLockFiles } = await import("../lock-files/index.ts");
  const answers = askLockFiles(target, asked, folders);
  return new Map(
    asked.flatMap((question) => {
      const answer = answers.get(question);
      return answer === undefined ? [] : [[question.upgrade, answer] as const];
    }),
  );
}
