// The report of `sluice verify`: whether what was measured agrees with what was predicted, and
// where it does not.
import { ChartPanel } from "../core/chart_panel";
import { h } from "../core/dom";
import { numberText } from "../core/format";
import { notice, section } from "../core/layout";
import { answerHead, identitySection } from "./answer";
import { choice } from "./choices";
import { unitOf } from "./estimate";
import { toneTable, type TonedCell } from "./tone_table";
import { forestChart, type Shown } from "./verify_charts";
import type { AgreementRow, VerifyJson } from "./verify_types";
import {
  differenceText,
  inOrder,
  rowVerdict,
  toleranceText,
  verdictOf,
  verifyFigures,
} from "./verify_words";

function verdictCell(row: AgreementRow): TonedCell {
  return { text: rowVerdict(row), tone: !row.judged ? "plain" : row.agrees ? "good" : "bad" };
}

function rowsTable(data: VerifyJson): HTMLElement {
  const rows = inOrder(data).map((row): TonedCell[] => {
    const unit = unitOf(row.unit);
    return [
      row.metric,
      numberText(row.predicted, unit),
      numberText(row.measured, unit),
      differenceText(row),
      toleranceText(row),
      verdictCell(row),
    ];
  });
  return toneTable(
    ["metric", "predicted", "measured", "difference", "tolerance", "verdict"],
    rows,
    "Metrics, those that differ first",
  );
}

const kShown: readonly Shown[] = ["main", "all", "differing"];
const kShownWords = ["the main ones, and what differs", "all", "what differs"];

/** Draws an agreement into `root`. */
export function mountVerify(root: HTMLElement, data: VerifyJson): { dispose(): void } {
  const forest = new ChartPanel(forestChart(data, "main"));
  const shown = choice("Metrics", kShownWords, 0, () => {
    forest.update(forestChart(data, kShown[shown.value()] ?? "all"));
  });
  root.append(
    answerHead({
      command: "verify",
      scenario: data.scenario,
      ...verdictOf(data),
      figures: verifyFigures(data),
    }),
    ...(data.verdict === "void"
      ? [
          notice(
            "The replay itself was late or cut short, so that what follows proves nothing " +
              "either way.",
          ),
        ]
      : []),
    section(
      "Prediction against measurement",
      h("div", { class: "choices" }, shown.element),
      forest.element,
    ),
    section("Metric by metric", h("div", { class: "card" }, rowsTable(data))),
    identitySection(data),
  );
  return { dispose: () => forest.dispose() };
}
