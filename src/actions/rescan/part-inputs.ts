import { factsOf, namesWhere, type Shape } from "../input-facts.ts";

/** A job's part of a run over more images than one job can scan. */
type Part = "plan" | "scan" | "merge";

/** All inputs as they were read. */
type Data = Readonly<Record<string, unknown>> & { readonly part?: Part | undefined };

/**
 * What is given although it has no meaning in this part, and what is missing. An input that is as if it were not given
 * counts as that, since action.yml gives many their default.
 * @param defaults what holds if nothing is given
 */
export function partMistakes(shape: Shape, data: Data, defaults: () => Data): string[] {
  const { part } = data;
  const partsOf = (name: string) => factsOf(shape[name]).parts ?? [];
  const wordsOf = (name: string) =>
    partsOf(name)
      .map((each) => `\`part: ${each}\``)
      .join(" and ");
  const onlyInParts = namesWhere(shape, ({ onlyInPart }) => onlyInPart);
  if (part === undefined)
    return onlyInParts.filter((name) => data[name] !== undefined).map((name) => `\`${name}\` needs ${wordsOf(name)}`);
  const none = defaults();
  const wrong = namesWhere(shape, ({ parts }) => parts !== undefined && !parts.includes(part))
    .filter((name) => JSON.stringify(data[name]) !== JSON.stringify(none[name]))
    .filter((name) => name !== "policy" || !isAboutScanners(data))
    .map((name) => `\`${name}\` has no meaning in \`part: ${part}\`: it belongs to ${wordsOf(name)}`);
  const missing = onlyInParts
    .filter((name) => partsOf(name).includes(part) && data[name] === undefined)
    .map((name) => `\`part: ${part}\` needs \`${name}\`, which was not given, or empty`);
  return [...wrong, ...missing];
}

/** Which of several scanners may fail is known to the policy alone. */
function isAboutScanners({ part, "scan-with": scanWith }: Data): boolean {
  return part === "scan" && Array.isArray(scanWith) && scanWith.length > 1;
}
