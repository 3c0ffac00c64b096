import { type Instruction, words } from "./dockerfile.ts";

/** What stands between two FROM. */
export interface Stage {
  /** Line of its FROM. */
  readonly line: number;
  /** The image that it begins with, build arguments at their defaults; undefined: an earlier stage, or nobody knows. */
  readonly image: string | undefined;
  /** The earlier stage that it begins with, as its place in the list. */
  readonly stage: number | undefined;
  /** Behind the FROM. */
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile's stages in their order. What no FROM stands before belongs to none. */
export function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const defaults = new Map<string, string>();
  const named = new Map<string, number>();
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    const last = stages.at(-1);
    if (instruction.keyword === "FROM") {
      const { name, base } = fromParts(instruction.text);
      const image = expanded(base, defaults) || undefined;
      const stage = named.get(image?.toLowerCase() ?? "");
      stages.push({ line: instruction.line, image: stage === undefined ? image : undefined, stage, instructions: [] });
      if (name !== undefined) named.set(name.toLowerCase(), stages.length - 1);
    } else if (last !== undefined) last.instructions.push(instruction);
    else if (instruction.keyword === "ARG") addDefaults(instruction.text, defaults);
  }
  return stages;
}

/** `FROM [--platform=…] image [AS name]`. */
function fromParts(text: string): { base: string; name: string | undefined } {
  const [base = "", as = "", name] = words(text).filter((word) => !word.startsWith("--"));
  return { base: unquoted(base), name: as.toLowerCase() === "as" ? name : undefined };
}

/** ARGs before the first FROM hold for all FROMs; one without a default has none. */
function addDefaults(text: string, defaults: Map<string, string>): void {
  for (const word of words(text)) {
    const cut = word.indexOf("=");
    if (cut <= 0) continue;
    const value = expanded(unquoted(word.slice(cut + 1)), defaults);
    if (value !== undefined) defaults.set(word.slice(0, cut), value);
  }
}

/** No reference is longer; values that double with each ARG would fill the memory. */
const MAX_VALUE = 4096;

/** `$NAME`, `${NAME}`, `${NAME:-else}` and `${NAME:+then}`; undefined where a name has no value. */
function expanded(text: string, values: ReadonlyMap<string, string>): string | undefined {
  let known = true;
  const result = text.replace(/\$(?:(\w+)|\{(\w+)(?::?([-+])([^}$]*))?\})/g, (_, plain, braced, sign, other = "") => {
    const value = values.get(plain ?? braced);
    if (sign === "-") return value || other;
    if (sign === "+") return value ? other : "";
    if (value === undefined) known = false;
    return value ?? "";
  });
  return known && !result.includes("$") && result.length <= MAX_VALUE ? result : undefined;
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, "$2");
}
