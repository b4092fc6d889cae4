import { counter } from "./counted.ts";
import type { MailTexts } from "./mail-en.ts";

const count = counter("fr");

const inMinutes = (minutes: number): string => count(minutes, "minute", "minutes");
const inHours = (hours: number): string => count(hours, "heure", "heures");

export const mailFr: MailTexts = {
  sentBy: (realm, host) => `Envoyé par ${realm}, ${host}`,
  linkInstead: "Si le bouton ne fonctionne pas, ouvrez cette adresse\u00a0:",

  mailbox: {
    title: "E-mails et SMS",
    titleFor: (recipient) => `Messages à ${recipient}`,
    lead: "Rien ne quitte cette machine. Le plus récent vient en premier.",
    empty: "Il n’y a encore rien ici.",
    textMessage: "SMS",
    to: "à",
    asHtml: "en HTML",
  },

  oneTimeCode: {
    subject: (realm) => `Votre code pour ${realm}`,
    heading: "Votre code",
    lead: (realm) => `Saisissez-le chez ${realm} pour continuer.`,
    newcomer: (realm) => `Saisissez-le chez ${realm} pour créer votre compte.`,
    rules: (minutes) =>
      `Il sert une seule fois, dans un délai de ${inMinutes(minutes)}. Qui le possède peut se connecter à votre place\u00a0: ne le donnez à personne. Nous ne le demandons jamais.`,
    ignore: "Si vous ne l’avez pas demandé, vous n’avez rien à faire.",
    text: (code, realm, minutes) =>
      `${code} est votre code pour ${realm}. Il sert une seule fois, dans un délai de ${inMinutes(minutes)}. Ne le donnez à personne.`,
  },

  addressCode: {
    subject: (realm) => `Confirmez votre adresse pour ${realm}`,
    heading: "Cette adresse est-elle la vôtre\u00a0?",
    lead: (realm) =>
      `Quelqu’un qui est connecté à ${realm} veut utiliser cette adresse pour son compte. Si c’est vous, saisissez-y ce code.`,
    rules: (minutes) =>
      `Il sert une seule fois, dans un délai de ${inMinutes(minutes)}. Nous ne le demandons jamais ailleurs.`,
    ignore: "Si ce n’est pas vous, ne faites rien\u00a0: sans le code, cette adresse n’est pas utilisée.",
    text: (code, realm, minutes) =>
      `${code} confirme ce numéro pour votre compte ${realm}. Il sert une seule fois, dans un délai de ${inMinutes(minutes)}. Ne le donnez à personne.`,
  },

  verificationLink: {
    subject: (realm) => `Confirmez votre adresse pour ${realm}`,
    heading: "Confirmez votre adresse",
    lead: (realm) => `Un compte ${realm} a été créé avec cette adresse. Confirmez qu’elle est la vôtre.`,
    button: "Confirmer mon adresse",
    rules: (hours) => `Le lien sert une seule fois, dans un délai de ${inHours(hours)}.`,
    ignore:
      "Si vous n’avez pas créé ce compte, n’ouvrez pas le lien\u00a0: il confirmerait le compte de quelqu’un d’autre.",
  },

  passwordReset: {
    subject: (realm) => `Choisissez un nouveau mot de passe pour ${realm}`,
    heading: "Choisissez un nouveau mot de passe",
    lead: (realm) => `Quelqu’un, vous sans doute, a demandé un nouveau mot de passe pour votre compte ${realm}.`,
    codeLead: "Si un code vous est demandé, saisissez celui-ci\u00a0:",
    button: "Choisir un nouveau mot de passe",
    rules: (linkMinutes, codeMinutes) =>
      `Le lien sert une seule fois, dans un délai de ${inMinutes(linkMinutes)}\u00a0; le code, dans un délai de ${inMinutes(codeMinutes)}. Ne les donnez à personne.`,
    linkRules: (minutes) =>
      `Le lien sert une seule fois, dans un délai de ${inMinutes(minutes)}. Ne le donnez à personne.`,
    ignore: "Si ce n’était pas vous, ne faites rien\u00a0: votre mot de passe reste le même.",
    text: (code, realm, minutes) =>
      `${code} est votre code pour choisir un nouveau mot de passe ${realm}. Il sert une seule fois, dans un délai de ${inMinutes(minutes)}. Ne le donnez à personne.`,
  },

  passwordChanged: {
    subject: (realm) => `Votre mot de passe ${realm} a été changé`,
    heading: "Votre mot de passe a été changé",
    lead: (realm) =>
      `Le mot de passe de votre compte ${realm} vient d’être changé. Vos autres appareils ont été déconnectés.`,
    alarm: "Si ce n’était pas vous, choisissez-en aussitôt un nouveau\u00a0:",
    button: "Choisir un nouveau mot de passe",
    text: (realm) =>
      `Le mot de passe de votre compte ${realm} a été changé. Si ce n’était pas vous, choisissez-en aussitôt un nouveau.`,
  },

  addressChanged: {
    email: {
      subject: (realm) => `Votre adresse e-mail chez ${realm} a été changée`,
      heading: "Votre adresse e-mail a été changée",
      lead: (realm) =>
        `Votre compte ${realm} a désormais une autre adresse e-mail. Les messages à son sujet y sont envoyés.`,
    },
    phone: {
      subject: (realm) => `Votre numéro de téléphone chez ${realm} a été changé`,
      heading: "Votre numéro de téléphone a été changé",
      lead: (realm) => `Votre compte ${realm} a désormais un autre numéro de téléphone.`,
    },
    alarm: (realm) => `Si ce n’était pas vous, prévenez aussitôt les responsables de ${realm}.`,
  },

  factorsChanged: {
    subject: (realm) => `Votre façon de vous connecter à ${realm} a changé`,
    heading: "Votre façon de vous connecter a changé",
    leads: {
      "tfa-enabled": (realm) => `La validation en deux étapes a été activée pour votre compte ${realm}.`,
      "tfa-disabled": (realm) => `La validation en deux étapes a été désactivée pour votre compte ${realm}.`,
      "tfa-reset": (realm) =>
        `Les responsables de ${realm} ont retiré de votre compte la validation en deux étapes et les clés d’accès.`,
      "recovery-code-used": (realm) => `Un code de secours a servi à se connecter à votre compte ${realm}.`,
      "recovery-codes-renewed": (realm) =>
        `De nouveaux codes de secours ont été créés pour votre compte ${realm}. Les anciens ne valent plus rien.`,
      "passkey-added": (realm) => `Une clé d’accès a été ajoutée à votre compte ${realm}.`,
      "passkey-removed": (realm) => `Une clé d’accès a été retirée de votre compte ${realm}.`,
    },
    alarm: (realm) =>
      `Si ce n’était pas vous, changez votre mot de passe et prévenez aussitôt les responsables de ${realm}.`,
    textAlarm: "Si ce n’était pas vous, changez aussitôt votre mot de passe.",
  },

  newDevice: {
    subject: (realm) => `Un nouvel appareil s’est connecté à votre compte ${realm}`,
    heading: "Un nouvel appareil s’est connecté",
    lead: (realm) => `Un appareil qui n’avait pas encore servi s’est connecté à votre compte ${realm}.`,
    alarm:
      "Si c’était vous, il n’y a rien à faire. Sinon, déconnectez cet appareil et changez aussitôt votre mot de passe\u00a0:",
    button: "Voir vos appareils",
    device: (name) => `Appareil\u00a0: ${name}`,
    network: (network) => `Réseau\u00a0: ${network}`,
    time: (time) => `Heure\u00a0: ${time}`,
  },

  theft: {
    subject: (realm) => `Un accès à votre compte ${realm} a servi deux fois`,
    heading: "Un accès a servi deux fois",
    lead: (realm) =>
      `L’accès d’une application à votre compte ${realm} a servi une seconde fois, comme lorsque quelqu’un l’a copié. Nous y avons mis fin.`,
    alarm:
      "Vous devrez peut-être vous y reconnecter. Si l’un de vos appareils vous est inconnu, déconnectez-le et changez votre mot de passe\u00a0:",
    application: (name) => `Application\u00a0: ${name}`,
  },

  failedCalls: {
    subject: (realm) => `Des appels à des fournisseurs ont échoué chez ${realm}`,
    heading: "Des appels à des fournisseurs ont échoué",
    lead: (realm) => `Ces appels du coffre à jetons de ${realm} ont échoué depuis le dernier rapport.`,
    line: ({ count: times, provider, clientId, code, statusCode, lastCallId }) =>
      `${provider}, application ${clientId}\u00a0: ${code} ${count(times, "fois", "fois")}${statusCode === null ? "" : `, dernière réponse ${statusCode}`}. Dernier appel\u00a0: ${lastCallId}`,
    more: (others) => `Et ${count(others, "autre sorte", "autres sortes")} d’échecs.`,
    where: "Le journal des appels les conserve tous pendant sept jours.",
  },

  consents: {
    subject: (realm) => `Consentements dans le coffre à jetons de ${realm}`,
    heading: "Consentements dans le coffre à jetons",
    lead: (realm) =>
      `Ce que des personnes ont permis à des applications d’utiliser ailleurs, ou leur ont retiré, depuis le dernier rapport de ${realm}.`,
    line: ({ count: times, provider, clientId, code }) =>
      `${provider}, application ${clientId}\u00a0: ${code} ${count(times, "fois", "fois")}`,
    more: (others) => `Et ${count(others, "autre sorte", "autres sortes")} de consentements.`,
    where: "Le journal d’audit contient chaque connexion établie ou terminée.",
  },

  accountChanged: {
    subjects: {
      "account-linked": (realm) => `Un compte a été relié au vôtre chez ${realm}`,
      "account-unlinked": (realm) => `Un compte a été détaché du vôtre chez ${realm}`,
      "device-linked": (realm) => `Un appareil a été relié à votre compte ${realm}`,
      "username-changed": (realm) => `Votre nom d’utilisateur chez ${realm} a été changé`,
      "data-downloaded": (realm) => `Vos données chez ${realm} ont été téléchargées`,
      "account-deleted": (realm) => `Votre compte ${realm} est supprimé`,
    },
    headings: {
      "account-linked": "Un compte a été relié",
      "account-unlinked": "Un compte a été détaché",
      "device-linked": "Un appareil a été relié",
      "username-changed": "Votre nom d’utilisateur a été changé",
      "data-downloaded": "Vos données ont été téléchargées",
      "account-deleted": "Votre compte est supprimé",
    },
    leads: {
      "account-linked": (realm) =>
        `Un autre compte a été relié à votre compte ${realm}. Quiconque peut s’y connecter peut aussi se connecter ici.`,
      "account-unlinked": (realm) =>
        `Un autre compte a été détaché de votre compte ${realm}. Il ne permet plus de s’y connecter.`,
      "device-linked": (realm) =>
        `Un appareil a été relié à votre compte ${realm}. Il reste connecté jusqu’à ce que vous le déconnectiez depuis votre compte.`,
      "username-changed": (realm) => `Votre compte ${realm} a désormais un autre nom d’utilisateur.`,
      "data-downloaded": (realm) => `Une copie des données de votre compte ${realm} vient d’être téléchargée.`,
      "account-deleted": (realm) =>
        `Votre compte ${realm} a été supprimé à votre demande, avec tout ce qui lui appartenait.`,
    },
    farewell: (realm) =>
      `C’est le dernier message à son sujet. Si ce n’était pas vous, prévenez les responsables de ${realm}.`,
  },
};
