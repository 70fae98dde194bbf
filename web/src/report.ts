// The entry point of a report file: reads the JSON in #sluice-data and shows it with the view of
// its format.
import { h } from "./core/dom";
import { notice } from "./core/layout";
import { viewOf } from "./views/index";
import "./core/theme.css";
import "./core/layout.css";

function formatOf(data: unknown): string {
  if (typeof data !== "object" || data === null || !("format" in data)) return "";
  return String(data.format);
}

const root = h("main", { class: "page" });
document.body.append(root);
const text = document.getElementById("sluice-data")?.textContent ?? "";
const data: unknown = JSON.parse(text);
const mount = viewOf(formatOf(data));
if (mount) {
  mount(root, data);
} else {
  root.append(notice(`This report cannot show the format "${formatOf(data)}".`, "bad"));
}
