// The report of `sluice tune` in a browser.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before } from "node:test";
import {
  answer,
  checkEscapes,
  checkLooks,
  checkScenario,
  pageOf,
  scenario,
  sentence,
  tableBehind,
  withMarkup,
} from "./answers.mjs";
import { awaited, drawAll, openPage } from "./browser.mjs";
import { pageTest } from "./page_test.mjs";

const kFront = "Pareto front of the finalists";

let folder;
let tune;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-tune-"));
  tune = await answer(folder, "tune", [
    "tune",
    scenario("retry-storm"),
    "--set",
    "/duration=4m",
    "--budget",
    "300",
  ]);
});
after(async () => {
  rmSync(folder, { recursive: true });
});

const pointsOf = (data) =>
  data.points.map((point) => [
    point.name,
    point.today ? data.today : point.policy,
    point.on_front ? "yes" : "no",
    point.tied_with.join(" ") || null,
    ...point.goals.flatMap(({ value, low, high }) => [value, low, high]),
  ]);

pageTest("a tune opens with what it recommends and by how much", async () => {
  assert.equal(tune.data.verdict, "recommended");
  const page = await openPage(tune.url);
  const said = await sentence(page);
  assert(said.startsWith(`RECOMMENDED ${tune.data.chosen}`), said);
  const [goal] = tune.data.figures;
  assert((await page.locator(".answer .note").first().innerText()).includes(goal.metric));
  await page.finish();
});

pageTest("the tables behind a tune's charts are the numbers of its JSON", async () => {
  const { data } = tune;
  const page = await openPage(tune.url);
  await drawAll(page);
  assert.deepEqual(await tableBehind(page, kFront), pointsOf(data));
  assert.deepEqual(
    await tableBehind(page, "The recommended policy less today's"),
    data.figures.map((one) => [
      one.metric,
      one.unit,
      one.today.value,
      one.chosen.value,
      one.difference.value,
      one.difference.low,
      one.difference.high,
      one.verdict,
      one.variance_cut,
    ]),
  );
  const worlds = await tableBehind(page, "If the world is otherwise");
  const figures = data.worlds.flatMap((world) => world.figures.map((one) => [world, one]));
  assert(figures.length > 0);
  assert.deepEqual(
    worlds.map((row) => [row[0], row[2], row[3], row[4]]),
    figures.map(([world, one]) => [world.name, one.metric, one.today.value, one.chosen.value]),
  );
  await page.finish();
});

/** The middle of what is painted in `colour`, in the window; of the first canvas in `panel`. */
const middleOf = (panel, name) =>
  panel.locator("canvas").evaluate((canvas, variable) => {
    const probe = document.createElement("i");
    probe.style.color = `var(${variable})`;
    document.body.append(probe);
    const wanted = getComputedStyle(probe).color.match(/\d+/g).map(Number);
    probe.remove();
    const { data, width } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const [xs, ys] = [[], []];
    for (let i = 0; i < data.length; i += 4) {
      if (wanted.some((value, part) => Math.abs(data[i + part] - value) > 40) || data[i + 3] < 150)
        continue;
      xs.push((i / 4) % width);
      ys.push(Math.floor(i / 4 / width));
    }
    const box = canvas.getBoundingClientRect();
    const middle = (all) => all.sort((a, b) => a - b)[Math.floor(all.length / 2)];
    return {
      x: box.x + (middle(xs) * box.width) / width,
      y: box.y + (middle(ys) * box.width) / width,
    };
  }, name);

pageTest("pointing at the recommended policy on the front shows what it is", async () => {
  const page = await openPage(tune.url);
  await drawAll(page);
  const panel = page.locator("figure.chart-panel", {
    has: page.getByRole("heading", { name: kFront }),
  });
  await panel.scrollIntoViewIfNeeded();
  const { x, y } = await middleOf(panel, "--good");
  await page.mouse.move(x, y);
  const tip = panel.locator(".tip-title");
  await tip.waitFor();
  const chosen = tune.data.points.find((point) => point.chosen);
  assert.equal(await tip.innerText(), `${chosen.name}: ${chosen.policy}`);
  const rows = await panel.locator(".tip-row").allInnerTexts();
  assert.equal(rows.length, tune.data.goals.length + 2);
  await page.finish();
});

pageTest("other goals can be chosen for the front, by keyboard", async () => {
  const page = await openPage(tune.url);
  await drawAll(page);
  const panel = page.locator("figure.chart-panel", {
    has: page.getByRole("heading", { name: kFront }),
  });
  const picture = () => panel.locator("canvas").evaluate((canvas) => canvas.toDataURL());
  const earlier = await picture();
  const up = page.getByLabel("Up", { exact: true });
  await up.focus();
  await page.keyboard.press("End");
  const goal = tune.data.goals[tune.data.goals.length - 1].metric;
  assert.equal(await up.locator("option:checked").innerText(), goal);
  assert((await panel.locator(".unit").innerText()).endsWith(goal));
  assert.notEqual(await awaited(page, picture, (now) => now !== earlier), earlier);
  await page.finish();
});

pageTest("what is to be pasted is copied as it stands in the JSON", async () => {
  const page = await openPage(tune.url);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  const paste = page.locator(".paste", {
    has: page.getByRole("heading", { name: "In /clients of a scenario" }),
  });
  await paste.getByRole("button", { name: "Copy" }).click();
  await paste.getByText("copied").waitFor();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), tune.data.paste.client);
  const code = page.locator("details.echo", { hasText: "Code over the Python SDK" });
  await code.locator("summary").click();
  assert.equal(await code.locator("pre").textContent(), tune.data.paste.python);
  await page.finish();
});

pageTest("a tune reads well in light and dark and at 400 px", () =>
  checkLooks(tune.url, "tune"));

pageTest("names in a tune never become markup", async () => {
  const data = withMarkup(tune.data, ["format", "version", "unit", "verdict", "most_sensitive"]);
  await checkEscapes(await pageOf(folder, "markup", data));
});

pageTest("a tune that keeps today's policy says so and has nothing to paste", async () => {
  const page = await openPage(await pageOf(folder, "keep", { ...tune.data, verdict: "keep" }));
  assert(
    (await sentence(page)).startsWith(
      `KEEP ${tune.data.today}: nothing in the search is better by the goals.`,
    ),
  );
  assert.equal(await page.getByRole("heading", { name: "To paste" }).count(), 0);
  await page.finish();
});

pageTest("a tune echoes its scenario and the digest", () => checkScenario(tune));
