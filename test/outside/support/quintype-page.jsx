// What a publisher's front end does with @quintype/components: a member's name, a way out, and AccessType's token.
import { AccessType } from "@quintype/components/dist/es/components/access-type.js";
import { WithMember } from "@quintype/components/dist/es/components/with-member.js";
import React from "react";
import { render } from "react-dom";
import { Provider } from "react-redux";
import { createStore } from "redux";

const store = createStore((state = {}, action) => {
  if (action.type === "QT-MEMBER_BEING_LOADED") return { ...state, memberLoading: true };
  if (action.type === "QT-MEMBER_UPDATED") return { ...state, memberLoading: false, member: action.member };
  return state;
}, {});

// Accesstype's own script is another company's: this stands where it would, and shows what it is given.
globalThis.AccessType = {
  setUser: async (user) => {
    globalThis.accessTypeUser = user;
    return user;
  },
};

const e = React.createElement;

globalThis.mount = (integrationId) =>
  render(
    e(
      Provider,
      { store },
      e(WithMember, { isBridgekeeperEnabled: true }, ({ member, logout, isLoading }) =>
        isLoading
          ? e("p", null, "…")
          : e(
              "div",
              null,
              e("p", { id: "member" }, member ? member.name : "nobody"),
              e("button", { id: "out", onClick: logout }, "Sign out"),
            ),
      ),
      e(
        AccessType,
        {
          isStaging: false,
          enableAccesstype: true,
          email: "",
          phone: 0,
          accessTypeKey: "k",
          accessTypeBkIntegrationId: integrationId,
          executeSequentialCalls: false,
        },
        ({ initAccessType }) => e("button", { id: "access", onClick: () => initAccessType(() => undefined) }, "Access"),
      ),
    ),
    document.body.appendChild(document.createElement("div")),
  );
