/** Which run wrote something, so that a later one can tell whether it is newer. All of it is GitHub's own word, never a stranger's. */
export interface RunStamp {
  /** GITHUB_RUN_ID: grows over all workflows of a server. The same for each attempt. */
  readonly run: number;
  /** GITHUB_RUN_NUMBER: how often this workflow ran. For readers: numbers of two workflows cannot be compared. */
  readonly number: number;
  /** GITHUB_RUN_ATTEMPT: 1, and more where the run was started again. */
  readonly attempt: number;
  /** GITHUB_EVENT_NAME. */
  readonly event: string;
  /** The pull request's commit that was judged; absent: the event does not name one, as a comment on the pull request does not. */
  readonly commit?: string | undefined;
}

const END = " -->";

/** The hidden line with the run that writes it: `<!-- image-gate v1 … run=42 number=7 attempt=1 event=push commit=abc -->`. */
export function stamped(marker: string, stamp: RunStamp | undefined): string {
  if (stamp === undefined) return marker;
  const { run, number, attempt, event, commit } = stamp;
  const words = [`run=${run}`, `number=${number}`, `attempt=${attempt}`, `event=${event}`];
  const all = [...words, ...(commit === undefined ? [] : [`commit=${commit}`])];
  return `${marker.slice(0, -END.length)} ${all.join(" ")}${END}`;
}

/**
 * Reads such a line. Words that are not known are passed over, as a later version may write more; a stamp that cannot be read is
 * none, and any run may write over it.
 * @returns undefined where the line is not this marker's
 */
export function readStamped(line: string, marker: string): { readonly stamp?: RunStamp } | undefined {
  if (line === marker) return {};
  const start = `${marker.slice(0, -END.length)} `;
  if (!line.startsWith(start) || !line.endsWith(END)) return undefined;
  const text = line.slice(start.length, -END.length);
  // What is no list of words is no line of ours.
  if (!/^[a-z]+=[\w.-]+(?: [a-z]+=[\w.-]+)*$/.test(text)) return undefined;
  const words = new Map(text.split(" ").map((word) => word.split("=", 2) as [string, string]));
  const [run, number, attempt] = ["run", "number", "attempt"].map((name) => wholeNumber(words.get(name)));
  const event = words.get("event");
  if (run === undefined || number === undefined || attempt === undefined || event === undefined) return {};
  const commit = /^[0-9a-f]{40,64}$/.exec(words.get("commit") ?? "")?.[0];
  return { stamp: { run, number, attempt, event, commit } };
}

/** A positive number that loses nothing in JavaScript; else undefined. */
export function wholeNumber(text: string | undefined): number | undefined {
  return /^[1-9]\d{0,14}$/.test(text ?? "") ? Number(text) : undefined;
}
