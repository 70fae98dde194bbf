// The explorer with a catalog and overlays of one's own, in a browser: its figures are those of the
// command line that it shows, which names them.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { checkAccessible, openPage } from "./browser.mjs";
import { answered, firstAnswer, kPatience, kProgram, startExplorer } from "./explorer.mjs";
import { pageTest } from "./page_test.mjs";

const kScenarios = join(dirname(fileURLToPath(import.meta.url)), "../../scenarios");
const kOptions = ["--catalog", "my catalog", "--overlay", "few.json", "--overlay", "no burst.json"];

let folder;
let explorer;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-ui-base-"));
  cpSync(join(kScenarios, "catalog"), join(folder, "my catalog"), { recursive: true });
  cpSync(join(kScenarios, "quickstart.json"), join(folder, "own.json"));
  const limits = { "sonnet-5.5": { requests_per_minute: 200 } };
  for (const [name, organization] of [
    ["few.json", { limits }],
    ["no burst.json", { burst: "1s" }],
  ]) {
    writeFileSync(join(folder, name), JSON.stringify({ sluice_overlay: 1, organization }));
  }
  explorer = await startExplorer(folder, kOptions);
});
after(async () => {
  await explorer?.stop();
  rmSync(folder, { recursive: true });
});

pageTest("the command line names catalog and overlays, and gives the page's figures", async () => {
  const page = await openPage(explorer.url, { origin: new URL(explorer.url).origin });
  await firstAnswer(page);
  const start =
    "sluice simulate own.json --catalog 'my catalog' --overlay few.json --overlay 'no burst.json'";
  assert.equal(await page.textContent("#command-line"), start);
  await answered(page, () => page.selectOption('[data-lever="tier"]', "build"));
  const line = await page.textContent("#command-line");
  assert.equal(line, `${start} --set /organization/tier=build`);
  const run = JSON.parse(
    execFileSync("sh", ["-c", `sluice() { "${kProgram}" "$@"; }; ${line} --format json`], {
      cwd: folder,
      maxBuffer: 1 << 26,
    }),
  );
  const cost = page.locator(".figure", { hasText: "Cost" }).first().locator(".value");
  const shown = Number((await cost.textContent()).replace(/[$,]/g, ""));
  assert.equal(shown, Number(run.cost.total.toFixed(2)));
  assert(run.attempts.rate_limited.total > 100, "the overlay's limit is in effect");
  await page.finish();
});

pageTest("an overlay that turns wrong is told with its own line, which is none of the editor's", async () => {
  const overlay = join(folder, "few.json");
  const right = readFileSync(overlay);
  const page = await openPage(explorer.url, { origin: new URL(explorer.url).origin });
  const rate = (position) =>
    page.locator('[data-lever="rate@0"]').evaluate((input, to) => {
      input.value = String(to);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    }, position);
  await firstAnswer(page);
  writeFileSync(overlay, '{\n  "sluice_overlay": 1,\n  "limit": {}\n}');
  await rate(150);
  await page.waitForSelector(".flaw", kPatience);
  assert.match(await page.textContent(".flaw"), /^few\.json:3:12: \/limit: /);
  assert.equal(await page.locator("button.flaw, .cm-lintRange-error").count(), 0);
  await checkAccessible(page);
  writeFileSync(overlay, right);
  await answered(page, () => rate(160));
  assert.equal(await page.locator(".flaw").count(), 0);
  await page.finish();
});

pageTest("a page that opens on an error says it, and has its heading all the same", async () => {
  const own = join(folder, "own.json");
  const right = readFileSync(own);
  writeFileSync(own, '{"sluice": 1, "duration": "no time"}');
  try {
    const page = await openPage(explorer.url, { origin: new URL(explorer.url).origin });
    await page.waitForSelector(".flaw", kPatience);
    assert.equal(await page.locator("h1").textContent(), "No answer yet");
    await checkAccessible(page);
    await page.finish();
  } finally {
    writeFileSync(own, right);
  }
});
