import { ConnectionsPage } from "../../src/pages/connections-page.tsx";
import { ConsentDonePage } from "../../src/pages/consent-done-page.tsx";
import type { PageFrame } from "../../src/pages/frame.ts";
import { ProviderKeyPage } from "../../src/pages/provider-key-page.tsx";

type Word = (usual: string) => string;

/** The pages on which people connect accounts that they have elsewhere. */
export function connectSamples(frame: PageFrame, w: Word, a: Word) {
  const csrf = w("csrf-token");
  return {
    connections: (
      <ConnectionsPage
        frame={frame}
        clientName={w("Print Shop")}
        accounts={(["connected", "expired", "more-needed", "none"] as const).map((state, index) => ({
          name: `drive-${index}`,
          label: w("Cloud Drive"),
          state,
          connectHref: a(`/integrate/command?provider=drive-${index}`),
        }))}
        action="/integrate/disconnect"
        fields={{ public_key: w("print-shop"), user_id: w("1"), csrf }}
      />
    ),
    "connections-problem": (
      <ConnectionsPage
        frame={frame}
        clientName={w("Print Shop")}
        accounts={[]}
        action="/integrate/disconnect"
        fields={{ csrf }}
        problem="declined"
      />
    ),
    "provider-key": (
      <ProviderKeyPage
        frame={frame}
        clientName={w("Print Shop")}
        label={w("Cloud Drive")}
        action="/integrate/key"
        fields={{ provider: w("drive"), csrf }}
        keyPageHref={a("https://drive.example.com/keys")}
        problem="refused"
      />
    ),
    "connect-done": (
      <ConsentDonePage
        frame={frame}
        way="postmessage"
        origin="https://print.example.com"
        connected
        message={{ provider: w("drive"), oauthId: w("oa_1") }}
      />
    ),
    "connect-not-done": (
      <ConsentDonePage
        frame={frame}
        way="postwebkitmessage"
        origin=""
        connected={false}
        message={{ provider: w("drive"), error: w("access_denied") }}
      />
    ),
  };
}
