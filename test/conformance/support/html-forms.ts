/** A control of a form that is sent with it. */
export interface Control {
  readonly name: string;
  readonly value: string;
  readonly type: string;
}

export interface Form {
  readonly id: string;
  readonly method: string;
  readonly action: string;
  readonly controls: readonly Control[];
}

interface OpenForm extends Form {
  readonly controls: Control[];
}

/** The forms of a page with their inputs and buttons; a control may stand outside its form and name it (`form="id"`). */
export function readForms(html: string): Form[] {
  const forms: OpenForm[] = [];
  let open: OpenForm | undefined;
  const withoutScripts = html.replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1>/gi, "");
  for (const [tag, name = ""] of withoutScripts.matchAll(/<(\/?form|input|button)\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi)) {
    const attributes = readAttributes(tag);
    const read = (attribute: string): string => attributes.get(attribute) ?? "";
    switch (name.toLowerCase()) {
      case "form":
        open = { id: read("id"), method: read("method").toUpperCase() || "GET", action: read("action"), controls: [] };
        forms.push(open);
        break;
      case "/form":
        open = undefined;
        break;
      default: {
        const owner = attributes.has("form") ? forms.find((form) => form.id === read("form")) : open;
        const type = read("type").toLowerCase() || (name.toLowerCase() === "button" ? "submit" : "text");
        owner?.controls.push({ name: read("name"), value: read("value"), type });
      }
    }
  }
  return forms;
}

/** The `href` of each link. */
export function readLinks(html: string): string[] {
  return [...html.matchAll(/<a\b(?:[^>"']|"[^"]*"|'[^']*')*>/gi)].flatMap(([tag]) => {
    const href = readAttributes(tag).get("href");
    return href === undefined ? [] : [href];
  });
}

/** What a form sends when it is filled in with `typed` and `pressed` is its button, `[name, value]` pairs in their order. */
export function formData(form: Form, typed: Readonly<Record<string, string>>, pressed?: string): URLSearchParams {
  const data = new URLSearchParams();
  for (const { name, value, type } of form.controls) {
    if (name === "") continue;
    if (type === "submit") {
      if (value === pressed) data.append(name, value);
    } else data.append(name, type === "hidden" ? value : (typed[name] ?? value));
  }
  const missing = Object.keys(typed).filter((name) => !data.has(name));
  if (missing.length > 0) throw new Error(`form #${form.id} has no field ${missing.join(", ")}`);
  return data;
}

function readAttributes(tag: string): Map<string, string> {
  const attributes = new Map<string, string>();
  const inside = tag.replace(/^<\/?[a-z]+/i, "").replace(/\/?>$/, "");
  for (const [, name = "", double, single, bare] of inside.matchAll(
    /([^\s=>"'/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g,
  ))
    attributes.set(name.toLowerCase(), unescaped(double ?? single ?? bare ?? ""));
  return attributes;
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

const unescaped = (text: string): string =>
  text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
    if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
    return named[name] ?? whole;
  });
