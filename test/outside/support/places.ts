/**
 * Every page there is: what a GET answers with HTML. `test/surfaces/walked.test.ts` compares the routes with those of the
 * application, and `test/outside/walk.test.ts` walks them in a browser. Pure data: it is read in workerd too.
 */

/** Whose browser it is. `between` is halfway through signing in, and was handed over by a main product. */
export type Visitor = "nobody" | "reader" | "between";

export interface Place {
  /** As it stands in app.routes; null where nothing stands. */
  readonly route: string | null;
  /** What is asked for, with `{names}` of the sample's things. The route, when left out. */
  readonly path?: string;
  readonly as: Visitor;
  /** Where the browser ends, when it is sent on. */
  readonly lands?: string;
  readonly status?: number;
  /** Of what is transferred, where it is more than what every page may have. */
  readonly mostBytes?: number;
}

const reader = (route: string, more: Partial<Place> = {}): Place => ({ route, as: "reader", ...more });
const nobody = (route: string | null, more: Partial<Place> = {}): Place => ({ route, as: "nobody", ...more });
const between = (route: string, more: Partial<Place> = {}): Place => ({ route, as: "between", ...more });

/** A page of the console; `{console}` is the operators' own host. */
const operator = (path: string, query = ""): Place => ({
  route: `/console${path}`,
  path: `{console}/console${path.replace(/:(\w+)/g, "{$1}")}${query}`,
  as: "reader",
});

const request =
  "?response_type=code&client_id={client}&redirect_uri={redirect}&scope=openid+profile+email+offline_access&state=s" +
  "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256";

export const places: readonly Place[] = [
  nobody("/"),
  reader("/"),
  nobody("/sign-in"),
  reader("/sign-in", { path: "/sign-in?switch=1" }),
  nobody("/sign-in/code"),
  nobody("/sign-up"),
  nobody("/forgot-password"),
  nobody("/reset-password"),
  between("/two-factor"),
  reader("/two-factor/set-up"),
  nobody("/device"),
  reader("/device", { path: "/device?user_code={userCode}" }),
  between("/link-account"),
  reader("/authorize", { path: `/authorize${request}` }),
  nobody("/authorize", { path: `/authorize${request}`, lands: "/sign-in" }),
  nobody("/authorize", { path: "/authorize?client_id=nobody", status: 400 }),
  nobody("/authorize/resume", { status: 400 }),
  reader("/end-session"),
  nobody("/end-session"),
  reader("/integrate/page", { path: "/integrate/page?public_key={client}&user_id={user}" }),
  reader("/integrate/command", {
    path: "/integrate/command?provider=maps&public_key={client}&user_id={user}&consented_redirect={redirect}",
  }),
  nobody("/embed", { path: "/embed?client_id={client}&origin={origin}" }),
  reader("/embed", { path: "/embed?client_id={client}&origin={origin}" }),
  reader("/embed/signed-in"),
  nobody("/api/auth/v1/users/verify-email", { path: "/api/auth/v1/users/verify-email?token=no", status: 200 }),
  nobody("/docs"),
  // Its longest chapters; all of them are weighed in openapi.test.ts.
  nobody("/docs/:chapter", { path: "/docs/users" }),
  nobody("/docs/:chapter", { path: "/docs/schemas" }),
  nobody("/dev/mailbox", { path: "/dev/mailbox?to={email}" }),
  nobody(null, { path: "/nothing-stands-here", status: 404 }),

  reader("/account"),
  reader("/account/profile"),
  reader("/account/profile/address/confirm", { lands: "/account/profile" }),
  reader("/account/password"),
  reader("/account/passkeys"),
  reader("/account/two-step"),
  reader("/account/devices"),
  reader("/account/linked"),
  reader("/account/apps"),
  reader("/account/data"),
  nobody("/account/ended"),
  nobody("/account/deleted"),

  operator("/realms"),
  operator("/realms/new"),
  operator("/realms/new", "?kind=publisher"),
  operator("/realms/:realm"),
  operator("/realms/:realm/domains"),
  operator("/realms/:realm/settings"),
  operator("/realms/:realm/settings/:group"),
  operator("/realms/:realm/look"),
  operator("/realms/:realm/clients"),
  operator("/realms/:realm/clients/new"),
  operator("/realms/:realm/clients/new", "?kind=web"),
  operator("/realms/:realm/clients/:client"),
  operator("/realms/:realm/clients/:client/edit"),
  operator("/realms/:realm/clients/:client/try"),
  operator("/realms/:realm/registration-tokens"),
  operator("/realms/:realm/providers"),
  operator("/realms/:realm/providers/new"),
  operator("/realms/:realm/providers/:provider"),
  operator("/realms/:realm/keys"),
  operator("/realms/:realm/users"),
  operator("/realms/:realm/users/new"),
  operator("/realms/:realm/users/:user"),
  operator("/realms/:realm/users/:user/edit"),
  operator("/realms/:realm/sources"),
  operator("/realms/:realm/sources/new"),
  operator("/realms/:realm/sources/:source"),
  operator("/realms/:realm/webhooks"),
  operator("/realms/:realm/webhooks/new"),
  operator("/realms/:realm/webhooks/:webhook"),
  operator("/realms/:realm/webhooks/:webhook/deliveries"),
  operator("/realms/:realm/calls"),
  operator("/realms/:realm/calls/mappings"),
  operator("/realms/:realm/calls/mappings/new"),
  operator("/realms/:realm/calls/mappings/:client/:mapping"),
  operator("/realms/:realm/events"),
  operator("/realms/:realm/figures"),
  operator("/figures"),
];

/** Addresses that answer a browser without a page of their own, each with the reason. */
export const ways: Readonly<Record<string, string>> = {
  "/console": "leads to where the operator begins",
  "/console/try/callback": "the try-it page at its second step; walked in console.test.ts",
  "/account/confirm": "leads to /sign-in",
  "/account/two-step/set-up": "leads to /two-factor/set-up",
  "/embed/sign-in": "leads to /authenticate",
};
