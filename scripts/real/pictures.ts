import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startChromium } from "../../__tests__/support/programs/chromium.ts";
import { temporaryFolder } from "../../__tests__/support/runs/folder.ts";
import { gitHubPage } from "../preview/github-page.ts";
import { PICTURES } from "../preview/pictures.ts";
import { findProgram } from "../setup/system.ts";
import { REAL } from "./build-image.ts";
import { must } from "./command.ts";

/** The images whose comments the page shows. */
const SHOWN: readonly string[] = ["debian-bookworm", "java", "node"];

/** Width of a comment on a pull request's page. */
const WIDTH = 770;
/** The height at which a picture of a long comment ends: about two screens. */
const HEIGHT = 1800;

/** File of an image's picture. */
const pictureOf = (name: string): string => join(PICTURES, `real-${name}.png`);

/** Draws the comments of the last run. @throws Error if there is no run or no Chromium */
export async function drawComments(): Promise<string[]> {
  await using chromium = await startChromium();
  if (chromium === undefined) throw new Error("The pictures need Chromium: install it, or set IMAGE_GATE_INSTALL=1.");
  using folder = temporaryFolder("comments");
  const drawn: string[] = [];
  for (const name of SHOWN) {
    const comment = join(REAL, "runs", name, "comment.md");
    if (!existsSync(comment)) throw new Error(`There is no comment of ${name}: npm run real first.`);
    const page = join(folder.path, `${name}.html`);
    writeFileSync(page, gitHubPage(readFileSync(comment, "utf8")));
    await using opened = await chromium.open(page, { viewport: { width: WIDTH, height: 200 }, bypassCSP: true });
    await opened.page.evaluate("document.fonts.ready");
    const height = Math.min(HEIGHT, await opened.page.evaluate<number>("document.documentElement.scrollHeight"));
    const path = pictureOf(name);
    await opened.page.setViewportSize({ width: WIDTH, height });
    await opened.page.screenshot({ path });
    drawn.push(path);
  }
  // Fewer colours make a third of the bytes; without the program the pictures are larger.
  if (findProgram("pngquant")) await must("pngquant", ["--force", "--ext=.png", "--speed=1", "64", ...drawn]);
  return drawn;
}
