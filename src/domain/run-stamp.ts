/**
 * Identifies the run that wrote a text, so another run can see which of the two is newer. All values come from the
 * platform itself.
 */
export interface RunStamp {
  /** Increases across all workflows of a server. All attempts have the same number. */
  readonly run: number;
  /** The number of this workflow's runs. For display only: numbers of two workflows are not comparable. */
  readonly number: number;
  /** 1, or more if the run was restarted. */
  readonly attempt: number;
  /** The event that started the run: `pull_request`, `push`, … */
  readonly event: string;
  /** The pull request's commit that was judged. Absent if the event does not name one, such as a comment. */
  readonly commit?: string | undefined;
}

const END = " -->";

/** A hidden line that names its run: `<!-- image-gate v1 … run=42 number=7 attempt=1 event=push commit=abc -->`. */
export function stamped(marker: string, stamp: RunStamp | undefined): string {
  if (stamp === undefined) return marker;
  const { run, number, attempt, event, commit } = stamp;
  const words = `run=${run} number=${number} attempt=${attempt} event=${event}`;
  return `${marker.slice(0, -END.length)} ${words}${commit === undefined ? "" : ` commit=${commit}`}${END}`;
}

/**
 * Reads a line that {@link stamped} wrote. Ignores unknown fields, since a later version may write more. An unreadable
 * stamp counts as missing: any run may overwrite it.
 * @returns undefined if the line does not have this marker
 */
export function readStamped(line: string, marker: string): { readonly stamp?: RunStamp } | undefined {
  if (line === marker) return {};
  const start = `${marker.slice(0, -END.length)} `;
  if (!line.startsWith(start) || !line.endsWith(END)) return undefined;
  const text = line.slice(start.length, -END.length);
  // Any other line was not written by {@link stamped}.
  if (!/^[a-z]+=[\w.-]+(?: [a-z]+=[\w.-]+)*$/.test(text)) return undefined;
  const words = new Map(text.split(" ").map((word) => word.split("=", 2) as [string, string]));
  const [run, number, attempt] = ["run", "number", "attempt"].map((name) => wholeNumber(words.get(name)));
  const event = words.get("event");
  if (run === undefined || number === undefined || attempt === undefined || event === undefined) return {};
  const commit = /^[0-9a-f]{40,64}$/.exec(words.get("commit") ?? "")?.[0];
  return { stamp: { run, number, attempt, event, commit } };
}

/** A positive safe integer, otherwise undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : undefined;
}

/** A run of a platform. A server's numbers increase across projects; two servers' numbers are not comparable. */
export interface ServerRun {
  /** Host and port. */
  readonly server: string;
  readonly number: number;
}

/** The run of this stamp; the run's page names the server. Undefined if either is unknown. */
export function serverRun(stamp: RunStamp | undefined, runUrl: string | undefined): ServerRun | undefined {
  if (stamp === undefined || runUrl === undefined || !URL.canParse(runUrl)) return undefined;
  return { server: new URL(runUrl).host, number: stamp.run };
}

/** True if both runs are from the same server, and the first is older. */
export function isOlderRun(one: ServerRun | undefined, other: ServerRun | undefined): boolean {
  return one !== undefined && other !== undefined && one.server === other.server && one.number < other.number;
}
