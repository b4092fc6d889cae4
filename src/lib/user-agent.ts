/** What a person calls the program and the machine behind a User-Agent header (RFC 9110 §10.1.5); null where it does not say. */
export interface DeviceName {
  readonly browser: string | null;
  readonly system: string | null;
}

// The first that fits counts: browsers name those they descend from, too.
const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:A|iOS)?\//, "Edge"],
  [/\bOPR\/|\bOpera\b/, "Opera"],
  [/\bSamsungBrowser\//, "Samsung Internet"],
  [/\bVivaldi\//, "Vivaldi"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bHeadlessChrome\/|\bChrome\/|\bCriOS\/|\bChromium\//, "Chrome"],
  [/\bVersion\/[\d.]+.*\bSafari\//, "Safari"],
  [/\bcurl\//, "curl"],
  [/\bokhttp\/|\bDart\/|\bCFNetwork\//, "App"],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\biPhone\b|\biPod\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bAndroid\b/, "Android"],
  [/\bWindows\b/, "Windows"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
  [/\bDarwin\//, "iPhone"],
];

const firstOf = (table: readonly (readonly [RegExp, string])[], text: string): string | null =>
  table.find(([pattern]) => pattern.test(text))?.[1] ?? null;

export function deviceNameOf(userAgent: string | null): DeviceName {
  const text = (userAgent ?? "").slice(0, 400);
  return { browser: firstOf(browsers, text), system: firstOf(systems, text) };
}
