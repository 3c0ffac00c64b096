/**
 * A comment without what each run writes anew though nothing has changed: links to the run and its artifact (or
 * the runner's folder), and the age of database and baseline.
 * Two comments of one essence tell the same; the link of the older stays good.
 */
export function essence(comment: string): string {
  return comment
    .replace(/\[this run\]\([^)\s]*\)/g, "this run")
    .replace(/\[the whole report\]\([^)\s]*\)/g, "the whole report")
    .replace(/^_Not everything has room here\. .*_$/m, "")
    .replace(/(?<=, compared with .*), [\d,]+ (?:min|h|days) old\)/g, ")")
    .replace(/· database [^·<]+ old(?= ·|<)/g, "· database");
}
