import type { Child } from "hono/jsx";
import { CheckIcon, InfoIcon, WarningIcon } from "../look/icons.tsx";
import { plainText } from "../untrusted/plain-text.ts";

interface SealedHeadProps {
  icon: Child;
  title: string;
  titleId?: string | undefined;
  lead: string;
  leadId?: string | undefined;
}

const SealedHead = ({ icon, title, titleId, lead, leadId }: SealedHeadProps) => (
  <div class="head">
    <span class="seal">{icon}</span>
    <h1 id={titleId}>{title}</h1>
    <p class="quiet" id={leadId}>
      {lead}
    </p>
  </div>
);

/** The head of a page on which something ended, as it should or otherwise. All is plain already. */
export const EndHead = ({ isGood = true, ...head }: Omit<SealedHeadProps, "icon"> & { isGood?: boolean }) => (
  <SealedHead {...head} icon={isGood ? <CheckIcon /> : <InfoIcon />} />
);

/** The head of a page on which something went wrong. `heading` is plain already. */
export const FailureHead = ({ heading, detail }: { heading: string; detail: string }) => (
  <SealedHead icon={<WarningIcon />} title={heading} lead={plainText(detail, 400)} leadId="error-detail" />
);
