// What a publisher's front end does for sign-in with a network: @quintype/components where there is one, and bridgekeeper-js.
import * as bridgekeeper from "@quintype/bridgekeeper-js";
import {
  WithFacebookLogin,
  WithGoogleLogin,
  WithLinkedInLogin,
} from "@quintype/components/dist/es/components/social-logins/index.js";
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

const e = React.createElement;

/** A link to the server's way, and a button for the script's way, which then asks who the member is. */
const ways = (id, look) => (offered) =>
  e(
    "p",
    { key: id },
    e("a", { id: `${id}-link`, href: offered.serverSideLoginPath }, id),
    e(
      "button",
      {
        id: `${id}-button`,
        onClick: () =>
          offered.login().then(look, (refusal) => {
            globalThis.refusal = refusal.status ?? String(refusal);
          }),
      },
      id,
    ),
  );

globalThis.mount = ({ apps, redirectUrl }) => {
  const wishes = { scope: "email", emailMandatory: true, redirectUrl, isBridgekeeperLogin: true };
  const functions = {
    facebook: bridgekeeper.withFacebookLogin({ ...wishes, appId: apps.facebook }),
    google: bridgekeeper.withGoogleLogin({ ...wishes, clientId: apps.google }),
    linkedin: bridgekeeper.withLinkedinLogin({ clientKey: apps.linkedin, redirectUrl }),
    apple: bridgekeeper.withAppleLogin(redirectUrl),
  };
  const page = ({ member, isLoading, checkForMemberUpdated: look }) => [
    e("p", { id: "member", key: "member" }, isLoading ? "…" : member ? member.name : "nobody"),
    e(WithFacebookLogin, { ...wishes, key: "f", appId: apps.facebook }, ways("components-facebook", look)),
    e(WithGoogleLogin, { ...wishes, key: "g", clientId: apps.google }, ways("components-google", look)),
    e(WithLinkedInLogin, { ...wishes, key: "l", clientKey: apps.linkedin }, ways("components-linkedin", look)),
    ...Object.entries(functions).map(([name, offered]) => ways(`functions-${name}`, look)(offered)),
  ];
  render(
    e(Provider, { store }, e(WithMember, { isBridgekeeperEnabled: true }, page)),
    document.body.appendChild(document.createElement("div")),
  );
};
