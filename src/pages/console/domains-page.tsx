import { Facts, Panel } from "../parts/shell.tsx";
import type { ConsoleTexts } from "../texts/console/index.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import type { Field } from "./field.tsx";
import { TablePanel } from "./panels.tsx";
import { CodeBlock } from "./parts.tsx";

export interface CheckedDomain {
  domain: string;
  state: keyof ConsoleTexts["realms"]["domains"]["states"];
  status: number | null;
  seen: string | null;
}

export interface DomainsPageProps {
  shell: ConsoleShell;
  action: string;
  version: string;
  domains: readonly string[];
  authDomain: string;
  /** What was checked just now. */
  checked: readonly CheckedDomain[];
  addFields: readonly Field[];
  authFields: readonly Field[];
}

/** The realm's host names, whether each really leads here, and what to change where it does not. */
export function DomainsPage(props: DomainsPageProps) {
  const { shell, action, version, domains, checked } = props;
  const texts = shell.texts.realms.domains;
  return (
    <ConsolePage shell={shell} title={texts.title} lead={texts.lead} wide>
      {checked.map((one, index) => (
        <CheckResult shell={shell} checked={one} id={`check-${index}`} />
      ))}
      <TablePanel
        id="domains"
        caption={texts.caption}
        columns={[texts.domain, texts.role, texts.state, { label: shell.texts.list.actions, plain: true }]}
        rows={domains.map((domain, index) => ({
          id: `domain-${index}`,
          cells: [
            <bdi>{plainText(domain, 255)}</bdi>,
            domain === props.authDomain ? <span class="tag">{texts.isAuth}</span> : texts.isOther,
            <State checked={checked.find((one) => one.domain === domain)} shell={shell} />,
            <DomainActions {...props} domain={domain} index={index} />,
          ],
        }))}
        empty={texts.lead}
      >
        {domains.length > 1 ? (
          <ConsoleForm
            shell={shell}
            id="check-all-form"
            action={action}
            does="check"
            submit={texts.checkAll}
            tone="slim"
          />
        ) : null}
      </TablePanel>
      <Panel id="add" title={texts.add}>
        <ConsoleForm
          shell={shell}
          id="add-form"
          action={action}
          does="add"
          version={version}
          fields={props.addFields}
          submit={texts.addSubmit}
        />
      </Panel>
      {domains.length > 1 ? (
        <Panel id="auth" title={texts.auth} lead={texts.authLead} tone="danger">
          <ConsoleForm
            shell={shell}
            id="auth-form"
            action={action}
            does="auth"
            version={version}
            fields={props.authFields}
            submit={texts.authSubmit}
            tone="danger"
            confirm={texts.authConfirm}
          />
        </Panel>
      ) : null}
    </ConsolePage>
  );
}

function State({ checked, shell }: { checked: CheckedDomain | undefined; shell: ConsoleShell }) {
  if (checked === undefined) return <span class="quiet">–</span>;
  const isGood = checked.state === "reaches-this-realm";
  return (
    <span class="tag" data-tone={isGood ? undefined : "danger"}>
      {shell.texts.realms.domains.states[checked.state]}
    </span>
  );
}

function DomainActions({
  shell,
  action,
  version,
  authDomain,
  domain,
  index,
}: DomainsPageProps & { domain: string; index: number }) {
  const texts = shell.texts.realms.domains;
  const name = plainText(domain, 255);
  return (
    <div class="doing">
      <ConsoleForm
        shell={shell}
        id={`check-form-${index}`}
        action={action}
        does="check"
        hidden={{ domain }}
        submit={texts.check}
        about={name}
        tone="slim"
      />
      {domain === authDomain ? null : (
        <ConsoleForm
          shell={shell}
          id={`remove-form-${index}`}
          action={action}
          does="remove"
          version={version}
          hidden={{ domain }}
          submit={texts.remove}
          about={name}
          tone="slim"
          confirm={texts.removeConfirm(name)}
        />
      )}
    </div>
  );
}

function CheckResult({ shell, checked, id }: { shell: ConsoleShell; checked: CheckedDomain; id: string }) {
  const texts = shell.texts.realms.domains;
  const domain = plainText(checked.domain, 255);
  const isGood = checked.state === "reaches-this-realm";
  const needsRoute = ["reaches-something-else", "no-dns", "timeout", "unreachable"].includes(checked.state);
  return (
    <Panel id={id} title={texts.result(domain)} tone={isGood ? undefined : "danger"}>
      <p id={`${id}-state`}>
        <strong>
          {domain} {texts.states[checked.state]}.
        </strong>
      </p>
      <Facts
        facts={[
          { term: texts.status, value: checked.status },
          { term: texts.seen, value: checked.seen === null ? null : <bdi>{plainText(checked.seen, 300)}</bdi> },
          { term: texts.changeTitle, value: texts.change[checked.state] },
        ]}
      />
      {needsRoute ? (
        <>
          <CodeBlock id={`${id}-custom`} label={texts.customDomain} code={customDomainOf(domain)} texts={shell.texts} />
          <CodeBlock id={`${id}-route`} label={texts.route} code={routeOf(domain)} texts={shell.texts} />
          <CodeBlock id={`${id}-record`} label={texts.record} code={recordOf(domain)} texts={shell.texts} />
        </>
      ) : null}
    </Panel>
  );
}

const customDomainOf = (domain: string): string => `[[routes]]\npattern = "${domain}"\ncustom_domain = true`;

const zoneOf = (domain: string): string => domain.split(".").slice(-2).join(".");

const routeOf = (domain: string): string => `[[routes]]\npattern = "${domain}/*"\nzone_name = "${zoneOf(domain)}"`;

const recordOf = (domain: string): string => `${domain}. AAAA 100:: (proxied)`;
