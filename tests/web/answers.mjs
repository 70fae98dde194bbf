// What the tests of plan, tune, compare, verify and sweep share: answers made by the program under
// test, and questions that every report has to pass.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { checkAccessible, drawAll, fitsWidth, openPage, screenshot, sluice } from "./browser.mjs";

const run = promisify(execFile);
const kScenarios = new URL("../../scenarios/", import.meta.url);

export const scenario = (name) => new URL(`${name}.json`, kScenarios).pathname;

/** Runs `sluice ARGS`, which ends with one of these exit codes; the answer as {data, text, url of its page}. */
export async function answer(folder, name, args, codes = [0]) {
  const json = join(folder, `${name}.json`);
  const html = join(folder, `${name}.html`);
  const outputs = ["--output", `json=${json}`, "--output", `html=${html}`];
  const ended = await run(sluice, [...args, ...outputs], { maxBuffer: 1 << 26 }).catch(
    (error) => error,
  );
  assert(codes.includes(ended.code ?? 0), `${ended.code}: ${ended.stderr}`);
  return {
    data: JSON.parse(readFileSync(json, "utf8")),
    text: ended.stdout,
    url: pathToFileURL(html).href,
  };
}

/** The page of a result that was changed by hand. */
export async function pageOf(folder, name, data) {
  const json = join(folder, `${name}.json`);
  const html = join(folder, `${name}.html`);
  writeFileSync(json, JSON.stringify(data));
  const { stdout } = await run(sluice, ["report", json, "--format", "html"], {
    maxBuffer: 1 << 26,
  });
  writeFileSync(html, stdout);
  return pathToFileURL(html).href;
}

/** The rows behind a chart, cell by cell; numbers as numbers, nothing as null. */
export async function tableBehind(page, title) {
  const panel = page.locator("figure.chart-panel", {
    has: page.getByRole("heading", { name: title, exact: true }),
  });
  assert.equal(await panel.count(), 1, `there is one chart "${title}"`);
  const details = panel.locator("details");
  if ((await details.getAttribute("open")) === null) await details.locator("summary").click();
  await details.locator("tbody tr").first().waitFor(); // it is made when it is opened
  const rows = await details
    .locator("tbody tr")
    .evaluateAll((lines) => lines.map((line) => [...line.cells].map((cell) => cell.textContent)));
  return rows.map((row) =>
    row.map((text) =>
      text === "–" ? null : text !== "" && Number.isFinite(Number(text)) ? Number(text) : text,
    ),
  );
}

/** The names of the charts that drew nothing, of those that have something to say. */
async function emptyCharts(page) {
  return page.$$eval("figure.chart-panel", (panels) =>
    panels
      .filter((panel) => !panel.querySelector(".canvas").hidden)
      .filter((panel) => {
        const canvas = panel.querySelector("canvas");
        if (!canvas) return true;
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        // Axes and texts are grey; marks have a hue.
        const hasHue = (i) =>
          data[i + 3] > 200 &&
          Math.max(data[i], data[i + 1], data[i + 2]) -
            Math.min(data[i], data[i + 1], data[i + 2]) >
            60;
        let painted = 0;
        for (let i = 0; i < data.length; i += 4) {
          if (hasHue(i)) return false;
          if (data[i + 3] > 200) painted += 4;
        }
        return painted < data.length / 4; // a heat map of equal numbers has one dull colour
      })
      .map((panel) => panel.querySelector("h3").textContent),
  );
}

const kModes = [
  ["light", {}],
  ["dark", { colorScheme: "dark" }],
  ["phone", { width: 400, height: 800 }],
];

/** Every chart draws, axe finds nothing, nothing is wider than the window: light, dark and 400 px. */
export async function checkLooks(url, name) {
  for (const [mode, options] of kModes) {
    const page = await openPage(url, options);
    await drawAll(page);
    assert.deepEqual(await emptyCharts(page), [], `${mode}: every chart draws`);
    assert(await fitsWidth(page), `${mode}: the page is no wider than the window`);
    await checkAccessible(page);
    await screenshot(page, `${name}-${mode}`);
    await page.finish();
  }
}

/** Adds markup to every text of `data` but those that `keep` names. */
export function withMarkup(data, keep) {
  if (Array.isArray(data)) return data.map((one) => withMarkup(one, keep));
  if (data === null || typeof data !== "object") return data;
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => {
      const isText = typeof value === "string" && !keep.includes(key);
      return [
        key,
        isText
          ? `${value}<img src=x onerror="document.title='hit'"></script><script>document.title='hit'</script>`
          : withMarkup(value, keep),
      ];
    }),
  );
}

/** No text of a result becomes markup, in the page, its tables or its tooltips. */
export async function checkEscapes(url) {
  const page = await openPage(url);
  await drawAll(page);
  for (const summary of await page.$$("summary")) await summary.click();
  const box = await page.locator("figure.chart-panel canvas").first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  assert.notEqual(await page.title(), "hit");
  assert.equal(await page.locator("img[src=x]").count(), 0);
  assert.match(await page.locator("main").innerText(), /<img src=x/, "it is shown as it is");
  await page.finish();
}

export const sentence = (page) => page.locator(".answer .sentence").innerText();

/** The scenario stands in the report, with defaults and overrides, and its digest. */
export async function checkScenario({ url, data }) {
  const page = await openPage(url);
  assert((await page.locator("main").innerText()).includes(data.scenario_digest));
  const echo = page.locator("details.echo", { hasText: "The effective scenario" });
  await echo.locator("summary").click();
  assert.equal(data.effective_scenario.sluice, 1);
  assert.deepEqual(JSON.parse(await echo.locator("pre").textContent()), data.effective_scenario);
  await page.finish();
}
