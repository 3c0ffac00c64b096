import { type ServerRun, wholeNumber } from "../run-stamp.ts";

/** The content of the hidden first line of an issue. */
export interface IssueMark {
  /** The run's name: runs with different names and sources have separate issues. */
  readonly scope: string;
  /** The image's name. */
  readonly image: string;
  /** True if the last run that wrote the body wanted the issue to be open. */
  readonly isOpen: boolean;
  /** The run that wrote the body. Undefined: it had no number, or an earlier version wrote it. */
  readonly by?: ServerRun | undefined;
}

const LINE =
  /^<!-- image-gate issue v1 run=([\w.%/:]*) image=([\w.%/:]+) is=(open|closed)(?: by=([\w.%/:]+)#(\d+))? -->$/;
/** The part of the line that depends only on the run. */
const BY = /^(<!-- image-gate issue v1 [^\n]*) by=[\w.%/:]+#\d+ -->/;

/**
 * The hidden first line from which a run recognises its issues. Only letters, digits and a few harmless characters stay
 * unescaped, so no name can break out of the HTML comment.
 */
export function issueMarker({ scope, image, isOpen, by }: IssueMark): string {
  const written = by === undefined ? "" : ` by=${encoded(by.server)}#${by.number}`;
  const is = isOpen ? "open" : "closed";
  return `<!-- image-gate issue v1 run=${encoded(scope)} image=${encoded(image)} is=${is}${written} -->`;
}

/** The same body, with a marker that does not name the run. */
export function withoutWriter(body: string): string {
  return body.replace(BY, "$1 -->");
}

/**
 * Reads the marker in the first line of an issue's body. A marker elsewhere is a quotation. Undefined: there is no
 * marker.
 */
export function readIssueMarker(body: string): IssueMark | undefined {
  const [line = ""] = body.split("\n", 1);
  const [, scope = "", image = "", is, server = "", count] = LINE.exec(line.trimEnd()) ?? [];
  if (is === undefined) return undefined;
  try {
    const mark = { scope: decodeURIComponent(scope), image: decodeURIComponent(image), isOpen: is === "open" };
    const number = wholeNumber(count);
    return number === undefined ? mark : { ...mark, by: { server: decodeURIComponent(server), number } };
  } catch {
    return undefined;
  }
}

/**
 * The same body, with a marker that marks the issue as closed.
 * @param by the run that closes it
 */
export function markedClosed(body: string, by: ServerRun | undefined): string {
  const mark = readIssueMarker(body);
  if (mark === undefined) return body;
  const end = body.indexOf("\n");
  return `${issueMarker({ ...mark, isOpen: false, by })}${end === -1 ? "" : body.slice(end)}`;
}

function encoded(name: string): string {
  return encodeURIComponent(name.toWellFormed())
    .replace(/[-!~*'()]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%2F", "/")
    .replaceAll("%3A", ":");
}
