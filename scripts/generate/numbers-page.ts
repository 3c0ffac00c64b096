import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/tools.ts";
import { jsonFile } from "./report-page.ts";

const own = (file: string): string => readFileSync(join(root, "src/render/rescan/page/browser", file), "utf8");
const uPlot = (file: string): string => readFileSync(join(root, "node_modules/uplot", file), "utf8");

/**
 * Script and stylesheet of the page with the numbers as JSON. uPlot, which draws its charts, goes with them into each
 * page, and its licence with it.
 * @throws Error if the script could end its element
 */
export function numbersPageFile(): string {
  const licence = `/*\n${uPlot("LICENSE").trim()}\n*/\n`;
  const script = `${licence}${uPlot("dist/uPlot.iife.min.js").trim()}\n${own("page.js")}`;
  const style = `${uPlot("dist/uPlot.min.css").trim()}\n${own("page.css")}`;
  if (/<!--|<\/?script/i.test(script) || /<\//.test(style))
    throw new Error("uPlot or our own script would end the element that it is in");
  return jsonFile({ style, script });
}
