import { GateError } from "../errors.ts";
import type { DatabaseKind } from "./arguments.ts";
import type { Reason } from "./failures.ts";

/** Why one repository gave no database. */
export interface Attempt {
  readonly repository: string;
  readonly reason: Reason | "stale" | "damaged" | "empty" | "schema";
  /** The end of a sentence that starts with the repository. */
  readonly cause: string;
}

/** Each in full, so that whoever meets one can search for it. */
const CODES: Readonly<Record<DatabaseKind, Readonly<Record<"timeout" | "stale" | "unavailable", string>>>> = {
  vulnerability: { timeout: "database-timeout", stale: "database-stale", unavailable: "database-unavailable" },
  java: { timeout: "java-database-timeout", stale: "java-database-stale", unavailable: "java-database-unavailable" },
};

interface Asked {
  readonly timeoutMs: number;
}

/**
 * No repository gave a database that may be used: names each one and why, and what to do.
 * @returns GateError `database-timeout` where time was what was missing everywhere, `database-stale` where all there is is
 * too old, else `database-unavailable`; the Java database's codes start with `java-`.
 */
export function databaseError(
  kind: DatabaseKind,
  attempts: readonly Attempt[],
  { timeoutMs }: Asked,
  repositories: readonly string[],
): GateError {
  const reasons = new Set(attempts.map(({ reason }) => reason));
  const why = only(reasons, "timeout") ? "timeout" : only(reasons, "stale") ? "stale" : "unavailable";
  const untried = repositories.length - attempts.length;
  const list = attempts.map(({ repository, cause }) => `${repository}: ${cause}`).join("; ");
  const rest = untried > 0 ? `; no time was left for ${untried} more` : "";
  return new GateError(
    CODES[kind][why],
    `No ${kind === "java" ? "Java" : "vulnerability"} database could be downloaded (${list}${rest})`,
    remedies(kind, reasons, timeoutMs, repositories).join(" "),
  );
}

function only(reasons: ReadonlySet<string>, reason: string): boolean {
  return reasons.size === 1 && reasons.has(reason);
}

function remedies(
  kind: DatabaseKind,
  reasons: ReadonlySet<Attempt["reason"]>,
  timeoutMs: number,
  repositories: readonly string[],
): string[] {
  const input = kind === "java" ? "`java-db-repository`" : "`db-repository`";
  const remedy: string[] = [];
  if (["timeout", "no-host", "no-connection", "server-error", "cut-off", "other"].some((each) => has(reasons, each)))
    remedy.push(
      `Open port 443${/:\d/.test(hosts(repositories)) ? " (or the port behind its name)" : ""} from this runner to ${hosts(repositories)} (HTTPS_PROXY and NO_PROXY are honoured), or set ${input} to a copy that it can reach.`,
    );
  if (has(reasons, "timeout")) remedy.push(`Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1000)} s.`);
  if (has(reasons, "certificate"))
    remedy.push("Name the file of your own certificate authority by the environment variable SSL_CERT_FILE.");
  if (has(reasons, "rate-limit")) remedy.push(`Run again in some minutes, or set ${input} to a copy of your own.`);
  if (has(reasons, "login"))
    remedy.push("Databases are asked for without a login: make the repository readable by all within your network.");
  if (has(reasons, "not-found") || has(reasons, "wrong-artifact") || has(reasons, "blob-gone"))
    remedy.push(`Check the names in ${input}.`);
  if (has(reasons, "disk-full")) remedy.push("Free some disk space: the databases need about 2 GB.");
  if (["stale", "damaged", "empty", "schema"].some((each) => has(reasons, each)))
    remedy.push(`Refresh the copy that ${input} names, or take it out to use the public ones.`);
  return remedy;
}

function has(reasons: ReadonlySet<string>, reason: string): boolean {
  return reasons.has(reason);
}

/** Hosts to which a registry sends its clients for the contents (each registry's own documentation). */
const CONTENT_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "ghcr.io": ["pkg-containers.githubusercontent.com"],
  "public.ecr.aws": ["*.cloudfront.net"],
  "docker.io": ["registry-1.docker.io", "auth.docker.io", "production.cloudflare.docker.com"],
};

function hosts(repositories: readonly string[]): string {
  const all = repositories.flatMap((repository) => {
    const first = repository.split("/")[0] ?? "";
    const host = /[.:]|^localhost$/.test(first) ? first : "docker.io";
    return [host, ...(CONTENT_HOSTS[host] ?? [])];
  });
  return [...new Set(all)].join(", ");
}
