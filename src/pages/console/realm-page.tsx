import type { Jurisdiction } from "../../config/jurisdictions.ts";
import { ExternalLink } from "../parts/external-link.tsx";
import { Facts, Panel } from "../parts/shell.tsx";
import { plainText } from "../untrusted/plain-text.ts";
import { type Attention, AttentionPanel } from "./attention-panel.tsx";
import { ConsoleForm, ConsolePage, type ConsoleShell } from "./console-page.tsx";
import { DeletePanel } from "./delete-panel.tsx";
import type { Field } from "./field.tsx";
import { type DayFigures, FiguresPanel } from "./figures-page.tsx";
import type { Totals } from "./glance-list.tsx";
import { Moment } from "./parts.tsx";

export interface RealmPageProps {
  shell: ConsoleShell;
  action: string;
  realm: {
    id: string;
    name: string;
    kind: "frontend" | "editor";
    issuer: string;
    domains: readonly string[];
    jurisdiction: Jurisdiction | null;
    created_at: string;
    updated_at: string;
  };
  version: string;
  /** Absent for those who may not change it. */
  fields?: readonly Field[] | undefined;
  mayDelete: boolean;
  /** Of the last days; absent when they cannot be had. */
  figures?: { days: readonly DayFigures[]; today: Totals; before: Totals; href: string } | undefined;
  /** Absent for those who may not see it, and when it cannot be had. */
  attention?: Attention | undefined;
  /** What is wrong with the name that was typed to confirm. */
  wordProblem?: string | undefined;
}

/** A realm at a glance, and what concerns all of it. */
export function RealmPage(props: RealmPageProps) {
  const { shell, action, realm, version, fields, mayDelete, figures, attention } = props;
  const { texts, frame } = shell;
  const { overview, kinds, regions } = texts.realms;
  return (
    <ConsolePage shell={shell} title={plainText(realm.name)}>
      {figures ? <FiguresPanel shell={shell} {...figures} /> : null}
      {attention ? <AttentionPanel shell={shell} {...attention} /> : null}
      <Panel id="facts" title={overview.facts}>
        <Facts
          facts={[
            { term: overview.id, value: <code>{plainText(realm.id)}</code>, id: "realm-id" },
            { term: overview.issuer, value: <bdi>{plainText(realm.issuer, 300)}</bdi> },
            {
              term: overview.discovery,
              value: (
                <ExternalLink href={`${realm.issuer}/.well-known/openid-configuration`} texts={frame.texts}>
                  /.well-known/openid-configuration
                </ExternalLink>
              ),
            },
            { term: overview.kind, value: kinds[realm.kind] },
            { term: overview.domains, value: <Hosts hosts={realm.domains} /> },
            { term: overview.region, value: regions[realm.jurisdiction ?? "none"] },
            { term: overview.created, value: <Moment at={realm.created_at} language={frame.language} /> },
            { term: overview.changed, value: <Moment at={realm.updated_at} language={frame.language} /> },
          ]}
        />
      </Panel>
      {fields ? (
        <Panel id="change" title={overview.rename}>
          <ConsoleForm
            shell={shell}
            id="change-form"
            action={action}
            does="change"
            version={version}
            fields={fields}
            submit={texts.form.save}
          />
        </Panel>
      ) : null}
      {mayDelete ? <DeletePanel {...props} texts={overview} word={realm.name} /> : null}
    </ConsolePage>
  );
}

function Hosts({ hosts }: { hosts: readonly string[] }) {
  return (
    <ul>
      {hosts.map((host) => (
        <li>{plainText(host, 255)}</li>
      ))}
    </ul>
  );
}
