import type { JSX } from "hono/jsx/jsx-runtime";
import { qrCodeImage } from "../../src/lib/qr-code.ts";
import { ConsentPage } from "../../src/pages/consent-page.tsx";
import { DeviceConfirmPage } from "../../src/pages/device-confirm-page.tsx";
import { DeviceDonePage } from "../../src/pages/device-done-page.tsx";
import { DevicePage } from "../../src/pages/device-page.tsx";
import { EmbedPage } from "../../src/pages/embed-page.tsx";
import { ErrorPage, errorTitle } from "../../src/pages/error-page.tsx";
import { ForgotPasswordPage } from "../../src/pages/forgot-password-page.tsx";
import { FormPostPage } from "../../src/pages/form-post-page.tsx";
import type { PageFrame } from "../../src/pages/frame.ts";
import { HomePage } from "../../src/pages/home-page.tsx";
import { LinkAccountPage } from "../../src/pages/link-account-page.tsx";
import { LinkRequiredPage } from "../../src/pages/link-required-page.tsx";
import { MailboxPage } from "../../src/pages/mailbox-page.tsx";
import { type OpenApiDocument, ReferenceChapterPage, ReferencePage } from "../../src/pages/reference-page.tsx";
import { PasswordSetPage, ResetPasswordPage } from "../../src/pages/reset-password-page.tsx";
import { ReturnPage } from "../../src/pages/return-page.tsx";
import { SignInCodePage } from "../../src/pages/sign-in-code-page.tsx";
import { SignInPage } from "../../src/pages/sign-in-page.tsx";
import { SignOutPage } from "../../src/pages/sign-out-page.tsx";
import { SignUpPage } from "../../src/pages/sign-up-page.tsx";
import { SignedInPage } from "../../src/pages/signed-in-page.tsx";
import { SignedOutPage } from "../../src/pages/signed-out-page.tsx";
import { offeredLanguages, textsFor } from "../../src/pages/texts/index.ts";
import { TwoFactorPage } from "../../src/pages/two-factor-page.tsx";
import { RecoveryCodesPage, TwoFactorSetUpPage } from "../../src/pages/two-factor-set-up-page.tsx";
import { VerifiedPage } from "../../src/pages/verified-page.tsx";
import { accountSamples } from "./account-samples.tsx";
import { connectSamples } from "./connect-samples.tsx";
import { shellSample } from "./shell-sample.tsx";

/** The choice of language below a page. */
export const everyLanguage = { offered: offeredLanguages([]), action: "/language", returnTo: "/sign-in?interaction=x" };

export function frameFor(language = "en", changes: Partial<PageFrame> = {}): PageFrame {
  const texts = textsFor(language, undefined, []);
  return {
    realmName: "The Daily",
    language: texts.language,
    direction: texts.direction,
    texts,
    nonce: "bm9uY2Utb2YtdGhlLXRlc3Rz",
    ...changes,
  };
}

/**
 * Every page in each of its shapes, by a name. `word` puts one text into every prop that carries somebody else's
 * words, and `address` one into every prop that carries somebody else's address.
 */
export function everyPage(frame: PageFrame, { word, address }: { word?: string; address?: string } = {}) {
  const w = (usual: string) => word ?? usual;
  const a = (usual: string) => address ?? usual;
  const csrf = w("csrf-token");
  const interaction = w("interaction-handle");
  const providers = ["google", "our-idp"].map((name) => ({
    name,
    label: w("Google"),
    href: a(`/api/auth/v1/login?auth-provider=${name}`),
  }));
  return {
    shell: shellSample(frame, w, a),
    ...accountSamples(frame, w, a),
    ...connectSamples(frame, w, a),
    embed: (
      <EmbedPage
        frame={frame}
        clientId={w("crossword-club")}
        origin={w("https://club.example")}
        request={w("response_type=code")}
        mayAskForAccess
        signInHref={a("/embed/sign-in")}
      />
    ),
    "embed-without-access": (
      <EmbedPage
        frame={frame}
        clientId={w("crossword-club")}
        origin={w("https://club.example")}
        request=""
        mayAskForAccess={false}
        signInHref={a("/embed/sign-in")}
      />
    ),
    "embed-done": <SignedInPage frame={frame} />,
    "sign-in": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        interaction={interaction}
        clientName={w("Crossword Club")}
        signUpHref={a("/sign-up?interaction=interaction-handle")}
      />
    ),
    "sign-in-with-providers": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        interaction={interaction}
        problem="provider-failed"
        signUpHref={a("/sign-up")}
        providers={providers}
      />
    ),
    "sign-in-denied": <SignInPage frame={frame} action="/sign-in" csrf={csrf} problem="provider-denied" />,
    "sign-in-link-required": <SignInPage frame={frame} action="/sign-in" csrf={csrf} problem="link-required" />,
    "sign-up-with-providers": (
      <SignUpPage
        frame={frame}
        action="/sign-up"
        csrf={csrf}
        passwordMinLength={12}
        signInHref={a("/sign-in")}
        providers={providers}
      />
    ),
    "link-required": <LinkRequiredPage frame={frame} signInHref={a("/sign-in")} />,
    "link-account": (
      <LinkAccountPage
        frame={frame}
        action="/link-account"
        csrf={csrf}
        redirectUrl={w("https://news.example.com/done")}
        sourceLabel={w("Main product")}
        personName={w("Una User")}
        personId={w("12345")}
        email={w("una@example.com")}
        offersFresh
      />
    ),
    "link-account-code": (
      <LinkAccountPage
        frame={frame}
        action="/link-account"
        csrf={csrf}
        sourceLabel={w("Main product")}
        personId={w("12345")}
        email={w("una@example.com")}
        codeSent
        problem="wrong-code"
        offersFresh={false}
      />
    ),
    "link-account-signed-in": (
      <LinkAccountPage
        frame={frame}
        action="/link-account"
        csrf={csrf}
        sourceLabel={w("Main product")}
        personId={w("12345")}
        email={w("una@example.com")}
        signedInAs={w("Una User")}
        offersFresh
      />
    ),
    "sign-in-plain": <SignInPage frame={frame} action="/sign-in" csrf={csrf} />,
    "sign-in-with-passkey": (
      <SignInPage frame={frame} action="/sign-in" csrf={csrf} passkeyNext={a("/authorize/resume?interaction=x")} />
    ),
    "two-factor": (
      <TwoFactorPage
        frame={frame}
        action="/two-factor"
        csrf={csrf}
        interaction={interaction}
        userLabel={w("reader@daily.example")}
        has={{ app: true, recoveryCodes: true, passkey: true }}
        elsewhere={[{ host: w("news.daily.example"), href: a("https://news.daily.example/sign-in") }]}
        next={a("/authorize/resume?interaction=x")}
        startOverHref={a("/sign-in")}
      />
    ),
    "two-factor-wrong": (
      <TwoFactorPage
        frame={frame}
        action="/two-factor"
        csrf={csrf}
        userLabel={w("reader@daily.example")}
        has={{ app: true, recoveryCodes: true, passkey: false }}
        elsewhere={[]}
        next="/"
        startOverHref="/sign-in"
        problem="wrong-code"
      />
    ),
    "two-factor-recovery": (
      <TwoFactorPage
        frame={frame}
        action="/two-factor"
        csrf={csrf}
        userLabel={w("reader@daily.example")}
        has={{ app: false, recoveryCodes: true, passkey: false }}
        elsewhere={[]}
        next="/"
        startOverHref="/sign-in"
        problem="too-many-attempts"
        retryAfterSeconds={150}
      />
    ),
    "two-factor-set-up": (
      <TwoFactorSetUpPage
        frame={frame}
        action="/two-factor/set-up"
        csrf={csrf}
        interaction={interaction}
        qrCode={qrCodeImage("otpauth://totp/The%20Daily:reader?secret=JBSWY3DPEHPK3PXP&issuer=The%20Daily")}
        secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        required
        next={a("/authorize/resume?interaction=x")}
      />
    ),
    "two-factor-set-up-wrong": (
      <TwoFactorSetUpPage
        frame={frame}
        action="/two-factor/set-up"
        csrf={csrf}
        qrCode={qrCodeImage("otpauth://totp/The%20Daily:reader?secret=JBSWY3DPEHPK3PXP")}
        secret="JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
        required={false}
        next="/"
        problem="wrong-code"
      />
    ),
    "recovery-codes": (
      <RecoveryCodesPage
        frame={frame}
        codes={["0a1b-2c3d-4e5f-6g7h", "8j9k-0m1n-2p3q-4r5s"]}
        continueHref={a("/authorize/resume?interaction=x")}
      />
    ),
    "sign-in-wrong": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        interaction={interaction}
        identifier={w("reader@daily.example")}
        clientName={w("Crossword Club")}
        problem="wrong-credentials"
        signUpHref={a("/sign-up")}
      />
    ),
    "sign-in-throttled": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        identifier={w("reader@daily.example")}
        problem="too-many-attempts"
        retryAfterSeconds={150}
      />
    ),
    "sign-in-again": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        identifier={w("reader@daily.example")}
        problem="reauthenticate"
      />
    ),
    "sign-up": (
      <SignUpPage
        frame={frame}
        action="/sign-up"
        csrf={csrf}
        interaction={interaction}
        passwordMinLength={12}
        signInHref={a("/sign-in")}
        clientName={w("Crossword Club")}
      />
    ),
    "sign-up-wrong": (
      <SignUpPage
        frame={frame}
        action="/sign-up"
        csrf={csrf}
        values={{ name: w("Ada Reader"), email: w("reader@daily.example") }}
        problems={{ email: "user-already-exists", password: "password-too-short" }}
        passwordMinLength={12}
        signInHref={a("/sign-in")}
      />
    ),
    consent: (
      <ConsentPage
        frame={frame}
        action="/consent"
        csrf={csrf}
        interaction={interaction}
        client={{
          name: w("Crossword Club"),
          logoUrl: address,
          policyUrl: a("https://crossword.example/privacy"),
          termsUrl: a("https://crossword.example/terms"),
        }}
        redirectHost={w("app.crossword.example")}
        scopes={[
          { name: "openid" },
          { name: "profile" },
          { name: "email" },
          { name: "offline_access" },
          { name: w("puzzles:write"), description: w("Save puzzles to your archive") },
        ]}
        userLabel={w("reader@daily.example")}
        switchHref={a("/sign-in?switch=1")}
      />
    ),
    device: <DevicePage frame={frame} action="/device" csrf={csrf} />,
    "device-prefilled": <DevicePage frame={frame} action="/device" csrf={csrf} userCode={w("BCDF-GHJK")} />,
    "device-wrong-code": (
      <DevicePage frame={frame} action="/device" csrf={csrf} userCode={w("BCDF")} problem="wrong-code" />
    ),
    "device-too-many": (
      <DevicePage frame={frame} action="/device" csrf={csrf} problem="too-many-attempts" retryAfterSeconds={42} />
    ),
    "device-confirm": (
      <DeviceConfirmPage
        frame={frame}
        action="/device"
        csrf={csrf}
        interaction={interaction}
        client={{
          name: w("Living Room TV"),
          logoUrl: address,
          policyUrl: a("https://tv.example/privacy"),
          termsUrl: a("https://tv.example/terms"),
        }}
        userCode="BCDF-GHJK"
        userAgent={w("SmartTV/7.0")}
        askedSecondsAgo={95}
        scopes={[{ name: "openid" }, { name: "profile" }, { name: w("films"), description: w("Play your films") }]}
        userLabel={w("reader@daily.example")}
        switchHref={a("/sign-in?switch=1")}
      />
    ),
    "device-confirm-bare": (
      <DeviceConfirmPage
        frame={frame}
        action="/device"
        csrf={csrf}
        interaction={interaction}
        client={{ name: w("Box"), standsAt: w("box.example") }}
        userCode="BCDF-GHJK"
        askedSecondsAgo={2.5}
        scopes={[]}
        userLabel={w("reader@daily.example")}
      />
    ),
    "device-connected": <DeviceDonePage frame={frame} outcome="connected" againHref="/device" />,
    "device-refused": <DeviceDonePage frame={frame} outcome="refused" againHref="/device" />,
    "device-session-limit": <DeviceDonePage frame={frame} outcome="session-limit" againHref="/device" />,
    "device-too-late": <DeviceDonePage frame={frame} outcome="too-late" againHref="/device" />,
    "consent-known-by-address": (
      <ConsentPage
        frame={frame}
        action="/consent"
        csrf={csrf}
        interaction={interaction}
        client={{ name: w("Note taker"), standsAt: w("notes.example") }}
        redirectHost={w("notes.example")}
        scopes={[{ name: "openid" }]}
        userLabel={w("reader@daily.example")}
      />
    ),
    "return-by-link": (
      <ReturnPage
        frame={frame}
        title={errorTitle(400, frame.texts)}
        detail={w("The user has to sign in.")}
        href="https://notes.example/callback?error=login_required"
        fields={null}
      />
    ),
    "return-by-form": (
      <ReturnPage
        frame={frame}
        title={errorTitle(400, frame.texts)}
        detail={w("The user has to sign in.")}
        href="https://notes.example/callback"
        fields={{ error: w("login_required"), state: w("af0ifjsldkj") }}
      />
    ),
    "sign-out": (
      <SignOutPage
        frame={frame}
        action="/end-session"
        csrf={csrf}
        fields={{ state: w("xyz"), [w("client_id")]: w("abc") }}
        userLabel={w("Ada Reader")}
        clientName={w("Crossword Club")}
      />
    ),
    "signed-out": <SignedOutPage frame={frame} continueHref={a("https://app.crossword.example/bye")} />,
    "ended-elsewhere": <SignedOutPage frame={frame} reason="session-ended-elsewhere" continueHref={a("/sign-in")} />,
    "home-signed-in": (
      <HomePage
        frame={frame}
        user={{ label: w("Ada Reader"), email: w("reader@daily.example") }}
        signInHref={a("/sign-in")}
        signUpHref={a("/sign-up")}
        twoFactorHref={a("/two-factor/set-up")}
        signOutAction="/sign-out"
        accountHref={a("/account")}
        csrf={csrf}
        host={w("auth.daily.example")}
        siblings={[
          { host: w("news.daily-news.example"), href: a("https://news.daily-news.example/") },
          { host: w("sport.daily-sport.example"), href: a("https://sport.daily-sport.example/") },
        ]}
      />
    ),
    "home-signed-out": (
      <HomePage
        frame={frame}
        signInHref={a("/sign-in")}
        signUpHref={a("/sign-up")}
        signOutAction="/sign-out"
        accountHref={a("/account")}
        csrf={csrf}
        host={w("news.daily-news.example")}
        siblings={[{ host: w("auth.daily.example"), href: a("https://auth.daily.example/") }]}
      />
    ),
    error: (
      <ErrorPage
        frame={frame}
        status={400}
        title={w("This link does not belong to the app")}
        detail={w("The address to return to is not registered for this application.")}
        requestId={w("8f0c2b1e9a7d4c65")}
        errorCode={w("redirect-not-allowed")}
        homeHref={a("/")}
      />
    ),
    "form-post": (
      <FormPostPage
        frame={frame}
        action="https://app.crossword.example/callback?x=1"
        fields={{ code: w("SplxlOBeZQQYbYS6WxSbIA"), state: w("af0ifjsldkj"), iss: w("https://auth.daily.example") }}
      />
    ),
    "sign-in-other-ways": (
      <SignInPage
        frame={frame}
        action="/sign-in"
        csrf={csrf}
        forgotHref={a("/forgot-password")}
        codeHref={a("/sign-in/code")}
      />
    ),
    "sign-in-code-ask": (
      <SignInCodePage
        frame={frame}
        action="/sign-in/code"
        csrf={csrf}
        interaction={interaction}
        recipient={w("reader@daily")}
        problem="recipient-invalid"
        signInHref={a("/sign-in")}
        againHref={a("/sign-in/code")}
      />
    ),
    "sign-in-code": (
      <SignInCodePage
        frame={frame}
        action="/sign-in/code"
        csrf={csrf}
        sentTo={w("reader@daily.example")}
        signInHref={a("/sign-in")}
        againHref={a("/sign-in/code")}
      />
    ),
    "sign-in-code-throttled": (
      <SignInCodePage
        frame={frame}
        action="/sign-in/code"
        csrf={csrf}
        sentTo={w("reader@daily.example")}
        problem="too-many-attempts"
        retryAfterSeconds={600}
        signInHref="/sign-in"
        againHref="/sign-in/code"
      />
    ),
    "forgot-password": (
      <ForgotPasswordPage
        frame={frame}
        action="/forgot-password"
        csrf={csrf}
        interaction={interaction}
        signInHref={a("/sign-in")}
      />
    ),
    "forgot-password-wrong": (
      <ForgotPasswordPage
        frame={frame}
        action="/forgot-password"
        csrf={csrf}
        email={w("reader@daily.example")}
        problem="email-invalid"
        signInHref="/sign-in"
      />
    ),
    "reset-password-by-code": (
      <ResetPasswordPage
        frame={frame}
        action="/reset-password"
        csrf={csrf}
        interaction={interaction}
        by="code"
        email={w("reader@daily.example")}
        isSent
        passwordMinLength={12}
        againHref={a("/forgot-password")}
      />
    ),
    "reset-password-wrong": (
      <ResetPasswordPage
        frame={frame}
        action="/reset-password"
        csrf={csrf}
        by="code"
        email={w("reader@daily.example")}
        problem={{ field: "code", problem: "otp-mismatch" }}
        passwordMinLength={12}
        againHref="/forgot-password"
      />
    ),
    "reset-password-by-link": (
      <ResetPasswordPage
        frame={frame}
        action="/reset-password"
        csrf={csrf}
        by="link"
        email={w("reader@daily.example")}
        problem={{ field: "form", problem: "too-many-attempts" }}
        passwordMinLength={12}
        againHref="/forgot-password"
      />
    ),
    "reset-password-owed": (
      <ResetPasswordPage
        frame={frame}
        action="/reset-password"
        csrf={csrf}
        interaction={interaction}
        by="link"
        isOwed
        email={w("reader@daily.example")}
        problem={{ field: "password", problem: "password-unchanged" }}
        passwordMinLength={12}
        againHref="/forgot-password"
      />
    ),
    "password-set": <PasswordSetPage frame={frame} signInHref={a("/sign-in")} />,
    "address-verified": <VerifiedPage frame={frame} outcome="email-verified" homeHref={a("/")} />,
    "address-not-verified": <VerifiedPage frame={frame} outcome="invalid-token" homeHref={a("/")} />,
    mailbox: (
      <MailboxPage
        frame={frame}
        to={w("reader@daily.example")}
        messages={[
          {
            id: "Zq3v0fBq1nF1H0c2sQK1mA",
            to: w("reader@daily.example"),
            subject: w("Your code for The Daily"),
            text: w("Open https://auth.daily.example/reset-password?token=x or enter 123456."),
            sentAt: "2026-11-21T12:00:00.000Z",
            htmlHref: a("/dev/mailbox?to=reader%40daily.example&html=Zq3v0fBq1nF1H0c2sQK1mA"),
          },
        ]}
      />
    ),
    "mailbox-empty": <MailboxPage frame={frame} messages={[]} />,
    reference: <ReferencePage frame={frame} document={apiDocument(w)} />,
    "reference-chapter": <ReferenceChapterPage frame={frame} document={apiDocument(w)} slug="oauth" />,
    "reference-schemas": <ReferenceChapterPage frame={frame} document={apiDocument(w)} slug="schemas" />,
  } satisfies Record<string, JSX.Element>;
}

function apiDocument(w: (usual: string) => string): OpenApiDocument {
  const problem = {
    description: w("Not allowed"),
    content: { "application/json": { schema: { $ref: "#/components/schemas/Problem" } } },
  };
  return {
    openapi: "3.1.0",
    info: {
      title: w("Gatehouse API"),
      version: w("1.0.0"),
      description: w("Sign-in for every domain of a realm.\n\nAll times are epoch milliseconds; `id` is a number."),
    },
    servers: [{ url: w("https://auth.daily.example"), description: w("Auth domain") }],
    tags: [
      { name: w("Sessions"), description: w("Who is signed in, and where.") },
      { name: "OAuth", description: w("Authorization server endpoints:\n\n- `authorize`\n- `token`") },
    ],
    security: [{ cookie: [] }],
    paths: {
      "/api/auth/v1/login": {
        post: {
          operationId: "login",
          summary: w("Signs a user in"),
          description: w("Sets the session cookie. Wrong passwords are throttled."),
          tags: [w("Sessions")],
          security: [],
          requestBody: {
            required: true,
            content: {
              "application/json": {
                schema: { $ref: "#/components/schemas/Login" },
                example: { email: "reader@daily.example", password: "correct horse" },
              },
            },
          },
          responses: {
            "200": {
              description: w("The user"),
              headers: { "set-cookie": { schema: { type: "string" }, description: w("`qt-auth`") } },
              content: { "application/json": { schema: { $ref: "#/components/schemas/User" } } },
            },
            "401": problem,
          },
        },
      },
      "/api/auth/v1/sessions/{id}": {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        get: {
          summary: w("One session"),
          tags: [w("Sessions")],
          parameters: [
            {
              name: "verbose",
              in: "query",
              description: w("Also says where."),
              schema: { type: "boolean", default: false },
            },
          ],
          responses: {
            "200": { description: w("The session"), content: { "application/json": { schema: { type: "object" } } } },
            "403": problem,
          },
        },
        delete: { tags: [w("Sessions")], deprecated: true, responses: { "204": { description: w("Ended") } } },
      },
      "/token": {
        post: { summary: w("Exchanges a grant for tokens"), tags: ["OAuth"], responses: { default: problem } },
      },
      "/healthz": { get: { summary: w("Alive?"), responses: { "200": { description: "ok" } } } },
    },
    components: {
      schemas: {
        Login: {
          type: "object",
          description: w("Either an email or a username."),
          required: ["password"],
          properties: {
            email: { type: "string", format: "email", description: w("The address") },
            username: { type: "string" },
            password: { type: "string", minLength: 8, maxLength: 128, writeOnly: true },
            metadata: { type: "object", additionalProperties: { type: "string", description: w("Yours") } },
          },
        },
        User: {
          type: "object",
          required: ["id"],
          properties: {
            id: { type: "integer", readOnly: true },
            "verification-status": { type: ["string", "null"], enum: ["email", "phone", null] },
            friends: { type: "array", items: { $ref: "#/components/schemas/User" } },
            contact: { oneOf: [{ $ref: "#/components/schemas/Login" }, { type: "null" }] },
            [w("nick-name")]: { type: "string", example: w("ada") },
          },
        },
        Problem: { type: "object", properties: { code: { type: "string", const: w("bad_credential") } } },
      },
    },
  };
}
