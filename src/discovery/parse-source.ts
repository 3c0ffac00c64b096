import { closest } from "../domain/did-you-mean.ts";
import { harborProject, registryTags } from "./registries/line.ts";
import type { Source, SourceMistake } from "./source.ts";

/** The kinds of sources, as a line of `discover` begins. */
const KINDS = ["file", "compose", "kubernetes", "helm", "docker", "kubectl", "registry", "harbor"] as const;
type Kind = (typeof KINDS)[number];

/** Each form of a line, for messages and for the command's usage. */
const SOURCE_FORMS =
  "file:PATH, compose:GLOB, kubernetes:GLOB, helm:CHART, docker, kubectl, kubectl:CONTEXT, registry:HOST/REPOSITORY or harbor:https://HOST/PROJECT";

/** Reads one line of `discover`, without looking at what it names. */
export function parseSource(text: string): Source | SourceMistake {
  const line = text.trim();
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
  const colon = line.indexOf(":");
  const word = colon === -1 ? line : line.slice(0, colon);
  const rest = colon === -1 ? undefined : line.slice(colon + 1).trim();
  if (!isKind(word)) return { mistake: `is not a source: ${advice(line, word)}` };
  return sourceOf(line, word, rest);
}

function isKind(word: string): word is Kind {
  return (KINDS as readonly string[]).includes(word);
}

function advice(line: string, word: string): string {
  const meant = closest(word, KINDS);
  if (meant !== undefined) return `did you mean ${JSON.stringify(meant + line.slice(word.length))}?`;
  if (/\.(?:txt|lst|list)$/.test(line)) return `write ${JSON.stringify(`file:${line}`)} for a list of images`;
  return `write ${SOURCE_FORMS}`;
}

function sourceOf(line: string, kind: Kind, rest: string | undefined): Source | SourceMistake {
  if (kind === "docker") {
    if (rest === undefined) return { kind, line };
    return { mistake: 'has something behind "docker"; the variable DOCKER_HOST names the engine' };
  }
  if (kind === "kubectl") {
    if (rest === undefined) return { kind, line };
    if (rest === "") return { mistake: "names no context; without one, leave the colon out" };
    return rest.startsWith("-") ? { mistake: "has a context that starts with -" } : { kind, line, context: rest };
  }
  if (kind === "registry" || kind === "harbor") {
    const read = kind === "registry" ? registryTags(rest ?? "") : harborProject(rest ?? "");
    return "mistake" in read ? read : { ...read, line };
  }
  return kind === "helm" ? chartOf(line, rest ?? "") : filesOf(line, kind, rest);
}

/** `CHART values=FILE values=FILE`. */
function chartOf(line: string, rest: string): Source | SourceMistake {
  const [chart = "", ...options] = rest.split(/\s+/);
  if (chart === "") return { mistake: "names no chart" };
  const strange = options.find((option) => !/^values=./.test(option));
  if (strange !== undefined)
    return { mistake: `has ${JSON.stringify(strange)}; only values=FILE may follow the chart, any number of times` };
  const [path = "", ...values] = [chart, ...options.map((option) => option.slice("values=".length))].map((each) =>
    each.replace(/^(?:\.\/+)+/, ""),
  );
  for (const each of [path, ...values]) {
    if (/^[a-z][a-z0-9+.-]*:/i.test(each)) return { mistake: "has a URL; name what lies in the workspace" };
    const wrong = /[*?]/.test(each) ? "has a pattern; name one chart and its files" : wrongGlob(each);
    if (wrong !== undefined) return { mistake: wrong.replace("the pattern starts", "the path starts") };
  }
  return { kind: "helm", line, chart: path === "" ? "." : path, values };
}

function filesOf(
  line: string,
  kind: "file" | "compose" | "kubernetes",
  rest: string | undefined,
): Source | SourceMistake {
  if (rest === undefined || rest === "") return { mistake: `names no ${kind === "file" ? "file" : "files"}` };
  if (kind === "file") {
    return rest.startsWith("//") ? { mistake: "is a URL; name a file in the workspace" } : { kind, line, path: rest };
  }
  const glob = rest.replace(/^(?:\.\/+)+/, "");
  const wrong = wrongGlob(glob);
  return wrong === undefined ? { kind, line, glob } : { mistake: wrong };
}

function wrongGlob(glob: string): string | undefined {
  if (glob.length > 1000) return "has more than 1,000 characters";
  if (/^(?:\/|[A-Za-z]:[\\/])/.test(glob)) return "is absolute; the pattern starts in the workspace";
  if (glob.includes("\\")) return "has a backslash; folders are separated by /";
  if (glob.split("/").includes("..")) return "leads out of the workspace by ..";
  return undefined;
}
