// How a screen is looked at: wide and narrow, light and dark, by axe, by keyboard, and as a picture.
import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const WIDE = { width: 1440, height: 900 };
export const PHONE = { width: 390, height: 844 };
/** Presses of the tabulator that are followed on each screen. */
const PRESSES = 8;

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Looks at the open page and returns what is wrong with it; a picture of each width goes into `folder`. */
export async function look(page, name, folder) {
  const wrong = [];
  // What lies under the pointer looks different; it lies nowhere.
  await page.mouse.move(0, 0);
  if (folder) mkdirSync(folder, { recursive: true });
  for (const [size, viewport] of [["1440", WIDE], ["390", PHONE]]) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      // A page that stands by itself has none of the console's script: its style follows the reader's choice.
      await page.waitForFunction((want) => !document.scripts.length || document.documentElement.dataset.bsTheme === want, colorScheme);
      wrong.push(...(await accessibility(page)).map((words) => `${size} ${colorScheme}: ${words}`));
    }
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    if (width > viewport.width) wrong.push(`${size}: ${width} pixels wide: ${await widest(page, viewport.width)}`);
    if (folder) {
      await framesShown(page);
      await page.screenshot({ path: join(folder, `${name}-${size}.png`), fullPage: true });
    }
  }
  await page.setViewportSize(WIDE);
  wrong.push(...(await keyboard(page)));
  wrong.push(...page.complaints.splice(0));
  return wrong;
}

/** Faults that keep people out: what axe calls serious or critical. */
async function accessibility(page) {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe);
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
  const grave = found.violations.filter((one) => ["serious", "critical"].includes(one.impact));
  return grave.map((one) => {
    const places = one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} (${node.failureSummary.split("\n")[1]?.trim()})`);
    return `${one.id} at ${one.nodes.length}: ${places.join(" | ")}`;
  });
}

async function widest(page, width) {
  return page.evaluate((most) => {
    const all = [...document.body.querySelectorAll("*")].filter((one) => one.getBoundingClientRect().right > most + 1);
    return all.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ");
  }, width);
}

/** The first stop is the way past the menu, and each stop can be seen. */
async function keyboard(page) {
  const wrong = [];
  await page.evaluate(() => { document.activeElement?.blur(); window.scrollTo(0, 0); });
  const skips = await page.locator("a.skip").count();
  for (let press = 0; press < PRESSES; press += 1) {
    await page.keyboard.press("Tab");
    const stop = await page.evaluate(() => {
      const one = document.activeElement;
      if (!one || one === document.body) return null;
      const box = one.getBoundingClientRect();
      const style = getComputedStyle(one);
      return {
        html: one.outerHTML.slice(0, 120),
        skips: one.classList.contains("skip"),
        inside: box.width > 0 && box.right > 0 && box.left < innerWidth && box.bottom > 0 && box.top < innerHeight,
        marked: (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none",
      };
    });
    if (!stop) break;
    if (press === 0 && skips && !stop.skips) wrong.push(`keyboard: the first stop is ${stop.html}`);
    if (!stop.inside) wrong.push(`keyboard: a stop that is not to be seen: ${stop.html}`);
    if (!stop.marked) wrong.push(`keyboard: a stop without a mark: ${stop.html}`);
  }
  return wrong;
}

/** Fails with everything that is wrong, not only the first. */
export function assertNone(wrong) {
  assert.equal(wrong.length, 0, `\n  ${wrong.join("\n  ")}`);
}

/** Fails where something lies beside the window of a phone; its picture goes into `folder`. */
export async function assertFits(page, name, folder) {
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(width <= PHONE.width, `${page.url()}: ${width} pixels wide: ${await widest(page, PHONE.width)}`);
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

/// A frame that waits until it is scrolled to would be an empty place in the picture.
async function framesShown(page) {
  for (const frame of await page.locator("iframe").all()) {
    await frame.scrollIntoViewIfNeeded();
    const inside = await (await frame.elementHandle()).contentFrame();
    if (!inside) continue;
    if (inside.url() === "about:blank") await inside.waitForURL((url) => url.href !== "about:blank");
    await inside.waitForLoadState("load");
  }
  await page.evaluate(() => window.scrollTo(0, 0));
}
