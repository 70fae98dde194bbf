// `sluice ui` as its tests run it: in a folder of the test's own, and the answers that its page gets.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { sluice } from "./browser.mjs";

export const kPatience = { timeout: 30_000 };
/** The program, from whatever folder it is started. */
export const kProgram = resolve(sluice);

/** Explores own.json of `folder`; call stop(), which is Ctrl-C and wants exit code 0, when done. */
export async function startExplorer(folder, options = []) {
  const server = spawn(kProgram, ["ui", "own.json", ...options], { cwd: folder });
  let said = "";
  server.stdout.on("data", (bytes) => (said += bytes));
  let url;
  while (!url) {
    await Promise.race([once(server.stdout, "data"), once(server, "close")]);
    assert.equal(server.exitCode, null, "sluice ui goes on running");
    url = /http:\/\/\S+(?=\n)/.exec(said)?.[0];
  }
  const stop = async () => {
    const ended = once(server, "close");
    server.kill("SIGINT");
    assert.deepEqual(await ended, [0, null], "Ctrl-C ends it with exit code 0");
  };
  return { url, stop };
}

const answers = (page) => page.evaluate(() => performance.getEntriesByName("sluice-answer").length);

const moreThan = (page, count) =>
  page.waitForFunction((n) => performance.getEntriesByName("sluice-answer").length > n, count, kPatience);

/** Waits for the answer that the page asks for as it opens. */
export const firstAnswer = (page) => moreThan(page, 0);

/** Waits for an answer to what `act` does. */
export async function answered(page, act) {
  const count = await answers(page);
  await act();
  await moreThan(page, count);
}
