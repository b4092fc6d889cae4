import type { Page } from "playwright-core";
import type { MorningPost } from "./morning-post.ts";
import type { Visitor } from "./places.ts";

export interface Picture {
  /** Below docs/images, without `.png`. */
  readonly name: string;
  readonly path: string;
  readonly as: Visitor;
  readonly screen: "phone" | "desktop";
  readonly colorScheme: "light" | "dark";
  /** What is done there before it is taken. */
  readonly act?: (page: Page, post: MorningPost) => Promise<void>;
}

const request =
  "/authorize?response_type=code&client_id={client}&redirect_uri={redirect}&scope=openid+profile+email+offline_access&state=s" +
  "&prompt=consent&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";
const realm = "{console}/console/realms/{realm}";

/** What the documents show. */
export const pictures: readonly Picture[] = [
  { name: "sign-in", path: request, as: "nobody", screen: "desktop", colorScheme: "light" },
  { name: "sign-in-phone", path: request, as: "nobody", screen: "phone", colorScheme: "dark" },
  { name: "sign-up-phone", path: "/sign-up", as: "nobody", screen: "phone", colorScheme: "light" },
  { name: "consent-phone", path: request, as: "reader", screen: "phone", colorScheme: "light" },
  { name: "two-factor-phone", path: "/two-factor", as: "between", screen: "phone", colorScheme: "dark" },
  { name: "device-phone", path: "/device?user_code={userCode}", as: "reader", screen: "phone", colorScheme: "light" },
  { name: "account", path: "/account", as: "reader", screen: "desktop", colorScheme: "light" },
  { name: "devices", path: "/account/devices", as: "reader", screen: "desktop", colorScheme: "dark" },
  { name: "devices-phone", path: "/account/devices", as: "reader", screen: "phone", colorScheme: "light" },
  {
    name: "connect",
    path: "/integrate/page?public_key={client}&user_id={user}",
    as: "reader",
    screen: "desktop",
    colorScheme: "light",
  },
  { name: "console", path: realm, as: "reader", screen: "desktop", colorScheme: "light" },
  { name: "figures", path: `${realm}/figures`, as: "reader", screen: "desktop", colorScheme: "dark" },
  { name: "user", path: `${realm}/users/{user}`, as: "reader", screen: "desktop", colorScheme: "light" },
  { name: "events", path: `${realm}/events`, as: "reader", screen: "desktop", colorScheme: "light" },
  { name: "look", path: `${realm}/look`, as: "reader", screen: "desktop", colorScheme: "light", act: dress },
  { name: "domains", path: `${realm}/domains`, as: "reader", screen: "desktop", colorScheme: "light" },
  {
    name: "try-it",
    path: `${realm}/clients/{client}/try`,
    as: "reader",
    screen: "desktop",
    colorScheme: "light",
    act: tryIt,
  },
];

async function dress(page: Page): Promise<void> {
  await page.fill("#look-form-theme-site_name", "The Evening Mail");
  await page.fill("#look-form-theme-accent_color", "#8c1d40");
  await page.selectOption("#look-form-theme-font", "serif");
  await page.selectOption("#look-form-theme-radius", "small");
  await page.locator("#sample-shown").getByText("The Evening Mail").first().waitFor();
  await page.waitForLoadState("networkidle");
  await page.evaluate(() => window.scrollTo(0, 0));
}

async function tryIt(page: Page, { clientSecret }: MorningPost): Promise<void> {
  await page.getByLabel("Client secret").fill(clientSecret);
  await page.getByRole("button", { name: "Build the request" }).click();
  await page.getByRole("link", { name: "Go to the sign-in" }).click();
  await page.click("#consent-allow");
  await page.getByRole("button", { name: "Redeem the code" }).click();
  await page.getByText("nonce is the one that was sent.").waitFor();
}
