// What becomes of a test of pages that stands still.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openPage } from "./browser.mjs";
import { runPages } from "./page_test.mjs";

const kBlank = "data:text/html,<p>blank";

test("where a browser stands still the test is tried again with another", async () => {
  const browsers = [];
  await runPages("still", async () => {
    const page = await openPage(kBlank);
    browsers.push(page.context().browser());
    if (browsers.length === 1) await page.evaluate(() => new Promise(() => {}));
    await page.finish();
  }, 2000);
  assert.equal(browsers.length, 2);
  assert.notEqual(browsers[0], browsers[1]);
  assert.deepEqual(browsers.map((browser) => browser.isConnected()), [false, true]);
});

test("a page whose scripts do not end has failed, and so has a test that stands still twice", async () => {
  let attempts = 0;
  const wait = async (script) => {
    ++attempts;
    const page = await openPage(kBlank);
    await page.evaluate(script);
  };
  const endless = () => {
    for (;;);
  };
  await assert.rejects(runPages("endless", () => wait(endless), 2000), /scripts of data:.* do not end/);
  assert.equal(attempts, 1);
  await assert.rejects(runPages("never", () => wait(() => new Promise(() => {})), 2000), /stood still twice for 2 s/);
  assert.equal(attempts, 3);
});

test("what a test throws fails it at once", async () => {
  let attempts = 0;
  const fail = async () => assert.fail(`attempt ${++attempts}`);
  await assert.rejects(runPages("fails", fail, 2000), /attempt 1/);
  assert.equal(attempts, 1);
});
