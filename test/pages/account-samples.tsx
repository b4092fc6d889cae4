import type { AccountFrame } from "../../src/pages/account/account-shell.tsx";
import { AppsPage } from "../../src/pages/account/apps-page.tsx";
import { DataPage, DeletedPage } from "../../src/pages/account/data-page.tsx";
import { DevicesPage } from "../../src/pages/account/devices-page.tsx";
import { LeavingPage, LinkedPage } from "../../src/pages/account/linked-page.tsx";
import { AccountOverviewPage } from "../../src/pages/account/overview-page.tsx";
import { PasskeysPage } from "../../src/pages/account/passkeys-page.tsx";
import { PasswordPage } from "../../src/pages/account/password-page.tsx";
import { AddressCodePage, ProfilePage } from "../../src/pages/account/profile-page.tsx";
import { TwoStepPage } from "../../src/pages/account/two-step-page.tsx";
import type { PageFrame } from "../../src/pages/frame.ts";

type Filler = (usual: string) => string;

const at = Date.UTC(2026, 10, 22, 9, 30);
const many = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** The pages of one's own account, each as full as it gets, and in its other shapes. */
export function accountSamples(frame: PageFrame, w: Filler, a: Filler) {
  const account: AccountFrame = {
    frame,
    csrf: w("csrf-token"),
    userLabel: w("una@example.com"),
    signOutAction: "/sign-out",
    fresh: true,
    timeZone: "Europe/Paris",
    notice: { tone: "info", text: frame.texts.accountPages.done.saved },
  };
  const stale = { ...account, fresh: false, notice: undefined };
  const address = { value: w("una@example.com"), confirmed: true };
  const profile = { values: {}, languages: [{ tag: "fr", name: w("français") }] };
  const links = many(12).map((index) => ({
    source: `source-${index}`,
    sourceId: w("12345"),
    label: w("Main product"),
    account: w("una@example.com"),
    linkedAt: at,
    active: index > 0,
    fixed: index === 1,
  }));
  const devices = many(12).map((index) => ({
    sid: w("session-id"),
    browser: index === 2 ? null : "Firefox",
    system: index === 2 ? null : "Windows",
    app: index === 1 ? w("Living room TV") : null,
    address: w("2001:db8::1"),
    createdAt: at,
    lastUsedAt: at,
    current: index === 0,
  }));
  const apps = many(8).map((index) => ({
    clientId: w("crossword-club"),
    name: index === 1 ? null : w("Crossword Club"),
    host: w("club.example"),
    scopes: [{ name: "email" }, { name: "club:play", description: w("Play") }],
    grantedAt: at,
    lastUsedAt: index === 0 ? null : at,
  }));
  const connections = many(3).map((index) => ({
    app: index === 0 ? null : w("Crossword Club"),
    clientId: w("c-1"),
    provider: w("dropbox"),
    label: w("Dropbox"),
    expired: index === 1,
    connectedAt: at,
  }));
  return {
    account: (
      <AccountOverviewPage
        account={account}
        name={w("Una User")}
        username={w("una")}
        email={address}
        phone={{ value: w("+33612345678"), confirmed: false }}
        avatarUrl={a("https://cdn.example/una.png")}
        createdAt={at}
        hasPassword
        passkeys={2}
        twoStep={false}
        offersTwoStep
        devices={3}
        linked={1}
        apps={4}
        sites={[{ host: w("news.example.com"), href: a("https://news.example.com") }]}
      />
    ),
    "account-profile": (
      <ProfilePage
        account={account}
        {...profile}
        values={{ name: w("Una User"), "avatar-url": a("https://cdn.example/una.png"), username: w("una") }}
        locale="fr"
        email={address}
        phone={{ value: w("+33612345678"), confirmed: false }}
        problem={{ field: "username", problem: "taken" }}
      />
    ),
    "account-profile-stale": <ProfilePage account={stale} {...profile} />,
    "account-address-code": <AddressCodePage account={account} address={w("una@example.com")} problem="wrong-code" />,
    "account-password": (
      <PasswordPage
        account={account}
        hasPassword
        codeSent={false}
        minLength={12}
        forgotHref={a("/forgot-password")}
        problem={{ field: "current", text: frame.texts.accountPages.problems["wrong-password"] }}
      />
    ),
    "account-first-password": (
      <PasswordPage
        account={account}
        hasPassword={false}
        address={w("una@example.com")}
        codeSent
        minLength={12}
        forgotHref={a("/forgot-password")}
      />
    ),
    "account-no-address": (
      <PasswordPage account={stale} hasPassword={false} codeSent={false} minLength={12} forgotHref={a("/forgot")} />
    ),
    "account-passkeys": (
      <PasskeysPage
        account={account}
        passkeys={many(5).map((index) => ({
          id: w("credential-id"),
          name: w("Laptop"),
          host: w("auth.example.com"),
          secondFactor: index === 0,
          createdAt: at,
          lastUsedAt: at,
        }))}
      />
    ),
    "account-passkeys-none": <PasskeysPage account={stale} passkeys={[]} />,
    "account-two-step": (
      <TwoStepPage
        account={account}
        on
        app
        recoveryCodesLeft={7}
        policy="optional"
        problem={{ field: "token", problem: "wrong-code" }}
      />
    ),
    "account-two-step-off": (
      <TwoStepPage account={account} on={false} app={false} recoveryCodesLeft={0} policy="optional" />
    ),
    "account-two-step-required": (
      <TwoStepPage account={account} on app={false} recoveryCodesLeft={3} policy="required" />
    ),
    "account-devices": <DevicesPage account={account} devices={devices} connectHref={a("/device")} />,
    "account-linked": <LinkedPage account={account} links={links} offered={[{ name: "google", label: w("Google") }]} />,
    "account-linked-none": <LinkedPage account={stale} links={[]} offered={[{ name: "google", label: w("Google") }]} />,
    "account-leaving": <LeavingPage frame={frame} label={w("Google")} href={a("https://accounts.example/authorize")} />,
    "account-apps": <AppsPage account={account} apps={apps} connections={connections} />,
    "account-apps-none": <AppsPage account={account} apps={[]} connections={[]} />,
    "account-data": <DataPage account={account} confirmation={w("una@example.com")} problem="not-typed" />,
    "account-data-stale": <DataPage account={stale} confirmation={w("una@example.com")} />,
    "account-deleted": <DeletedPage frame={frame} />,
  };
}
