import type { RecoveryTexts } from "./recovery-en.ts";

export const recoveryFr: RecoveryTexts = {
  forgotLink: "Mot de passe oublié\u00a0?",

  ask: {
    title: "Mot de passe oublié\u00a0?",
    lead: "Indiquez l’adresse e-mail de votre compte. Nous vous envoyons un lien et un code.",
    email: "E-mail",
    submit: "Envoyer",
    back: "Retour à la connexion",
    problems: {
      missing: "Saisissez votre adresse e-mail.",
      "email-invalid": "Saisissez une adresse e-mail comme nom@example.com.",
      "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
    },
  },

  reset: {
    title: "Choisissez un nouveau mot de passe",
    sentTo: (email) => `Si un compte existe pour ${email}, un code y est envoyé. Il est valable dix minutes.`,
    lead: "Il remplace l’ancien. Vos autres appareils seront déconnectés.",
    owedLead:
      "Le mot de passe que vous avez saisi a été défini pour vous. Choisissez-en un que personne d’autre ne connaît, puis connectez-vous avec lui.",
    email: "E-mail",
    code: "Code reçu par e-mail",
    password: "Nouveau mot de passe",
    submit: "Enregistrer le mot de passe",
    again: "En envoyer un autre",
    problems: {
      "email-missing": "Saisissez votre adresse e-mail.",
      "email-invalid": "Saisissez une adresse e-mail comme nom@example.com.",
      "code-missing": "Saisissez les six chiffres reçus par e-mail.",
      "otp-mismatch": "Ce code n’est pas le bon, ou il a plus de dix minutes.",
      "password-missing": "Choisissez un mot de passe.",
      "password-unchanged": "Choisissez un autre mot de passe que celui qui a été défini pour vous.",
      "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
      "link-invalid": "Ce lien n’est plus valable. Faites-en envoyer un autre.",
    },
    done: {
      title: "Votre mot de passe est enregistré",
      lead: "Utilisez-le désormais pour vous connecter. Vos autres appareils ont été déconnectés.",
      signIn: "Se connecter",
    },
  },

  byCode: {
    link: "M’envoyer plutôt un code",
    title: "Se connecter avec un code",
    lead: "Nous envoyons six chiffres à votre adresse e-mail ou à votre téléphone.",
    recipient: "E-mail ou numéro de téléphone",
    send: "Envoyer le code",
    sentTo: (recipient) =>
      `Si quelqu’un peut se connecter avec ${recipient}, un code y est envoyé. Il est valable dix minutes.`,
    code: "Code reçu",
    submit: "Se connecter",
    again: "En envoyer un autre",
    back: "Se connecter avec un mot de passe",
    problems: {
      "recipient-missing": "Saisissez votre adresse e-mail ou votre numéro de téléphone.",
      "recipient-invalid":
        "Saisissez une adresse e-mail comme nom@example.com, ou un numéro avec l’indicatif du pays comme +33 6 12 34 56 78.",
      "code-missing": "Saisissez les six chiffres.",
      "otp-mismatch": "Ce code n’est pas le bon, ou il a plus de dix minutes.",
      "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
      expired: "Cela a duré trop longtemps, ou a commencé dans un autre navigateur. Faites envoyer un autre code.",
      "not-allowed": "Vous ne pouvez pas vous connecter avec ce compte.",
    },
  },

  verified: {
    titles: {
      "email-verified": "Votre adresse est confirmée",
      "token-consumed": "Ce lien a déjà servi",
      "invalid-token": "Ce lien n’est pas valable",
    },
    leads: {
      "email-verified": "Merci. Vous pouvez fermer cette page.",
      "token-consumed": "Chaque lien sert une seule fois. Votre adresse est peut-être déjà confirmée.",
      "invalid-token": "Il est trop ancien, ou un plus récent a été envoyé. Faites-en envoyer un autre.",
    },
    home: "Aller à la page d’accueil",
  },
};
