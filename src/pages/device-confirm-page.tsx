import { ClientLogo, type ConsentPageProps, type ConsentScope, Policies, scopeText } from "./consent-page.tsx";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { DecisionForm, ScopeList } from "./parts/decision.tsx";
import { WhoAndWhose } from "./parts/who-and-whose.tsx";
import { plainText } from "./untrusted/plain-text.ts";

export interface DeviceConfirmPageProps {
  frame: PageFrame;
  action: string;
  csrf: string;
  interaction: string;
  client: ConsentPageProps["client"];
  /** As the device shows it. */
  userCode: string;
  /** What the device says of itself. */
  userAgent?: string | undefined;
  /** How long ago the device began to wait. */
  askedSecondsAgo: number;
  scopes: readonly ConsentScope[];
  userLabel: string;
  switchHref?: string | undefined;
}

/** Says which device asks for what, and posts `decision=allow` or `decision=deny`: RFC 8628 §3.3.1, §5.4. */
export function DeviceConfirmPage(props: DeviceConfirmPageProps) {
  const { frame, client } = props;
  const texts = frame.texts.device.confirm;
  const clientName = plainText(client.name);
  const title = texts.title(clientName);
  return (
    <Layout frame={frame} title={title} aside={<Policies frame={frame} client={client} />}>
      <div class="stack">
        <div class="head">
          <ClientLogo frame={frame} client={client} />
          <h1>{title}</h1>
          <p class="quiet">{texts.lead}</p>
          <p class="user-code">
            <code id="user-code">{plainText(props.userCode, 20)}</code>
          </p>
        </div>
        <ScopeList id="device-scopes" title={texts.willBeAble(clientName)} scopes={scopeTexts(props)} />
        <Facts {...props} />
        <DecisionForm
          id="device-confirm-form"
          about="device"
          action={props.action}
          fields={{ csrf: props.csrf, interaction: props.interaction }}
          allow={texts.allow}
          deny={texts.deny}
        />
      </div>
    </Layout>
  );
}

const scopeTexts = ({ scopes, frame }: DeviceConfirmPageProps): string[] =>
  scopes.length === 0 ? [frame.texts.device.confirm.noScopes] : scopes.map((scope) => scopeText(scope, frame.texts));

function Facts({ frame, client, userAgent, askedSecondsAgo, userLabel, switchHref }: DeviceConfirmPageProps) {
  const texts = frame.texts.device.confirm;
  return (
    <dl class="facts">
      <WhoAndWhose
        frame={frame}
        page="device"
        userLabel={userLabel}
        switchHref={switchHref}
        standsAt={client.standsAt}
      />
      {userAgent ? (
        <div>
          <dt>{texts.device}</dt>
          <dd>
            <bdi id="device-agent">{plainText(userAgent, 120)}</bdi>
          </dd>
        </div>
      ) : null}
      <div>
        <dt>{texts.asked}</dt>
        <dd id="device-asked">{texts.ago(Math.max(0, Math.floor(askedSecondsAgo)))}</dd>
        <dd class="quiet small">{texts.caution}</dd>
      </div>
    </dl>
  );
}
