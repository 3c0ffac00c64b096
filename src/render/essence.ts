/**
 * A comment without what each run writes anew though nothing has changed: the link to the run and the age of database and baseline.
 * Two comments of one essence tell the same; the link of the older stays good.
 */
export function essence(comment: string): string {
  return comment
    .replace(/\[this run\]\([^)\s]*\)/g, "this run")
    .replace(/(?<=, compared with .*), [\d,]+ (?:min|h|days) old\)/g, ")")
    .replace(/· database [^·<]+ old(?= ·|<)/g, "· database");
}
