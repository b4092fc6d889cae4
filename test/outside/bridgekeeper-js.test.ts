import { beforeAll, describe, expect, it } from "vitest";
import { makeSite, originOf, password, type Site } from "./support/admin.ts";
import { call, openSite, uploadPicture } from "./support/bridgekeeper.ts";
import { useChromium } from "./support/chromium.ts";

const chromium = useChromium();
let site: Site;

beforeAll(async () => {
  site = await makeSite("bridgekeeper");
});

describe("@quintype/bridgekeeper-js, unmodified, in a real browser", () => {
  it("registers, knows the user, changes the profile, signs out and in again", async () => {
    const context = await chromium.context({ bypassCSP: true });
    const page = await context.newPage();
    const host = site.hosts[1] ?? "";
    await openSite(host, page);
    const email = "brid@example.com";

    expect(await call(page, "currentUser")).toMatchObject({
      error: { message: "Could not find qt-auth cookie or X-QT-AUTH header, please Login." },
    });
    const registered = await call(page, "register", {
      name: "Brid Keeper",
      email,
      username: email,
      password,
      "dont-login": false,
    });
    expect(registered).toMatchObject({ user: { name: "Brid Keeper", email }, source: "bridgekeeper" });

    const cookies = await context.cookies(originOf(host));
    expect(cookies.find((cookie) => cookie.name === "qt-auth")).toMatchObject({
      name: "qt-auth",
      httpOnly: true,
      secure: true,
      sameSite: "Lax",
      domain: host,
    });

    expect(await call(page, "currentUser")).toMatchObject({ user: { email }, "active-sessions-count": 1 });
    const changed = await call(page, "updateUserProfile", { name: "Brid K.", "phone-number": "+8801712345678" });
    expect(changed).toMatchObject({ user: { name: "Brid K.", "phone-number": "+8801712345678" } });
    expect(await call(page, "currentUser")).toMatchObject({ user: { name: "Brid K." } });

    const signed = (await call(page, "signImage", "me.png", "image/png")) as Record<string, string>;
    expect(await uploadPicture(page, signed)).toBe(201);
    const pictured = (await call(page, "updateUserProfile", { "temp-s3-key": signed.key })) as {
      user: Record<string, string>;
    };
    expect(pictured.user["avatar-s3-key"]).toBe(signed.key);
    const picture = await page.goto(pictured.user["avatar-url"] ?? "");
    expect([picture?.status(), picture?.headers()["content-type"]]).toEqual([200, "image/png"]);
    await openSite(host, page);

    expect(await call(page, "logout")).toBe(204);
    expect(await call(page, "currentUser")).toMatchObject({ error: { code: "session-required" } });

    expect(await call(page, "login", { username: email, password: "wrong password" })).toMatchObject({
      error: { code: "bad_credential" },
    });
    expect(await call(page, "login", { username: email, email, password })).toMatchObject({
      user: { email },
      "active-sessions-count": 1,
    });
    expect(await call(page, "register", { name: "Other", email, username: email, password })).toMatchObject({
      error: { message: "User Already exists" },
    });
    await context.close();
  });
});
