import { closest } from "../domain/did-you-mean.ts";
import { namedRegistry, parseReference, registryHost } from "../domain/image/reference.ts";
import { isLoopback } from "../images/engine/address.ts";
import type { Source, SourceMistake } from "./source.ts";

/** The form of each kind of line, for messages. */
const FORMS = {
  file: "file:PATH, a path and no URL",
  compose: "compose:GLOB, a pattern that starts in the workspace and stays in it, with / between folders",
  kubernetes: "kubernetes:GLOB, a pattern that starts in the workspace and stays in it, with / between folders",
  helm: "helm:CHART [values=FILE …], paths that start in the workspace and stay in it, without patterns and URLs",
  docker: "docker; the variable DOCKER_HOST names the engine",
  kubectl: "kubectl or kubectl:CONTEXT",
  registry:
    "registry:HOST/REPOSITORY[:TAGS] [newest=N], with docker.io for Docker Hub, a pattern only in TAGS, and N from 1 to 1000",
  harbor:
    "harbor:https://HOST/PROJECT[/REPOSITORIES][:TAGS] [newest=N], with a host that has a dot or a port, http:// only for this machine, no login (docker login has it), and N from 1 to 1000",
} as const;
type Kind = keyof typeof FORMS;
const KINDS = Object.keys(FORMS) as Kind[];

/** Reads one line of `discover`, without looking at what it names. */
export function parseSource(text: string): Source | SourceMistake {
  const line = text.trim();
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
  const [, word = "", rest] = /^([^:]*)(?::\s*(.*))?$/.exec(line) ?? [];
  const kind = KINDS.find((each) => each === word);
  if (kind === undefined) {
    const meant = closest(word, KINDS);
    const kinds = KINDS.map((each) => FORMS[each].replace(/[,;].*/, "")).join(", ");
    const advice =
      meant === undefined ? `write ${kinds}` : `did you mean ${JSON.stringify(meant + line.slice(word.length))}?`;
    return { mistake: `is not a source: ${advice}` };
  }
  const source = sourceOf(kind, rest);
  return source === undefined ? { mistake: `is not of the form ${FORMS[kind]}` } : ({ ...source, line } as Source);
}

function sourceOf(kind: Kind, rest: string | undefined): object | undefined {
  switch (kind) {
    case "docker":
      return rest === undefined ? { kind } : undefined;
    case "kubectl":
      if (rest === undefined) return { kind };
      return /^[^-]/.test(rest) ? { kind, context: rest } : undefined;
    case "file":
      return /^(?!\/\/)./.test(rest ?? "") ? { kind, path: rest } : undefined;
    case "helm":
      return chartOf(rest ?? "");
    case "registry":
      return registryTags(rest ?? "");
    case "harbor":
      return harborProject(rest ?? "");
    default: {
      const glob = pathWithin(rest ?? "");
      return glob === undefined ? undefined : { kind, glob };
    }
  }
}

/** A path or a pattern that starts in the workspace and stays in it; undefined for any other. */
function pathWithin(text: string): string | undefined {
  const path = text.replace(/^(?:\.\/+)+(?=.)/, "");
  const leadsOut = /^(?:\/|[a-z][a-z0-9+.-]*:[\\/])|\\|(?:^|\/)\.\.(?:\/|$)/i.test(path);
  return leadsOut || path.length === 0 || path.length > 1000 ? undefined : path;
}

function chartOf(rest: string) {
  const [chart = "", ...options] = rest.split(/\s+/);
  const [path, ...values] = [chart, ...options.map((option) => /^values=(.*)/.exec(option)?.[1] ?? "")].map(pathWithin);
  const areFiles = [path, ...values].every((each) => each !== undefined && !/[*?]/.test(each));
  return areFiles ? { kind: "helm", chart: path, values } : undefined;
}

/** `[:TAGS] [newest=N]`. An earlier colon belongs to a port. */
const CHOICE = "(?::(?<tags>[\\w.*?-]{1,128}))?(?:\\s+newest=(?<newest>[1-9]\\d{0,2}|1000))?$";
const REGISTRY = new RegExp(`^(?<repository>[^\\s/]+/(?:[^\\s/]*/)*[^\\s/:]+)${CHOICE}`);
const HARBOR = new RegExp(
  `^(?<address>https?://[^\\s/\\\\@?#]+)/(?<project>[a-z0-9]+(?:[._-][a-z0-9]+)*)(?:/(?<repositories>[a-z0-9._/*?-]{1,255}))?${CHOICE}`,
);

/** Images of each repository count, unless the line has `newest`. */
const DEFAULT_NEWEST = 1;

function registryTags(rest: string) {
  const { repository = "", tags, newest } = REGISTRY.exec(rest)?.groups ?? {};
  // Without a host, it is a name of Docker Hub.
  if (namedRegistry(repository) === undefined || parseReference(repository)?.name !== repository) return undefined;
  return { kind: "registry", repository, tags, newest: Number(newest ?? DEFAULT_NEWEST) };
}

function harborProject(rest: string) {
  const { address = "", project, repositories, tags, newest } = HARBOR.exec(rest)?.groups ?? {};
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // A host without a dot and a port means, in an image, a user of Docker Hub, whose login is not for this server.
  if (url === undefined || registryHost(`${url.host}/x`) !== url.host) return undefined;
  // The login would be sent without TLS.
  if (url.protocol === "http:" && !isLoopback(url)) return undefined;
  return { kind: "harbor", origin: url.origin, project, repositories, tags, newest: Number(newest ?? DEFAULT_NEWEST) };
}
