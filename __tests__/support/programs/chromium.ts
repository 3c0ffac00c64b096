import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { ensureChromium } from "../../../scripts/setup/system.ts";

/** An opened page, and all complaints of the browser about it. */
export interface OpenPage extends AsyncDisposable {
  readonly page: Page;
  /** Errors, violations of the page's own policy, and all other lines of the console. */
  readonly complaints: readonly string[];
  /** Requested addresses, without the page's own. */
  readonly requests: readonly string[];
}

/** Debian's Chromium without a window, and without a network. */
export interface Chromium extends AsyncDisposable {
  /** Opens a file as a double click does, or the address of a test's server. */
  open(file: string, options?: BrowserContextOptions & { readonly hash?: string }): Promise<OpenPage>;
}

/**
 * Starts Chromium. Undefined where there is none; a test then skips and says so.
 * @throws Error when Chromium is there and does not start
 */
export async function startChromium(): Promise<Chromium | undefined> {
  const executablePath = await ensureChromium();
  if (executablePath === undefined) return undefined;
  const browser = await chromium.launch({
    executablePath,
    args: [
      // As root there is no sandbox; the pages are ours.
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      // Chromium's own requests to its vendor, which find no server here.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return {
    open: (file, options) => open(browser, file, options),
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

async function open(
  browser: Browser,
  file: string,
  { hash = "", ...options }: BrowserContextOptions & { readonly hash?: string } = {},
): Promise<OpenPage> {
  const isServed = file.startsWith("http://127.0.0.1:");
  const address = isServed ? file : `file://${file}`;
  const context = await browser.newContext({
    viewport: { width: 1440, height: 900 },
    offline: !isServed,
    ...options,
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (request.url().split("#")[0] !== address) requests.push(request.url());
  });
  await page.goto(`${address}${hash}`);
  return { page, complaints, requests, [Symbol.asyncDispose]: () => context.close() };
}
