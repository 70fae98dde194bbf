// The explorer's pure parts, without a browser: overrides, levers, the command line, completion
// from the schema, the address.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "../../web");
let folder;
let ui;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "sluice-ui-parts-"));
  const { build } = createRequire(join(web, "package.json"))("esbuild");
  const parts = ["overrides", "levers", "command_line", "schema", "state", "sizes", "figures"];
  await build({
    stdin: {
      contents: parts.map((part) => `export * from "./${part}";`).join("\n"),
      resolveDir: join(web, "src/ui"),
    },
    bundle: true,
    format: "esm",
    outfile: join(folder, "parts.mjs"),
    logLevel: "silent",
  });
  ui = await import(pathToFileURL(join(folder, "parts.mjs")).href);
});
after(() => rmSync(folder, { recursive: true }));

const text = (workload = {}, rest = {}) =>
  JSON.stringify({
    sluice: 1,
    workloads: [{ name: "w", model: "sonnet-5.5", ...workload }],
    ...rest,
  });
const catalog = {
  overlays: [],
  date: "2026-11-20",
  tiers: ["start", "build"],
  models: [
    {
      id: "claude-sonnet-5-5",
      aliases: ["sonnet-5.5"],
      group: "sonnet",
      tiers: ["start", "build"],
    },
  ],
  retry_policies: [
    { name: "none", formula: "" },
    { name: "anthropic-sdk-python", formula: "f" },
  ],
  default_retry_policy: "anthropic-sdk-python",
};
const kEffective = {
  organization: { tier: "start" },
  clients: {},
  workloads: [
    {
      name: "w",
      model: "sonnet-5.5",
      arrivals: { type: "poisson", rate: "800/min" },
      input: { type: "lognormal", p50: 1000, p95: 5000, min: 0, max: 1099511627776 },
      output: { type: "fixed", value: 300 },
      prefix: { tokens: 0, variants: 1 },
      cache: { prefix: "5m", conversation: "none" },
    },
  ],
};
const withWorkload = (changes) => ({
  ...kEffective,
  workloads: [{ ...kEffective.workloads[0], ...changes }],
});
const edits = (settings, effective = kEffective) =>
  ui.editsOf({ effective, catalog, workload: 0 }, settings);
const lever = (id, effective = kEffective) =>
  ui.leversOf({ effective, catalog, workload: 0 }, {}).find((one) => one.id === id);

test("an override brings the parents that the scenario has not", () => {
  const list = ui.toOverrides(text(), [
    { pointer: "/organization/tier", value: "build" },
    { pointer: "/clients/app/retry", value: "none" },
    { pointer: "/clients/app/concurrency", value: 20 },
    { pointer: "/workloads/0/client", value: "app" },
  ]);
  assert.deepEqual(list, [
    '/organization={"tier":"build"}',
    '/clients={"app":{"retry":"none"}}',
    "/clients/app/concurrency=20",
    "/workloads/0/client=app",
  ]);
});

test("an override goes on with what a short form stands for", () => {
  assert.deepEqual(
    ui.toOverrides(text({ prefix: 2000 }, { clients: { a: "none" } }), [
      { pointer: "/workloads/0/prefix/variants", value: 3 },
      { pointer: "/clients/a/concurrency", value: 5 },
    ]),
    [
      '/workloads/0/prefix={"tokens":2000,"variants":3}',
      '/clients/a={"retry":"none","concurrency":5}',
    ],
  );
});

test("a text that reads as a number or a word of JSON is quoted", () => {
  assert.equal(ui.valueText("5"), '"5"');
  assert.equal(ui.valueText("null"), '"null"');
  assert.equal(ui.valueText("800/min"), "800/min");
});

test("a shell gives the program the words of the command line back", () => {
  const overrides = [
    '/clients={"it\'s":{"retry":"$(touch x)"}}',
    "/workloads/0/arrivals/rate=800/min",
    "/a=`b`\n\\",
  ];
  const line = ui.commandLine({
    path: "-odd name's.json",
    catalogFolder: "my catalog",
    overlays: ["-few.json", "it's mine.json"],
    overrides,
    seed: "7",
  });
  const words = execFileSync("sh", ["-c", `sluice() { printf '%s\\0' "$@"; }; ${line}`])
    .toString()
    .split("\0")
    .slice(0, -1);
  assert.deepEqual(words, [
    "simulate",
    "./-odd name's.json",
    "--catalog",
    "my catalog",
    "--overlay",
    "./-few.json",
    "--overlay",
    "it's mine.json",
    ...overrides.flatMap((override) => ["--set", override]),
    "--seed",
    "7",
  ]);
});

test("the rate keeps its unit, and burstiness makes Poisson arrivals gamma ones", () => {
  assert.deepEqual(edits({ "rate@0": 1200 }), [
    { pointer: "/workloads/0/arrivals/rate", value: "1200/min" },
  ]);
  assert.deepEqual(edits({ "rate@0": 1200, "burstiness@0": 0.5 }), [
    {
      pointer: "/workloads/0/arrivals",
      value: { type: "gamma", rate: "1200/min", burstiness: 0.5 },
    },
  ]);
});

test("every kind of arrivals has its rate moved by what it is written in", () => {
  const moved = (arrivals, value) => edits({ "rate@0": value }, withWorkload({ arrivals }));
  assert.deepEqual(moved({ type: "ramp", from: "0/s", to: "20/s", over: "1h" }, 2), [
    { pointer: "/workloads/0/arrivals/from", value: "0/s" },
    { pointer: "/workloads/0/arrivals/to", value: "40/s" },
  ]);
  assert.deepEqual(moved({ type: "steps", steps: [{ at: "0s", rate: "10/s" }] }, 1.5), [
    { pointer: "/workloads/0/arrivals/steps", value: [{ at: "0s", rate: "15/s" }] },
  ]);
  assert.deepEqual(moved({ type: "closed", users: 40 }, 80), [
    { pointer: "/workloads/0/arrivals/users", value: 80 },
  ]);
  assert.deepEqual(moved({ type: "trace", path: "t", time_scale: 1 }, 2), [
    { pointer: "/workloads/0/arrivals/time_scale", value: 0.5 },
  ]);
});

test("the cached share moves tokens from the input to the prefix; the whole stays", () => {
  assert.deepEqual(edits({ "cache@0": 0.75 }), [
    { pointer: "/workloads/0/prefix/tokens", value: 750 },
    { pointer: "/workloads/0/input", value: { p50: 250, p95: 1250 } },
  ]);
  assert.deepEqual(edits({ "cache@0": 0.5 }, withWorkload({ cache: { prefix: "none" } })).at(-1), {
    pointer: "/workloads/0/cache/prefix",
    value: "5m",
  });
  assert.deepEqual(edits({ "input@0": 2000, "output@0": 600 }), [
    { pointer: "/workloads/0/input", value: { p50: 2000, p95: 10000 } },
    { pointer: "/workloads/0/output", value: 600 },
  ]);
});

test("another model goes on with the sizes of the old one's tokens", () => {
  assert.deepEqual(edits({ "model@0": "haiku-4.5" }), [
    { pointer: "/workloads/0/model", value: "haiku-4.5" },
    { pointer: "/workloads/0/sizes_for", value: "sonnet-5.5" },
  ]);
});

test("a lever that does not apply says why", () => {
  const closed = withWorkload({ arrivals: { type: "closed", users: 4 } });
  assert.match(lever("burstiness@0", closed).disabled, /waits for an answer/);
  const trace = withWorkload({
    arrivals: { type: "trace", path: "t" },
    input: undefined,
    output: undefined,
  });
  assert.match(lever("input@0", trace).disabled, /trace/);
  assert.match(lever("output@0", trace).disabled, /trace/);
  assert.match(
    lever("tier", { ...kEffective, organization: { tier: "custom" } }).disabled,
    /limits of its own/,
  );
  assert.equal(lever("rate@0").disabled, undefined);
});

test("a slider at home stands exactly at what the scenario has", () => {
  const odd = withWorkload({ arrivals: { type: "poisson", rate: "812.345/min" } });
  const rate = lever("rate@0", odd);
  assert.equal(rate.valueAt(rate.positionOf(rate.base)), 812.345);
  for (let position = 1; position <= rate.steps; position += 1) {
    assert(rate.valueAt(position) > rate.valueAt(position - 1) * 0.999, `position ${position}`);
  }
});

test("members and words come from the project's own schema", () => {
  const schema = new ui.Schema(
    JSON.parse(readFileSync(join(here, "../../docs/scenario.schema.json"), "utf8")),
    {
      model: ["sonnet-5.5"],
    },
  );
  const document = {
    organization: { tier: "start" },
    workloads: [{ arrivals: { type: "gamma", rate: "1/s" } }],
  };
  const members = (...path) => schema.membersAt(path, document).map(({ label }) => label);
  assert(members().includes("clients"));
  assert(!members().includes("organization"), "what is there is not offered again");
  assert.deepEqual(members("workloads", 0, "arrivals"), ["burstiness"]);
  assert(schema.valuesAt(["workloads", 0, "model"], document).includes('"sonnet-5.5"'));
  assert(schema.valuesAt(["workloads", 0, "arrivals", "type"], {}).includes('"diurnal"'));
  assert.deepEqual(schema.valuesAt(["workloads", 0, "stream"], document), ["true", "false"]);
});

test("the address keeps the state, and a broken one is no state", () => {
  const state = {
    scenario: "a b.json",
    text: '{"%": 1}',
    settings: { "rate@0": 5, tier: "build" },
    seed: "3",
    workload: 1,
  };
  assert.deepEqual(ui.fromHash(ui.toHash(state)), state);
  for (const hash of ["", "#", "#%", "#null", "#{}", "#[]", ui.toHash(state).slice(0, -9)]) {
    assert.equal(ui.fromHash(hash), null, hash);
  }
  assert.equal(ui.fromHash(ui.toHash({ ...state, seed: "1; rm" })), null);
});

test("differences have their sign, shares are in points", () => {
  const text = (unit, a, b) => ui.differenceText({ name: "", unit, more: "good", a, b });
  assert.equal(text("dollars", 10, 12.5), "+$2.50, +25.0 %");
  assert.equal(text("seconds", 4, 1), "−3.000 s, −75.0 %");
  assert.equal(text("ratio", 0.2, 0.05), "−15.0 points");
  assert.equal(text("count", 3, 3), "the same");
  assert.equal(text("count", 0, 4), "+4");
  assert.equal(text("count", null, 4), "");
});
