// The machine's own Chromium, and people who sit before it.
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const NAMES = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
/** A page that takes longer than this on the slowest machine is stuck. */
const STUCK_MS = 60_000;

/** A snapshot of an inspected page may load nothing: its own policy says so, and Chromium tells of each file left out. */
const OF_A_SNAPSHOT = /Security Policy directive: "(style-src 'unsafe-inline'|img-src data:|font-src data:|default-src 'none')"/;

/** Starts Chromium as it is installed; nothing is downloaded. */
export async function startBrowser() {
  const folders = (process.env.PATH ?? "/usr/bin").split(delimiter);
  const places = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const executablePath = places.find((place) => existsSync(place));
  if (!executablePath) throw new Error("no Chromium on this machine; install the package chromium");
  // As in a container: no second sandbox, and no shared memory that is too small for a page.
  return chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}

/** A person with a browser window of his own; what its console complains of is kept in `complaints`. */
export async function person(browser, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, locale: "zh-CN", ...options });
  context.setDefaultTimeout(STUCK_MS);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (message.type() === "error" && !OF_A_SNAPSHOT.test(message.text())) page.complaints.push(`${page.url()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.complaints.push(`${page.url()}: ${error}`));
  return page;
}

/** Logs in by the form; `code` where a phone is bound. */
export async function logIn(page, address, login, password, code = "") {
  await page.goto(`${address}/login`);
  await page.fill("#f-login", login);
  await page.fill("#f-password", password);
  if (code) await page.fill("#f-code", code);
  const there = page.waitForEvent("framenavigated");
  await page.press('button:has-text("登录")', "Enter");
  await there;
  await page.waitForLoadState();
}

/** The text of the page as people read it. */
export async function words(page) {
  return page.evaluate(() => document.body.innerText);
}
