// pageTest(): a test of pages that ends whatever the browser does. Most of Playwright's waits end by
// themselves; evaluate(), the mouse and new pages wait for Chromium as long as it takes, and a CI run
// was once lost to that. A test that stands still is told apart here: where the page's own scripts do
// not end, it has failed; where they answer, or nothing does, it gets another browser and one more try.
import { test } from "node:test";
import { closeBrowser, drawn, theBrowser } from "./browser.mjs";

/** Milliseconds; three times what the longest test takes. */
const kPatience = 90_000;
const kSoon = 5_000;

/** What `promise` came to, as {value} or {error}; null if it has not ended after `time` ms. */
async function within(time, promise) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, time, null)));
  const outcome = promise.then(
    (value) => ({ value }),
    (error) => ({ error }),
  );
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}

const answers = async (promise) => (await within(kSoon, promise))?.value !== undefined;

async function frameOfNewPage(browser) {
  const context = await browser.newContext();
  await drawn(await context.newPage());
  await context.close();
  return true;
}

/** Which page's scripts do not end while the browser is well; null where none is to blame. */
async function stuckPage() {
  const browser = await theBrowser();
  const pages = browser.contexts().flatMap((context) => context.pages());
  const isWell = await answers(frameOfNewPage(browser));
  let stuck = null;
  for (const page of pages) {
    const [scripts, frames] = await Promise.all([
      answers(page.evaluate(() => true)),
      answers(drawn(page).then(() => true)),
    ]);
    console.error(`${page.url()}: scripts ${scripts ? "answer" : "do not end"}, frames ${frames ? "come" : "do not come"}`);
    if (isWell && !scripts) stuck ??= page.url();
  }
  console.error(`a new page ${isWell ? "is drawn" : "does not come"}`);
  return stuck;
}

/** Runs `body`, at most `patience` ms and at most twice; throws what it throws, or says that it hung. */
export async function runPages(name, body, patience = kPatience) {
  for (let attempt = 1; ; ++attempt) {
    const outcome = await within(patience, body());
    if (outcome !== null && !("error" in outcome)) return;
    if (outcome !== null) throw outcome.error;
    console.error(`"${name}" stands still after ${patience / 1000} s, attempt ${attempt}`);
    const stuck = await stuckPage();
    await closeBrowser();
    if (stuck !== null) throw new Error(`the scripts of ${stuck} do not end`);
    if (attempt === 2) throw new Error(`stood still twice for ${patience / 1000} s`);
  }
}

/** As node's test(). */
export function pageTest(name, body) {
  test(name, (t) => runPages(name, () => body(t)));
}
