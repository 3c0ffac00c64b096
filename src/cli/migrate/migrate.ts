import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { counted } from "../../domain/list-some.ts";
import { asGateError, GateError } from "../../system/errors.ts";
import type { World } from "../../system/world.ts";
import { type Rewritten, rewriteSteps } from "../../workflows/rewrite.ts";
import { NEARBY } from "../../workflows/translate.ts";
import type { Args, Command } from "../command.ts";
import { type Answer, linesOf, type ReadingRequest, reading, readTypedText } from "../reading.ts";
import { withPage, writeWhole } from "../terminal.ts";

const MAX_BYTES = 2 << 20;
const PLACEHOLDER = "OWNER/image-gate@<commit>";

export const command: Command = {
  words: "<FILE...>",
  options: [
    { name: "uses", kind: "text", value: "ACTION", initially: PLACEHOLDER, about: "The action that the steps use." },
  ],
  examples: [
    {
      line: "image-gate migrate .github/workflows/*.yml",
      about:
        "Exits with 0 when it is done, even if steps stay; with 2 if a file is not valid, which stays. Never with 1.",
    },
  ],
  run: reading(migrate),
};

/**
 * `migrate FILE…`: steps of other scanners' actions become ours, in place. The answer names what changes by it, what
 * has no equivalent, and the calls of other scanners' programs, which stay.
 */
export function migrate(
  { words, options }: Args,
  { world }: Pick<ReadingRequest<Pick<World, "workspace">>, "world">,
): Answer {
  const uses = options.get("uses") ?? PLACEHOLDER;
  const made: Rewritten[] = [];
  const [out, err]: [string[], string[]] = [[], []];
  for (const file of words)
    try {
      const path = resolve(world.workspace, file);
      // A link in a cloned repository may lead to another one.
      if (existsSync(path) && realpathSync(path) !== path)
        throw new GateError(
          "workflow-not-editable",
          `${JSON.stringify(file)} is a link, or is in a folder that is one; it is left as it is`,
          `Name the file itself: ${realpathSync(path)}.`,
        );
      const given = { what: "workflow", path: file, maxBytes: MAX_BYTES };
      const before = readTypedText(given, world, { ignoreBOM: true });
      const after = rewriteSteps(before, file, uses);
      if (after.text !== before) writeWhole(path, after.text, `The workflow ${JSON.stringify(file)}`);
      out.push(...linesAbout(file, after));
      made.push(after);
    } catch (thrown) {
      err.push(`error: ${withPage(asGateError(thrown))}`);
    }
  const steps = made.flatMap((each) => each.steps);
  const left = steps.filter((step) => step.left !== undefined).length;
  const calls = counted(made.flatMap((each) => each.calls).length, "call");
  const sum = `${counted(steps.length - left, "step")} rewritten, ${left} left alone; ${calls} of a scanner's program.`;
  const paths = words.map((file) => resolve(world.workspace, file));
  const hints = steps.length === left ? [] : hintsFor(uses, paths);
  return { out: linesOf([...out, sum, ...hints]), err: linesOf(err), code: err.length > 0 ? 2 : 0 };
}

function linesAbout(file: string, { steps, calls }: Rewritten): string[] {
  const own = steps.map(({ line, action, left, notes }) => {
    return { line, said: `${action}: ${left === undefined ? "rewritten" : `left alone: ${left}`}`, notes };
  });
  const notes = ["docs/cli.md#you-know-another-command has our words for it"];
  const called = calls.map(({ line, text }) => ({ line, said: `left alone: ${text.slice(0, 100)}`, notes }));
  const all = [...own, ...called].sort((a, b) => a.line - b.line);
  return all.flatMap((each) => [`${file}:${each.line}: ${each.said}`, ...each.notes.map((note) => `    ${note}`)]);
}

function hintsFor(uses: string, paths: readonly string[]): string[] {
  const folders = paths.flatMap(foldersOf);
  const nearby = Object.entries(NEARBY).filter(([name]) => folders.some((each) => existsSync(join(each, name))));
  return [
    ...(uses === PLACEHOLDER ? ["Put the owner and the commit of a release in the place of OWNER and <commit>."] : []),
    "A comment on the pull request needs `pull-requests: write`; without it, the answer is in the log and the summary.",
    ...nearby.map((each) => `${each.join(" ")}.`),
  ];
}

/** The folders around a file, up to its repository's. */
function foldersOf(path: string): string[] {
  const folder = dirname(path);
  return existsSync(join(folder, ".git")) || folder === path ? [folder] : [folder, ...foldersOf(folder)];
}
