import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fleet } from "../../__tests__/render/rescan/build.ts";
import { withNumbers } from "../../__tests__/render/rescan/fleet-numbers.ts";
import { overdueImage, rescan } from "../../__tests__/render/rescan/issue-views.ts";
import { startChromium } from "../../__tests__/support/programs/chromium.ts";
import { ownFonts } from "../../__tests__/support/programs/fonts.ts";
import { temporaryFolder } from "../../__tests__/support/runs/folder.ts";
import { issueBody } from "../../src/render/rescan/issue.ts";
import { renderSummary } from "../../src/render/rescan/summary.ts";
import { root } from "../setup/tools.ts";
import { gitHubPage } from "./github-page.ts";
import { gitLabPage } from "./gitlab-page.ts";
import { type PicturedRun, picturedRun } from "./pictured-run.ts";
import { TYPED } from "./pictured-terminal.ts";
import { terminalPage } from "./terminal-page.ts";

/** The folder of the README's pictures, each with a file of the text that it shows. */
export const PICTURES = join(root, "docs/pictures");

/**
 * The texts that the pictures show, by file. The present bundle writes comment, report, note and what a terminal
 * gets. The present renderers write an issue and the summary of a week with 50 images.
 */
export const sourcesOf = ({ comment, report, terminal, note }: PicturedRun): Readonly<Record<Source, string>> => ({
  "comment.md": comment,
  "report.html": report,
  "terminal.txt": terminal,
  "gitlab-note.md": note,
  "rescan-summary.md": renderSummary(withNumbers(fleet(50, 6))),
  "rescan-issue.md": issueBody(overdueImage(), rescan([overdueImage()])),
});

type Source =
  | "comment.md"
  | "report.html"
  | "terminal.txt"
  | "gitlab-note.md"
  | "rescan-summary.md"
  | "rescan-issue.md";

interface Picture {
  readonly file: string;
  readonly source: Source;
  readonly colorScheme: "light" | "dark";
  /** The page that shows it. */
  readonly page: string;
  /** Pixels of the picture for each pixel of the page. */
  readonly scale?: number;
  /** The width of the window, in the page's pixels. */
  readonly width?: number;
  /** Only so much of the page's top is drawn, in its pixels. */
  readonly height?: number;
}

/** A picture for each colour scheme of its readers. */
const inBoth = ({ file, ...of }: Omit<Picture, "colorScheme">): Picture[] => [
  { ...of, file: `${file}.png`, colorScheme: "light" },
  { ...of, file: `${file}-dark.png`, colorScheme: "dark" },
];

export const DRAWN: readonly Picture[] = [
  { file: "comment-light.png", source: "comment.md", colorScheme: "light", page: "README.md" },
  { file: "comment-dark.png", source: "comment.md", colorScheme: "dark", page: "README.md" },
  { file: "report-light.png", source: "report.html", colorScheme: "light", page: "README.md" },
  { file: "report-dark.png", source: "report.html", colorScheme: "dark", page: "README.md" },
  { file: "terminal.png", source: "terminal.txt", colorScheme: "dark", page: "README.md" },
  ...inBoth({ file: "gitlab-note", source: "gitlab-note.md", page: "README.md", scale: 1, width: 900, height: 668 }),
  ...inBoth({ file: "rescan-summary", source: "rescan-summary.md", page: "docs/rescan.md", scale: 1.2 }),
  ...inBoth({ file: "rescan-issue", source: "rescan-issue.md", page: "docs/issues.md", scale: 1 }),
];

/** A picture's source, and the picture. */
export interface Drawn {
  readonly source: Source;
  /** SHA-256 of the source and of the picture. */
  readonly from: string;
  readonly to: string;
}

export const sha256 = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

const FONTS = `${ownFonts()}
:root { --sans: "Own Sans", sans-serif; --mono: "Own Mono", monospace; }`;

/** Runs the bundle, and draws its output. @throws Error without Chromium */
export async function drawPictures(): Promise<string[]> {
  await using chromium = await startChromium();
  if (chromium === undefined) throw new Error("The pictures need Chromium: install it, or set IMAGE_GATE_INSTALL=1.");
  using folder = temporaryFolder("drawing");
  const sources = sourcesOf(await picturedRun());
  const pages = {
    "comment.md": gitHubPage(sources["comment.md"]),
    "report.html": sources["report.html"],
    "terminal.txt": terminalPage(TYPED, sources["terminal.txt"]),
    "gitlab-note.md": gitLabPage(sources["gitlab-note.md"]),
    "rescan-summary.md": gitHubPage(sources["rescan-summary.md"]).replace(/<header>.*<\/header>/, ""),
    "rescan-issue.md": gitHubPage(sources["rescan-issue.md"]).replace("commented", "opened"),
  };
  mkdirSync(PICTURES, { recursive: true });
  for (const [name, text] of Object.entries(sources)) writeFileSync(join(PICTURES, name), text);
  const drawn: Record<string, Drawn> = {};
  for (const { file, source, colorScheme, scale = 1.4, width = 836, height } of DRAWN) {
    const page = join(folder.path, `${source}.html`);
    writeFileSync(page, pages[source]);
    const viewport = source === "report.html" ? { width: 1180, height: 1220 } : { width, height: height ?? 200 };
    await using opened = await chromium.open(page, {
      viewport,
      colorScheme,
      deviceScaleFactor: scale,
      bypassCSP: true,
    });
    if (source === "report.html") await opened.page.addStyleTag({ content: FONTS });
    await opened.page.evaluate("document.fonts.ready");
    const bytes = await opened.page.screenshot({
      path: join(PICTURES, file),
      fullPage: source !== "report.html" && height === undefined,
    });
    drawn[file] = { source, from: sha256(sources[source]), to: sha256(bytes) };
  }
  writeFileSync(join(PICTURES, "pictures.json"), `${JSON.stringify(drawn, null, 2)}\n`);
  return DRAWN.map(({ file }) => join(PICTURES, file));
}
