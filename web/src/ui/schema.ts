// What may stand at a place of a scenario, by its JSON Schema: the members of an object, the words
// that a value can be. Pure; the editor's completion is made of it.
import type { Json } from "../core/types";
import { at, isArray, isObject, textAt, type JsonObject } from "./json";

export interface Suggestion {
  readonly label: string;
  /** "rate", "integer, 1 to 100" */
  readonly detail: string;
  readonly info: string;
}

export class Schema {
  constructor(
    private readonly root: Json,
    /** Names that the schema does not know: models, tiers, retry policies, by the member's name. */
    private readonly names: { readonly [member: string]: readonly string[] },
  ) {}

  /** Members that an object at the path can have and does not have yet. */
  membersAt(path: readonly (string | number)[], document: Json | undefined): Suggestion[] {
    const present = at(document, ...path);
    const found = new Map<string, Suggestion>();
    for (const schema of this.schemasAt(path, document)) {
      const properties = schema["properties"];
      if (!isObject(properties)) continue;
      for (const [label, member] of Object.entries(properties)) {
        if (found.has(label) || (isObject(present) && label in present) || !isObject(member))
          continue;
        found.set(label, {
          label,
          detail: typeWords(member),
          info: textAt(member, "description") ?? "",
        });
      }
    }
    return [...found.values()];
  }

  /** Words that the value at the path can be. */
  valuesAt(path: readonly (string | number)[], document: Json | undefined): string[] {
    const words = new Set<string>();
    for (const schema of this.schemasAt(path, document)) {
      const values = schema["enum"];
      if (isArray(values)) for (const value of values) words.add(JSON.stringify(value));
      if (schema["const"] !== undefined) words.add(JSON.stringify(schema["const"]));
      if (schema["type"] === "boolean") words.add("true").add("false");
    }
    const last = path[path.length - 1];
    const known = typeof last === "string" ? this.names[last] : undefined;
    for (const name of known ?? []) words.add(JSON.stringify(name));
    return [...words];
  }

  /** All alternatives that may describe what stands there, references resolved. */
  private schemasAt(path: readonly (string | number)[], document: Json | undefined): JsonObject[] {
    let schemas = this.alternatives(this.root, document);
    path.forEach((step, depth) => {
      const here = at(document, ...path.slice(0, depth + 1));
      schemas = schemas.flatMap((schema) => {
        const next =
          typeof step === "number"
            ? schema["items"]
            : (at(schema, "properties", step) ?? schema["additionalProperties"]);
        return next === undefined ? [] : this.alternatives(next, here);
      });
    });
    return schemas;
  }

  private alternatives(schema: Json, value: Json | undefined): JsonObject[] {
    if (!isObject(schema)) return [];
    const reference = textAt(schema, "$ref");
    if (reference !== undefined) {
      return this.alternatives(at(this.root, ...reference.split("/").slice(1)) ?? null, value);
    }
    const any = schema["anyOf"];
    if (!isArray(any)) return [schema];
    const all = any.flatMap((one) => this.alternatives(one, value));
    // A kind that is written down leaves only its own members.
    const kind = textAt(value, "type");
    const ofKind = all.filter(
      (one) => kind !== undefined && textAt(one, "properties", "type", "const") === kind,
    );
    return ofKind.length > 0 ? ofKind : all;
  }
}

function typeWords(schema: JsonObject): string {
  const words = textAt(schema, "type");
  if (words !== undefined) return words;
  const reference = textAt(schema, "$ref");
  if (reference !== undefined) return reference.split("/").pop() ?? "";
  return isArray(schema["enum"]) ? "word" : "";
}
