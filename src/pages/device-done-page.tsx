import type { DeviceOutcome } from "../domain/device/decide.ts";
import type { PageFrame } from "./frame.ts";
import { Layout } from "./layout.tsx";
import { EndHead } from "./parts/sealed-head.tsx";
import { safeHref } from "./untrusted/links.ts";

export interface DeviceDonePageProps {
  frame: PageFrame;
  outcome: DeviceOutcome;
  /** Where another code can be typed. */
  againHref: string;
}

/** Says what became of the device. */
export function DeviceDonePage({ frame, outcome, againHref }: DeviceDonePageProps) {
  const texts = frame.texts.device.done;
  const title = texts.titles[outcome];
  const isGood = outcome === "connected";
  return (
    <Layout frame={frame} title={title} failed={outcome === "session-limit" || outcome === "too-late"}>
      <div class="stack">
        <EndHead isGood={isGood} title={title} lead={texts.leads[outcome]} leadId="device-outcome" />
        <a id="another-device-link" class="button" href={safeHref(againHref)}>
          {texts.another}
        </a>
      </div>
    </Layout>
  );
}
