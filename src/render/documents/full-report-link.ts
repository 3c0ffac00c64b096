import { code, link } from "../markdown/markdown.ts";

/** Where the whole report is when comment or summary had to leave something out: an artifact's page, or files on the runner. */
export type WholeReport = { readonly url: string } | { readonly files: readonly string[] };

/** Where rows that were left out can be read, as a clause; undefined: nowhere that a reader could follow. */
export function wholeReportWords(whole: WholeReport | undefined): string | undefined {
  return whole !== undefined && "url" in whole ? `${linked(whole.url)} has all` : undefined;
}

/** The sentence about it; empty: nothing was left out. */
export function wholeReportNote(whole: WholeReport | undefined): string {
  if (whole === undefined) return "";
  if ("url" in whole) return `_Not everything has room here: ${linked(whole.url)} has it all, as Markdown and JSON._`;
  return `_Not everything has room here. ${filesWords(whole.files)}._`;
}

function filesWords(files: readonly string[]): string {
  if (files.length === 0) return "The log says why no file has it all";
  const named = files.map((file) => code(file, 300)).join(" and ");
  return `On the runner, ${named} ${files.length === 1 ? "has" : "have"} it all`;
}

function linked(url: string): string {
  return link("the whole report", url);
}
