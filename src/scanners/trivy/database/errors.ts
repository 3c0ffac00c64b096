import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { registryHost } from "../../../domain/image/reference.ts";
import { listSome } from "../../../domain/list-some.ts";
import { GateError } from "../../../system/errors.ts";
import type { DatabaseKind } from "../process/arguments.ts";
import { KINDS } from "./health.ts";
import type { Reason } from "./registry-failures.ts";

/** Why one repository did not provide a database. */
export interface Attempt {
  readonly repository: string;
  readonly reason: Reason | "stale" | "damaged" | "empty" | "schema";
  /** The end of a sentence that starts with the repository. */
  readonly cause: string;
}

/** Written in full, so that people can search the code for them. */
const CODES: Readonly<Record<DatabaseKind, Readonly<Record<"timeout" | "stale" | "unavailable", string>>>> = {
  vulnerability: { timeout: "database-timeout", stale: "database-stale", unavailable: "database-unavailable" },
  java: { timeout: "java-database-timeout", stale: "java-database-stale", unavailable: "java-database-unavailable" },
};

/** An annotation has room for this many, and for the remedy. */
const MOST_NAMED = 10;

export interface Asked {
  readonly kind: DatabaseKind;
  /** Tried in this order. */
  readonly repositories: readonly string[];
  /** The user named them, so each gets the Docker login for its own host. Others get no login. */
  readonly named: boolean;
  /** Timeout for all repositories together, in milliseconds. */
  readonly timeoutMs: number;
}

/** `offline` is set, and no source for a database is configured. */
export function offlineWithoutDatabase(kind: DatabaseKind): GateError {
  const input = inputOf(kind);
  return new GateError(
    kind === "java" ? "java-database-offline" : "database-offline",
    `There is no ${KINDS[kind].name} that may be used on this machine, and \`offline\` forbids asking the public repositories`,
    `Set ${input} to a copy within your network: docs/air-gapped.md shows how to make one.`,
  );
}

function inputOf(kind: DatabaseKind): string {
  return kind === "java" ? "`java-db-repository`" : "`db-repository`";
}

/**
 * The error if no repository provided a usable database: names each repository, its failure, and the remedy.
 * @returns GateError `database-timeout` if all repositories timed out, `database-stale` if all databases were too old,
 * else `database-unavailable`; the Java database's codes start with `java-`.
 */
export function databaseError(asked: Asked, attempts: readonly Attempt[]): GateError {
  const { kind, repositories } = asked;
  const reasons = new Set(attempts.map(({ reason }) => reason));
  const why = only(reasons, "timeout") ? "timeout" : only(reasons, "stale") ? "stale" : "unavailable";
  const untried = repositories.length - attempts.length;
  const show = ({ repository, cause }: Attempt) => `${repository}: ${cause}`;
  const list = listSome(attempts, MOST_NAMED, { show, clauses: true });
  const rest =
    (attempts.length > MOST_NAMED ? ", in the log" : "") +
    (untried > 0 ? `; no time was left for ${untried} more` : "");
  return new GateError(
    CODES[kind][why],
    `No ${KINDS[kind].name} could be downloaded (${list}${rest})`,
    remedies(asked, reasons).join(" "),
  );
}

function only(reasons: ReadonlySet<string>, reason: string): boolean {
  return reasons.size === 1 && reasons.has(reason);
}

function remedies({ kind, repositories, named, timeoutMs }: Asked, reasons: ReadonlySet<Attempt["reason"]>): string[] {
  const input = inputOf(kind);
  const remedy: string[] = [];
  const isCut = ["timeout", "no-host", "no-connection", "reset", "server-error", "cut-off", "other"];
  if (isCut.some((each) => has(reasons, each)))
    remedy.push(
      `Open port 443${/:\d/.test(hosts(repositories)) ? " (or the port behind its name)" : ""} from this machine to ${hosts(repositories)} (HTTPS_PROXY and NO_PROXY are honoured), or set ${input} to a copy that it can reach.`,
    );
  if (has(reasons, "timeout")) remedy.push(`Or raise \`timeout\`, which is ${Math.round(timeoutMs / 1000)} s.`);
  if (has(reasons, "certificate"))
    remedy.push("Name the file of your own certificate authority by the environment variable SSL_CERT_FILE.");
  if (has(reasons, "rate-limit")) remedy.push(`Run again in some minutes, or set ${input} to a copy of your own.`);
  if (has(reasons, "login"))
    remedy.push(
      named
        ? `Log in before this step (docker/login-action): a repository that ${input} names gets the Docker login of its own host.`
        : `The public repositories are asked without a login: see whether a proxy refuses it, or set ${input} to a copy of your own.`,
    );
  if (has(reasons, "not-found") || has(reasons, "wrong-artifact") || has(reasons, "blob-gone"))
    remedy.push(`Check the names in ${input}.`);
  if (has(reasons, "disk-full")) remedy.push("Free some disk space: the databases need about 2 GB.");
  if (["stale", "damaged", "empty", "schema"].some((each) => has(reasons, each)))
    remedy.push(
      named
        ? `Refresh the copy that ${input} names, or take it out to use the public ones.`
        : "The public ones are built every six hours; see github.com/aquasecurity/trivy-db for why they are late.",
    );
  if (has(reasons, "stale") && kind === "vulnerability")
    remedy.push("Until then a higher `max-db-age` lets an older one through.");
  return remedy;
}

function has(reasons: ReadonlySet<string>, reason: string): boolean {
  return reasons.has(reason);
}

/** The public repositories and their content hosts are fewer. */
const MOST_HOSTS = 20;

/** Hosts to which a registry redirects its clients for content (from each registry's own documentation). */
const CONTENT_HOSTS: Readonly<Record<string, readonly string[]>> = {
  "ghcr.io": ["pkg-containers.githubusercontent.com"],
  "public.ecr.aws": ["*.cloudfront.net"],
  // The hosts that Trivy contacts, which is not docker.io itself. Then Docker's own list of hosts to allow.
  "docker.io": [
    "index.docker.io",
    "registry-1.docker.io",
    "auth.docker.io",
    "production.cloudflare.docker.com",
    "production.cloudfront.docker.com",
    "docker-images-prod.*.r2.cloudflarestorage.com",
  ],
};

function hosts(repositories: readonly string[]): string {
  const all = repositories.map(registryHost).flatMap((host) => [host, ...(CONTENT_HOSTS[host] ?? [])]);
  return listSome([...new Set(all)], MOST_HOSTS);
}

/** A note by which runs on one machine share a failed download. */
interface Note {
  /** Folder that only we use. */
  readonly store: string;
  /** What should have been downloaded, usable as a file name. */
  readonly name: string;
  readonly asked: readonly string[];
}

const schema = z.object({
  /** Milliseconds since 1970. */
  at: z.number(),
  asked: z.array(z.string()),
  error: z.object({ code: z.string(), what: z.string(), remedy: z.string() }),
});

const fileOf = ({ store, name }: Note): string => join(store, "locks", `${name}.failed.json`);

/** Leaves a note for the runs that wait for this one. If that fails, each run finds out for itself. */
export function noteFailure(note: Note, { code, what, remedy }: GateError): void {
  try {
    mkdirSync(join(note.store, "locks"), { recursive: true, mode: 0o700 });
    const text = JSON.stringify({ at: Date.now(), asked: note.asked, error: { code, what, remedy } });
    writeFileSync(fileOf(note), text, { mode: 0o600 });
  } catch {
    // The note only saves time.
  }
}

/** The failure of another run that tried the same repositories while this one waited. */
export function failedMeanwhile(note: Note, since: number): GateError | undefined {
  try {
    const { at, asked, error } = schema.parse(JSON.parse(readFileSync(fileOf(note), "utf8")));
    if (at <= since || at > Date.now() || asked.join() !== note.asked.join()) return undefined;
    return new GateError(error.code, error.what, error.remedy);
  } catch {
    return undefined;
  }
}
