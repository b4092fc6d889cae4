import type { PageFrame } from "../../src/pages/frame.ts";
import { ConfirmForm } from "../../src/pages/parts/confirm-form.tsx";
import { DataTable } from "../../src/pages/parts/data-table.tsx";
import { SelectField } from "../../src/pages/parts/fields.tsx";
import { Facts, Panel, Shell } from "../../src/pages/parts/shell.tsx";

type Filler = (usual: string) => string;

/** The shell with each of its parts. */
export const shellSample = (frame: PageFrame, w: Filler, a: Filler) => (
  <Shell
    frame={frame}
    title={w("Zones")}
    lead={w("Lead")}
    navigationLabel={w("Zones")}
    navigation={[
      { places: [{ id: "first", href: a("/first"), label: w("First") }] },
      { title: w("More"), places: [{ id: "second", href: a("/second"), label: w("Second") }] },
    ]}
    current="second"
    homeHref={a("/")}
    user={{ label: w("Una"), signOutAction: "/sign-out", csrf: w("csrf-token") }}
    notice={{ tone: "info", text: w("Done") }}
    wide
  >
    <Panel id="sample" title={w("Panel")} lead={w("Lead")}>
      <Facts facts={[{ term: w("Term"), value: w("Value"), id: "sample-value" }]} />
      <DataTable
        id="sample-table"
        caption={w("Rows")}
        columns={[{ label: w("Name") }, { label: w("Kind") }, { label: w("Change"), plain: true }]}
        rows={[{ id: "sample-row", cells: [w("Name"), w("Kind"), <a href="#sample">{w("Change")}</a>] }]}
        empty={w("None")}
      />
      <DataTable id="no-rows" caption={w("Rows")} columns={[{ label: w("Name") }]} rows={[]} empty={w("None")} />
      <SelectField
        name="choice"
        label={w("Choice")}
        hint={w("Hint")}
        value="b"
        choices={[
          { value: "a", label: w("A") },
          { value: "b", label: w("B"), language: "fr" },
        ]}
      />
    </Panel>
    <Panel id="danger" title={w("Panel")} tone="danger">
      <ConfirmForm
        id="remove"
        action="/remove"
        fields={{ csrf: w("csrf-token") }}
        label={w("Remove")}
        typed={{ label: w("Type"), word: w("Una"), problem: w("Problem") }}
      />
    </Panel>
  </Shell>
);
