import { DataTable } from "../parts/data-table.tsx";
import { PostForm } from "../parts/form.tsx";
import { Panel } from "../parts/shell.tsx";
import { safeHref } from "../untrusted/links.ts";
import { plainText } from "../untrusted/plain-text.ts";
import { type AccountFrame, AccountShell, Moment } from "./account-shell.tsx";
import { accountPaths } from "./paths.ts";

export interface ShownDevice {
  sid: string;
  browser: string | null;
  system: string | null;
  /** The application that it runs, where it was let in by a code. */
  app: string | null;
  address: string | null;
  /** Milliseconds since the epoch. */
  createdAt: number;
  lastUsedAt: number;
  current: boolean;
}

export interface DevicesPageProps {
  account: AccountFrame;
  devices: readonly ShownDevice[];
  /** Where another device is let in. */
  connectHref: string;
}

/** Everything that is signed in, and how to end it. */
export function DevicesPage({ account, devices, connectHref }: DevicesPageProps) {
  const texts = account.frame.texts.accountPages.devices;
  return (
    <AccountShell account={account} place="devices" lead={texts.lead}>
      <Panel id="devices" title={texts.list}>
        <DataTable
          id="device-table"
          caption={texts.list}
          captionUnseen
          columns={[texts.device, texts.begun, texts.used, texts.address, { label: texts.change, plain: true }]}
          rows={devices.map((device, index) => ({
            id: `device-${index}`,
            cells: [
              <>
                <bdi>{nameOf(account, device)}</bdi> {device.current ? <span class="tag">{texts.this}</span> : null}
              </>,
              <Moment account={account} at={device.createdAt} />,
              <Moment account={account} at={device.lastUsedAt} />,
              device.address === null ? null : <bdi>{plainText(device.address, 60)}</bdi>,
              device.current ? null : (
                <PostForm
                  id={`end-${index}-form`}
                  action={accountPaths.endDevice}
                  fields={{ csrf: account.csrf, sid: device.sid }}
                >
                  <button
                    id={`end-${index}-button`}
                    type="submit"
                    class="button slim"
                    aria-label={texts.endNamed(nameOf(account, device))}
                  >
                    {texts.end}
                  </button>
                </PostForm>
              ),
            ],
          }))}
          empty={texts.unknown}
        />
        <a id="connect-link" href={safeHref(connectHref)}>
          {texts.connect}
        </a>
      </Panel>
      {devices.length > 1 ? (
        <Panel id="others" title={texts.others} lead={texts.othersLead}>
          <PostForm id="others-form" action={accountPaths.endOtherDevices} fields={{ csrf: account.csrf }}>
            <button id="others-button" type="submit" class="button danger">
              {texts.submitOthers}
            </button>
          </PostForm>
        </Panel>
      ) : null}
    </AccountShell>
  );
}

function nameOf({ frame }: AccountFrame, { browser, system, app }: ShownDevice): string {
  const texts = frame.texts.accountPages.devices;
  if (app !== null) return plainText(app, 100);
  if (browser !== null && system !== null) return texts.on(browser, system);
  return browser ?? system ?? texts.unknown;
}
