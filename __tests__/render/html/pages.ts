import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from "parse5";
import { renderHtml } from "../../../src/render/html/html.ts";
import type { View } from "../../../src/render/view.ts";
import { exception, failed, finding, judged, target, use, view } from "../build.ts";
import { FACTS, whole } from "../facts.ts";

type Element = DefaultTreeAdapterTypes.Element;
type Node = DefaultTreeAdapterTypes.Node;

export const html = (of: View): string => whole(renderHtml(of, FACTS));

export function writePage(folder: string, name: string, of: View): string {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, html(of));
  return file;
}

/** A few findings of every severity, status, layer and target, in an order that every sorting changes. */
export function mixed(): View {
  const layer = (number: number, instruction: string) => ({ diffId: `sha256:${number}`, number, instruction });
  const [base, pip, copy] = [layer(1, "ADD rootfs.tar.xz /"), layer(2, "RUN pip install x"), layer(10, "COPY . /app")];
  const of = (name: string, over: Parameters<typeof finding>[0] = {}) =>
    finding({ id: `CVE-2024-${name.length}0000`, package: { name, version: "1.10.0" }, layer: base, ...over });
  const api = [
    judged(of("zlib", { severity: "MEDIUM", package: { name: "zlib", version: "1.9.0" } })),
    judged(of("openssl", { severity: "CRITICAL", layer: copy, description: "What it is.\n\nAnd what it does." })),
    judged(of("curl", { severity: "LOW", fixedVersions: [], status: "affected", layer: pip })),
    judged(of("bash", { severity: "UNKNOWN" }), { outcome: "not-counted", spared: "grace", countsFrom: "2026-12-01" }),
    judged(
      of("log4j", {
        severity: "HIGH",
        path: "usr/lib/sparkly/log4j.jar",
        layer: pip,
        owner: { ecosystem: "Python", name: "sparkly", version: "2.3.0" },
      }),
      { outcome: "accepted", exceptions: [exception()], change: "new", origin: "own" },
    ),
  ];
  const web = [
    judged(of("openssl", { severity: "HIGH" }), {
      exploitation: { kev: { dueDate: "2026-12-24", ransomware: false }, epss: 0.93 },
      change: "newly-disclosed",
    }),
    judged(of("busybox", { severity: "CRITICAL", layer: undefined, path: "bin/busybox" })),
  ];
  return view(
    [
      target(api, { label: "ghcr.io/acme/api:1" }),
      failed({}, "ghcr.io/acme/gone:1"),
      target(web, { label: "ghcr.io/acme/web:2" }),
    ],
    { name: "release images", exceptions: [use({ state: "ending", daysLeft: 5 })] },
  );
}

/** The page as read by a real HTML parser that agrees with browsers. */
export const parsed = (text: string): Node => parse(text);

/** All elements with a tag, in their order. */
export function elements(node: Node, tag?: string): Element[] {
  const found: Element[] = [];
  const look = (at: Node): void => {
    if (defaultTreeAdapter.isElementNode(at) && (tag === undefined || at.tagName === tag)) found.push(at);
    if ("childNodes" in at) for (const child of at.childNodes) look(child);
  };
  look(node);
  return found;
}

export function textOf(node: Node): string {
  if (defaultTreeAdapter.isTextNode(node)) return node.value;
  return "childNodes" in node ? node.childNodes.map(textOf).join("") : "";
}

export function attribute(element: Element, name: string): string | undefined {
  return element.attrs.find((each) => each.name === name)?.value;
}

/** A package in the table of findings: the texts of its heading's cells, and of each finding's cells. */
export interface PackageTexts {
  readonly cells: readonly string[];
  readonly findings: readonly (readonly string[])[];
}

export function packageTexts(page: Node): PackageTexts[] {
  return groupsOf(page).map(({ cells, rows }) => ({
    cells: cells.map(textOf),
    findings: rows.map((row) => elements(row, "td").map(textOf)),
  }));
}

/** The groups of rows in the table of findings, each with its heading's cells and the rows of its findings. */
export function groupsOf(page: Node): { readonly cells: Element[]; readonly rows: Element[] }[] {
  const table = elements(page, "table").find((each) => attribute(each, "class") === "findings");
  return (table === undefined ? [] : elements(table, "tbody")).map((group) => {
    const [heading, ...rows] = elements(group, "tr");
    const cells = heading === undefined ? [] : elements(heading);
    return { cells: cells.filter(({ tagName }) => tagName === "td" || tagName === "th"), rows };
  });
}
