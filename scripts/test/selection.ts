import type { TestProjects } from "./projects.ts";

/** Options of Vitest whose value is its own argument. */
const WITH_VALUE = new Set([
  "-t",
  "--testNamePattern",
  "--project",
  "--reporter",
  "--shard",
  "--bail",
  "--config",
  "-c",
]);

/** The projects of a run, and the arguments for Vitest. */
export interface Selection {
  readonly args: readonly string[];
  readonly projects: readonly (keyof TestProjects)[];
}

const ALL: readonly (keyof TestProjects)[] = ["unit", "real", "go-tools"];

/**
 * The meaning of `npm test -- …`. Without a file and without a project, `go-tools` is left out: it needs Go and is for
 * `.ci/run`, where nothing is left out.
 * @param given what is behind `npm test --`
 * @param everything leave nothing out
 */
export function select(given: readonly string[], everything: boolean): Selection {
  // npm drops this `--`, `node scripts/start.mjs test -- FILE` does not. Vitest would ignore FILE behind it, and run
  // all.
  const args = given[0] === "--" ? given.slice(1) : given;
  const values = (option: string) =>
    args.flatMap((arg, at) => {
      if (arg.startsWith(`${option}=`)) return [arg.slice(option.length + 1)];
      return arg === option ? [args[at + 1] ?? ""] : [];
    });
  const named = values("--project");
  if (named.length > 0) return { args, projects: ALL.filter((name) => named.includes(name)) };
  const namesFiles = args.some((arg, at) => !arg.startsWith("-") && !WITH_VALUE.has(args[at - 1] ?? ""));
  if (namesFiles || everything) return { args, projects: ALL };
  return { args: [...args, "--project=unit", "--project=real"], projects: ["unit", "real"] };
}
