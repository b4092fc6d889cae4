import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { DecisionForm, ScopeList } from "./parts/decision.tsx";
import { ExternalLink } from "./parts/external-link.tsx";
import { WhoAndWhose } from "./parts/who-and-whose.tsx";
import type { Texts } from "./texts/index.ts";
import { safeExternalHref, safeImage } from "./untrusted/links.ts";
import { initialOf, plainText } from "./untrusted/plain-text.ts";

export interface ConsentScope {
  name: string;
  description?: string | undefined;
}

export interface ConsentPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction: string;
  client: {
    name: string;
    logoUrl?: string | undefined;
    /** Host of the document that is all that is known of it. */
    standsAt?: string | undefined;
    policyUrl?: string | undefined;
    termsUrl?: string | undefined;
  };
  /** Host of the registered redirect URI that this request uses. */
  redirectHost: string;
  scopes: readonly ConsentScope[];
  userLabel: string;
  switchHref?: string | undefined;
}

/** Says who asks for what and where the user goes next, and posts `decision=allow` or `decision=deny`. */
export function ConsentPage(props: ConsentPageProps) {
  const { frame, client } = props;
  const texts = frame.texts.consent;
  const clientName = plainText(client.name);
  const title = texts.title(clientName);
  return (
    <Layout frame={frame} title={title} aside={<Policies {...props} />}>
      <div class="stack">
        <div class="head">
          <ClientLogo {...props} />
          <h1>{title}</h1>
        </div>
        <ScopeList
          id="consent-scopes"
          title={texts.willBeAble(clientName)}
          scopes={props.scopes.map((scope) => scopeText(scope, frame.texts))}
        />
        <Facts {...props} />
        <DecisionForm
          id="consent-form"
          about="consent"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction }}
          allow={texts.allow}
          deny={texts.deny}
        />
      </div>
    </Layout>
  );
}

/** Our own words for the scopes we know, which no realm or client can reword; else the description, else the name. */
export function scopeText({ name, description }: ConsentScope, texts: Texts): string {
  const builtIn: Readonly<Record<string, string>> = texts.consent.scopes;
  if (Object.hasOwn(builtIn, name)) return builtIn[name] ?? name;
  return plainText(description || name, 160);
}

type About = Pick<ConsentPageProps, "client" | "frame">;

export function ClientLogo({ client, frame }: About) {
  const logo = safeImage(client.logoUrl);
  if (logo) return <img class="logo" src={logo} alt="" width={56} height={56} referrerpolicy="no-referrer" />;
  return (
    <span class="seal" aria-hidden="true">
      {initialOf(client.name, frame.language)}
    </span>
  );
}

function Facts({ frame, client, userLabel, switchHref, redirectHost }: ConsentPageProps) {
  const texts = frame.texts.consent;
  return (
    <dl class="facts">
      <WhoAndWhose
        frame={frame}
        page="consent"
        userLabel={userLabel}
        switchHref={switchHref}
        standsAt={client.standsAt}
      />
      <div>
        <dt>{texts.returnsTo}</dt>
        <dd>
          <bdi id="consent-host">{plainText(redirectHost, 255)}</bdi>
        </dd>
        <dd class="quiet small">{texts.caution}</dd>
      </div>
    </dl>
  );
}

export function Policies({ frame, client }: About) {
  const { texts } = frame;
  if (!safeExternalHref(client.policyUrl) && !safeExternalHref(client.termsUrl)) return null;
  return (
    <div class="small row">
      <ExternalLink href={client.policyUrl} texts={texts}>
        {texts.consent.policy}
      </ExternalLink>
      <ExternalLink href={client.termsUrl} texts={texts}>
        {texts.consent.terms}
      </ExternalLink>
    </div>
  );
}
