import type { linkEn } from "./link-en.ts";

export const linkFr: typeof linkEn = {
  title: "Vous avez déjà un compte ici",
  lead: (source) =>
    `Il a la même adresse e-mail que votre compte chez ${source}. Montrez qu’il est à vous, et les deux y mèneront désormais.`,
  from: "Vous venez de",
  there: "Votre compte là-bas",
  email: "E-mail",
  caution:
    "Continuez seulement si vous reconnaissez le compte là-bas\u00a0: qui peut s’y connecter pourra aussi se connecter ici.",
  signedInAs: (user) => `Votre session ici est celle de ${user}.`,
  password: "Mot de passe de votre compte ici",
  connect: "Relier les deux",
  sendCode: "Recevoir plutôt un code",
  codeSent: (email) => `Un code est en route vers ${email}. Il est valable dix minutes.`,
  code: "Code reçu par e-mail",
  fresh: "Créer plutôt un nouveau compte",
  freshHint: "Il commence vide et sans cette adresse.",
  problems: {
    "wrong-password": "Ce mot de passe n’est pas le bon. Réessayez ou faites-vous envoyer un code.",
    "wrong-code": "Ce code n’est pas le bon, ou il date de plus de dix minutes.",
    "password-missing": "Saisissez le mot de passe de votre compte ici.",
    "code-missing": "Saisissez les six chiffres reçus par e-mail.",
    "password-expired":
      "Ce mot de passe, défini pour vous, a expiré. Choisissez « Mot de passe oublié ? », ou demandez-en un autre.",
    "too-many-attempts": "Trop d’essais. Patientez un peu, puis réessayez.",
    "linked-elsewhere": "Ces deux comptes ne peuvent pas être reliés\u00a0: l’un d’eux est déjà relié à un autre.",
    "session-limit": "Ce compte est connecté sur trop d’appareils. Déconnectez d’abord l’un d’eux.",
  },
};
