/** One instruction of a Dockerfile. */
export interface Instruction {
  /** In upper case: `RUN`, `COPY`, … */
  readonly keyword: string;
  /** The text after the keyword. Continued lines are joined in Docker's way. */
  readonly text: string;
  /** Its first line, 1-based. */
  readonly line: number;
  /** Here-documents of a RUN, COPY or ADD, in order. */
  readonly documents: readonly HereDocument[];
}

interface HereDocument {
  readonly name: string;
  /** Includes each line's line break. */
  readonly text: string;
}

/** Only these may have here-documents (BuildKit, frontend/dockerfile/parser). */
const WITH_DOCUMENTS = new Set(["RUN", "COPY", "ADD"]);

/**
 * The instructions of a Dockerfile in Docker's syntax (https://docs.docker.com/reference/dockerfile/): comments,
 * continued lines and here-documents, without the `escape` directive of Windows. Never throws, and never runs or
 * fetches anything. Text that is not a Dockerfile yields meaningless instructions. Takes linear time.
 */
export function parseDockerfile(text: string): Instruction[] {
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n/);
  const instructions: Instruction[] = [];
  let index = 0;
  while (index < lines.length) {
    const first = index;
    const { joined, next } = logicalLine(lines, index);
    index = next;
    const [, keyword = "", rest = ""] = /^([A-Za-z]+)(?:[ \t]([\s\S]*))?$/.exec(joined) ?? [];
    if (keyword === "") continue;
    const upper = keyword.toUpperCase();
    const documents: HereDocument[] = [];
    for (const { name, tabs } of WITH_DOCUMENTS.has(upper) ? documentNames(rest) : []) {
      const { text, next } = readDocument(lines, index, name, tabs);
      documents.push({ name, text });
      index = next;
    }
    instructions.push({ keyword: upper, text: rest.trim(), line: first + 1, documents });
  }
  return instructions;
}

/** Joins a line with its continuation lines, leaving out comments and empty lines between them. */
function logicalLine(lines: readonly string[], from: number): { joined: string; next: number } {
  const parts: string[] = [];
  let index = from;
  for (; index < lines.length; index++) {
    const line = lines[index] as string;
    const start = line.trimStart();
    if (start.startsWith("#") || start === "") {
      if (parts.length === 0) return { joined: "", next: index + 1 };
      continue;
    }
    const end = line.trimEnd();
    // Two backslashes are a literal escape character.
    const continued = end.endsWith("\\") && !end.endsWith("\\\\");
    const part = continued ? end.slice(0, -1) : line;
    parts.push(parts.length === 0 ? part.trimStart() : part);
    if (!continued) break;
  }
  return { joined: parts.join("").trimEnd(), next: index + 1 };
}

/** Names of here-documents: `<<EOF`, `<<-"EOF"`, `3<<EOF`, each as a separate word. */
function documentNames(text: string): { name: string; tabs: boolean }[] {
  if (!text.includes("<<")) return [];
  return splitWords(text).flatMap((word) => {
    const [, dash, name] = /^\d*<<(-?)([^<\s]+)$/.exec(word) ?? [];
    return name === undefined ? [] : [{ name: name.replace(/["']/g, ""), tabs: dash === "-" }];
  });
}

/** Reads up to the line that contains only the name, or to the end of the file if there is no such line. */
function readDocument(lines: readonly string[], from: number, name: string, tabs: boolean) {
  const text: string[] = [];
  let index = from;
  for (; index < lines.length; index++) {
    const line = tabs ? (lines[index] as string).replace(/^\t+/, "") : (lines[index] as string);
    if (line === name) break;
    text.push(`${line}\n`);
  }
  return { text: text.join(""), next: index + 1 };
}

/** Splits a text at white space. Quoted text stays together and keeps its quotes. */
export function splitWords(text: string): string[] {
  return text.match(/(?:"(?:[^"\\]|\\[\s\S])*(?:"|$)|'[^']*(?:'|$)|[^\s"'])+/g) ?? [];
}

/** A build stage: a FROM and the instructions up to the next FROM. */
export interface Stage {
  /** Line of its FROM. */
  readonly line: number;
  /** Its base, as written: an image, `scratch`, a build argument, or the name of an earlier stage. */
  readonly from: string;
  /** The index of the earlier stage that it is based on. */
  readonly stage: number | undefined;
  /** The instructions after the FROM. */
  readonly instructions: readonly Instruction[];
}

/** A Dockerfile's stages, in order. Instructions before the first FROM belong to no stage. */
export function stagesOf(instructions: readonly Instruction[]): Stage[] {
  const named = new Map<string, number>();
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of instructions) {
    if (instruction.keyword !== "FROM") {
      stages.at(-1)?.instructions.push(instruction);
      continue;
    }
    // `FROM [--platform=…] image [AS name]`.
    const [base = "", as = "", name] = splitWords(instruction.text).filter((word) => !word.startsWith("--"));
    const from = unquoted(base);
    stages.push({ line: instruction.line, from, stage: named.get(from.toLowerCase()), instructions: [] });
    if (name !== undefined && as.toLowerCase() === "as") named.set(name.toLowerCase(), stages.length - 1);
  }
  return stages;
}

/** A text without surrounding quotes. */
export function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/s, "$2");
}
