import { closest } from "../domain/did-you-mean.ts";
import { namedRegistry, parseReference, registryHost } from "../domain/image/reference.ts";
import { isLoopback } from "../images/engine/address.ts";

const GLOB = "GLOB, a pattern that starts in the workspace and stays in it, with / between folders";

/** The kinds of lines: their form, for messages, and how the text after the kind is parsed, if it has that form. */
const KINDS = {
  file: {
    form: "file:PATH, a path and no URL",
    read: (rest = "") => (/^(?!\/\/)./.test(rest) ? { path: rest } : undefined),
  },
  compose: { form: `compose:${GLOB}`, read: globOf },
  kubernetes: { form: `kubernetes:${GLOB}`, read: globOf },
  helm: {
    form: "helm:CHART [values=FILE …], paths that start in the workspace and stay in it, without patterns and URLs",
    read: chartOf,
  },
  docker: {
    form: "docker; the variable DOCKER_HOST names the engine",
    read: (rest?: string) => (rest === undefined ? {} : undefined),
  },
  kubectl: {
    form: "kubectl or kubectl:CONTEXT",
    read: (context?: string) => (/^(?!-)./.test(context ?? "any") ? { context } : undefined),
  },
  registry: {
    form: "registry:HOST/REPOSITORY[:TAGS] [newest=N], with docker.io for Docker Hub, a pattern only in TAGS, and N from 1 to 1000",
    read: registryTags,
  },
  harbor: {
    form: "harbor:https://HOST/PROJECT[/REPOSITORIES][:TAGS] [newest=N], with a host that has a dot or a port, http:// only for this machine, no login (docker login has it), and N from 1 to 1000",
    read: harborProject,
  },
} as const;
type Kind = keyof typeof KINDS;

/** One line of `discover`, of one of these kinds. */
export type SourceOf<Some extends Kind> = {
  readonly [K in Some]: { readonly kind: K; readonly line: string } & NonNullable<
    ReturnType<(typeof KINDS)[K]["read"]>
  >;
}[Some];
export type Source = SourceOf<Kind>;

/**
 * Parses one line of `discover`, without opening anything that it names.
 * @returns the fault, as the rest of a sentence that starts with the line
 */
export function parseSource(text: string): Source | { readonly mistake: string } {
  const line = text.trim();
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(line)) return { mistake: "has a character that cannot be seen" };
  const [, word = "", rest] = /^([^:]*)(?::\s*(.*))?$/.exec(line) ?? [];
  const known = Object.keys(KINDS) as Kind[];
  const kind = known.find((each) => each === word);
  if (kind === undefined) {
    const likely = closest(word, known);
    const kinds = known.map((each) => KINDS[each].form.replace(/[,;].*/, "")).join(", ");
    const advice =
      likely === undefined ? `write ${kinds}` : `did you mean ${JSON.stringify(likely + line.slice(word.length))}?`;
    return { mistake: `is not a source: ${advice}` };
  }
  const source = KINDS[kind].read(rest);
  return source === undefined
    ? { mistake: `is not of the form ${KINDS[kind].form}` }
    : ({ kind, line, ...source } as Source);
}

/** A path or a pattern that starts in the workspace and stays in it; undefined for any other. */
function pathWithin(text: string): string | undefined {
  const path = text.replace(/^(?:\.\/+)+(?=.)/, "");
  const leadsOut = /^(?:\/|[a-z][a-z0-9+.-]*:[\\/])|\\|(?:^|\/)\.\.(?:\/|$)/i.test(path);
  return leadsOut || path.length === 0 || path.length > 1000 ? undefined : path;
}

function globOf(rest = "") {
  const glob = pathWithin(rest);
  return glob === undefined ? undefined : { glob };
}

function chartOf(rest = "") {
  const [chart = "", ...options] = rest.split(/\s+/);
  const [path, ...values] = [chart, ...options.map((option) => /^values=(.*)/.exec(option)?.[1] ?? "")].map(pathWithin);
  const areFiles = [path, ...values].every((each) => each !== undefined && !/[*?]/.test(each));
  return areFiles ? { chart: path as string, values: values as string[] } : undefined;
}

/** `[:TAGS] [newest=N]`. An earlier colon belongs to a port. */
const CHOICE = "(?::(?<tags>[\\w.*?-]{1,128}))?(?:\\s+newest=(?<newest>[1-9]\\d{0,2}|1000))?$";
const REGISTRY = new RegExp(`^(?<repository>[^\\s/]+/(?:[^\\s/]*/)*[^\\s/:]+)${CHOICE}`);
const HARBOR = new RegExp(
  `^(?<address>https?://[^\\s/\\\\@?#]+)/(?<project>[a-z0-9]+(?:[._-][a-z0-9]+)*)(?:/(?<repositories>[a-z0-9._/*?-]{1,255}))?${CHOICE}`,
);

/** Images of each repository count, unless the line has `newest`. */
const DEFAULT_NEWEST = 1;

function registryTags(rest = "") {
  const { repository = "", tags, newest } = REGISTRY.exec(rest)?.groups ?? {};
  // Without a host, the name belongs to Docker Hub.
  if (namedRegistry(repository) === undefined || parseReference(repository)?.name !== repository) return undefined;
  return { repository, tags, newest: Number(newest ?? DEFAULT_NEWEST) };
}

function harborProject(rest = "") {
  const { address = "", project = "", repositories, tags, newest } = HARBOR.exec(rest)?.groups ?? {};
  const url = URL.canParse(address) ? new URL(address) : undefined;
  // In an image's name, a host without a dot and a port means a user of Docker Hub, whose login is not for this server.
  if (url === undefined || registryHost(`${url.host}/x`) !== url.host) return undefined;
  // The login would be sent without TLS.
  if (url.protocol === "http:" && !isLoopback(url)) return undefined;
  return { origin: url.origin, project, repositories, tags, newest: Number(newest ?? DEFAULT_NEWEST) };
}
