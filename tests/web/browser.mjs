// A real Chromium for the tests of pages, one for each file of tests: openPage() fails a test on any
// console error, uncaught exception or request that leaves the page, checkAccessible() asks axe,
// screenshot() keeps a PNG.
import assert from "node:assert/strict";
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after } from "node:test";
import { chromium } from "playwright-core";

const kPaths = [process.env.SLUICE_CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const kAxe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** The program under test. */
export const sluice = process.env.SLUICE_BINARY ?? "build/release/sluice";
const kScreenshots = process.env.SLUICE_SCREENSHOTS ?? "build/screenshots";

let browser = null; // a promise of one

/** The browser; started by who asks first, and closed after the last test of the file. */
export function theBrowser() {
  browser ??= (() => {
    const executablePath = kPaths.find((path) => path && existsSync(path));
    assert(executablePath, "chromium is not installed: tools/dev setup test installs it");
    return chromium.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu"] });
  })();
  browser.catch(() => (browser = null)); // the next test tries again
  return browser;
}

/** Who asks next gets a new one. What waits for this one is told that it is gone. */
export async function closeBrowser() {
  const old = browser;
  browser = null;
  await (await old)?.close();
}
after(closeBrowser);

const kFree = ["file:", "data:", "blob:", "about:"];

/**
 * Opens `url`; options: {width, height, colorScheme: "light" | "dark", origin: the server of the
 * test, the only one that may be asked}. Call page.finish() at the end: it fails the test where
 * the page logged an error or asked for something else, and closes the page.
 */
export async function openPage(url, options = {}) {
  const context = await (await theBrowser()).newContext({
    viewport: { width: options.width ?? 1280, height: options.height ?? 900 },
    colorScheme: options.colorScheme ?? "light",
    acceptDownloads: true,
    offline: false,
  });
  const page = await context.newPage();
  const faults = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) faults.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    const asked = new URL(request.url());
    if (!kFree.includes(asked.protocol) && asked.origin !== options.origin) {
      faults.push(`request: ${request.url()}`);
    }
  });
  page.finish = async () => {
    await context.close();
    assert.deepEqual(faults, [], "the page is quiet and asks nobody");
  };
  await page.goto(url);
  return page;
}

/** What has changed is on the screen: the frame after the next one has begun. */
export function drawn(page) {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
  );
}

/** How long what must come may take, in ms: a frame comes late where the machine is busy. */
const kFrames = 10_000;

/**
 * What `read` gives as soon as `holds` of it, or at last. A chart follows a change by some frames:
 * one that just came into view is noticed a frame later, and drawn in the next.
 */
export async function awaited(page, read, holds) {
  const until = Date.now() + kFrames;
  for (;;) {
    const value = await read();
    if (holds(value) || Date.now() > until) return value;
    await drawn(page);
  }
}

/** Waits until every chart in view order is drawn: scrolls through the page and back. */
export async function drawAll(page) {
  const { step, whole } = await page.evaluate(() => ({ step: innerHeight / 2, whole: document.body.scrollHeight }));
  assert(step > 0, "the window has a height");
  const tops = Array.from({ length: Math.ceil(whole / step) }, (_, i) => i * step);
  for (const top of [...tops, 0]) {
    await page.evaluate((y) => scrollTo(0, y), top);
    await drawn(page);
  }
  const missing = () =>
    page.$$eval(".chart-panel .canvas", (all) => all.filter((one) => one.checkVisibility() && !one.querySelector("canvas")).length);
  assert.equal(await awaited(page, missing, (count) => count === 0), 0, "every chart in sight is drawn");
  await drawn(page);
}

/** No violations of axe's rules, best practices included. */
export async function checkAccessible(page, rules = {}) {
  await page.evaluate(kAxe);
  const found = await page.evaluate((wanted) => globalThis.axe.run(document, { rules: wanted }), rules);
  const texts = found.violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`,
  );
  assert.deepEqual(texts, [], "axe finds nothing");
}

/** Share of the canvas' points that are painted, from 0 to 1; of the first canvas in `selector`. */
export async function paintedShare(page, selector) {
  return page.$eval(`${selector} canvas`, (canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let painted = 0;
    for (let i = 3; i < data.length; i += 4) painted += data[i] > 0 ? 1 : 0;
    return painted / (data.length / 4);
  });
}

/** True if the page is no wider than its window. */
export async function fitsWidth(page) {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
}

/** Kept for people to look at: build/<preset>/screenshots/<name>.png, the whole page. */
export async function screenshot(page, name) {
  mkdirSync(kScreenshots, { recursive: true });
  const path = join(kScreenshots, `${name}.png`);
  await page.screenshot({ path, fullPage: true });
  return path;
}
