import type { secondFactorEn } from "./second-factor-en.ts";

export const secondFactorFr: typeof secondFactorEn = {
  title: "Validation en deux étapes",
  lead: "Saisissez le code affiché par votre application d’authentification.",
  leadPasskey: "Confirmez votre identité avec votre clé d’accès.",
  leadRecovery: "Saisissez l’un de vos codes de secours.",
  signedInAs: "Vous vous connectez en tant que",
  token: "Code de l’application",
  submit: "Continuer",
  useRecoveryCode: "Utiliser un code de secours",
  recoveryCode: "Code de secours",
  recoveryHint: "L’un des codes que vous avez notés lors de l’activation. Chacun sert une seule fois.",
  passkey: "Utiliser une clé d’accès",
  passkeyFailed: "Cela n’a pas abouti. Réessayez, ou choisissez un autre moyen.",
  startOver: "Se connecter avec un autre compte",
  problems: {
    "wrong-code": "Ce code n’est pas le bon, ou il a déjà servi. Saisissez le prochain code affiché.",
    "wrong-recovery-code": "Ce code de secours n’est pas le bon, ou il a déjà servi.",
    missing: "Saisissez le code.",
  },
  setUp: {
    title: "Activer la validation en deux étapes",
    leadRequired: "Ce site demande à chacun une seconde étape à la connexion.",
    lead: "Désormais, la connexion demandera aussi un code d’une application de votre téléphone.",
    scan: "Scannez ceci avec une application d’authentification",
    qrCode: "Code QR pour l’application d’authentification",
    orType: "Ou saisissez cette clé dans l’application",
    token: "Code affiché en ce moment",
    submit: "Activer",
    passkeyInstead: "Utiliser plutôt une clé d’accès",
  },
  codes: {
    title: "Conservez ces codes de secours",
    lead: "Chacun vous laisse entrer une fois si vous perdez votre seconde étape. Ils ne seront plus affichés.",
    list: "Codes de secours",
    done: "Je les ai conservés",
  },
};
